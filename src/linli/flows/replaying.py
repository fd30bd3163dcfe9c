"""Putting every stored history of a county before the process engine again."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection

from linli.casework.definitions import process
from linli.counties.opening import open_county
from linli.database.context import current_county
from linli.incidents.actions.report import PROCESS
from linli.incidents.enums import NOT_STEPS
from linli.processes import EventFacts, replay_parts

AT_ONCE = 5_000
# The severity stands on the case; a correction is the only step that changes it.
_HISTORIES = """
SELECT event.incident_id, incident.number, event.process_version, event.kind, event.to_state,
    event.occurred_at, coalesce(event.actor_id::text, ''), coalesce(event.unit_id::text, ''),
    incident.severity, incident.state, event.data #>> '{fields,severity}'
FROM incidents_incidentevent AS event
JOIN incidents_incident AS incident
    ON incident.county_id = event.county_id AND incident.id = event.incident_id
WHERE event.county_id = %s AND incident.county_id = %s AND NOT event.kind = ANY(%s)
ORDER BY event.incident_id, event.case_version
"""

Progress = Callable[[int], None]


class CaseViolation(NamedTuple):
    """What one case's history holds that its process does not allow, or its row contradicts."""

    number: str
    position: int
    code: str
    params: dict[str, object]


@dataclass
class Replayed:
    """How much was read, and what was wrong with it."""

    cases: int = 0
    events: int = 0
    violations: list[CaseViolation] = field(default_factory=list)


class _Line(NamedTuple):
    case: Any
    number: str
    version: int
    kind: str
    state: str
    at: datetime
    actor: str
    unit: str
    severity: str
    rests_in: str
    corrected: str | None


def replay_county(county: str, *, progress: Progress | None = None) -> Replayed:
    """Replay every incident of a county under the process that it started with.

    Streams from the database; `progress` is told how many cases were read. Call outside a context.
    """
    found = Replayed()
    with open_county(county):
        for _case, lines in groupby(_lines(), key=itemgetter(0)):
            history = list(lines)
            found.cases += 1
            found.events += len(history)
            found.violations.extend(_wrong(history))
            if progress and found.cases % AT_ONCE == 0:
                progress(found.cases)
    return found


def _lines() -> Iterator[_Line]:
    with connection.chunked_cursor() as cursor:
        kinds = [kind.value for kind in NOT_STEPS]
        cursor.execute(_HISTORIES, [current_county(), current_county(), kinds])
        while rows := cursor.fetchmany(AT_ONCE):
            yield from map(_Line._make, rows)


def _wrong(history: list[_Line]) -> Iterable[CaseViolation]:
    """A case may have been moved to another version: each line is judged by its own."""
    parts = [
        (process(PROCESS, line.version), one)
        for line, one in zip(history, _facts(history), strict=True)
    ]
    for position, code, params in replay_parts(parts):
        yield CaseViolation(history[0].number, position, code, dict(params))
    last = history[-1]
    if last.state != last.rests_in:
        params = {"state": last.rests_in, "expected": last.state}
        yield CaseViolation(last.number, len(history), "state_mismatch", params)


def _facts(history: list[_Line]) -> list[EventFacts]:
    severities = _severities(history)
    return [
        EventFacts(line.kind, line.state, line.at, line.actor, line.unit, severity)
        for line, severity in zip(history, severities, strict=True)
    ]


def _severities(history: list[_Line]) -> list[str]:
    """The severity at each line; unknown ("") before the last correction of it."""
    last = max((n for n, line in enumerate(history) if line.corrected), default=0)
    return ["" if n < last else line.severity for n, line in enumerate(history)]
