"""From a gap to the form that mends it: one click, filled with what the check proposes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.access.actor import can
from linli.access.permissions import Permission
from linli.access.roles import ROLES
from linli.accounts.duty.queries import Rotas
from linli.accounts.duty.rules import Line, instant
from linli.casework.duty import rotas
from linli.flows import processes as flow
from linli.incidents import references
from linli.incidents.coverage import Checked, gaps_of, published_gaps
from linli.organisations.models import Unit, UnitKind
from linli.processes.coverage import NEW, At, Code, Gap, remedy
from linli.processes.editing import part_at
from linli.processes.faults import Fault
from linli.web.administration.processes.frame import Shown, show_draft
from linli.web.http import StaffRequest, page
from linli.web.incidents.words import language

ALL = "all"  # the name of a section's only part
HOUR = timedelta(hours=1)
# What a click is called, where it leads to a part of the process.
LABELS: Mapping[Code, str | Promise] = {
    Code.NO_UNIT: gettext_lazy("Write a rule"),
    **dict.fromkeys(
        (Code.UNKNOWN_AREA, Code.UNKNOWN_CATEGORY, Code.UNKNOWN_SOURCE, Code.UNKNOWN_TRADE),
        gettext_lazy("Set the rule right"),
    ),
    Code.UNKNOWN_UNIT: gettext_lazy("Name another unit"),
    **dict.fromkeys(
        (Code.RULE_NEVER_FITS, Code.RULE_FINDS_NOBODY, Code.RULE_SHADOWED),
        gettext_lazy("Move or remove the rule"),
    ),
    **dict.fromkeys(
        (Code.UNKNOWN_RIGHT, Code.NOBODY_HOLDS), gettext_lazy("Give the step to others")
    ),
    Code.NO_LADDER: gettext_lazy("Choose a ladder"),
    **dict.fromkeys(
        (
            Code.LADDER_ENDS_EARLY,
            Code.RUNG_REACHES_NOBODY,
            Code.RUNG_FALLS_THROUGH,
            Code.TARGET_MISSING,
        ),
        gettext_lazy("Change who is told"),
    ),
    **dict.fromkeys(
        (Code.NO_WHOLE, Code.STEPS_TOO_LONG), gettext_lazy("Set the time of the whole")
    ),
}


class Way(NamedTuple):
    """A click that mends; `gap` is sent along where a draft has to begin first."""

    label: str | Promise
    address: str
    gap: str = ""


@dataclass(frozen=True)
class Asked:
    """The gap that a form was opened for; no `words`: it is mended by now.

    `filled`: saving the part as it is proposed mends it. Else a person has to choose.
    """

    words: str = ""
    part: Mapping[str, Any] | None = None
    filled: bool = False


def ways(request: StaffRequest, gap: Gap, checked: Checked, shown: Shown) -> list[Way]:
    """Where a gap is mended, the likeliest first."""
    at = gap.mend.at
    if at is At.ROTA:
        return list(_rota(request, gap))
    if at is At.DOCUMENT:
        return [_fault(gap, shown)]
    if at is At.UNIT:
        return list(_centre(request, checked))
    return [*_roles(request, gap), _document(request, gap, checked, shown), *_units(request, gap)]


@page(Permission.PROCESS_EDIT, methods=("POST",))
def mend(request: StaffRequest, key: str) -> HttpResponse:
    """Begin to mend what is published: in the writer's own open draft, else in a new one."""
    checked = published_gaps(by=request.actor)
    gap = checked.gap(request.POST.get("gap", ""))
    if gap is None:
        messages.info(request, _("This is mended already."))
        return redirect("administration:process-check", county=request.county.pk)
    summary = checked.words(gap, language())
    title = _("Mend what the check found")
    draft = flow.begin_to_mend(key, title=title, summary=summary, by=request.actor)
    return redirect(_form(gap, checked, show_draft(request, draft)))


