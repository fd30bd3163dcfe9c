"""Stored histories put before the engine again: good ones pass, doctored ones are found."""

from datetime import timedelta

import pytest

from linli.flows.replaying import NOT_STEPS, replay_county
from linli.incidents.actions import Draft, report, take_step
from linli.incidents.actions.placing import Spot
from linli.incidents.enums import EventKind
from linli.incidents.models import Incident, IncidentEvent
from linli.processes import Definition
from tests.factories.county import Small, small_county

TEXT = "村口水管爆了，水漫到路上。"


@pytest.fixture
def small(county: str) -> Small:
    return small_county()


def reported(small: Small, **change) -> Incident:
    values = {"text": TEXT, "category_id": small.category().pk, "source": "call",
              "spot": Spot(area_id=small.grid.pk), **change}  # fmt: skip
    return report(Draft(**values), by=small.township_operator())


def line_after(incident: Incident, kind: str, state: str, **change) -> IncidentEvent:
    """Another line of the timeline, written past the actions."""
    last = IncidentEvent.objects.filter(incident=incident).order_by("case_version").last()
    values = {name: getattr(last, name) for name in
              ("process_version", "calendar_version", "actor_id", "unit_id")}  # fmt: skip
    values |= {"recorded_at": last.recorded_at, "occurred_at": last.occurred_at, **change}
    return IncidentEvent.objects.create(
        incident=incident, kind=kind, case_version=last.case_version + 1,
        from_state=last.to_state, to_state=state, **values,
    )  # fmt: skip


def codes(county: str) -> list[str]:
    return [one.code for one in replay_county(county).violations]


def test_what_the_actions_wrote_is_clean(county: str, small: Small) -> None:
    incident, other = reported(small), reported(small)
    operator = small.township_operator()
    take_step(incident.pk, "accept", {}, version=None, by=operator)
    take_step(other.pk, "merge", {"duplicate_of": str(incident.pk)}, version=None, by=operator)
    found = replay_county(county)
    assert (found.cases, found.events, found.violations) == (2, 4, [])
    assert IncidentEvent.objects.filter(kind="absorb").count() == 1


def test_a_step_out_of_order_is_found_with_number_and_place(county: str, small: Small) -> None:
    incident = reported(small)
    line_after(incident, "sign_for", "reported")
    (wrong, *rest) = replay_county(county).violations
    assert (wrong.number, wrong.position, wrong.code) == (incident.number, 1, "wrong_state")
    assert [one.code for one in rest] == ["state_mismatch"]  # signing for leads elsewhere


def test_a_row_that_says_another_state_than_its_history_is_found(county: str, small: Small) -> None:
    incident = reported(small)
    Incident.objects.filter(pk=incident.pk).update(state="closed", is_open=False,
                                                   closed_at=incident.opened_at)  # fmt: skip
    assert codes(county) == ["state_mismatch"]


def test_a_line_before_its_predecessor_is_found(county: str, small: Small) -> None:
    incident = reported(small)
    earlier = incident.opened_at - timedelta(hours=1)
    line_after(incident, "comment", "reported", occurred_at=earlier)
    assert codes(county) == ["time_backwards"]


def test_a_grave_matter_settled_on_the_spot_is_found(county: str, small: Small) -> None:
    incident = reported(small, severity="major")
    line_after(incident, "settle", "settled_on_the_spot")
    Incident.objects.filter(pk=incident.pk).update(
        state="settled_on_the_spot", is_open=False, closed_at=incident.opened_at
    )
    assert codes(county) == ["severity_barred"]


def test_severity_before_a_correction_is_not_guessed(county: str, small: Small) -> None:
    incident = reported(small)
    line_after(incident, "settle", "settled_on_the_spot")
    line_after(incident, "correct_category", "settled_on_the_spot",
               data={"fields": {"severity": "major"}})  # fmt: skip
    Incident.objects.filter(pk=incident.pk).update(
        severity="major", state="settled_on_the_spot", is_open=False, closed_at=incident.opened_at
    )
    assert codes(county) == ["wrong_state"]  # the correction came too late, the settling was fine


def test_lines_that_are_no_step_are_those_that_no_definition_has() -> None:
    from linli.flows.demo.course import shipped_process

    definition: Definition = shipped_process()
    assert {kind.value for kind in NOT_STEPS} == set(EventKind.values) - set(definition.transitions)
