"""The check of coverage again, without any cleverness: every matter at every hour, one by one."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import product

from linli.processes import Definition
from linli.processes.coverage import Code, County, Cover
from linli.processes.routing import Matter, choices, met

Combination = tuple[str, str, int]  # place, category, hour of the week


@dataclass
class Exhaustive:
    """What a loop over everything finds, as sets of place, category and hour."""

    unnamed: dict[str, set[Combination]] = field(default_factory=lambda: defaultdict(set))
    missing: dict[tuple[Code, str], set[Combination]] = field(
        default_factory=lambda: defaultdict(set)
    )
    fit: set[str] = field(default_factory=set)
    find: set[str] = field(default_factory=set)
    decide: set[str] = field(default_factory=set)
    matters: int = 0


def look_at_everything(definition: Definition, county: County) -> Exhaustive:
    found = Exhaustive()
    whole = product(
        county.places.values(), county.kinds, definition.severities, county.sources, range(168)
    )
    for place, kind, severity, source, hour in whole:
        found.matters += 1
        matter = Matter(place.path, kind.codes, kind.trade, kind.countywide, severity, source, hour)
        said = list(choices(definition, matter, county.posts))
        found.find.update(one.rule.key for one in said)
        found.decide.update(one.rule.key for one in said[:1])
        found.fit.update(r.key for r in definition.routing if met(r.when, matter) is not None)
        where = (place.code, kind.code, hour)
        if not said:
            found.unnamed[kind.trade].add(where)
        units = {one.lead for one in said[:1]} | {*list(county.centres(place.path))[:1]}
        for unit in units:
            for code in _lacking(county, unit, hour):
                found.missing[code, county.chain(unit)[-1]].add(where)
    return found


def _lacking(county: County, unit: str, hour: int) -> set[Code]:
    lacks = set()
    for week in county.weeks:
        cover = week.covers.get(unit, Cover(0, 0))
        if not week.ahead >> hour & 1:
            continue
        if not cover.answered >> hour & 1:
            lacks.add(Code.NOBODY_ON_DUTY)
        elif not cover.backed >> hour & 1:
            lacks.add(Code.NO_DEPUTY)
    return lacks
