"""The shape of one process definition: one YAML document, one version, frozen once loaded."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated

from pydantic import Field as Described
from pydantic import field_validator

from linli.calendars import CalendarChoice, Calendars, WorkCalendar
from linli.processes.emergencies import EmergencyPath
from linli.processes.ladders import Ladder
from linli.processes.parts import Key, Part, Text, WrittenDuration
from linli.processes.routing_table import Rule
from linli.processes.vocabulary import (
    Effect,
    Field,
    Owner,
    Platform,
    Relation,
    StateKind,
    TransitionKind,
)

Cell = Annotated[int, Described(ge=0, le=30)]


class State(Part):
    """`clock` names the deadline that counts while a case rests here, `ladder` who is told as it
    passes; `at` is [column, row] of the picture.
    """

    label: Text
    kind: StateKind = StateKind.OPEN
    owner: Owner = Owner.NOBODY
    clock: Key | None = None
    ladder: Key | None = None
    at: tuple[Cell, Cell] | None = None


class By(Part):
    """One way to be entitled: a permission together with every relation listed."""

    permission: str = Described(min_length=1)
    relation: tuple[Relation, ...] = ()


class Times(Part):
    """How often another transition must or may have been taken before."""

    min: int = Described(default=0, ge=0)
    max: int | None = Described(default=None, ge=0)


class Limits(Part):
    """`times` counts since the last reopening unless `per_case`; `within` and `wait` count from
    entering the present state; `before_due` names a clock that must not have run out.
    """

    times: int | None = Described(default=None, ge=1)
    per_case: bool = False
    within: WrittenDuration | None = None
    wait: WrittenDuration | None = None
    before_due: Key | None = None
    after: Mapping[Key, Times] = Described(default_factory=dict)


class Transition(Part):
    """`from` is empty for a start; a note has no `to`; `resets` restarts clocks that run."""

    key: Key = ""
    label: Text
    kind: TransitionKind = TransitionKind.MOVE
    sources: tuple[Key, ...] = Described(default=(), alias="from")
    to: Key | None = None
    by: tuple[By, ...] = Described(min_length=1)
    fields: Mapping[Field, bool] = Described(default_factory=dict)  # name -> required
    choices: Mapping[Field, tuple[str, ...]] = Described(default_factory=dict)
    limits: Limits = Limits()
    barred_severities: tuple[Key, ...] = ()
    held_by: Platform | None = None
    handles: bool = False
    effects: tuple[Effect, ...] = ()
    resets: tuple[Key, ...] = ()
    primary: bool = False

    @property
    def required(self) -> tuple[Field, ...]:
        return tuple(name for name, required in self.fields.items() if required)

    @property
    def optional(self) -> tuple[Field, ...]:
        return tuple(name for name, required in self.fields.items() if not required)

    @cached_property
    def verifies(self) -> bool:
        return self.kind in {TransitionKind.VERIFICATION, TransitionKind.SAMPLE}

    @cached_property
    def impartial(self) -> bool:
        """Whether it leads on and none of the handlers may take it."""
        moves = self.kind is not TransitionKind.NOTE
        return moves and all(Relation.NOT_HANDLER in one.relation for one in self.by)

    @cached_property
    def guarded(self) -> bool:
        """Whether a replay has more to look at than the state."""
        limits = self.limits
        return bool(limits.times or limits.after or self.barred_severities or self.verifies)

    @property
    def new_round(self) -> bool:
        """Limits count anew after a case comes back to life."""
        return self.kind is TransitionKind.REOPENING


class Deadline(Part):
    """A clock: it runs in `runs_in`, stands still in `paused_in` and stops elsewhere.

    `until` names the date field that sets it instead of a duration, `calendar` by whose working
    time it counts.
    """

    label: Text
    runs_in: tuple[Key, ...] = Described(min_length=1)
    paused_in: tuple[Key, ...] = ()
    by_severity: Mapping[Key, WrittenDuration] = Described(default_factory=dict)
    until: Field | None = None
    calendar: CalendarChoice = CalendarChoice.COUNTY


class StopClock(Part):
    """A named condition, such as waiting for the reporter, under which `clocks` stand still.

    It ends by a step, when the case moves on, or by itself after `at_most`.
    """

    label: Text
    clocks: tuple[Key, ...] = Described(min_length=1)
    at_most: WrittenDuration


class Whole(Part):
    """The time that a matter may take from report to closing; `along` are the clocks that follow
    each other on that way, and have to fit in.
    """

    by_severity: Mapping[Key, WrittenDuration]
    along: tuple[Key, ...] = Described(min_length=1)


class Extensions(Part):
    """Which clock an extension lengthens, and by how much at most at a time."""

    clock: Key
    at_most: WrittenDuration


class Definition(Part):
    key: Key
    version: int = Described(ge=1)
    title: Text
    severities: Mapping[Key, Text] = Described(min_length=1)  # mildest first
    states: Mapping[Key, State]
    clocks: Mapping[Key, Deadline]
    transitions: Mapping[Key, Transition]  # in the order in which they are offered
    extensions: Extensions | None = None
    stop_clocks: Mapping[Key, StopClock] = Described(default_factory=dict)
    whole: Whole | None = None
    ladders: Mapping[Key, Ladder] = Described(default_factory=dict)
    routing: tuple[Rule, ...] = ()  # the first rule that fits, and finds a unit, decides
    emergency: EmergencyPath | None = None
    longest_review_days: int = Described(default=180, ge=1)
    sampling_rate: float = Described(default=0.0, ge=0, le=1)

    @field_validator("transitions", mode="before")
    @classmethod
    def _carry_keys(cls, value: object) -> object:
        """A transition knows its own key, which the document writes only once."""
        if not isinstance(value, dict):
            return value
        return {
            key: {**one, "key": key} if isinstance(one, dict) else one for key, one in value.items()
        }

    @cached_property
    def offers_from(self) -> Mapping[str, tuple[Transition, ...]]:
        """Transitions by the state that they may be taken in, primary ones first."""
        ordered = sorted(self.transitions.values(), key=lambda one: not one.primary)
        table: dict[str, list[Transition]] = {state: [] for state in ("", *self.states)}
        for transition in ordered:
            for source in transition.sources or ("",):
                table[source].append(transition)
        return {state: tuple(found) for state, found in table.items()}

    def calendar_of(self, state: str) -> CalendarChoice:
        """By whose working time a state's deadline counts, and with it its ladder, its limits and
        what stops its clock.
        """
        named = self.states[state].clock if state in self.states else None
        clock = self.clocks.get(named or "")
        return clock.calendar if clock else CalendarChoice.COUNTY

    def working_time(self, state: str, unit: str | None, calendars: Calendars) -> WorkCalendar:
        """The calendar of `calendar_of`, where a unit has the case."""
        return calendars.calendar_for(self.calendar_of(state), unit or "")

    @cached_property
    def assigning(self) -> frozenset[str]:
        """Keys of the steps that give a case to units."""
        steps = self.transitions.values()
        return frozenset(one.key for one in steps if Effect.ASSIGN in one.effects)

    @cached_property
    def steps(self) -> Mapping[tuple[str, str], Transition]:
        """The transition by state and key: the one table that is looked up everywhere."""
        return {
            (state, transition.key): transition
            for state, found in self.offers_from.items()
            for transition in found
        }
