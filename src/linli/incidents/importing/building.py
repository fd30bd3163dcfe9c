"""From an imported incident to the rows that the actions would have written."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from linli.access.actor import Actor
from linli.calendars import Clock, WorkCalendar
from linli.casework.tallies import Cell
from linli.counties.models import County
from linli.incidents import references, rules
from linli.incidents.bulk import EVENT, INCIDENT, Load
from linli.incidents.enums import FINAL_STATES, Outcome, State, VerificationKind
from linli.incidents.importing.closing import ADOPT
from linli.incidents.imports import ImportedIncident
from linli.incidents.models import Category
from linli.incidents.search_text import tokens_of
from linli.incidents.sight import seen_by
from linli.lib.ids import uuid7
from linli.processes import Definition
from linli.processes.facts import Counts, Progress
from linli.territory.places import Place

REPORT = "report"

_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Setting:
    """What is the same for every row of a run."""

    by: Actor
    system: str
    batch_id: UUID
    county: County
    definition: Definition
    calendar: WorkCalendar
    calendar_version: int
    now: datetime
    centre: UUID | None


class Builder:
    """Turns imported incidents into a load, one after the other."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._zone = ZoneInfo(setting.county.timezone)
        self._same = self._what_stays()
        self._event = self._event_that_stays()
        self._clock = setting.definition.clocks["accept"]
        self._platform_of = cache(references.platform_of)

    def add(
        self, load: Load, item: ImportedIncident, category: Category, place: Place, number: str
    ) -> None:
        """Append the rows of one incident."""
        case_id = uuid7()
        closed_at = self._closing(item)
        progress, due_at = self._progress(item, closed_at)
        state = State.CLOSED if closed_at else State.REPORTED
        platform = self._platform_of(place.township_id)
        row = self._same | {
            "id": case_id,
            "number": number,
            "version": 2 if closed_at else 1,
            "state": state.value,
            "is_open": closed_at is None,
            "opened_at": item.opened_at,
            "due_at": due_at,
            "closed_at": closed_at,
            "verified_at": closed_at,
            "outcome": Outcome.AT_SOURCE.value if closed_at else "",
            "progress": progress,
            "category_id": category.pk,
            "severity": item.severity,
            "verification": category.verification,
            "title": rules.title_of(item.text),
            "text": item.text[: rules.TEXT_MAX],
            "source": item.source,
            "platform": "township" if place.township_id and platform.area_id else "county",
            "platform_unit_id": platform.id,
            "area_id": place.area_id,
            "township_id": place.township_id,
            "village_id": place.village_id,
            "longitude": place.longitude,
            "latitude": place.latitude,
            "place_text": item.address[: rules.PLACE_TEXT_MAX],
            "place_quality": place.quality,
            "source_ref": item.source_id,
        }
        load.incidents.append([row[name] for name in INCIDENT])
        words = tokens_of(item.opened_at, number, item.text, item.address)
        keys = seen_by([place], reporter=row["reporter_id"])
        load.texts.append((case_id, item.opened_at, words, keys))
        load.events.extend(self._events(case_id, item, closed_at, due_at))
        load.count(self._cell(item, state, category, place))

    def year_of(self, item: ImportedIncident) -> int:
        return item.opened_at.astimezone(self._zone).year

    def _closing(self, item: ImportedIncident) -> datetime | None:
        if item.state not in FINAL_STATES or item.closed_at is None:
            return None
        return max(item.closed_at, item.opened_at)

    def _progress(
        self, item: ImportedIncident, closed_at: datetime | None
    ) -> tuple[Any, datetime | None]:
        if closed_at:
            taken = {REPORT: 1, ADOPT: 1}
            return _json(Progress(counts=Counts(taken, taken), entered_at=closed_at)), None
        clock = Clock.start(item.opened_at, self._clock.by_severity[item.severity])
        taken = {REPORT: 1}
        progress = Progress(
            counts=Counts(taken, taken), clocks={"accept": clock}, entered_at=item.opened_at
        )
        return _json(progress), clock.due(self._setting.calendar)

    def _events(
        self,
        case_id: UUID,
        item: ImportedIncident,
        closed_at: datetime | None,
        due_at: datetime | None,
    ) -> Sequence[Sequence[Any]]:
        first = self._event | {
            "id": uuid7(),
            "incident_id": case_id,
            "occurred_at": item.opened_at,
            "kind": REPORT,
            "case_version": 1,
            "to_state": State.REPORTED.value,
            "due_at": due_at,
        }
        lines = [[first[name] for name in EVENT]]
        if closed_at:
            last = first | {
                "id": uuid7(),
                "occurred_at": closed_at,
                "kind": ADOPT,
                "case_version": 2,
                "from_state": State.REPORTED.value,
                "to_state": State.CLOSED.value,
                "due_at": None,
                "reason": item.outcome[:400],
                "data": self._adopted(item),
            }
            lines.append([last[name] for name in EVENT])
        return lines

    def _adopted(self, item: ImportedIncident) -> str:
        fields = {
            "source_reference": item.source_id,
            "verification_kind": VerificationKind.SOURCE_RECORD.value,
            "outcome": Outcome.AT_SOURCE.value,
        }
        return _dumps({"fields": fields})

    def _cell(self, item: ImportedIncident, state: State, category: Category, place: Place) -> Cell:
        month = item.opened_at.astimezone(self._zone).date().replace(day=1)
        keys = {
            "township": place.township_id,
            "category": category.pk,
            "area": place.area_id,
        }
        return Cell(month, state.value, {name: str(key) for name, key in keys.items() if key})

    def _what_stays(self) -> dict[str, Any]:
        setting = self._setting
        same: dict[str, Any] = dict.fromkeys(INCIDENT)
        return same | {
            "process_version": setting.definition.version,
            "calendar_version": setting.calendar_version,
            "recorded_at": setting.now,
            "handler_ids": [],
            "unit_ids": [],
            "rungs_taken": 0,  # what was overdue elsewhere alarms nobody here
            "supervised": False,
            "ruling_binds": False,
            "sampled": False,
            "solved": "",
            "satisfied": "",
            "source_system": setting.system,
            "batch_id": setting.batch_id,
        }

    def _event_that_stays(self) -> dict[str, Any]:
        setting = self._setting
        same: dict[str, Any] = dict.fromkeys(EVENT)
        return same | {
            "recorded_at": setting.now,
            "schema": 1,
            "from_state": "",
            "process_version": setting.definition.version,
            "calendar_version": setting.calendar_version,
            "actor_id": setting.by.id,
            "actor_label": setting.by.label,
            "actor_role": "",
            "reason": "",
            "data": "{}",
        }


def _json(progress: Progress) -> str:
    return _dumps(progress.to_json())
