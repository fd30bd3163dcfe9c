"""What an office's list would change, row by row, before anything is written."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from linli.lib.errors import InputError, gettext_noop
from linli.lib.tables import Row, Table

T = TypeVar("T")

NO_SUCH_AREA = gettext_noop("%(sheet)s, row %(row)d: %(column)s “%(value)s” is no area here.")
SEVERAL_AREAS = gettext_noop(
    "%(sheet)s, row %(row)d: several areas are called “%(value)s”: give the code."
)
NO_SUCH_UNIT = gettext_noop("%(sheet)s, row %(row)d: %(column)s “%(value)s” is no unit here.")
SEVERAL_UNITS = gettext_noop(
    "%(sheet)s, row %(row)d: several units are called “%(value)s”: give the code."
)
NO_SUCH_CHOICE = gettext_noop("%(sheet)s, row %(row)d: %(column)s “%(value)s” is not known.")
TWICE = gettext_noop("%(sheet)s, row %(row)d: the same stands in row %(other)d already.")


class Effect(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Change(Generic[T]):
    """One good row: `label` names it, `detail` says what changes."""

    row: Row
    effect: Effect
    label: str
    detail: str
    facts: T


@dataclass(frozen=True)
class Refused:
    row: Row
    error: InputError


@dataclass
class Plan(Generic[T]):
    changes: list[Change[T]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    unknown: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()

    def count(self, effect: str) -> int:
        return sum(change.effect == effect for change in self.changes)

    @property
    def added(self) -> int:
        return self.count(Effect.ADDED)

    @property
    def changed(self) -> int:
        return self.count(Effect.CHANGED)

    @property
    def unchanged(self) -> int:
        return self.count(Effect.UNCHANGED)

    def digest(self) -> str:
        """Tells whether two plans would do the same."""
        parts = [f"{one.row.number}|{one.effect}|{one.label}|{one.detail}" for one in self.changes]
        parts += [f"{one.row.number}|{one.error.message}" for one in self.refused]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @property
    def effective(self) -> list[Change[T]]:
        return [change for change in self.changes if change.effect != Effect.UNCHANGED]


def plan_rows(table: Table, read: Callable[[Row], Change[T]]) -> Plan[T]:
    """Read every row; one that raises InputError is refused and the next one is read."""
    plan: Plan[T] = Plan(unknown=table.unknown, skipped=table.skipped)
    for row in table.rows:
        try:
            plan.changes.append(read(row))
        except InputError as error:
            plan.refused.append(Refused(row, at_row(row, error)))
    return plan


def at_row(row: Row, error: InputError) -> InputError:
    """The error with its place, for those that do not say it themselves."""
    if "row" not in error.params:
        error.params.update(sheet=row.sheet, row=row.number)
    return error


class Lookup(Generic[T]):
    """Things by code and by name; a name that several have finds none of them."""

    def __init__(self, unknown: str, several: str) -> None:
        self._by_code: dict[str, T] = {}
        self._by_name: dict[str, list[T]] = {}
        self._also: dict[str, list[T]] = {}
        self._unknown, self._several = unknown, several

    def add(
        self, thing: T, *, codes: Iterable[str], names: Iterable[str], also: Iterable[str] = ()
    ) -> None:
        """`also` is what it is called where nothing bears that name itself."""
        for word in also:
            self._also.setdefault(_plain(word), []).append(thing)
        for code in filter(None, codes):
            self._by_code[code.casefold()] = thing
        for name in dict.fromkeys(filter(None, names)):
            self._by_name.setdefault(_plain(name), []).append(thing)

    def find(self, row: Row, column: str) -> T | None:
        """What a cell names; None for an empty one. Raises InputError."""
        value = row.text(column)
        if not value:
            return None
        found = self.match(value)
        if len(found) != 1:
            message = self._several if found else self._unknown
            raise row.error(message, column, value=value[:60])
        return found[0]

    def match(self, value: str) -> list[T]:
        """All that a code or a name may mean."""
        by_code = self._by_code.get(value.strip().casefold())
        if by_code is not None:
            return [by_code]
        return self._by_name.get(_plain(value)) or self._also.get(_plain(value), [])


def _plain(name: str) -> str:
    return "".join(name.replace("/", "").replace("-", "").split()).casefold()
