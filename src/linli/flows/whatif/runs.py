"""What-if runs from the wish to the result: put in the queue by a page, carried out by a worker."""

import time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from linli.access.actor import Actor, system
from linli.casework import runs
from linli.casework.models.runs import ProcessRun, RunKind
from linli.counties.opening import open_county
from linli.flows.whatif.asking import AskedWrongError, ReplayWish, SimulationWish
from linli.flows.whatif.carrying import Progress, carry_out_replay, carry_out_simulation
from linli.whatif.simulation.scenario import ScenarioError

TASK = "process_run"
KEPT = 50_000  # changed cases, one by one; the command writes all
EVERY = 1.0  # seconds between two notes of how far a run has come


@transaction.atomic
def ask_replay(wish: ReplayWish, *, by: Actor) -> ProcessRun:
    """Queue a replay. Raises AskedWrongError, RunRefusedError."""
    wish.checked()
    return _ask(RunKind.REPLAY, wish.draft, wish.to_json(), by)


@transaction.atomic
def ask_simulation(wish: SimulationWish, *, by: Actor) -> ProcessRun:
    """Queue a simulation. Raises AskedWrongError, ScenarioError, RunRefusedError."""
    wish.checked(timezone.localdate())
    return _ask(RunKind.SIMULATION, wish.scenario, wish.to_json(), by)


def _ask(kind: RunKind, document: str, parameters: dict[str, Any], by: Actor) -> ProcessRun:
    """The job is a row of the same transaction: there is no run without one."""
    run = runs.request_run(kind=kind, document=document, parameters=parameters, by=by)
    # One run at a time in an installation: the rounds of the worker keep a place of their own.
    app.configure_task(TASK, lock=TASK).defer(county=run.county_id, run=str(run.pk))
    return run


def carry_out(county: str, run_id: UUID) -> None:
    """Carry a queued run out, outside a context; whatever becomes of it is kept with it."""
    try:
        with open_county(county):
            run = runs.begin(run_id, by=system())
        _carry_out(county, run)
    except runs.RunCancelledError:
        return
    except (AskedWrongError, ScenarioError) as problem:
        code = problem.code if isinstance(problem, AskedWrongError) else "scenario"
        _fail(county, run_id, code, problem.faults)
    except Exception:
        _fail(county, run_id, "broken", [])
        raise


def _carry_out(county: str, run: ProcessRun) -> None:
    progress, rows = _noting(county, run.pk), list[Any]()
    if run.kind == RunKind.REPLAY:
        found = carry_out_replay(
            county, ReplayWish.from_json(run.document, run.parameters), progress
        )
        result, rows = found.result, found.rows[:KEPT]
    else:
        wish = SimulationWish.from_json(run.document, run.parameters)
        result = carry_out_simulation(county, wish, progress)
    with open_county(county):
        runs.finish(run.pk, result=result, rows=rows, by=system())


def _noting(county: str, run_id: UUID) -> Progress:
    """Notes progress now and then, which is when a cancelled run notices."""
    noted = time.monotonic() - EVERY

    def note(stage: str, done: int, of: int) -> None:
        nonlocal noted
        if time.monotonic() - noted >= EVERY:
            noted = time.monotonic()
            with open_county(county):
                runs.note_progress(run_id, stage=stage, done=done, of=of)

    return note


def _fail(county: str, run_id: UUID, problem: str, faults: list[str]) -> None:
    with open_county(county):
        runs.fail(run_id, problem=problem, faults=faults, by=system())
