"""What the engine is told: the case, the actor, the events of a history. No ORM, no clock.

Named tuples: a request makes some dozen of them, and a frozen dataclass takes three times as long.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, Self

from linli.calendars import Clock, Duration
from linli.processes.vocabulary import Platform

NONE: Mapping[str, Any] = MappingProxyType({})


class Counts(NamedTuple):
    """How often each transition was taken: in the whole case, and since it was last reopened."""

    case: Mapping[str, int] = NONE
    round: Mapping[str, int] = NONE

    def add(self, transition: str, *, new_round: bool = False) -> Self:
        case = {**self.case, transition: self.case.get(transition, 0) + 1}
        if new_round:
            return type(self)(case=case, round={})
        return type(self)(case, {**self.round, transition: self.round.get(transition, 0) + 1})


class Stopped(NamedTuple):
    """Clocks stand still for a named condition, at the longest `until`."""

    condition: str
    since: datetime
    until: datetime

    def to_json(self) -> dict[str, str]:
        return {
            "condition": self.condition,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, str]) -> Self:
        return cls(
            condition=stored["condition"],
            since=datetime.fromisoformat(stored["since"]),
            until=datetime.fromisoformat(stored["until"]),
        )


class Progress(NamedTuple):
    """What the engine itself remembers of a case; callers store it as one JSON value."""

    counts: Counts = Counts()
    clocks: Mapping[str, Clock] = NONE
    handling_units: frozenset[str] = frozenset()
    entered_at: datetime | None = None  # when the present state was entered
    stopped: Stopped | None = None

    def to_json(self) -> dict[str, Any]:
        stopped = {"stopped": self.stopped.to_json()} if self.stopped else {}
        return stopped | {
            "counts": {"case": dict(self.counts.case), "round": dict(self.counts.round)},
            "clocks": {name: clock.to_json() for name, clock in self.clocks.items()},
            "handling_units": sorted(self.handling_units),
            "entered_at": self.entered_at.isoformat() if self.entered_at else None,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; an empty mapping is a case not begun."""
        if not stored:
            return cls()
        entered_at, stopped = stored["entered_at"], stored.get("stopped")
        return cls(
            counts=Counts(**stored["counts"]),
            clocks={name: Clock.from_json(clock) for name, clock in stored["clocks"].items()},
            handling_units=frozenset(stored["handling_units"]),
            entered_at=datetime.fromisoformat(entered_at) if entered_at else None,
            stopped=Stopped.from_json(stopped) if stopped else None,
        )


class CaseFacts(NamedTuple):
    """The case as far as the process cares. Ids are strings; a state of "" is not begun yet.

    `durations` are the category's own deadlines by clock (for a correction of the category: those
    of the new one), `allowed` narrows the choices of a field for this case (the kind of
    verification that its category asks for), `required` names optional fields that it needs
    wherever a step asks for them, `on_the_spot` is False where the category's matters
    are not settled by whoever finds them.
    """

    state: str = ""
    severity: str = ""
    platform: Platform = Platform.TOWNSHIP
    lead_unit: str | None = None
    co_units: frozenset[str] = frozenset()
    reporter: str | None = None
    handlers: frozenset[str] = frozenset()
    durations: Mapping[str, Duration] = NONE
    allowed: Mapping[str, frozenset[str]] = NONE
    required: frozenset[str] = frozenset()
    on_the_spot: bool = True
    progress: Progress = Progress()


class ActorFacts(NamedTuple):
    """Who acts: permissions that hold for this case's place, own units, platforms served."""

    user: str
    permissions: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    platforms: frozenset[Platform] = frozenset()


class EventFacts(NamedTuple):
    """One row of a stored history, as `replay` reads it. `unit` is the one acted for."""

    transition: str
    state: str  # the state that the row says it led to
    at: datetime
    actor: str = ""
    unit: str = ""
    severity: str = ""
