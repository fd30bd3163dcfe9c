"""Who is on duty, for programs: the same answers as the pages."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel

from linli.access.permissions import Permission
from linli.accounts.duty.book import Passed
from linli.accounts.duty.queries import Rotas
from linli.api.fields import LocalMoment, Moment
from linli.api.requests import ApiRequest, needs, shown
from linli.casework.duty import rotas

router = Router(tags=["duty"])


class PassedOut(BaseModel):
    """Who does not answer and why: on_leave, role_over, account_closed, no_shift, called_off,
    out_of_hours, no_member, unit_closed.
    """

    unit_id: UUID
    why: str
    name: str


class OnDutyOut(BaseModel):
    """`basis`: officer, deputy, members (any of the unit, in working hours), or "" for nobody.

    `answering_unit_id` is the deputy unit where the unit itself has nobody.
    """

    unit_id: UUID
    unit: str
    basis: str
    answering_unit_id: UUID | None
    name: str
    duty_phone: str
    deputy: str
    leader: str
    leader_phone: str
    until: LocalMoment | None
    passed: list[PassedOut]


class OnDutyListOut(BaseModel):
    at: LocalMoment
    items: list[OnDutyOut]


class Wanted(BaseModel):
    """One unit, or every active one; `at` is now where it is not given."""

    unit: UUID | None = None
    at: Moment | None = None


@router.get("", response=OnDutyListOut, summary="Who is on duty")
@needs(Permission.UNIT_VIEW)
def on_duty(request: ApiRequest, wanted: Query[Wanted]) -> HttpResponse:  # noqa: ARG001 -- the same for everybody
    moment = wanted.at or timezone.now()
    read = rotas([wanted.unit] if wanted.unit else None, begin=timezone.localdate(moment))
    if wanted.unit and wanted.unit not in read.units:
        raise Http404(wanted.unit)
    units = [wanted.unit] if wanted.unit else [u.pk for u in read.units.values() if u.active]
    items = [_out(read, unit, moment) for unit in units]
    return shown(OnDutyListOut.model_construct(at=moment, items=items))


def _out(read: Rotas, unit: UUID, moment: Moment) -> OnDutyOut:
    answer = read.at(unit, moment)
    person, leader = read.row(answer.person), read.row(answer.leader)
    deputy, answering = read.row(answer.deputy), read.units[answer.unit] if answer.basis else None
    return OnDutyOut.model_construct(
        unit_id=unit,
        unit=read.units[unit].name,
        basis=str(answer.basis or ""),
        answering_unit_id=answering.pk if answering else None,
        name=str(person.user) if person else "",
        duty_phone=(person.phone if person else "") or (answering.duty_phone if answering else ""),
        deputy=str(deputy.user) if deputy else "",
        leader=str(leader.user) if leader else "",
        leader_phone=leader.phone if leader else "",
        until=answer.until,
        passed=[_passed(read, one) for one in answer.passed],
    )


def _passed(read: Rotas, one: Passed) -> PassedOut:
    row = read.row(one.person)
    name = str(row.user) if row else ""
    return PassedOut.model_construct(unit_id=one.unit, why=str(one.why), name=name)
