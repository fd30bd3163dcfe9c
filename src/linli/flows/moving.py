"""Open cases are moved to another version of their process: looked at first, then by a job."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from linli.access.actor import Actor, require, system
from linli.access.permissions import Permission
from linli.audit import actions as audit
from linli.casework.definitions import process
from linli.casework.models import ProcessMove, ProcessVersion
from linli.casework.rules import NO_REASON, REASON_MAX, checked
from linli.casework.seen import MORE_THAN_SEEN, worse
from linli.counties.locking import locked
from linli.counties.opening import open_county
from linli.counties.tenancy import new
from linli.database.batch import Batch
from linli.database.context import current_county
from linli.incidents.actions.moving import Choice, Outcome, chosen, outcomes, put
from linli.incidents.models import Incident
from linli.lib.errors import InputError, gettext_noop
from linli.processes import Definition
from linli.processes.moving import Steps, steps_between

TASK = "move_open_cases"
SUBJECT = "process"
AT_ONCE = 200  # cases in one transaction
READ_AT_ONCE = 1_000
SHOWN = 100  # cases of a report

NO_VERSION = gettext_noop("There is no version %(version)s.")
NONE_CHOSEN = gettext_noop("No open case is chosen: all are under version %(version)s already.")


@dataclass
class Report:
    """What moving would mean: how many, whose deadlines, and the steps that come and go.

    `steps` are by (version now, state); `shown` are the first cases, those whose deadline changes
    before the others.
    """

    total: int = 0
    earlier: int = 0
    later: int = 0
    passed: int = 0  # deadlines that would lie in the past, and do not now
    refused: int = 0
    shown: list[Outcome] = field(default_factory=list)
    by_version: Counter[int] = field(default_factory=Counter)
    steps: dict[tuple[int, str], Steps] = field(default_factory=dict)

    @property
    def hurts(self) -> tuple[int, ...]:
        """What somebody has to have seen before they ask for it."""
        return self.earlier, self.passed, self.refused

    @property
    def same(self) -> int:
        return self.total - self.earlier - self.later - self.refused


def preview(key: str, to: int, choice: Choice, *, by: Actor) -> Report:
    """Look at every chosen case; nothing is written. Raises InputError."""
    require(by, Permission.PROCESS_APPROVE)
    target, now, report = _version(key, to), timezone.now(), Report()
    rest: list[Outcome] = []
    for rows in _read(by, choice, to):
        for outcome in outcomes(rows, target, now=now):
            changed = _count(report, outcome, now)
            kept = report.shown if changed else rest
            if len(kept) < SHOWN:
                kept.append(outcome)
            incident = outcome.incident
            at = (incident.process_version, incident.state)
            if at not in report.steps:
                old = process(key, incident.process_version)
                report.steps[at] = steps_between(old, target, incident.state)
    report.shown = [*report.shown, *rest][:SHOWN]
    return report


@transaction.atomic
def ask(
    key: str,
    to: int,
    choice: Choice,
    *,
    reason: str,
    by: Actor,
    seen: Sequence[int] | None = None,
) -> ProcessMove:
    """Let a job move the chosen cases; it goes with this transaction. Raises InputError.

    `seen` is what `Report.hurts` was when somebody looked: where it is more, they look again.
    """
    require(by, Permission.PROCESS_APPROVE)
    _version(key, to)
    reason = checked(reason, field="reason", limit=REASON_MAX, missing=NO_REASON)
    if not chosen(by, choice, to).exists():
        raise InputError(NONE_CHOSEN, version=to)
    if seen is not None and worse(preview(key, to, choice, by=by).hurts, seen):
        raise InputError(MORE_THAN_SEEN)
    row = new(
        ProcessMove,
        process=key,
        to_version=to,
        states=list(choice.states),
        unit_ids=list(choice.units),
        reason=reason,
        mover_id=by.id,
        mover=by.label[:120],
        asked_at=timezone.now(),
    )
    row.save(force_insert=True)
    _audited(row, by, action="process.move_asked")
    app.configure_task(TASK).defer(county=current_county(), move=str(row.pk))
    return row


def run(county: str, move_id: UUID) -> ProcessMove | None:
    """Move the cases of one job, each batch in a transaction of its own.

    Call outside a context; safe to run again, and it goes on where it was stopped.
    """
    while True:
        with open_county(county):
            row = locked(ProcessMove, move_id)
            if row is None or row.finished_at is not None or not _batch(row):
                return row


def _batch(row: ProcessMove) -> bool:
    """Move the next cases; False where there are none left."""
    by, now = _mover(row), timezone.now()
    choice = Choice(tuple(row.states), tuple(row.unit_ids))
    rows = chosen(by, choice, row.to_version)
    if row.last_id is not None:
        rows = rows.filter(pk__gt=row.last_id)
    found = list(rows.select_for_update(of=("self",))[:AT_ONCE])
    if not found:
        row.finished_at = now
        row.save(update_fields=["finished_at"])
        _audited(row, by, action="process.moved")
        return False
    target, batch = process(row.process, row.to_version), Batch()
    for outcome in outcomes(found, target, now=now):
        put(outcome, target, reason=row.reason, by=by, at=now, batch=batch)
        row.moved += outcome.moved is not None
        row.refused += outcome.moved is None
    batch.send()
    row.last_id = found[-1].pk
    row.save(update_fields=["last_id", "moved", "refused"])
    return True


def _read(by: Actor, choice: Choice, to: int) -> Iterator[list[Incident]]:
    """The chosen cases, a thousand at a time."""
    last: UUID | None = None
    while True:
        rows = chosen(by, choice, to)
        found = list((rows.filter(pk__gt=last) if last else rows)[:READ_AT_ONCE])
        if not found:
            return
        yield found
        last = found[-1].pk


def _count(report: Report, outcome: Outcome, now: datetime) -> bool:
    """Take a case into the sums; whether its deadline changes, or it stays."""
    report.total += 1
    report.by_version[outcome.incident.process_version] += 1
    if outcome.moved is None:
        report.refused += 1
        return True
    was, due = outcome.incident.due_at, outcome.moved.due_at
    if was is None or due is None or was == due:
        return was != due
    report.earlier += due < was
    report.later += due > was
    report.passed += due <= now < was
    return True


def _mover(row: ProcessMove) -> Actor:
    """Who asked for it stands on every timeline; the rights are the job's own."""
    return replace(system(), id=row.mover_id, label=row.mover or system().label)


def _version(key: str, number: int) -> Definition:
    if not ProcessVersion.objects.filter(process=key, version=number).exists():
        raise InputError(NO_VERSION, version=number)
    return process(key, number)


def _audited(row: ProcessMove, by: Actor, *, action: str) -> None:
    label = f"{row.process} {row.to_version}: {row.moved} + {row.refused}"
    audit.record(by=by, action=action, subject=(SUBJECT, row.pk, label), reason=row.reason)
