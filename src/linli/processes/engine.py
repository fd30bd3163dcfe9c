"""What may be done to a case now, by whom, and what doing it leads to. Pure functions."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from linli.calendars import Calendars
from linli.processes.clockwork import ClockChange
from linli.processes.consequences import after
from linli.processes.definition import Definition, Transition
from linli.processes.facts import ActorFacts, CaseFacts
from linli.processes.fields import read_fields
from linli.processes.guards import entitlement, last_moment, refusal
from linli.processes.refusals import Refused
from linli.processes.vocabulary import Effect, Field, Owner, Platform


class Offer(NamedTuple):
    """A step of the present state, allowed (perhaps not for long) or with the reason why not."""

    transition: Transition
    refused: Refused | None = None
    until: datetime | None = None

    @property
    def allowed(self) -> bool:
        return self.refused is None


class Decision(NamedTuple):
    """What a step leads to. `case` is the case afterwards; callers store it and do the effects.

    `dues` are the deadlines that run afterwards, in UTC; `due_at` is that of the new state, or the
    end of a stopped clock.
    """

    transition: Transition
    state_before: str
    state: str
    owner: Owner
    case: CaseFacts
    fields: Mapping[Field, object]
    effects: tuple[Effect, ...]
    clocks: tuple[ClockChange, ...]
    dues: Mapping[str, datetime]
    due_at: datetime | None


def available(
    definition: Definition,
    case: CaseFacts,
    actor: ActorFacts,
    *,
    now: datetime,
    calendar: Calendars,
) -> list[Offer]:
    """Every step of the case's state, primary ones first; refused ones carry their reason."""
    working = definition.working_time(case.state, case.lead_unit, calendar)
    return [
        Offer(
            transition,
            refusal(transition, case, actor, now=now, calendar=calendar, working=working),
            last_moment(transition.limits, case, working),
        )
        for transition in definition.offers_from.get(case.state, ())
    ]


def decide(
    definition: Definition,
    case: CaseFacts,
    actor: ActorFacts,
    transition_key: str,
    supplied: Mapping[str, object],
    *,
    now: datetime,
    calendar: Calendars,
) -> Decision:
    """Take a step at `now`. Raises Refused with a code, parameters and the field at fault."""
    _check_facts(definition, case)
    transition = definition.transitions.get(transition_key)
    if transition is None:
        raise Refused("unknown_transition", transition=transition_key)
    working = definition.working_time(case.state, case.lead_unit, calendar)
    refused = refusal(transition, case, actor, now=now, calendar=calendar, working=working)
    if refused is not None:
        raise refused
    values = read_fields(
        transition,
        supplied,
        definition=definition,
        case=case,
        now=now,
        calendar=calendar.county,
    )
    new, clocks = after(
        definition, transition, case, actor, values=values, now=now, calendar=calendar
    )
    dues = {
        name: due
        for name, clock in new.progress.clocks.items()
        if (due := clock.due(calendar)) is not None
    }
    return Decision(
        transition=transition,
        state_before=case.state,
        state=new.state,
        owner=definition.states[new.state].owner,
        case=new,
        fields=values,
        effects=transition.effects,
        clocks=clocks,
        dues=dues,
        due_at=dues.get(definition.states[new.state].clock or "") or _end_of_stop(new),
    )


def _end_of_stop(case: CaseFacts) -> datetime | None:
    """While its clock stands still, a case is due when that ends by itself."""
    return case.progress.stopped.until if case.progress.stopped else None


def impartial_platform(
    definition: Definition, case: CaseFacts, colleagues: Iterable[ActorFacts]
) -> Platform:
    """Whose queue a case is in that others than its handlers decide on: the platform that holds it,
    or the county's where none of its `colleagues` may.
    """
    steps = [one for one in definition.offers_from.get(case.state, ()) if one.impartial]
    for colleague in colleagues:
        if case.platform in colleague.platforms and any(
            entitlement(step, case, colleague) is None for step in steps
        ):
            return case.platform
    return Platform.COUNTY


def _check_facts(definition: Definition, case: CaseFacts) -> None:
    """Facts that the vocabulary does not know are a mistake of the caller, not of the user."""
    if case.severity not in definition.severities:
        raise ValueError(f"unknown severity {case.severity!r}")
    if case.state and case.state not in definition.states:
        raise ValueError(f"unknown state {case.state!r}")
