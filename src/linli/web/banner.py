"""What no page is silent about: an alert of one's own, an alarm of the centre."""

import hashlib
from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render

from linli.access.permissions import Permission
from linli.incidents.emergencies.waiting import Waiting, frame_of
from linli.web.account.sessions import passive
from linli.web.http import StaffRequest, page


@passive
@page(Permission.TERRITORY_VIEW)
def waiting(request: StaffRequest) -> HttpResponse:
    """The part alone, fetched when the poll sees that it has changed."""
    alarms = frame_of(request.actor).waiting
    context = {"alarms": alarms, "stamp": stamp_of(alarms)}
    return render(request, "emergencies/_banner.html", context)


def stamp_of(alarms: Sequence[Waiting]) -> str:
    """Changes with every alert and alarm; empty without any."""
    text = "|".join(f"{one.kind} {one.number} {one.since.isoformat()}" for one in alarms)
    return hashlib.sha256(text.encode()).hexdigest()[:12] if text else ""
