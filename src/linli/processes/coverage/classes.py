"""Places, categories, severities and channels that no rule and no unit tells apart, made one.

Routing looks at a path only by asking whether it holds an area that a rule names, or one in which
a unit of a trade or a centre works. Paths that hold the same of those are one class; with the
codes of categories it is the same. So looking at one member of each class looks at all of them.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from linli.processes.coverage.county import County, Kind, Place
from linli.processes.definition import Definition
from linli.processes.routing_table import Rule

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Region:
    """Places that are the same to routing. `path` is what of theirs counts.

    `rules` are the positions of the rules that hold there, as bits.
    """

    path: tuple[str, ...]
    places: tuple[Place, ...]
    rules: int


@dataclass(frozen=True)
class Sort:
    """Categories that are the same to routing."""

    codes: tuple[str, ...]
    trade: str
    countywide: bool
    kinds: tuple[Kind, ...]
    rules: int


def regions(definition: Definition, county: County) -> list[Region]:
    posts, rules = county.posts, definition.routing
    counted = {area for rule in rules for area in rule.when.areas}
    counted |= {area for _trade, area in posts.trades} | set(posts.centres) | {county.code}

    def path(place: Place) -> tuple[str, ...]:
        return tuple(area for area in place.path if area in counted)

    # The deepest areas first: an example is then a grid, wherever there is one.
    deepest = sorted(county.places.values(), key=lambda place: -len(place.path))
    return [
        Region(key, tuple(places), fitting(rules, _areas, key))
        for key, places in grouped(deepest, path).items()
    ]


def sorts(definition: Definition, county: County) -> list[Sort]:
    rules = definition.routing
    named = {code for rule in rules for code in rule.when.categories}
    own = any(pick.own_trade for rule in rules for pick in (rule.lead, *rule.co_units))

    def looks(kind: Kind) -> tuple[tuple[str, ...], str, bool]:
        codes = tuple(code for code in kind.codes if code in named)
        return (codes, kind.trade, kind.countywide) if own else (codes, "", False)

    return [
        Sort(*look, tuple(kinds), fitting(rules, _categories, look[0]))
        for look, kinds in grouped(county.kinds, looks).items()
    ]


@dataclass
class Values:
    """Severities and channels, as far as the rules of a cell tell them apart."""

    definition: Definition
    sources: Sequence[str]
    _known: dict[int, Mapping[int, tuple[str, str]]] = field(default_factory=dict)

    def of(self, rules: int) -> Mapping[int, tuple[str, str]]:
        """Which of these rules can hold together, and a severity and a channel for each case."""
        if rules not in self._known:
            table = self.definition.routing
            by_severity = {
                rules & fitting(table, _severities, [one]): one
                for one in reversed(list(self.definition.severities))
            }
            by_source = {
                rules & fitting(table, _sources, [one]): one for one in reversed(self.sources)
            }
            self._known[rules] = {
                a & b: (severity, source)
                for a, severity in by_severity.items()
                for b, source in by_source.items()
            }
        return self._known[rules]


def fitting(
    rules: Sequence[Rule], wanted: Callable[[Rule], Collection[str]], have: Collection[str]
) -> int:
    """The positions of the rules whose condition holds, as bits; an empty condition always does."""
    return sum(
        1 << place
        for place, rule in enumerate(rules)
        if not wanted(rule) or any(one in wanted(rule) for one in have)
    )


def grouped(things: Iterable[T], key: Callable[[T], K]) -> Mapping[K, list[T]]:
    """Things by key, both in the order in which they come."""
    found: dict[K, list[T]] = {}
    for thing in things:
        found.setdefault(key(thing), []).append(thing)
    return found


def _areas(rule: Rule) -> Collection[str]:
    return rule.when.areas


def _categories(rule: Rule) -> Collection[str]:
    return rule.when.categories


def _severities(rule: Rule) -> Collection[str]:
    return rule.when.severities


def _sources(rule: Rule) -> Collection[str]:
    return rule.when.sources
