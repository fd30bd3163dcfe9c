"""When each round runs. Queueing locks: a round that is late is not queued a second time."""

# mypy: disable-error-code="untyped-decorator"
# (procrastinate's decorators lose their types where its imports are skipped)

from datetime import UTC, datetime
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from linli.flows import retention
from linli.flows.whatif import runs
from linli.jobs import attachments, staff, upkeep


@app.periodic(cron="* * * * * */2")
@app.task(queueing_lock="fold", name="fold_counters")
def fold_counters(timestamp: int) -> None:  # noqa: ARG001 -- given by the scheduler
    """Every two seconds: fold what writers appended into the counters of the pages."""
    upkeep.each_county("fold", upkeep.fold_everything)


@app.periodic(cron="* * * * * */2")
@app.task(queueing_lock="seal", name="seal_audit")
def seal_audit(timestamp: int) -> None:  # noqa: ARG001 -- given by the scheduler
    """Every two seconds: chain the audit rows that no seal covers yet."""
    upkeep.each_county("seal", upkeep.seal_everything)


@app.periodic(cron="17 18 * * *")  # UTC: after two at night in China
@app.task(queueing_lock="nightly", name="nightly")
def nightly(timestamp: int) -> None:
    """Once a day: let go of what has served its purpose, look at the months to come."""
    today = datetime.fromtimestamp(timestamp, tz=UTC).date()
    upkeep.look_ahead(today)
    retention.run(today)
    attachments.sweep(datetime.fromtimestamp(timestamp, tz=UTC))
    staff.hand_over()


@app.task(name=runs.TASK)
def process_run(county: str, run: str) -> None:
    """A replay or a simulation that somebody asked for; see `flows.whatif.runs`."""
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
