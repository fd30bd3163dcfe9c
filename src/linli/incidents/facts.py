"""An incident and an actor, told to the process engine in its own terms."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from uuid import UUID

from linli.access.actor import Actor, Held
from linli.access.permissions import Permission
from linli.access.roles import ROLES
from linli.calendars import Duration
from linli.incidents.enums import VERIFICATION_AT_LEAST, VerificationKind
from linli.incidents.models import Category, Incident
from linli.organisations.models import UnitKind
from linli.processes import ActorFacts, CaseFacts, Platform
from linli.processes.facts import Progress


def case_facts(
    incident: Incident,
    category: Category,
    co_units: Iterable[UUID] = (),
    *,
    durations: Mapping[str, Duration] | None = None,
    townships: Iterable[UUID | None] = (),
) -> CaseFacts:
    """What the process needs to know of an incident; `durations` stand in for the category's.

    `townships` are those of further places: of several, somebody has to name the one that leads.
    """
    if durations is None:
        durations = category_durations(category, incident.severity)
    touched = frozenset(str(one) for one in (incident.township_id, *townships) if one)
    allowed = {"verification_kind": allowed_verification(incident.verification)}
    return CaseFacts(
        state=incident.state,
        severity=incident.severity,
        platform=Platform(incident.platform),
        lead_unit=str(incident.lead_unit_id) if incident.lead_unit_id else None,
        co_units=frozenset(str(unit) for unit in co_units),
        reporter=str(incident.reporter_id) if incident.reporter_id else None,
        handlers=frozenset(str(handler) for handler in incident.handler_ids),
        durations=durations,
        allowed=allowed | {"township": touched},
        required=frozenset({"township"}) if len(touched) > 1 else frozenset(),
        on_the_spot=category.on_the_spot,
        progress=Progress.from_json(incident.progress),
    )


def category_durations(category: Category, severity: str) -> Mapping[str, Duration]:
    """The category's own deadlines: `deadlines` maps severity -> duration of handling."""
    written = category.deadlines.get(severity)
    return {"handle": _duration(written)} if written else {}


@lru_cache(maxsize=512)
def _duration(written: str) -> Duration:
    return Duration.parse(written)


def allowed_verification(kind: str) -> frozenset[str]:
    known = VERIFICATION_AT_LEAST.get(VerificationKind(kind), frozenset())
    return frozenset(str(one) for one in known)


def actor_facts(actor: Actor, incident: Incident) -> ActorFacts:
    """Who acts, as far as this incident goes: a right counts only where the role reaches it.

    To look, and to say something about it, it is enough to see it (a further place of it, say).
    """
    if actor.id is None:
        return _system_facts(actor)
    reaching = [held for held in actor.held if _reaches(held, incident, actor)]
    sight = frozenset[str]({Permission.INCIDENT_VIEW})
    rights = sight.union(*(ROLES[held.role].permissions for held in reaching))
    units = frozenset(str(held.unit_id) for held in actor.held if held.unit_id)
    return ActorFacts(
        user=str(actor.id),
        permissions=rights & actor.permissions,
        units=units,
        platforms=frozenset(platform for held in reaching for platform in _serves(held)),
    )


def _system_facts(actor: Actor) -> ActorFacts:
    return ActorFacts(
        user="",
        permissions=frozenset(str(right) for right in actor.permissions),
        platforms=frozenset(Platform),
    )


def _reaches(held: Held, incident: Incident, actor: Actor) -> bool:
    """Whether a membership's scope holds the incident; visibility itself is decided in queries."""
    if ROLES[held.role].countywide or held.area_id is None:
        return True
    places = {incident.township_id, incident.village_id, incident.area_id}
    units = {incident.lead_unit_id, incident.platform_unit_id} - {None}
    if held.area_id in places or held.unit_id in units:
        return True
    return incident.reporter_id == actor.id or not places - {None}


def serves_county(actor: Actor) -> bool:
    """Whether somebody's work is the county's, with or without a unit there."""
    return any(Platform.COUNTY in _serves(held) for held in actor.held)


def _serves(held: Held) -> Iterable[Platform]:
    if ROLES[held.role].countywide or held.unit_kind == UnitKind.COUNTY_CENTRE:
        yield Platform.COUNTY
    # A village office settles matters of its village as the lowest of the three networked levels.
    if held.unit_kind in {UnitKind.TOWNSHIP_PLATFORM, UnitKind.VILLAGE_OFFICE}:
        yield Platform.TOWNSHIP
