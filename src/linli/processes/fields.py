"""Reading what was filled in: one reader per field, strict about kind, length and choice."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from linli.calendars import Duration, WorkCalendar
from linli.processes.definition import Definition, Transition
from linli.processes.facts import CaseFacts
from linli.processes.labels import TEXT_LIMIT
from linli.processes.refusals import Refused
from linli.processes.vocabulary import Field


@dataclass(frozen=True, slots=True)
class _Context:
    definition: Definition
    transition: Transition
    case: CaseFacts
    now: datetime
    calendar: WorkCalendar


def read_fields(
    transition: Transition,
    supplied: Mapping[str, object],
    *,
    definition: Definition,
    case: CaseFacts,
    now: datetime,
    calendar: WorkCalendar,
) -> dict[Field, object]:
    """The values a transition declares, read and checked; empty optional ones are left out."""
    for name in supplied:
        if name not in transition.fields:
            raise Refused("field_unknown", field=str(name))
    context = _Context(definition, transition, case, now, calendar)
    values: dict[Field, object] = {}
    for name, required in transition.fields.items():
        value = supplied.get(name)
        if isinstance(value, str):
            value = value.strip()
        if value is None or value in ("", [], ()):
            if required or name in case.required:
                raise Refused("field_required", field=name)
            continue
        values[name] = _READERS[name](name, value, context)
    _check_units(values)
    return values


def _check_units(values: Mapping[Field, object]) -> None:
    co_units = values.get(Field.CO_UNITS)
    if isinstance(co_units, tuple) and values.get(Field.UNIT) in co_units:
        raise Refused("lead_is_co_handler", field=Field.CO_UNITS)


def _text(name: Field, value: object, _context: _Context) -> str:
    if not isinstance(value, str):
        raise Refused("field_invalid", field=name)
    if len(value) > TEXT_LIMIT:
        raise Refused("field_too_long", field=name, limit=TEXT_LIMIT)
    return value


def _word(name: Field, value: object, _context: _Context) -> str:
    text = str(value)
    if len(text) > 80 or "\n" in text:
        raise Refused("field_invalid", field=name)
    return text


def _identifier(name: Field, value: object, context: _Context) -> str:
    """Ids are compared as text, so each is kept in one spelling however it was written."""
    text = _word(name, value, context)
    try:
        return str(UUID(text))
    except ValueError:
        return text


def _identifiers(name: Field, value: object, context: _Context) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise Refused("field_invalid", field=name)
    return tuple(dict.fromkeys(_identifier(name, one, context) for one in value))


def _any(_name: Field, value: object, _context: _Context) -> object:
    return value


def _choice(name: Field, value: object, context: _Context) -> str:
    choices = choices_of(context.transition, context.case, name)
    text = str(value)
    if choices is not None and text not in choices:
        raise Refused("choice_invalid", field=name, choices=choices)
    return _word(name, text, context)


def required_of(transition: Transition, case: CaseFacts) -> tuple[Field, ...]:
    """What must be filled in here: what the step requires, and what this case does of the rest."""
    return tuple(
        name for name, required in transition.fields.items() if required or name in case.required
    )


def choices_of(transition: Transition, case: CaseFacts, name: Field) -> tuple[str, ...] | None:
    """What a form may offer: the step's choices narrowed by the case; None leaves it open.

    Where the two do not meet, the step is about something else and its own choices stand.
    """
    choices, allowed = transition.choices.get(name), case.allowed.get(name)
    if allowed is None:
        return choices
    if choices is None:
        return tuple(sorted(allowed))
    return tuple(choice for choice in choices if choice in allowed) or choices


def _severity(name: Field, value: object, context: _Context) -> str:
    if str(value) not in context.definition.severities:
        raise Refused("choice_invalid", field=name, choices=tuple(context.definition.severities))
    return str(value)


def _condition(name: Field, value: object, context: _Context) -> str:
    known = context.definition.stop_clocks
    if str(value) not in known:
        raise Refused("choice_invalid", field=name, choices=tuple(known))
    running = context.case.progress.clocks
    if not set(known[str(value)].clocks) & {n for n, clock in running.items() if not clock.paused}:
        raise Refused("nothing_to_stop", field=name, condition=str(value))
    return str(value)


def _review_date(name: Field, value: object, context: _Context) -> date:
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError as error:
            raise Refused("field_invalid", field=name) from error
    if isinstance(value, datetime) or not isinstance(value, date):
        raise Refused("field_invalid", field=name)
    ahead = (value - context.calendar.local(context.now).date()).days
    if ahead < 1:
        raise Refused("date_not_ahead", field=name)
    if ahead > context.definition.longest_review_days:
        raise Refused("date_too_far", field=name, days=context.definition.longest_review_days)
    return value


def _extra_time(name: Field, value: object, context: _Context) -> Duration:
    if isinstance(value, str):
        try:
            value = Duration.parse(value)
        except ValueError as error:
            raise Refused("field_invalid", field=name) from error
    if not isinstance(value, Duration):
        raise Refused("field_invalid", field=name)
    extensions = context.definition.extensions
    if extensions is not None:
        at_most = extensions.at_most
        if value.unit is not at_most.unit or value.amount > at_most.amount:
            raise Refused("extension_too_long", field=name, at_most=at_most)
    return value


_Reader = Callable[[Field, object, _Context], object]
_READERS: Mapping[Field, _Reader] = {
    Field.REASON: _text,
    Field.TEXT: _text,
    Field.RESULT: _text,
    Field.UNIT: _identifier,
    Field.CO_UNITS: _identifiers,
    Field.EVIDENCE: _identifiers,
    Field.REVIEW_DATE: _review_date,
    Field.EXTRA_TIME: _extra_time,
    Field.VERIFICATION_KIND: _choice,
    Field.OUTCOME: _choice,
    Field.DUTY_REFERENCE: _text,
    Field.CATEGORY: _identifier,
    Field.SEVERITY: _severity,
    Field.PLACE: _any,
    Field.SOURCE: _choice,
    Field.DUPLICATE_OF: _identifier,
    Field.SOLVED: _choice,
    Field.SATISFIED: _choice,
    Field.SOURCE_REFERENCE: _word,
    Field.TOWNSHIP: _choice,
    Field.CONDITION: _condition,
}
