"""What-if runs: asked for, carried out by a job, looked at, cancelled."""

import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from linli.access.actor import Actor, require
from linli.access.permissions import Permission
from linli.audit import actions as audit
from linli.casework.models.runs import UNDER_WAY, ProcessRun, RunKind, RunState
from linli.counties.tenancy import new

MOST_AT_ONCE = 3
LISTED = 50
_WITHOUT_RESULTS = ("result", "details")


class RunRefusedError(ValueError):
    """A run that cannot begin; `code` is too_many."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class RunCancelledError(Exception):
    """Somebody cancelled the run, or it is gone: whoever carries it out stops."""


@transaction.atomic
def request_run(
    *, kind: RunKind, document: str, parameters: Mapping[str, Any], by: Actor
) -> ProcessRun:
    """Put a run in the queue; the caller defers its job in the same transaction.

    Raises RunRefusedError where as many are under way as a county may have.
    """
    require(by, Permission.PROCESS_EDIT)
    if ProcessRun.objects.filter(state__in=UNDER_WAY).count() >= MOST_AT_ONCE:
        raise RunRefusedError("too_many")
    run = new(
        ProcessRun,
        kind=kind,
        document=document,
        parameters=dict(parameters),
        created_by=by.id,
        created_at=timezone.now(),
    )
    run.save(force_insert=True)
    audit.record(by=by, action="whatif.asked", subject=("process_run", run.pk, kind))
    return run


@transaction.atomic
def cancel_run(run_id: UUID, *, by: Actor) -> bool:
    """End a run that is under way; False where there is none such."""
    require(by, Permission.PROCESS_EDIT)
    ended = _under_way(run_id).update(state=RunState.CANCELLED, ended_at=timezone.now())
    if ended:
        audit.record(by=by, action="whatif.cancelled", subject=("process_run", run_id, ""))
    return bool(ended)


def begin(run_id: UUID, *, by: Actor) -> ProcessRun:
    """Take a waiting run up, or one whose worker was killed. Raises RunCancelledError."""
    changed = _under_way(run_id).update(
        state=RunState.RUNNING, started_at=timezone.now(), done=0, of=0, stage=""
    )
    if not changed:
        raise RunCancelledError(run_id)
    audit.record(by=by, action="whatif.begun", subject=("process_run", run_id, ""))
    return ProcessRun.objects.get(pk=run_id)


def note_progress(run_id: UUID, *, stage: str, done: int, of: int) -> None:
    """Say how far a run has come. Raises RunCancelledError where nobody waits for it any more."""
    if not _under_way(run_id).update(stage=stage, done=done, of=of):
        raise RunCancelledError(run_id)


@transaction.atomic
def finish(run_id: UUID, *, result: Mapping[str, Any], rows: Sequence[Any] = (), by: Actor) -> bool:
    """Keep what a run found; False where it was cancelled meanwhile."""
    kept = _under_way(run_id).update(
        state=RunState.DONE, result=dict(result), details=_packed(rows), ended_at=timezone.now()
    )
    audit.record(by=by, action="whatif.done", subject=("process_run", run_id, ""))
    return bool(kept)


@transaction.atomic
def fail(run_id: UUID, *, problem: str, faults: Sequence[str] = (), by: Actor) -> None:
    """End a run that cannot be carried out; `problem` is a code for the page's words."""
    _under_way(run_id).update(
        state=RunState.FAILED, problem=problem, faults=list(faults), ended_at=timezone.now()
    )
    audit.record(by=by, action="whatif.failed", subject=("process_run", run_id, problem))


def runs(actor: Actor) -> list[ProcessRun]:
    """The newest runs, without their results."""
    require(actor, Permission.PROCESS_VIEW)
    rows = ProcessRun.objects.defer(*_WITHOUT_RESULTS).order_by(F("created_at").desc(), "id")
    return list(rows[:LISTED])


def run(actor: Actor, run_id: UUID) -> ProcessRun | None:
    require(actor, Permission.PROCESS_VIEW)
    return ProcessRun.objects.defer("details").filter(pk=run_id).first()


def replay_of(actor: Actor, document: str) -> ProcessRun | None:
    """The last finished replay of just this document."""
    require(actor, Permission.PROCESS_VIEW)
    rows = ProcessRun.objects.filter(kind=RunKind.REPLAY, state=RunState.DONE, document=document)
    return rows.defer("details").order_by("-created_at").first()


def rows_of(actor: Actor, run_id: UUID) -> list[Any]:
    """The single cases of a run, for those who see every case of the county; else none."""
    require(actor, Permission.PROCESS_VIEW)
    if not sees_cases(actor):
        return []
    found = ProcessRun.objects.filter(pk=run_id).values_list("details", flat=True).first()
    return json.loads(gzip.decompress(bytes(found))) if found else []


def sees_cases(actor: Actor) -> bool:
    """Whether somebody may look at single cases of the whole county."""
    return actor.scope.everything and Permission.INCIDENT_VIEW in actor.permissions


def _packed(rows: Sequence[Any]) -> bytes | None:
    if not rows:
        return None
    return gzip.compress(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode())


def _under_way(run_id: UUID) -> Any:
    return ProcessRun.objects.filter(pk=run_id, state__in=UNDER_WAY)
