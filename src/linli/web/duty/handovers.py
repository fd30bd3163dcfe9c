"""Handing over a shift: what is urgent and promised, opened by one, accepted by the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.access.permissions import Permission
from linli.flows import shift_handover as flow
from linli.incidents.models import Incident, PromisedCall, ShiftHandover
from linli.incidents.promises import calls_by_ids
from linli.incidents.urgent import Urgent, by_ids
from linli.lib.errors import InputError
from linli.web.administration.words import say
from linli.web.duty.rota import unit_or_404
from linli.web.http import StaffRequest, page

REMARK_MAX = 2_000
SHOWN = 100  # more at a wish: nobody reads them at a change of shifts
WHY: Mapping[str, tuple[str | Promise, str, str]] = {
    "emergency": (gettext_lazy("emergency"), "overdue", "exclamation-octagon"),
    "overdue": (gettext_lazy("overdue"), "overdue", "exclamation-octagon"),
    "due_soon": (gettext_lazy("due in the next shift"), "attention", "hourglass-split"),
    "severe": (gettext_lazy("severe"), "attention", "exclamation-triangle"),
    "supervised": (gettext_lazy("supervised"), "information", "eye"),
}


@dataclass(frozen=True)
class Item:
    """One line of a handover; without an incident the matter is out of the reader's sight."""

    incident: Incident | None
    why: list[tuple[str | Promise, str, str]]
    call: PromisedCall | None = None


@page(Permission.UNIT_VIEW)
def handovers(request: StaffRequest, unit_id: UUID) -> HttpResponse:
    unit = unit_or_404(unit_id)
    context = {
        "unit": unit,
        "rows": flow.handovers_of(unit) if _member(request, unit_id) else [],
        "may": _member(request, unit_id),
    }
    return render(request, "duty/handovers.html", context)


@page(Permission.INCIDENT_VIEW, methods=("GET", "POST"))
def handover_new(request: StaffRequest, unit_id: UUID) -> HttpResponse:
    unit = unit_or_404(unit_id)
    if not _member(request, unit_id):
        raise PermissionDenied(Permission.UNIT_VIEW)
    if request.method == "POST":
        try:
            remark = request.POST.get("remark", "")[:REMARK_MAX]
            made = flow.open_handover(unit=unit, remark=remark, by=request.actor)
        except InputError as error:
            messages.error(request, say(error))
            return redirect("duty:handovers", request.county.pk, unit_id)
        messages.success(request, _("The handover is open; the successor accepts it."))
        return redirect("duty:handover", request.county.pk, made.pk)
    found = flow.prepare(unit, by=request.actor, now=timezone.now())
    context = {
        "unit": unit,
        "items": [_of(one) for one in _shown(request, found.lines)],
        "total": len(found.lines),
        "begins_at": timezone.localtime(found.begins_at),
    }
    return render(request, "duty/handover.html", context)


@page(Permission.INCIDENT_VIEW)
def handover(request: StaffRequest, handover_id: UUID) -> HttpResponse:
    """Also on paper."""
    row = _row(request, handover_id)
    waits = row.accepted_at is None
    context = {
        "unit": row.unit,
        "row": row,
        "items": _items(request, row),
        "total": len(row.items),
        "begins_at": timezone.localtime(row.begins_at),
        "waits": waits,
        "may_accept": waits and flow.may_accept(row, request.actor),
    }
    return render(request, "duty/handover.html", context)


@page(Permission.INCIDENT_VIEW, methods=("POST",))
def accept(request: StaffRequest, handover_id: UUID) -> HttpResponse:
    row = _row(request, handover_id)
    try:
        remark = request.POST.get("remark", "")[:REMARK_MAX]
        flow.accept_handover(row.pk, remark=remark, by=request.actor)
    except InputError as error:
        messages.error(request, say(error))
    else:
        messages.success(request, _("You have accepted the handover."))
    return redirect("duty:handover", request.county.pk, row.pk)


def _member(request: StaffRequest, unit_id: UUID) -> bool:
    return flow.may_hand_over(request.actor, unit_id)


def _row(request: StaffRequest, handover_id: UUID) -> ShiftHandover:
    row = flow.handover(handover_id)
    if row is None or not flow.may_read(row, request.actor):
        raise Http404(handover_id)
    return row


def _shown(request: StaffRequest, lines: list[Any]) -> list[Any]:
    """The most pressing, or all; the page says how many there are."""
    return lines if request.GET.get("all") else lines[:SHOWN]


def _of(one: Urgent | PromisedCall) -> Item:
    if isinstance(one, PromisedCall):
        return Item(one.incident, [], one)
    return Item(one.incident, [WHY[key] for key in one.why])


def _items(request: StaffRequest, row: ShiftHandover) -> list[Item]:
    """The matters as they are now, for the reasons that were given then."""
    listed: list[dict[str, Any]] = _shown(request, row.items)
    matters = by_ids(request.actor, [UUID(one["incident"]) for one in listed])
    calls = calls_by_ids([UUID(one["call"]) for one in listed if "call" in one])
    return [
        Item(
            matters.get(UUID(one["incident"])),
            [WHY[key] for key in one.get("why", ())],
            calls.get(UUID(one["call"])) if "call" in one else None,
        )
        for one in listed
    ]
