"""The handover of the demo's centre, with what is urgent and a call that was promised."""

from datetime import datetime, timedelta

from django.utils import timezone

from linli.flows.demo.people import People, acting
from linli.flows.demo.units import centre_code, login_of
from linli.flows.shift_handover import accept_handover, open_handover
from linli.incidents.models import Incident
from linli.incidents.promises import promise_call


def stage_handover(people: People, until: datetime) -> None:
    """The centre's shift has handed over what is urgent, and a call that was promised."""
    centre = people.units[centre_code()]
    first, second = (
        acting(people, login_of("county_operator", centre_code(), number)) for number in (2, 3)
    )
    held = Incident.objects.filter(platform_unit=centre, is_open=True).order_by("-opened_at")
    if incident := held.first():
        due_at = max(until, timezone.now()) + timedelta(hours=3)
        promise_call(
            incident.pk, about="告知反映人办理进展", due_at=due_at, unit=centre.pk, by=first
        )
    made = open_handover(unit=centre, remark="夜间有雨，注意山洪预警。", by=first)
    accept_handover(made.pk, remark="已知悉。", by=second)
