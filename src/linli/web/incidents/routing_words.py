"""Why a unit is suggested, in words: the rule, what met its conditions, how the unit was found."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.incidents import references
from linli.incidents.lines import named
from linli.incidents.routing import Suggestion
from linli.processes.labels import WEEKDAYS, duration_words
from linli.processes.routing import Ground, How
from linli.processes.vocabulary import Weekday
from linli.territory.snapshots import snapshot
from linli.web.incidents.words import category_name, label, language

FOUND = {
    How.NAMED: gettext_lazy("named by the rule"),
    How.NEAREST: gettext_lazy("the unit of this trade nearest to the place"),
    How.COUNTYWIDE: gettext_lazy("the county's unit of this trade"),
    How.CENTRE: gettext_lazy("the centre that holds the matter"),
}


class Why(NamedTuple):
    """What one rule says of a matter; `because` and `handle` are empty where it sets none."""

    rule: str
    unit: str
    how: str
    because: str
    co_units: str
    handle: str


def why(suggestion: Suggestion) -> Why:
    rule, comma = suggestion.rule, _(", ")
    return Why(
        rule=rule.label.in_language(language()),
        unit=named(suggestion.unit),
        how=str(FOUND[suggestion.how]),
        because=comma.join(_WORDS[ground](name) for ground, name in suggestion.grounds),
        co_units=comma.join(named(unit) for unit in suggestion.co_units),
        handle=duration_words(rule.handle, language()) if rule.handle else "",
    )


def suggestion_words(suggestion: Suggestion) -> str:
    """One sentence below the field of the unit."""
    found = why(suggestion)
    return _("Suggested: %(unit)s, by the rule “%(rule)s” (%(how)s).") % found._asdict()


def hour_words(hour: int) -> str:
    """An hour of the week, such as "Sat 02:00"."""
    day = WEEKDAYS[list(Weekday)[hour // 24]].in_language(language())
    return f"{day} {hour % 24:02}:00"


def _area(code: str) -> str:
    node = snapshot().by_code.get(code)
    return named(node) if node else code


def _category(code: str) -> str:
    found = (row for row in references.categories().values() if row.code == code)
    row = next(found, None)
    return category_name(row) if row else code


_WORDS: Mapping[Ground, Callable[[str], str]] = {
    Ground.AREA: _area,
    Ground.CATEGORY: _category,
    Ground.SEVERITY: lambda key: label("severity", key),
    Ground.SOURCE: lambda key: label("source", key),
    Ground.HOUR: lambda hour: hour_words(int(hour)),
}
