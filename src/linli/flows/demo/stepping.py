"""Takes planned incidents through the real engine, in memory, to the rows of the live actions."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from linli.access.actor import Actor
from linli.casework.editions import Edition
from linli.counties.tenancy import new
from linli.flows.demo.noticing import tell
from linli.flows.demo.plan import PlannedIncident, PlannedStep
from linli.flows.demo.routing import Table
from linli.flows.demo.told import (
    Case,
    File,
    Taken,
    Told,
    apply,
    co_units,
    dumps,
    evaluate,
    mark,
    release,
    supervise,
)
from linli.incidents.actions.record import decision_data
from linli.incidents.actions.verifying import queue_after
from linli.incidents.bulk import EVENT
from linli.incidents.enums import FINAL_STATES
from linli.incidents.facts import actor_facts, case_facts
from linli.incidents.ladder import catch_up
from linli.incidents.models import Category, Incident, IncidentPlace, IncidentTask
from linli.incidents.references import Platform as PlatformUnit
from linli.incidents.routing import durations
from linli.lib.ids import uuid7
from linli.organisations.models import Unit, UnitKind
from linli.processes import (
    ActorFacts,
    CaseFacts,
    Decision,
    Definition,
    Effect,
    Platform,
    decide,
    impartial_platform,
)
from linli.processes.routing_table import Rule
from linli.territory.places import Place

WORDS = ("reason", "result", "text")


@dataclass(frozen=True)
class Setting:
    """What every case shares: units and actors by their planned codes, categories by code."""

    definition: Definition
    calendars: Edition
    table: Table
    categories: Mapping[str, Category]
    units: Mapping[str, Unit]
    actors: Mapping[str, Actor]
    platforms: Mapping[UUID | None, PlatformUnit]  # by township; None is the county's own

    @property
    def unit_names(self) -> dict[UUID, str]:
        return {unit.pk: unit.name for unit in self.units.values()}


class Teller:
    """Tells one case after the other, without a query; one may be merged into another."""

    def __init__(self, setting: Setting, cases: Iterable[Case]) -> None:
        self._setting = setting
        self._names = setting.unit_names
        self._cases = {case.planned.index: case for case in cases}
        self._merged = _merged(self._cases.values())
        self._colleagues = _colleagues(setting.actors)
        self._known: dict[tuple[str, UUID | None], ActorFacts] = {}

    def tell(self, case: Case) -> Told:
        planned = case.planned
        told = Told(self._new(case))
        told.places = [_further(told.incident, place) for place in case.further]
        facts = case_facts(told.incident, self._setting.categories[planned.category])
        absorbs = deque(self._merged.get(planned.index, ()))
        for step in planned.steps:
            while absorbs and absorbs[0][0].at < step.at:
                self._absorb(told, *absorbs.popleft())
            facts = self._take(told, facts, planned, step)
        for step, duplicate in absorbs:
            self._absorb(told, step, duplicate)
        told.incident.is_open = told.incident.state not in FINAL_STATES
        told.incident.progress = facts.progress.to_json()
        catch_up(told.incident, now=timezone.now())
        return told

    def _new(self, case: Case) -> Incident:
        setting, planned, place = self._setting, case.planned, case.place
        category = setting.categories[planned.category]
        held_by = place.township_id if planned.platform == "township" else None
        platform = setting.platforms.get(held_by) or setting.platforms[None]
        at = planned.opened_at
        return new(
            Incident,
            id=case.id,
            number=case.number,
            version=0,
            state="",
            process_version=setting.definition.version,
            calendar_version=setting.calendars.version,
            opened_at=at,
            recorded_at=at,
            platform="county" if platform.kind == UnitKind.COUNTY_CENTRE else "township",
            platform_unit_id=platform.id,
            category_id=category.pk,
            severity=planned.severity,
            verification=category.verification,
            title=planned.title,
            text=planned.text,
            source=planned.steps[0].fields["source"],
            reporter_id=setting.actors[planned.steps[0].actor].id,
            area_id=place.area_id,
            township_id=place.township_id,
            village_id=place.village_id,
            longitude=place.longitude,
            latitude=place.latitude,
            place_text=planned.place_text,
            place_quality=place.quality,
        )

    def _take(
        self, told: Told, case: CaseFacts, planned: PlannedIncident, step: PlannedStep
    ) -> CaseFacts:
        incident = told.incident
        actor = self._setting.actors[step.actor]
        rule, case = self._routed(told, case, planned, step)
        decision = decide(
            self._setting.definition,
            case,
            self._facts_of(step.actor, incident),
            step.transition_key,
            self._supplied(planned, step),
            now=step.at,
            calendar=self._setting.calendars,
        )
        fields = {str(name): value for name, value in decision.fields.items()}
        taken = Taken(step, actor, decision, fields, incident.state, incident.due_at)
        verifier = incident.verifier_unit_id
        apply(incident, decision)
        extra = self._effects(told, planned, taken) | ({"rule": rule.key} if rule else {})
        mark(told, taken)
        self._queue_verification(told.incident, decision)
        tell(
            told,
            taken,
            case,
            verifier_before=verifier,
            county=self._setting.platforms[None].id,
            merged=self._merged_reporters(planned, step),
        )
        self._note(told, taken, extra)
        units = co_units(told)
        case = decision.case
        return case if case.co_units == units else case._replace(co_units=units)

    def _routed(
        self, told: Told, case: CaseFacts, planned: PlannedIncident, step: PlannedStep
    ) -> tuple[Rule | None, CaseFacts]:
        """The routing rule that a dispatch follows, and the case with the time that it gives."""
        setting = self._setting
        if Effect.ASSIGN not in setting.definition.transitions[step.transition_key].effects:
            return None, case
        category, unit = setting.categories[planned.category], setting.units[step.fields["unit"]]
        rule = setting.table.rule(told.incident, category, unit, step.at)
        return rule, case._replace(durations=durations(rule, category, case.severity))

    def _merged_reporters(self, planned: PlannedIncident, step: PlannedStep) -> list[UUID | None]:
        """Of those whose report has become part of this case by now."""
        taken = self._merged.get(planned.index, ())
        merged = [case for merge, case in taken if merge.at < step.at]
        return [self._setting.actors[case.planned.steps[0].actor].id for case in merged]

    def _facts_of(self, login: str, incident: Incident) -> ActorFacts:
        """The same for every case of a village: nobody in the plan reaches a part of one only."""
        key = (login, incident.village_id)
        if key not in self._known:
            self._known[key] = actor_facts(self._setting.actors[login], incident)
        return self._known[key]

    def _supplied(self, planned: PlannedIncident, step: PlannedStep) -> dict[str, object]:
        """The planned fields with real ids, and the words in the field that the step has."""
        if step.transition_key == "report":
            category = self._setting.categories[planned.category]
            return {
                "category": str(category.pk),
                "text": planned.text,
                "source": step.fields["source"],
            }
        given: dict[str, object] = dict(step.fields)
        asked = self._setting.definition.transitions[step.transition_key].fields
        if step.reason:
            given[next(word for word in WORDS if word in asked)] = step.reason
        if "unit" in given:
            given["unit"] = str(self._setting.units[step.fields["unit"]].pk)
        if "co_units" in given:
            given["co_units"] = [str(self._setting.units[step.fields["co_units"]].pk)]
        if "evidence" in given:
            given["evidence"] = [str(uuid7()) for _ in range(int(step.fields["evidence"]))]
        if "duplicate_of" in given:
            given["duplicate_of"] = str(self._cases[int(step.fields["duplicate_of"])].id)
        return given

    def _effects(self, told: Told, planned: PlannedIncident, step: Taken) -> dict[str, Any]:
        extra: dict[str, Any] = {}
        incident = told.incident
        for effect in step.decision.effects:
            if effect is Effect.ASSIGN:
                extra |= self._assign(told, step)
            elif effect is Effect.LINK_DUPLICATE:
                extra |= self._merge(told, step)
            elif effect is Effect.DRAW_SAMPLE:
                incident.sampled = planned.sampled
                extra["sampled"] = planned.sampled
            elif effect in {Effect.MOVE_TO_COUNTY, Effect.MOVE_TO_TOWNSHIP}:
                incident.platform_unit_id = self._platform(effect, incident)
            elif effect in _EFFECTS:
                _EFFECTS[effect](told, step)
        return extra

    def _assign(self, told: Told, step: Taken) -> dict[str, Any]:
        release(told, step.at)
        lead = UUID(step.fields["unit"])
        units = [lead, *(UUID(one) for one in step.fields.get("co_units", ()))]
        told.incident.unit_ids = sorted({*told.incident.unit_ids, *units})
        for unit in units:
            task = new(
                IncidentTask,
                incident_id=told.incident.pk,
                unit_id=unit,
                lead=unit == lead,
                opened_at=told.incident.opened_at,
                assigned_at=step.at,
                due_at=step.decision.dues.get("handle"),
                instruction=str(step.fields.get("text") or ""),
            )
            told.tasks.append(task)
        return {"units": [{"id": str(unit), "name": self._names[unit]} for unit in units]}

    def _merge(self, told: Told, step: Taken) -> dict[str, Any]:
        other = self._cases[int(step.planned.fields["duplicate_of"])]
        told.incident.merged_into_id = other.id
        release(told, step.at)
        return {"merged_into": other.number, "merged_into_id": str(other.id)}

    def _absorb(self, told: Told, step: PlannedStep, duplicate: Case) -> None:
        """Another case is merged into this one."""
        incident = told.incident
        incident.version += 1
        data = {"duplicate": duplicate.number, "duplicate_id": str(duplicate.id)}
        self._write(told, step, kind="absorb", from_state=incident.state, data=data)

    def _platform(self, effect: Effect, incident: Incident) -> UUID | None:
        platforms = self._setting.platforms
        if effect is Effect.MOVE_TO_COUNTY:
            return platforms[None].id
        return (platforms.get(incident.township_id) or platforms[None]).id

    def _queue_verification(self, incident: Incident, decision: Decision) -> None:
        incident.verifier_unit_id = queue_after(
            incident, decision, queue=lambda: self._verifiers(incident, decision.case)
        )

    def _verifiers(self, incident: Incident, case: CaseFacts) -> UUID | None:
        county, own = self._setting.platforms[None].id, incident.platform_unit_id
        here = (self._facts_of(login, incident) for login in self._colleagues.get(own, ()))
        found = impartial_platform(self._setting.definition, case, here)
        return county if found is Platform.COUNTY else own

    def _note(self, told: Told, step: Taken, extra: dict[str, Any]) -> None:
        incident, first = told.incident, not told.events
        if first:
            extra = {"source": incident.source, "place": incident.place_quality}
        event_id = self._write(
            told,
            step.planned,
            kind=step.key,
            from_state=step.state_before,
            reason="" if first else _words(step.fields),
            data=decision_data(step.decision) | extra,
        )
        for one in step.fields.get("evidence", ()):
            told.files.append(File(UUID(one), incident.pk, event_id, step.at, step.actor.id))

    def _write(
        self,
        told: Told,
        step: PlannedStep,
        *,
        kind: str,
        from_state: str,
        data: Mapping[str, Any],
        reason: str = "",
    ) -> UUID:
        incident, actor = told.incident, self._setting.actors[step.actor]
        event_id = uuid7()
        row = {
            "id": event_id,
            "recorded_at": step.at,
            "occurred_at": step.at,
            "kind": kind,
            "schema": 1,
            "case_version": incident.version,
            "from_state": from_state,
            "to_state": incident.state,
            "process_version": incident.process_version,
            "calendar_version": incident.calendar_version,
            "actor_id": actor.id,
            "actor_label": actor.label,
            "actor_role": step.actor_role,
            "unit_id": actor.held[0].unit_id,
            "due_at": incident.due_at,
            "reason": reason,
            "data": dumps(data),
            "incident_id": incident.pk,
        }
        told.events.append([row[name] for name in EVENT])
        return event_id


def _further(incident: Incident, place: Place) -> IncidentPlace:
    return new(
        IncidentPlace,
        incident_id=incident.pk,
        opened_at=incident.opened_at,
        area_id=place.area_id,
        township_id=place.township_id,
        village_id=place.village_id,
    )


def _merged(cases: Collection[Case]) -> dict[int, list[tuple[PlannedStep, Case]]]:
    """What each case takes in, in the order of time."""
    found: dict[int, list[tuple[PlannedStep, Case]]] = {}
    for case in cases:
        for step in case.planned.steps:
            if step.transition_key == "merge":
                found.setdefault(int(step.fields["duplicate_of"]), []).append((step, case))
    return {index: sorted(taken, key=lambda one: one[0].at) for index, taken in found.items()}


def _colleagues(actors: Mapping[str, Actor]) -> dict[UUID | None, list[str]]:
    """The logins of each unit."""
    found: dict[UUID | None, list[str]] = {}
    for login, actor in actors.items():
        found.setdefault(actor.held[0].unit_id, []).append(login)
    return found


def _words(fields: Mapping[str, Any]) -> str:
    return next((str(fields[name]) for name in WORDS if name in fields), "")


_EFFECTS: Mapping[Effect, Callable[[Told, Taken], None]] = {
    Effect.UNASSIGN: lambda told, step: release(told, step.at),
    Effect.RECORD_EVALUATION: evaluate,
    Effect.MARK_SUPERVISED: supervise,
}
