"""Rows of lists, written without the template engine (see `web.markup`)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linli.database.context import current_county
from linli.incidents.helping import OwnTask
from linli.incidents.lines import Line, S, lines_of
from linli.lib.derived import Derived
from linli.web.incidents.words import labels, language
from linli.web.markup import said, together, written
from linli.web.parts import icon, left_html, severity, state_badge
from linli.web.time_words import time_left
from linli.web.tones import severity_look

NOTHING = SafeString("")
NO_TASKS: Mapping[UUID, OwnTask] = {}
LIST_ROW = """<tr>
<th scope="row" class="wrap"><a href="{href}">{title}</a><span class="row-sub">{icon}{category} · \
<span class="nowrap">{number}</span> {severity}</span></th>
<td class="half" data-label="{place_word}">{place}</td>
<td data-label="{state_word}">{state}</td>
{left}
{unit}
<td data-label="{opened_word}" class="nowrap">{opened}</td>
</tr>"""
CHECKED_ROW = LIST_ROW.replace(
    "<tr>",
    '<tr><td class="check"><input type="checkbox" name="case" value="{id}"'
    ' aria-label="{number} {title}"></td>',
)
CELL = '<td data-label="{word}">{value}</td>'
EMPTY = SafeString('<td class="empty-cell"></td>')
WORK_ROW = """<li class="work-row" data-row>
<span class="work-icon">{icon}</span>
<a class="work-title" href="{href}" title="{title}">{title}</a>
<span class="work-place">{place}</span>
<span class="work-state">{state}</span>
<span class="work-time">{left}</span>
<span class="work-unit">{unit}</span>
</li>"""


def list_rows(incidents: Sequence[S], *, county: str, now: datetime, choose: bool) -> SafeString:
    """The lines of a table, in the order given; `choose` puts a box before each."""
    words = said(place_word=_("Place"), state_word=_("State"), opened_word=_("Reported at"))
    cells = said(left=_("Time left"), unit=_("Lead unit"))
    severities, zone = _severities(), timezone.get_current_timezone()
    pattern = CHECKED_ROW if choose else LIST_ROW
    rows = []
    for line, values in _values(incidents, county):
        left, opened = _left(line, now), line.incident.opened_at.astimezone(zone)
        values |= {
            "severity": severities.get(line.incident.severity, NOTHING),
            "left": written(CELL, word=cells["left"], value=left) if left else EMPTY,
            "unit": written(CELL, word=cells["unit"], value=line.unit) if line.unit else EMPTY,
            "opened": f"{opened:%m-%d %H:%M}",
        }
        if choose:
            values["id"] = line.incident.id
        rows.append(written(pattern, **words, **values))
    return together(rows)


def work_rows(
    incidents: Sequence[S],
    *,
    county: str,
    now: datetime,
    tasks: Mapping[UUID, OwnTask] = NO_TASKS,
) -> SafeString:
    """The lines of a list of work, each with the moment it is due: of whose own task it is one of
    `tasks`, by that.
    """
    return together(
        written(
            WORK_ROW,
            left=_task_left(task, line, now) if task else _left(line, now, moment=True),
            unit=line.unit,
            **values,
        )
        for line, values in _values(incidents, county)
        for task in (tasks.get(line.incident.id),)
    )


def _values(incidents: Sequence[S], county: str) -> Iterator[tuple[Line[S], dict[str, object]]]:
    """What both kinds of line say of a case."""
    base, states = reverse("incidents:list", args=[county]), _states()
    for line in lines_of(incidents):
        incident = line.incident
        yield (
            line,
            {
                "href": f"{base}/{incident.number}",
                "number": incident.number,
                "title": incident.title,
                "icon": icon(line.category.icon or "folder"),
                "category": line.category_name,
                "place": " / ".join(line.place) or incident.place_text,
                "state": states.get(incident.state) or state_badge(incident.state),
            },
        )


def _states() -> Mapping[str, SafeString]:
    return _STATES.of(labels("state"), current_county(), language())


def _severities() -> Mapping[str, SafeString]:
    """Nothing for an ordinary matter."""
    return _SEVERITIES.of(labels("severity"), current_county(), language())


_STATES = Derived[Mapping[str, SafeString]](
    lambda known: {key: state_badge(key, words) for key, words in known.items()}
)
_SEVERITIES = Derived[Mapping[str, SafeString]](
    lambda known: {
        key: severity(key, words)
        for key, words in known.items()
        if severity_look(key)[1] != "neutral"
    }
)


def _left(line: Line[S], now: datetime, *, moment: bool = False) -> SafeString:
    incident = line.incident
    if not incident.is_open:
        return NOTHING
    clock = line.clock
    left = time_left(
        incident.due_at, start=clock.started, now=now, calendar=clock.calendar, moment=moment
    )
    return left_html(left, incident.due_at if moment else None)


def _task_left(task: OwnTask, line: Line[S], now: datetime) -> SafeString:
    used, begun = line.clock.calendar, task.assigned_at
    return left_html(time_left(task.due_at, start=begun, now=now, calendar=used), task.due_at)
