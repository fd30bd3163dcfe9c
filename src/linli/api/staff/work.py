"""What waits for the caller, and how many matters there are in sight."""

from datetime import date

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel

from linli.access.permissions import Permission
from linli.api.requests import ApiRequest, needs, shown
from linli.api.schemas import IncidentOut, brief
from linli.incidents.work import my_work
from linli.statistics.incidents import figures

router = Router(tags=["work"])


class WorkGroup(BaseModel):
    """`key`: overdue, due_soon, returned, to_verify, to_do, to_check, to_help. `count` stops at
    999.
    """

    key: str
    count: int
    items: list[IncidentOut]


class WorkOut(BaseModel):
    groups: list[WorkGroup]


class Period(BaseModel):
    since: date | None = None


class SummaryOut(BaseModel):
    """Matters opened since a month (or ever) within sight, whatever became of them."""

    opened: int
    open: int
    done: int
    done_percent: float | None
    on_time_percent: float | None
    rework_percent: float | None
    extension_percent: float | None
    by_state: dict[str, int]


@router.get("/work", response=WorkOut, summary="My work")
@needs(Permission.INCIDENT_VIEW)
def work(request: ApiRequest) -> HttpResponse:
    """In the order of urgency; an incident stands in the first group that fits."""
    found = my_work(request.actor, now=timezone.now())
    groups = [
        WorkGroup.model_construct(
            key=group.key, count=group.count, items=[brief(row) for row in group.rows]
        )
        for group in found
    ]
    return shown(WorkOut.model_construct(groups=groups))


@router.get("/summary", response=SummaryOut, summary="Totals by state")
@needs(Permission.FIGURES_VIEW)
def summary(request: ApiRequest, period: Query[Period]) -> HttpResponse:
    since = period.since.replace(day=1) if period.since else None
    total = figures(request.actor, since=since).total
    return shown(
        SummaryOut(
            opened=total.opened,
            open=total.open,
            done=total.done,
            done_percent=total.done_percent,
            on_time_percent=total.on_time_percent,
            rework_percent=total.rework_percent,
            extension_percent=total.extension_percent,
            by_state=total.by_state,
        )
    )
