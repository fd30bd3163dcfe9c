"""The panel "what now" of a case: who holds it, until when and why, and what may be done."""

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linli.access.actor import Actor
from linli.incidents.detail import Detail
from linli.incidents.lines import counting, unit_name
from linli.incidents.preview import consequence
from linli.processes import Decision, Definition, Offer, Owner, Transition
from linli.processes.facts import Progress, Stopped
from linli.processes.labels import OWNERS, duration_words
from linli.processes.vocabulary import Effect, Field, TransitionKind
from linli.web.incidents.timeline import step_icon
from linli.web.incidents.words import language, refused_words, step_label
from linli.web.parts import left_html
from linli.web.time_words import due_words, time_left


class Action(NamedTuple):
    """A button; `why_not` says what stands in the way of one that is not possible now."""

    key: str
    label: str
    icon: str
    in_place: bool  # the form fits into this panel; one with a map is a page of its own
    why_not: str = ""


class Now(NamedTuple):
    left: SafeString
    reason: str
    holder: str
    phone: str
    primary: Action | None
    effect: str
    moves: list[Action]
    notes: list[Action]
    until: list[str]  # what is possible for some time only
    barred: list[Action]


def now_of(found: Detail, actor: Actor, now: datetime) -> Now:
    """The panel of one actor."""
    offers = [one for one in found.offers if _for_people(one.transition)]
    primary = found.primary.transition if found.primary else None
    allowed = [o.transition for o in offers if o.allowed and o.transition is not primary]
    holder, phone = _holder(found)
    return Now(
        left=_left(found, now),
        reason=deadline_reason(found) if found.incident.is_open else _ended(found),
        holder=holder,
        phone=phone,
        primary=_action(primary) if primary else None,
        effect=effect_words(found, primary, actor, now) if primary else "",
        moves=[_action(one) for one in allowed if _moves(one)],
        notes=[_action(one) for one in allowed if not _moves(one)],
        until=[_until_words(o.transition, o.until) for o in offers if o.allowed and o.until],
        barred=[_barred(one, found) for one in offers if not one.allowed],
    )


def effect_words(found: Detail, step: Transition, actor: Actor, now: datetime) -> str:
    """What a step will cause, in sentences; empty where it changes nothing but the record."""
    decision = consequence(found, step, by=actor, now=now)
    if decision is None or decision.state == decision.state_before:
        return _("It is written into the timeline; the state stays.") if decision else ""
    parts = [_state_words(decision, found)]
    parts += [_due_sentence(found, name, due, now) for name, due in decision.dues.items()]
    return ("" if language().startswith("zh") else " ").join(parts)


def deadline_reason(found: Detail) -> str:
    """Which clock counts, how much it allows, and since when."""
    incident, definition = found.incident, found.definition
    name = definition.states[incident.state].clock
    progress = Progress.from_json(incident.progress)
    clock = progress.clocks.get(name or "")
    if name is None or clock is None:
        return ""
    if progress.stopped is not None and clock.paused:
        return _stopped_words(progress.stopped, definition)
    title = definition.clocks[name].label.in_language(language())
    begun = timezone.localtime(clock.started_at)
    this_year = begun.year == timezone.localdate().year
    since = begun.strftime("%m-%d %H:%M" if this_year else "%Y-%m-%d %H:%M")
    if clock.dated or not clock.allowances:
        return _("%(clock)s: on the day that was set") % {"clock": title}
    allowed = " + ".join(duration_words(one, language()) for one in clock.allowances)
    words = {"clock": title, "allowed": allowed, "since": since}
    return _("%(clock)s: %(allowed)s, counted from %(since)s") % words


def _ended(found: Detail) -> str:
    """What became of it and when, where nobody has to act any more."""
    entered = Progress.from_json(found.incident.progress).entered_at
    state = found.definition.states[found.incident.state].label.in_language(language())
    if entered is None:
        return state
    words = {"state": state, "time": timezone.localtime(entered).strftime("%Y-%m-%d %H:%M")}
    return _("%(state)s, %(time)s") % words


def _until_words(step: Transition, until: datetime) -> str:
    words = {"step": step_label(step), "time": timezone.localtime(until).strftime("%m-%d %H:%M")}
    return _("%(step)s: possible until %(time)s") % words


def _stopped_words(stopped: Stopped, definition: Definition) -> str:
    condition = definition.stop_clocks.get(stopped.condition)
    label = condition.label.in_language(language()) if condition else stopped.condition
    until = timezone.localtime(stopped.until).strftime("%Y-%m-%d %H:%M")
    return _("The clock stands still: %(why)s. It goes on by itself on %(until)s.") % {
        "why": label,
        "until": until,
    }


def _for_people(step: Transition) -> bool:
    """Steps that only an import takes are no buttons."""
    return Field.SOURCE_REFERENCE not in step.fields


def _moves(step: Transition) -> bool:
    """Whether a step takes the matter further: what the reporter thinks of it ends its course."""
    return step.kind is not TransitionKind.NOTE or Effect.RECORD_EVALUATION in step.effects


def _action(step: Transition) -> Action:
    return Action(step.key, step_label(step), step_icon(step), Field.PLACE not in step.fields)


def _barred(offer: Offer, found: Detail) -> Action:
    why = refused_words(offer.refused, found.definition) if offer.refused else ""
    return _action(offer.transition)._replace(why_not=why)


def _left(found: Detail, now: datetime) -> SafeString:
    incident = found.incident
    if not incident.is_open:
        return SafeString("")
    clock = counting(incident)
    left = time_left(incident.due_at, start=clock.started, now=now, calendar=clock.calendar)
    return left_html(left, incident.due_at)


def _holder(found: Detail) -> tuple[str, str]:
    """The unit that must act, and its duty telephone."""
    owner = found.definition.states[found.incident.state].owner
    if owner is Owner.NOBODY:
        return "", ""
    own = found.lead_unit if owner is Owner.LEAD_UNIT else found.verifier_unit
    unit = own or found.platform_unit
    if unit is None:
        return OWNERS[owner].in_language(language()), ""
    return unit_name(unit.pk), unit.duty_phone


def _state_words(decision: Decision, found: Detail) -> str:
    state = found.definition.states[decision.state].label.in_language(language())
    if Effect.ASSIGN in decision.effects:
        return _("The unit you choose gets it now.")
    if decision.owner is Owner.NOBODY:
        return _("The matter is then “%(state)s”.") % {"state": state}
    owner = OWNERS[decision.owner].in_language(language())
    return _("The matter is then “%(state)s” and waits for %(owner)s.") % {
        "state": state,
        "owner": owner,
    }


def _due_sentence(found: Detail, clock: str, due: datetime, now: datetime) -> str:
    title = found.definition.clocks[clock].label.in_language(language())
    return _("%(clock)s: %(due)s.") % {"clock": title, "due": due_words(due, now)}
