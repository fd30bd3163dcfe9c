"""What the published process does not cover in the county, each gap with where to mend it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.access.permissions import Permission
from linli.incidents.actions.watching import watch_coverage
from linli.incidents.coverage import PROCESS, Checked, gaps_of, known_since, published_gaps
from linli.processes.coverage import Code, Gap
from linli.processes.faulting import in_words
from linli.processes.faults import Fault
from linli.web.administration.processes.frame import (
    Shown,
    framed,
    of_draft,
    of_version,
    show_draft,
    show_version,
)
from linli.web.administration.processes.mending import Way, ways
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
            }
        ),
    ),
    (_("Definition"), "diagram-3", "attention", frozenset({Code.FAULT, Code.UNKNOWN_RIGHT})),
)


class Row(NamedTuple):
    """A gap in words, with the clicks that mend it."""

    words: str
    example: str
    cells: int
    ways: list[Way]
    since: datetime | None


class Group(NamedTuple):
    title: str | Promise
    icon: str
    tone: str
    rows: list[Row]


@page(Permission.PROCESS_VIEW, methods=("GET", "POST"))
def check(request: StaffRequest) -> HttpResponse:
    """The process that new cases run under. POST looks anew: what is mended is told no longer."""
    if request.method == "POST":
        watch_coverage(now=timezone.now(), by=request.actor)
        return redirect(request.path)
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
    since = known_since()

    def rows(gaps: Iterable[Gap]) -> list[Row]:
        return [_row(request, gap, checked, shown, since.get(gap.key)) for gap in gaps]

    context |= {
        "checked": checked,
        "looked": checked.coverage,
        "wider": checked.coverage.places - checked.coverage.grids,
        "count": len(checked.gaps),
        "groups": [
            Group(title, icon, tone, rows(gap for gap in checked.gaps if gap.code in codes))
            for title, icon, tone, codes in GROUPS
            if any(gap.code in codes for gap in checked.gaps)
        ],
        "warnings": rows(checked.coverage.warnings),
        "shown": shown,
    }
    return render(request, "administration/coverage.html", context)


def _row(
    request: StaffRequest, gap: Gap, checked: Checked, shown: Shown, since: datetime | None
) -> Row:
    fault = gap.params.get("fault")
    words = (
        in_words(fault, shown.words, language())
        if isinstance(fault, Fault)
        else checked.words(gap, language())
    )
    return Row(
        words=words,
        example=checked.example(gap, language()),
        cells=gap.cells,
        ways=ways(request, gap, checked, shown),
        since=since,
    )
