"""What the published process does not cover in the county, each gap with where to mend it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.access.permissions import Permission
from linli.incidents import references
from linli.incidents.coverage import PROCESS, Checked, gaps_of, known_since, published_gaps
from linli.processes.coverage import At, Code, Gap
from linli.web.administration.processes.frame import (
    Shown,
    framed,
    of_draft,
    of_version,
    show_draft,
    show_version,
)
from linli.web.http import StaffRequest, page
from linli.web.incidents.words import language

# Heading, icon, tone, and the kinds of gaps below it.
GROUPS: tuple[tuple[str | Promise, str, str, frozenset[Code]], ...] = (
    (
        _("Nobody answers"),
        "exclamation-octagon",
        "overdue",
        frozenset({Code.NOBODY_ON_DUTY, Code.NO_UNIT, Code.NO_CENTRE, Code.ALERT_REACHES_NOBODY}),
    ),
    (
        _("Nobody stands behind"),
        "people",
        "attention",
        frozenset({Code.NO_DEPUTY, Code.ROTA_ENDS, Code.NOBODY_HOLDS}),
    ),
    (
        _("Routing"),
        "signpost",
        "attention",
        frozenset(
            {
                Code.UNKNOWN_AREA,
                Code.UNKNOWN_CATEGORY,
                Code.UNKNOWN_SOURCE,
                Code.UNKNOWN_TRADE,
                Code.UNKNOWN_UNIT,
                Code.RULE_FINDS_NOBODY,
                Code.RULE_NEVER_FITS,
                Code.RULE_SHADOWED,
            }
        ),
    ),
    (
        _("Deadlines and escalation"),
        "hourglass-split",
        "attention",
        frozenset(
            {
                Code.LADDER_ENDS_EARLY,
                Code.NO_LADDER,
                Code.NO_WHOLE,
                Code.RUNG_REACHES_NOBODY,
                Code.STEPS_TOO_LONG,
                Code.TARGET_MISSING,
            }
        ),
    ),
    (_("Definition"), "diagram-3", "attention", frozenset({Code.FAULT, Code.UNKNOWN_RIGHT})),
)
SECTIONS: Mapping[At, str] = {
    At.ROUTING: "routing",
    At.RULE: "routing",
    At.STATE: "states",
    At.TRANSITION: "transitions",
    At.LADDER: "ladders",
    At.CLOCK: "clocks",
    At.WHOLE: "whole",
    At.EMERGENCY: "emergency",
}
MENDS: Mapping[At, str | Promise] = {
    At.ROTA: _("Fill the rota"),
    At.UNIT: _("Set the unit right"),
    At.CATEGORY: _("In the county's table of categories"),
    At.STAFF: _("Grant the role"),
}


class Row(NamedTuple):
    """A gap in words; `address` is where it is mended, empty where no page does that."""

    words: str
    example: str
    cells: int
    mend: str | Promise
    address: str
    since: datetime | None


class Group(NamedTuple):
    title: str | Promise
    icon: str
    tone: str
    rows: list[Row]


@page(Permission.PROCESS_VIEW)
def check(request: StaffRequest) -> HttpResponse:
    """The process that new cases run under."""
    shown = show_version(request, of_version(request, PROCESS))
    checked = published_gaps(by=request.actor)
    return _show(request, checked, shown, framed(request, PROCESS, "check"))


@page(Permission.PROCESS_VIEW)
def check_draft(request: StaffRequest, key: str, draft_id: UUID) -> HttpResponse:
    """A draft, as publishing will judge it."""
    row = of_draft(request, key, draft_id)
    shown = show_draft(request, row)
    checked = gaps_of(row.document, by=request.actor)
    return _show(request, checked, shown, framed(request, key, "edit", row=row))


def _show(
    request: StaffRequest, checked: Checked, shown: Shown, context: dict[str, Any]
) -> HttpResponse:
    context |= {
        "checked": checked,
        "looked": checked.coverage,
        "wider": checked.coverage.places - checked.coverage.grids,
        "count": len(checked.gaps),
        "groups": list(_groups(checked, shown)),
        "shown": shown,
    }
    return render(request, "administration/coverage.html", context)


def _groups(checked: Checked, shown: Shown) -> Iterator[Group]:
    since = known_since()
    for title, icon, tone, codes in GROUPS:
        gaps = [gap for gap in checked.gaps if gap.code in codes]
        rows = [_row(gap, checked, shown, since.get(gap.key)) for gap in gaps]
        if rows:
            yield Group(title, icon, tone, rows)


def _row(gap: Gap, checked: Checked, shown: Shown, since: datetime | None) -> Row:
    return Row(
        words=checked.words(gap, language()),
        example=checked.example(gap, language()),
        cells=gap.cells,
        mend=MENDS.get(gap.mend.at, _("In the process")),
        address=_address(gap, shown),
        since=since,
    )


def _address(gap: Gap, shown: Shown) -> str:
    """Empty where this installation has no page for it."""
    at, key = gap.mend.at, gap.mend.key
    if at in {At.UNIT, At.ROTA}:
        unit = references.in_service().units.get(key)
        view = "duty:rota" if at is At.ROTA else "administration:unit_edit"
        return reverse(view, args=[shown.county, unit.pk]) if unit else ""
    return shown.link(SECTIONS[at], key) if at in SECTIONS else ""