def asked(request: StaffRequest, shown: Shown, section: str, name: str) -> Asked | None:
    """The gap that the address names, with the part as it would be; None where it names none."""
    key = request.GET.get("gap", "")
    if not key:
        return None
    checked = gaps_of(shown.text, by=request.actor)
    gap = checked.gap(key)
    proposed = remedy(gap, shown.document, checked.county) if gap else None
    place = (section,) if name == ALL else (section, name)
    if gap is None or proposed is None or proposed.place != place:
        return Asked()
    filled = name == "" or proposed.part != part_at(shown.document, place)
    return Asked(checked.words(gap, language()), proposed.part, filled)


def _document(request: StaffRequest, gap: Gap, checked: Checked, shown: Shown) -> Way:
    label = LABELS[gap.code]
    if shown.editable:
        return Way(label, _form(gap, checked, shown))
    if shown.draft is None and can(request.actor, Permission.PROCESS_EDIT):
        here = {"county": shown.county, "key": shown.key}
        return Way(label, reverse("administration:process_mend", kwargs=here), gap.key)
    return Way(_("In the process"), shown.link(_SECTIONS[gap.mend.at], gap.mend.key))


def _form(gap: Gap, checked: Checked, shown: Shown) -> str:
    """The form of the part, filled; where only the order of the rules helps, their table."""
    proposed, section = remedy(gap, shown.document, checked.county), _SECTIONS[gap.mend.at]
    if proposed is None and gap.mend.at is At.RULE:
        table = shown.address("process_draft_section", section=section)
        return f"{table}#{section}-{gap.mend.key}"
    if proposed is None:
        return shown.link(section, gap.mend.key)
    section, name = (*proposed.place, ALL)[:2]
    view, more = ("process_part", {"name": name}) if name != NEW else ("process_part_new", {})
    query = urlencode({"gap": gap.key})
    return f"{shown.address(view, section=section, **more)}?{query}"


def _fault(gap: Gap, shown: Shown) -> Way:
    fault = gap.params["fault"]
    where = shown.where(fault) if isinstance(fault, Fault) else ""
    if not where and shown.draft is not None:
        where = shown.address("process_draft_text")
    return Way(_("Set it right"), where)


def _centre(request: StaffRequest, checked: Checked) -> Iterator[Way]:
    """No centre anywhere above a place: the county's own is missing."""
    if can(request.actor, Permission.UNIT_EDIT):
        given = {"kind": UnitKind.COUNTY_CENTRE.value, "area": checked.county.code}
        yield Way(_("Set up the centre"), _address(request, "administration:unit_new", **given))


def _units(request: StaffRequest, gap: Gap) -> Iterator[Way]:
    if not can(request.actor, Permission.UNIT_EDIT):
        return
    if gap.code is Code.NO_UNIT and gap.params["trade"]:
        given = {"kind": UnitKind.DEPARTMENT.value, "function": str(gap.params["trade"])}
        if len(gap.scope.areas) == 1:
            given["area"] = gap.scope.areas[0]
        address = _address(request, "administration:unit_new", **given)
        yield Way(_("Set up a unit of this trade"), address)
    unit = references.in_service().units.get(gap.example.unit) if gap.example else None
    if gap.code is Code.RUNG_FALLS_THROUGH and unit:
        here = {"county": request.county.pk, "unit_id": unit.pk}
        yield Way(_("Set the unit right"), reverse("administration:unit_edit", kwargs=here))


def _roles(request: StaffRequest, gap: Gap) -> Iterator[Way]:
    """Somebody who may take the step is missing: the roles that may."""
    if gap.code is not Code.NOBODY_HOLDS or not can(request.actor, Permission.STAFF_VIEW):
        return
    asked_for = gap.params["rights"]
    rights = set(asked_for) if isinstance(asked_for, tuple) else set()
    for role, spec in ROLES.items():
        if rights & {right.value for right in spec.permissions}:
            words = _("Find somebody for “%(role)s”") % {"role": role.label}
            yield Way(words, _address(request, "administration:staff"))
            return


