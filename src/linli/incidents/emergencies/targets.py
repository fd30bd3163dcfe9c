"""Who sits on a rung: the person of the rota, a member of the deputy unit, or nobody."""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.accounts.duty.book import Answer, Basis
from linli.accounts.duty.queries import Rotas
from linli.accounts.duty.rules import Person
from linli.processes.vocabulary import Alerted


@dataclass(frozen=True)
class Target:
    """Somebody to alert: one person, or whoever of a unit is first."""

    label: str
    user: UUID | None = None
    unit: UUID | None = None


def target(
    rotas: Rotas, unit: UUID, seat: Alerted, at: datetime, *, called: AbstractSet[UUID]
) -> Target | None:
    """Whom this rung alerts, of those not yet `called` (users and units); None for nobody.

    What a unit's own rota lacks, its deputy unit's has.
    """
    for found in _SEATS[seat](rotas, unit, at):
        if found is not None and called.isdisjoint({found.user, found.unit} - {None}):
            return found
    return None


def _officers(rotas: Rotas, unit: UUID, at: datetime) -> Iterator[Target | None]:
    for answer in _answers(rotas, unit, at):
        yield _answering(rotas, answer)


def _deputies(rotas: Rotas, unit: UUID, at: datetime) -> Iterator[Target | None]:
    for number, answer in enumerate(_answers(rotas, unit, at)):
        yield _answering(rotas, answer) if number else _person(rotas, answer.deputy)


def _leaders(rotas: Rotas, unit: UUID, at: datetime) -> Iterator[Target | None]:
    for answer in _answers(rotas, unit, at):
        yield _person(rotas, answer.leader)


_SEATS: Mapping[Alerted, Callable[[Rotas, UUID, datetime], Iterator[Target | None]]] = {
    Alerted.DUTY_OFFICER: _officers,
    Alerted.DEPUTY: _deputies,
    Alerted.DUTY_LEADER: _leaders,
}


def _answers(rotas: Rotas, unit: UUID, at: datetime) -> Iterator[Answer]:
    """Who answers for the unit, then for the unit that stands in for that one, and so on."""
    seen: set[UUID] = set()
    step: UUID | None = unit
    while step is not None and step in rotas.units:
        answer = rotas.at(step, at)
        if answer.basis is None or answer.unit in seen:
            return
        seen.add(answer.unit)
        yield answer
        step = rotas.units[answer.unit].deputy_id


def _answering(rotas: Rotas, answer: Answer) -> Target | None:
    if answer.basis is Basis.MEMBERS:
        return Target(rotas.units[answer.unit].name, unit=answer.unit)
    return _person(rotas, answer.person)


def _person(rotas: Rotas, person: Person | None) -> Target | None:
    row = rotas.row(person)
    return Target(str(row.user), user=row.user_id) if row else None
