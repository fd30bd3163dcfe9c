"""Looking at a calendar: the year, its history, and what differs between two versions."""

from datetime import date
from itertools import zip_longest
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from linli.access.actor import can
from linli.access.permissions import Permission
from linli.calendars import CalendarDocument
from linli.calendars.days import DayKind, Days, compare
from linli.calendars.default import CHINESE_ZONES
from linli.casework import editions
from linli.incidents.lines import named
from linli.web.administration.calendars.forms import UnitChoice
from linli.web.administration.calendars.looks import (
    KINDS,
    MARKS,
    hours_words,
    months_of,
    rule_words,
    special_row,
    weekday_heads,
)
from linli.web.administration.calendars.owners import Owner, owner_of
from linli.web.administration.calendars.previews import differences_context
from linli.web.http import StaffRequest, page

YEARS = range(2000, 2100)


@page(Permission.UNIT_VIEW)
def year(request: StaffRequest, unit_id: UUID | None = None) -> HttpResponse:
    """Twelve small months, and beside them all that is special in words."""
    owner, today = owner_of(request, unit_id), timezone.localdate()
    shown = _year(request, today)
    whole = owner.whole
    days = Days(whole)
    may_edit = can(request.actor, Permission.CALENDAR_EDIT)
    context = {
        "owner": owner,
        "year": shown,
        "years": _years(owner, shown),
        "months": months_of(days, shown, today=today),
        "heads": weekday_heads(),
        "legend": [(kind.value, MARKS.get(kind, ""), words) for kind, words in KINDS.items()],
        "special": [special_row(one) for one in days.special(shown)],
        "hours": list(hours_words(whole)),
        "festivals": [(one.name, rule_words(one), one.days) for one in whole.festivals],
        "estimated": _estimated(whole, days, shown, today),
        "may_edit": may_edit,
        **_units(owner, may_edit=may_edit),
    }
    return render(request, "administration/calendars/year.html", context)


@page(Permission.UNIT_VIEW)
def history(request: StaffRequest, unit_id: UUID | None = None) -> HttpResponse:
    """Every version of this calendar, newest first, beside the one before it."""
    owner = owner_of(request, unit_id)
    rows = editions.history(owner.unit)
    context = {
        "owner": owner,
        "rows": list(zip_longest(rows, rows[1:])),
        "may_edit": can(request.actor, Permission.CALENDAR_EDIT),
    }
    return render(request, "administration/calendars/history.html", context)


@page(Permission.UNIT_VIEW)
def differences(request: StaffRequest, unit_id: UUID | None = None) -> HttpResponse:
    """What differs between two versions, as this owner worked by them."""
    owner = owner_of(request, unit_id)
    old, new = (_version(request, owner, name) for name in ("old", "new"))
    key = owner.unit.pk if owner.unit else None
    before, after = (editions.read_edition(version).whole(key) for version in (old, new))
    found = compare(before, after)
    context = {
        "owner": owner,
        "old": old,
        "new": new,
        "differs": bool(found),
        "hours_before": list(hours_words(before)) if found.hours else [],
        "hours": list(hours_words(after)) if found.hours else [],
        **differences_context(found),
    }
    return render(request, "administration/calendars/compare.html", context)


def _version(request: StaffRequest, owner: Owner, name: str) -> int:
    try:
        version = int(request.GET.get(name, ""))
    except ValueError as error:
        raise Http404(name) from error
    if not 1 <= version <= owner.edition.version:
        raise Http404(version)
    return version


def _year(request: StaffRequest, today: date) -> int:
    try:
        asked = int(request.GET.get("year", ""))
    except ValueError:
        return today.year
    return asked if asked in YEARS else today.year


def _years(owner: Owner, shown: int) -> list[dict[str, Any]]:
    base = owner.url()
    return [
        {"url": f"{base}?year={one}", "label": str(one), "active": one == shown}
        for one in range(shown - 1, shown + 2)
    ]


def _estimated(whole: CalendarDocument, days: Days, shown: int, today: date) -> bool:
    """A coming year of China whose make-up workdays nobody has entered yet."""
    if whole.timezone not in CHINESE_ZONES or shown < today.year or not whole.workdays:
        return False
    return not any(one.kind is DayKind.MAKEUP for one in days.year(shown))


def _units(owner: Owner, *, may_edit: bool) -> dict[str, Any]:
    """The units with a calendar of their own, on the county's page."""
    if owner.unit is not None:
        return {}
    form = UnitChoice() if may_edit else None
    units = editions.units_with_calendars(owner.edition)
    return {"units": [(unit, named(unit)) for unit in units], "unit_form": form}
