"""Runs: asked for with their job in one transaction, carried out, cancelled, refused, kept."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from linli.access.actor import PermissionRefusedError, system
from linli.accounts.enums import Role
from linli.audit.models import AuditEvent
from linli.casework import runs, versions
from linli.casework.models import ProcessRun
from linli.casework.models.runs import RunState
from linli.flows.whatif.asking import AskedWrongError, ReplayWish, SimulationWish
from linli.flows.whatif.runs import ask_replay, ask_simulation, carry_out
from linli.whatif.simulation.scenario import ScenarioError
from tests.conftest import A
from tests.factories.county import Small, small_county
from tests.factories.steps import dispatched, reported


@pytest.fixture
def small(county: str) -> Small:
    return small_county()


def wish(small: Small, **change) -> ReplayWish:
    today = timezone.localdate()
    published = versions.version(system(), "incident")
    values = {"draft": published.document, "since": today, "until": today, **change}
    return ReplayWish(**values)


def _acts(action: str, run: ProcessRun):
    return AuditEvent.objects.filter(county_id=A, action=action, subject_id=run.pk)


def jobs() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args ->> 'county', args ->> 'run' FROM procrastinate_jobs"
                       " WHERE task_name = 'process_run'")  # fmt: skip
        return cursor.fetchall()


def test_a_run_is_asked_for_together_with_its_job(small: Small):
    by = small.dispatcher()
    run = ask_replay(wish(small), by=by)
    assert (run.state, run.created_by) == (RunState.WAITING, by.id)
    assert jobs() == [(A, str(run.pk))]
    assert _acts("whatif.asked", run).exists()


def test_a_run_is_carried_out_and_its_result_kept(small: Small):
    dispatched(small, small.roads)
    reported(small)
    run = ask_replay(wish(small), by=small.dispatcher())
    carry_out(A, run.pk)
    run.refresh_from_db()
    assert (run.state, run.problem) == (RunState.DONE, "")
    assert run.result["cases"] == 2
    assert run.result["given"] == run.result["chosen"] == 1  # the centre was suggested
    assert run.started_at <= run.ended_at
    assert runs.rows_of(small.dispatcher(), run.pk) == []
    carry_out(A, run.pk)  # a job that is run twice finds nothing to do
    assert _acts("whatif.begun", run).count() == 1


def test_a_case_that_changes_hands_is_kept_with_both_units(small: Small):
    incident = dispatched(small, small.platform)
    text = wish(small).draft.replace("function: category", "unit: roads", 1)
    run = ask_replay(wish(small, draft=text), by=small.dispatcher())
    carry_out(A, run.pk)
    (row,) = runs.rows_of(small.dispatcher(), run.pk)
    assert row[0] == incident.number
    assert row[6] == ["mao", "roads"]
    reads_no_case = small.staff(Role.SYSTEM_ADMINISTRATOR)
    assert runs.run(reads_no_case, run.pk).result["changed"] == 1
    assert runs.rows_of(reads_no_case, run.pk) == []


def test_a_cancelled_run_is_not_carried_out(small: Small):
    by = small.dispatcher()
    run = ask_replay(wish(small), by=by)
    assert runs.cancel_run(run.pk, by=by)
    assert not runs.cancel_run(run.pk, by=by)
    carry_out(A, run.pk)
    run.refresh_from_db()
    assert (run.state, run.result, run.started_at) == (RunState.CANCELLED, None, None)


def test_a_run_that_is_cancelled_under_way_notices_at_its_next_note(small: Small):
    by = small.dispatcher()
    run = ask_replay(wish(small), by=by)
    runs.begin(run.pk, by=system())
    runs.note_progress(run.pk, stage="read", done=1, of=3)
    runs.cancel_run(run.pk, by=by)
    with pytest.raises(runs.RunCancelledError):
        runs.note_progress(run.pk, stage="read", done=2, of=3)
    assert not runs.finish(run.pk, result={"cases": 1}, by=system())
    assert ProcessRun.objects.get(pk=run.pk).result is None


def test_three_runs_may_be_under_way(small: Small):
    by = small.dispatcher()
    for _ in range(3):
        ask_replay(wish(small), by=by)
    with pytest.raises(runs.RunRefusedError):
        ask_replay(wish(small), by=by)


def test_a_draft_with_faults_is_refused_before_anything_is_queued(small: Small):
    with pytest.raises(AskedWrongError) as refused:
        ask_replay(wish(small, draft="key: incident"), by=small.dispatcher())
    assert refused.value.code == "draft"
    assert refused.value.faults
    assert jobs() == []


def test_a_simulation_of_a_short_past_fails_in_words(small: Small):
    reported(small)
    asked = SimulationWish("storm_day", timezone.localdate(), 10, 2, 1)
    run = ask_simulation(asked, by=small.dispatcher())
    carry_out(A, run.pk)
    run.refresh_from_db()
    assert (run.state, run.problem, run.faults) == (RunState.FAILED, "scenario", ["past_too_short"])


def test_a_wrong_scenario_is_refused(small: Small):
    with pytest.raises(ScenarioError):
        ask_simulation(SimulationWish("storm", timezone.localdate()), by=small.dispatcher())
    with pytest.raises(AskedWrongError):
        ask_simulation(
            SimulationWish("storm_day", timezone.localdate(), days=500), by=small.dispatcher()
        )


@pytest.mark.parametrize("role", [Role.LEADER, Role.GRID_WORKER, Role.TOWNSHIP_OPERATOR])
def test_only_who_may_draft_the_process_asks_for_a_run(small: Small, role: Role):
    with pytest.raises(PermissionRefusedError):
        ask_replay(wish(small), by=small.staff(role, area=small.township))


def test_every_run_says_when_it_ended(small: Small):
    run = ask_replay(wish(small), by=small.dispatcher())
    with pytest.raises(IntegrityError), transaction.atomic():
        ProcessRun.objects.filter(pk=run.pk).update(state=RunState.DONE)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProcessRun.objects.filter(pk=run.pk).update(ended_at=timezone.now())
