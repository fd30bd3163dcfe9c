"""Who is on duty, in words: for the board, a unit's page, an area's card."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.accounts.duty.book import Answer, Gap, Passed
from linli.accounts.duty.queries import Rotas
from linli.accounts.duty.rules import Absence, Person, words
from linli.casework.duty import rotas
from linli.incidents.lines import named
from linli.organisations.models import Unit

WHY: Mapping[str, str | Promise] = {
    Absence.ON_LEAVE: gettext_lazy("%(name)s is on leave"),
    Absence.ROLE_OVER: gettext_lazy("the role of %(name)s is over"),
    Absence.ACCOUNT_CLOSED: gettext_lazy("the account of %(name)s is closed"),
    Gap.NO_SHIFT: gettext_lazy("%(unit)s has no shift at this time"),
    Gap.CALLED_OFF: gettext_lazy("the duty of %(unit)s is called off at this time"),
    Gap.OUT_OF_HOURS: gettext_lazy("%(unit)s has no rota, and these are not its working hours"),
    Gap.NO_MEMBER: gettext_lazy("nobody of %(unit)s is there today"),
    Gap.UNIT_CLOSED: gettext_lazy("%(unit)s is closed"),
}


@dataclass(frozen=True)
class Told:
    """`person` is empty where the members answer; `answering` is None where nobody does."""

    unit: Unit
    answering: Unit | None
    basis: str
    person: str
    phone: str
    deputy: str
    leader: str
    leader_phone: str
    hours: str
    until: str
    reasons: list[str]

    @property
    def name(self) -> str:
        return named(self.unit)

    @property
    def answering_name(self) -> str:
        return named(self.answering) if self.answering else ""

    @property
    def elsewhere(self) -> bool:
        """Whether a deputy unit answers instead."""
        return self.answering is not None and self.answering.pk != self.unit.pk


def now_of(units: Collection[UUID], *, at: datetime | None = None) -> dict[UUID, Told]:
    """Who answers for some units now; those that are none are left out."""
    moment = at or timezone.now()
    read = rotas(units, begin=timezone.localdate(moment)) if units else None
    if read is None:
        return {}
    return {key: told(key, read.at(key, moment), read) for key in units if key in read.units}


def told(unit: UUID, answer: Answer, read: Rotas) -> Told:
    person, leader = read.row(answer.person), read.row(answer.leader)
    answering = read.units[answer.unit] if answer.basis else None
    return Told(
        unit=read.units[unit],
        answering=answering,
        basis=str(answer.basis or ""),
        person=str(person.user) if person else "",
        phone=(person.phone if person else "") or (answering.duty_phone if answering else ""),
        deputy=name_of(answer.deputy, read),
        leader=str(leader.user) if leader else "",
        leader_phone=leader.phone if leader else "",
        hours=words(answer.line) if answer.line else "",
        until=until_words(answer.until) if answer.until else "",
        reasons=[why(one, read) for one in answer.passed],
    )


def why(passed: Passed, read: Rotas) -> str:
    given = {"name": name_of(passed.person, read), "unit": named(read.units[passed.unit])}
    return str(WHY[passed.why]) % given


def name_of(person: Person | None, read: Rotas) -> str:
    row = read.row(person)
    return str(row.user) if row else ""


def until_words(moment: datetime) -> str:
    """E.g. "until 20:00", with the day where it is another one."""
    local = timezone.localtime(moment)
    clock = formats.date_format(local, "H:i")
    if local.date() == timezone.localdate():
        return _("until %s") % clock
    return _("until %(day)s %(clock)s") % {
        "day": formats.date_format(local, "MONTH_DAY_FORMAT"),
        "clock": clock,
    }
