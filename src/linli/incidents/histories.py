"""The stored timelines of a span of time, as `whatif` reads them: matters and units, no person."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection

from linli.calendars import Duration
from linli.database.context import current_county
from linli.incidents import references
from linli.incidents.importing.building import REPORT
from linli.incidents.importing.closing import ADOPT
from linli.organisations.queries import all_units
from linli.processes import Definition, Effect, Field
from linli.territory.models import Area
from linli.whatif.histories import CaseRow, EventRow

AT_ONCE = 10_000

# An event is recorded after its case was opened, so older partitions are left out.
_LINES = """
SELECT incident.number, (extract(epoch FROM incident.opened_at) * 1000000)::bigint,
    incident.source, incident.township_id, incident.source_system <> '',
    coalesce(incident.area_id, incident.village_id, incident.township_id),
    incident.category_id, incident.severity,
    event.kind, event.to_state, (extract(epoch FROM event.occurred_at) * 1000000)::bigint,
    CASE WHEN event.kind = ANY(%(assigning)s) THEN event.data #>> '{fields,unit}' END,
    CASE WHEN event.kind = ANY(%(telling)s) THEN event.data::text END
FROM incidents_incident AS incident
JOIN incidents_incidentevent AS event
    ON event.county_id = incident.county_id AND event.incident_id = incident.id
WHERE incident.county_id = %(county)s AND event.county_id = %(county)s
    AND incident.opened_at >= %(since)s AND incident.opened_at < %(until)s
    AND event.recorded_at >= %(since)s AND event.kind = ANY(%(steps)s)
ORDER BY incident.opened_at, incident.number, event.case_version
"""
_CASE = 8  # columns of the case, before those of the event


class _Facts(NamedTuple):
    category: str
    severity: str
    area: str


@dataclass(frozen=True)
class Keys:
    """Codes by id, of retired units, categories and areas too; what each kind of step does."""

    units: Mapping[str, str]
    categories: Mapping[str, str]
    areas: Mapping[str, str]
    homes: Mapping[str, str]  # the centre of a township, by its id; "" is the county's
    steps: list[str]
    doing: Mapping[Effect, frozenset[str]]
    dating: frozenset[str] = field(default_factory=frozenset)


def keys_of(definitions: list[Definition]) -> Keys:
    """Read them once; the definitions are all that cases of the county may have run under."""
    steps = [step for one in definitions for step in one.transitions.values()]
    units = {str(unit.pk): unit.code for unit in all_units()}
    areas = dict(Area.objects.values_list("pk", "code"))
    homes = {pk: units.get(str(references.platform_of(pk).id), "") for pk in (None, *areas)}
    return Keys(
        units=units,
        categories={str(key): one.code for key, one in references.categories().items()},
        areas={str(pk): code for pk, code in areas.items()},
        homes={str(pk or ""): code for pk, code in homes.items()},
        steps=sorted({step.key for step in steps}),
        doing={
            effect: frozenset(step.key for step in steps if effect in step.effects)
            for effect in Effect
        },
        dating=frozenset(step.key for step in steps if Field.REVIEW_DATE in step.fields),
    )


def read_histories(
    since: datetime, until: datetime, keys: Keys
) -> Iterator[tuple[CaseRow, list[EventRow]]]:
    """Cases of the current county opened from `since` to before `until`, in that order."""
    for _number, lines in groupby(lines_of(since, until, keys), key=itemgetter(0)):
        rows = list(lines)
        yield _case(rows, keys), _events(rows, keys)


def lines_of(since: datetime, until: datetime, keys: Keys) -> Iterator[tuple[Any, ...]]:
    doing = keys.doing
    telling = keys.dating.union(
        *(doing[e] for e in (Effect.SET_CATEGORY, Effect.SET_PLACE, Effect.EXTEND)),
        doing[Effect.STOP_CLOCKS],
    )
    values: dict[str, Any] = {
        "county": current_county(),
        "since": since,
        "until": until,
        "assigning": sorted(doing[Effect.ASSIGN]),
        "telling": sorted(telling),
        "steps": keys.steps,
    }
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LINES, values)
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows


def _case(rows: list[tuple[Any, ...]], keys: Keys) -> CaseRow:
    number, opened, source, township, imported = rows[0][:5]
    key = str(township) if township else ""
    return CaseRow(
        number=number,
        opened=opened,
        source=source,
        home=keys.homes.get(key, keys.homes[""]),
        township=keys.areas.get(key, ""),
        adopted=imported and all(row[_CASE] in {REPORT, ADOPT} for row in rows),
    )


def _events(rows: list[tuple[Any, ...]], keys: Keys) -> list[EventRow]:
    """From the last to the first: a correction tells what was true before it."""
    area, category, severity = rows[0][5:_CASE]
    facts = _Facts(keys.categories.get(str(category), ""), severity, keys.areas.get(str(area), ""))
    found = []
    for row in reversed(rows):
        kind, state, at, unit, told = row[_CASE:]
        data = json.loads(told) if told else {}
        fields = data.get("fields", {})
        found.append(
            EventRow(
                kind=kind,
                state=state,
                at=at,
                unit=keys.units.get(unit, "") if unit else "",
                category=facts.category,
                severity=facts.severity,
                area=facts.area,
                extra=_extra(kind, fields, keys),
                until=_date(fields),
                condition=str(fields.get("condition", "")),
            )
        )
        if "was" in data:
            facts = _before(facts, data["was"], keys)
    return found[::-1]


def _before(facts: _Facts, was: Mapping[str, Any], keys: Keys) -> _Facts:
    return facts._replace(
        category=keys.categories.get(was.get("category", ""), facts.category),
        severity=was.get("severity") or facts.severity,
        area=keys.areas.get(was["area"], "") if "area" in was else facts.area,
    )


def _extra(kind: str, fields: Mapping[str, Any], keys: Keys) -> Duration | None:
    written = fields.get("extra_time") if kind in keys.doing[Effect.EXTEND] else None
    return Duration.parse(written) if written else None


def _date(fields: Mapping[str, Any]) -> date | None:
    written = fields.get("review_date")
    return date.fromisoformat(written) if written else None