def _rota(request: StaffRequest, gap: Gap) -> Iterator[Way]:
    """The shift of that hour, to name somebody; a new one where there is none."""
    unit = references.in_service().units.get(gap.mend.key)
    if unit is None:
        return
    here = {"county": request.county.pk, "unit_id": unit.pk}
    week = gap.example.monday if gap.example else None
    table = reverse("duty:rota", kwargs=here) + (f"?week={week:%Y-%m-%d}" if week else "")
    if can(request.actor, Permission.DUTY_EDIT):
        yield Way(_("Fill the rota"), _shift(request, gap, unit) or table)
    else:
        yield Way(_("See the rota"), table)


def _shift(request: StaffRequest, gap: Gap, unit: Unit) -> str:
    begin = _begin(gap)
    if begin is None:
        return ""
    read = rotas([unit.pk], begin=begin.date())
    line = _line(read, unit, begin, gap)
    here = {"county": request.county.pk}
    if line is None:
        query = urlencode(_lacking(gap), doseq=True)
        return reverse("duty:shift_new", kwargs=here | {"unit_id": unit.pk}) + f"?{query}"
    if gap.code is Code.NOBODY_ON_DUTY:  # who is on the rota is away
        query = urlencode({"day": begin.date().isoformat(), "shift": str(line.id)})
        return reverse("duty:exception_new", kwargs=here | {"unit_id": unit.pk}) + f"?{query}"
    return reverse("duty:shift_edit", kwargs=here | {"shift_id": line.id})


def _begin(gap: Gap) -> datetime | None:
    """The first hour that is lacking, as the county's clock shows it."""
    day = gap.params.get("on")
    if day is not None:
        return datetime.fromisoformat(str(day))
    example = gap.example
    if example is None or example.monday is None or example.hour is None:
        return None
    midnight = datetime.fromisoformat(example.monday.isoformat())
    return midnight + timedelta(hours=example.hour)


def _line(read: Rotas, unit: Unit, begin: datetime, gap: Gap) -> Line | None:
    """The line of the rota that holds in that hour; of a rota that ends, the last one."""
    if gap.code is Code.ROTA_ENDS:
        ending = [one for one in read.lines(unit.pk) if one.valid_to == begin.date()]
        return ending[0] if ending else None
    at = instant(begin.date(), begin.hour * 60, read.book.zone)
    found = [turn.line for turn in read.turns(unit.pk, at, at + HOUR)]
    return next((line for line in found if line and line.id), None)


def _lacking(gap: Gap) -> dict[str, Any]:
    """The first stretch of hours that is lacking, on each day on which it is the same."""
    missing = [bool(gap.scope.hours >> hour & 1) for hour in range(168)]
    if all(missing) or not any(missing):
        return {"starts": "00:00", "ends": "00:00", "weekdays": list(range(7))}
    starts = [hour for hour in range(168) if missing[hour] and not missing[hour - 1]]
    lengths = {
        one: next(n for n in range(1, 168) if not missing[(one + n) % 168]) for one in starts
    }
    first = starts[0]
    length = min(lengths[first], 24)
    alike = [one // 24 for one in starts if one % 24 == first % 24 and lengths[one] >= length]
    end = (first + length) % 24
    return {"starts": f"{first % 24:02}:00", "ends": f"{end:02}:00", "weekdays": alike}


def _address(request: StaffRequest, view: str, **query: str) -> str:
    address = reverse(view, kwargs={"county": request.county.pk})
    return f"{address}?{urlencode(query)}" if query else address


_SECTIONS: Mapping[At, str] = {
    At.ROUTING: "routing",
    At.RULE: "routing",
    At.STATE: "states",
    At.TRANSITION: "transitions",
    At.LADDER: "ladders",
    At.CLOCK: "whole",
    At.CATEGORY: "whole",
    At.WHOLE: "whole",
    At.EMERGENCY: "emergency",
}
