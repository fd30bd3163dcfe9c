"""When each round runs, and what actions defer.

Queueing locks: a round that is late is not queued a second time. Every process registers these
tasks when it starts, so each imports what it does when it runs: a command need not wait for it.
"""

# mypy: disable-error-code="untyped-decorator"
# (procrastinate's decorators lose their types where its imports are skipped)

from datetime import UTC, datetime
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status


@app.periodic(cron="* * * * * */2")
@app.task(queueing_lock="fold", name="fold_counters")
def fold_counters(timestamp: int) -> None:  # noqa: ARG001 -- given by the scheduler
    """Every two seconds: fold what writers appended into the counters of the pages."""
    from linli.jobs import upkeep

    upkeep.fold_everything()


@app.periodic(cron="* * * * * */2")
@app.task(queueing_lock="seal", name="seal_audit")
def seal_audit(timestamp: int) -> None:  # noqa: ARG001 -- given by the scheduler
    """Every two seconds: chain the audit rows that no seal covers yet."""
    from linli.jobs import upkeep

    upkeep.seal_everything()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="emergencies", name="emergencies")
def climb_emergencies(timestamp: int) -> None:  # noqa: ARG001 -- given by the scheduler
    """Every minute: alert the next one where nobody took an emergency in time, and the heads of
    units whose handover nobody accepted.
    """
    from linli.jobs import emergencies

    emergencies.climb()
    emergencies.remind()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="escalate", name="escalate")
def escalate(timestamp: int) -> None:
    """Every minute: tell people of deadlines that come near or have passed."""
    from linli.jobs import upkeep

    upkeep.escalate_everything(datetime.fromtimestamp(timestamp, tz=UTC))


@app.periodic(cron="17 18 * * *")  # UTC: after two at night in China
@app.task(queueing_lock="nightly", name="nightly")
def nightly(timestamp: int) -> None:
    """Once a day: let go of what has served its purpose, look at the months to come."""
    from linli.flows import retention
    from linli.jobs import attachments, staff, upkeep

    today = datetime.fromtimestamp(timestamp, tz=UTC).date()
    upkeep.look_ahead(today)
    retention.run(today)
    attachments.sweep(datetime.fromtimestamp(timestamp, tz=UTC))
    staff.hand_over()
    upkeep.watch_everything(datetime.fromtimestamp(timestamp, tz=UTC))


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="gaps", name="watch_gaps")
def watch_gaps(timestamp: int) -> None:
    """Every ten minutes: gaps that were found at night and are mended stand no longer."""
    from linli.jobs import upkeep

    upkeep.watch_gaps(datetime.fromtimestamp(timestamp, tz=UTC))


@app.task(name="recalculate_deadlines")
def recalculate_deadlines(county: str) -> None:
    """Some seconds after a calendar was published, which defers this itself."""
    from linli.flows import calendars

    calendars.recalculate_all(county)


@app.task(name="replace_open_again")
def replace_open_again(county: str, moved: dict[str, str], on: str) -> None:
    """Half a minute after an edition of divisions, which defers this itself."""
    from linli.access.actor import system
    from linli.counties.opening import open_county
    from linli.flows import divisions

    with open_county(county):
        divisions.look_again(moved, on, by=system())


@app.task(name="move_open_cases")
def move_open_cases(county: str, move: str) -> None:
    """As soon as somebody has asked for it, who defers this."""
    from linli.flows import moving

    moving.run(county, UUID(move))


@app.task(name="process_run")
def process_run(county: str, run: str) -> None:
    """A replay or a simulation that somebody asked for; see `flows.whatif.runs`."""
    from linli.flows.whatif import runs

    runs.carry_out(county, UUID(run))


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="tidy", name="tidy_jobs")
async def tidy_jobs(timestamp: int) -> None:  # noqa: ARG001 -- given by the scheduler
    """What a killed worker was doing is queued again; what failed is kept for a week."""
    manager = app.job_manager
    for job in await manager.get_stalled_jobs():
        try:
            await manager.retry_job(job)
        except UniqueViolation:  # the next one of its kind waits already
            await manager.finish_job(job, status=Status.ABORTED, delete_job=True)
    await manager.delete_old_jobs(
        nb_hours=7 * 24, include_failed=True, include_cancelled=True, include_aborted=True
    )
