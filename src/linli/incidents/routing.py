"""Which unit should take a matter, and why: its process's rules, asked about this county's units.

A suggestion: a person dispatches.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from linli.calendars import Duration
from linli.casework.definitions import calendars, process
from linli.incidents import references
from linli.incidents.facts import category_durations
from linli.incidents.models import Category, Incident
from linli.organisations.models import Unit
from linli.processes import Effect, Field, Transition
from linli.processes.routing import Choice, Ground, How, Matter, Routed, route
from linli.processes.routing_table import Rule, hour_of_week

CLOCK = "handle"  # the clock that a rule's own deadline sets


@dataclass(frozen=True)
class Suggestion:
    """What one rule says; `grounds` are its conditions with what met each; `later`: other rules."""

    unit: Unit
    rule: Rule
    how: How
    grounds: tuple[tuple[Ground, str], ...] = ()
    co_units: tuple[Unit, ...] = ()
    later: tuple["Suggestion", ...] = ()


def suggest(incident: Incident, *, at: datetime) -> Suggestion | None:
    """By the definition that the case runs under; None where no rule of it finds a unit that
    handles matters: then somebody chooses.
    """
    definition = process("incident", incident.process_version)
    here = references.in_service()
    routed = route(definition, matter_of(incident, at=at), here.posts)
    said = _in_rows(routed, here.units) if routed else ()
    fitting = [one for one in said if references.handles(one.unit)]
    return replace(fitting[0], later=tuple(fitting[1:])) if fitting else None


def matter_of(incident: Incident, *, at: datetime) -> Matter:
    """An incident as routing looks at it, at an instant of its county's week."""
    category = references.category(incident.category_id)
    places = (incident.area_id, incident.village_id, incident.township_id)
    return Matter(
        path=references.path(places),
        categories=references.category_codes(category),
        trade=category.function,
        countywide=category.unit_level == "county",
        severity=incident.severity,
        source=incident.source,
        hour=hour_of_week(calendars(incident.calendar_version).county.local(at)),
    )


def rule_taken(
    suggestion: Suggestion | None, step: Transition, fields: Mapping[str, object]
) -> Rule | None:
    """The rule that a step follows: it gives the matter to the unit that the rule suggests."""
    if suggestion is None or Effect.ASSIGN not in step.effects:
        return None
    chosen = str(fields.get(Field.UNIT) or "")
    return suggestion.rule if chosen == str(suggestion.unit.pk) else None


def durations(rule: Rule | None, category: Category, severity: str) -> Mapping[str, Duration]:
    """A matter's own deadlines by clock: those of its category, but for what the rule sets."""
    own = category_durations(category, severity)
    return {**own, CLOCK: rule.handle} if rule and rule.handle else own


def _in_rows(routed: Routed, by_code: Mapping[str, Unit]) -> Sequence[Suggestion]:
    """What the deciding rule says, then the others that fit."""
    return [_said(one, by_code) for one in (routed.chosen, *routed.later)]


def _said(choice: Choice, by_code: Mapping[str, Unit]) -> Suggestion:
    co_units = (by_code[code] for code in choice.co_units)
    return Suggestion(
        unit=by_code[choice.lead],
        rule=choice.rule,
        how=choice.found.how,
        grounds=choice.grounds,
        co_units=tuple(filter(references.handles, co_units)),
    )
