"""What another county has answers like what nobody has: nothing tells that an id exists."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from linli.accounts.enums import Role
from linli.accounts.models import User
from linli.database.context import county_context
from linli.incidents.actions.emergencies import raise_emergency
from linli.incidents.models import Incident
from linli.processes import Field
from linli.territory import snapshots
from tests.api.conftest import Api, key_for, report_of
from tests.api.described import at, body_of, ids_in, json_schema, operations, shape, slots, with_id
from tests.conftest import A, B
from tests.factories.county import Small, small_county
from tests.factories.people import BEGINNING
from tests.factories.steps import attached, dispatched, handled_by, reported, step

# Fields of steps that take words, days or choices; the others take an id.
WORDS = {
    Field.REASON, Field.TEXT, Field.RESULT, Field.REVIEW_DATE, Field.EXTRA_TIME,
    Field.VERIFICATION_KIND, Field.OUTCOME, Field.DUTY_REFERENCE, Field.SEVERITY, Field.SOURCE,
    Field.SOLVED, Field.SATISFIED, Field.SOURCE_REFERENCE, Field.CONDITION,
}  # fmt: skip
IDS = frozenset(Field) - WORDS


@pytest.fixture
def small(db) -> Iterator[Small]:
    with county_context(A):
        made = small_county()
    yield made
    snapshots.forget()


@pytest.fixture
def next_door(small) -> Callable[[str], str]:
    """The id of something of county B by the name that the API has for such a thing."""
    with county_context(B):
        far = small_county()
        incident = dispatched(far, far.water)
        emergency = raise_emergency(incident.pk, by=far.worker())
        held = {
            "incident_id": incident, "duplicate_of": incident, "emergency_id": emergency,
            "township": far.township, "parent": far.township, "village": far.village,
            "area": far.grid, "area_id": far.grid, "place": far.grid,
            "unit": far.water, "co_units": far.water,
            "category": far.category(), "category_id": far.category(),
        }  # fmt: skip
        file = attached(far.worker())[0]
    ids = {name: str(row.pk) for name, row in held.items()}
    ids |= dict.fromkeys(("attachment_id", "attachment_ids", "evidence"), file)
    return ids.__getitem__  # a KeyError: say what a new field or parameter points at


@pytest.fixture
def everything(small) -> Api:
    """Somebody with every role: whatever is refused is refused for the id."""
    with county_context(A):
        actor = small.staff(Role.DISPATCHER, unit=small.centre)
        user = User.objects.get(pk=actor.id)
        for role in Role:
            user.memberships.create(role=role, unit=small.centre, valid_from=BEGINNING)
        operating = {"unit": small.platform, "area": small.township, "valid_from": BEGINNING}
        user.memberships.create(role=Role.TOWNSHIP_OPERATOR, **operating)
        return key_for(actor)


@pytest.fixture
def report(small) -> dict[str, Any]:
    with county_context(A):
        return report_of(small)


def told(answer: Any, one: str) -> tuple[int, dict[str, str], str]:
    """All that a client is told, without the id that it sent and the number of its request."""
    headers = {k: v for k, v in answer.headers.items() if k != "X-Request-ID"}
    return answer.status_code, headers, answer.getvalue().decode().replace(one, "ID")


def alike(asked: Callable[[str], Any], theirs: str, what: object) -> int:
    """The status that their id and nobody's get alike."""
    nobodys = str(uuid.uuid4())
    first, second = told(asked(theirs), theirs), told(asked(nobodys), nobodys)
    assert first == second, what
    return first[0]


def ask(key: Api, method: str, path: str, body: dict[str, Any], **query: str) -> Any:
    return key.get(path, **query) if method == "get" else key.post(path, body)


def test_an_id_of_another_county_in_a_path_is_nobodys(next_door, everything, report):
    tried = 0
    for path, method, operation in operations():
        body = body_of(operation, report)
        for name in ids_in(path):

            def asked(one: str, name=name, path=path, method=method, body=body) -> Any:
                return ask(everything, method, at(path, **{name: one}), body)

            assert alike(asked, next_door(name), (method, path)) == 404, (method, path)
            tried += 1
    assert tried > 8


def test_an_id_of_another_county_in_a_question_is_nobodys(small, next_door, everything):
    ids = {"area_id": str(small.grid.pk)}
    tried = 0
    for path, _method, operation in operations():
        for one in operation["parameters"]:
            name = one["name"]
            if one["in"] == "query" and shape(one["schema"]).get("format") == "uuid":

                def asked(value: str, path=path, name=name) -> Any:
                    return everything.get(at(path, **ids), **{name: value})

                assert alike(asked, next_door(name), (path, name)) in {200, 404}
                tried += 1
    assert tried > 6


def test_an_id_of_another_county_in_a_body_is_nobodys(small, next_door, everything, report):
    with county_context(A):
        incident = str(dispatched(small, small.water).pk)
    tried = 0
    for path, _method, operation in operations():
        body = body_of(operation, report)
        for way in slots(json_schema(operation)):
            name = next(part for part in reversed(way) if isinstance(part, str))

            def asked(one: str, path=path, body=body, way=way) -> Any:
                return everything.post(at(path, incident_id=incident), with_id(body, way, one))

            alike(asked, next_door(name), (path, way))
            tried += 1
    assert tried > 6
    with county_context(A):
        assert Incident.objects.count() == 1


def test_an_id_of_another_county_in_a_field_of_a_step_is_nobodys(small, next_door, everything):
    """In the states that a case passes on its usual way, each step that takes an id, once."""
    with county_context(A):
        cases, known = on_their_way(small), what_fits(small)
    tried: set[tuple[str, str]] = set()
    for case in cases:
        for offer in everything.get(f"incidents/{case}").json()["steps"]:
            step_, names = offer["step"], {*offer["required"], *offer["optional"]}
            fields = {name: known.get(name) for name in offer["required"]}
            fields |= {name: of[0] for name, of in offer["choices"].items() if of}
            for name in sorted(IDS & names) if offer["allowed"] else ():
                if (step_, name) not in tried:

                    def asked(one: str, case=case, step_=step_, fields=fields, name=name) -> Any:
                        return everything.step(case, step_, **fields | {name: inside(name, one)})

                    assert alike(asked, next_door(name), (step_, name)) == 422, (step_, name)
                    tried.add((step_, name))
    assert {name for _step, name in tried} == IDS


def inside(name: str, one: str) -> Any:
    """An id as this field of a step takes it."""
    return {"co_units": [one], "evidence": [one], "place": {"area_id": one}}.get(name, one)


def what_fits(small: Small) -> dict[str, Any]:
    return {
        "reason": "核实", "text": "核实", "result": "已修好", "unit": str(small.roads.pk),
        "duty_reference": "三定", "category": str(small.category().pk),
        "place": {"area_id": str(small.grid.pk)}, "evidence": attached(small.worker()),
    }  # fmt: skip


def on_their_way(small: Small) -> list[str]:
    handler, operator, worker = small.handler(), small.township_operator(), small.worker()
    cases = [
        reported(small),
        step(reported(small), "accept", operator),
        step(reported(small), "report_up", operator, reason="跨乡镇"),
        dispatched(small, small.water, operator),
        step(dispatched(small, small.water, operator), "sign_for", handler),
        handled_by(small, handler, small.water),
        step(reported(small, worker), "settle", worker, result="已劝离"),
    ]
    return [str(one.pk) for one in cases]
