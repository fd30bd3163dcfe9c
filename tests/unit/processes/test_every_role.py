"""Every role before every step in every state: allowed where the definition says so, else refused.

The expectation is read off the document by set arithmetic alone; the engine has to agree.
"""

from dataclasses import dataclass

import pytest

from linli.access.roles import ROLES
from linli.accounts.enums import Role
from linli.processes import ActorFacts, CaseFacts, Platform, Transition
from linli.processes.vocabulary import Relation

from .support import incident
from .test_every_transition import attempt, case_for

STATES = ("", *incident().states)
UNIT, CO_UNIT = "U-lead", "U-co"
TOWNSHIP_ROLES = {Role.TOWNSHIP_OPERATOR, Role.VILLAGE_OPERATOR}


@dataclass(frozen=True)
class Place:
    """Where somebody with a role stands to a case."""

    name: str
    relations: frozenset[Relation]
    units: frozenset[str] = frozenset()
    reporter: bool = False


STRANGER = Place("a stranger to it", frozenset({Relation.NOT_HANDLER}))
REPORTER = Place("who reported it", STRANGER.relations | {Relation.REPORTER}, reporter=True)
LEADING = Place("of its lead unit", frozenset({Relation.LEAD_UNIT}), frozenset({UNIT}))
HELPING = Place("of a co-handler", frozenset({Relation.CO_HANDLER}), frozenset({CO_UNIT}))
PLACES = (STRANGER, REPORTER, LEADING, HELPING)


def platforms_of(role: Role) -> frozenset[Platform]:
    if ROLES[role].countywide:
        return frozenset({Platform.COUNTY})
    return frozenset({Platform.TOWNSHIP} if role in TOWNSHIP_ROLES else ())


def actor_of(role: Role, place: Place) -> ActorFacts:
    return ActorFacts(
        user="reporter" if place.reporter else "somebody",
        permissions=frozenset(map(str, ROLES[role].permissions)),
        units=place.units,
        platforms=platforms_of(role),
    )


def relations_of(role: Role, place: Place, case: CaseFacts) -> frozenset[Relation]:
    platforms = platforms_of(role)
    found = {Relation.PLATFORM} if case.platform in platforms else set()
    if Platform.COUNTY in platforms:
        found.add(Relation.COUNTY)
    return place.relations | found


def may(step: Transition, role: Role, place: Place, case: CaseFacts) -> bool:
    relations = relations_of(role, place, case)
    rights = set(map(str, ROLES[role].permissions))
    return any(by.permission in rights and set(by.relation) <= relations for by in step.by)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_role_takes_the_steps_that_the_definition_gives_it_and_no_other(
    role: Role, place: Place
) -> None:
    for step in incident().transitions.values():
        sources = step.sources or ("",)
        for state in STATES:
            case = case_for(step, state)._replace(handlers=frozenset({"a handler"}))
            found = attempt(step, case, actor_of(role, place))
            if state not in sources:
                assert found == "wrong_state", (step.key, state)
            elif may(step, role, place, case):
                assert found == (step.to or state), (step.key, state)
            else:
                assert found == "no_permission" or found.startswith(("not_", "handled_")), step.key


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR])
def test_administrators_take_no_step_at_all(role: Role) -> None:
    for place in PLACES:
        for step in incident().transitions.values():
            case = case_for(step, (step.sources or ("",))[0])
            assert not may(step, role, place, case)
            assert attempt(step, case, actor_of(role, place)) == "no_permission"


def test_every_step_has_a_role_that_takes_it_in_some_place() -> None:
    untaken = {
        step.key
        for step in incident().transitions.values()
        if not any(
            may(step, role, place, case_for(step, (step.sources or ("",))[0]))
            for role in Role
            for place in PLACES
        )
    }
    assert untaken == set()
