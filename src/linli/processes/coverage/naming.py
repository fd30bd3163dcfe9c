"""Names of a definition that mean nothing in the county: areas, categories, units, rights."""

from collections.abc import Collection, Iterable, Iterator

from linli.processes.coverage.county import County
from linli.processes.coverage.gaps import At, Code, Gap, Mend
from linli.processes.definition import Definition, Transition
from linli.processes.routing_table import Pick, Rule


def unknown_names(definition: Definition, county: County) -> Iterator[Gap]:
    for rule in definition.routing:
        yield from _in_rule(rule, county)
    path = definition.emergency
    if path:
        mend = Mend(At.EMERGENCY)
        known = county.categories
        yield from _unknown(
            Code.UNKNOWN_CATEGORY, mend, "category", path.categories, known, rule=""
        )
    for transition in definition.transitions.values():
        yield from _rights(transition, county)


def _in_rule(rule: Rule, county: County) -> Iterator[Gap]:
    mend, when = Mend(At.RULE, rule.key), rule.when
    for code, name, used, known in (
        (Code.UNKNOWN_AREA, "area", when.areas, county.places),
        (Code.UNKNOWN_CATEGORY, "category", when.categories, county.categories),
        (Code.UNKNOWN_SOURCE, "source", when.sources, county.sources),
    ):
        yield from _unknown(code, mend, name, used, known, rule=rule.key)
    trades = {desk.post.trade for desk in county.desks.values()}
    for pick in (rule.lead, *rule.co_units):
        yield from _unknown(
            Code.UNKNOWN_UNIT, mend, "unit", _given(pick.unit), county.desks, rule=rule.key
        )
        yield from _unknown(Code.UNKNOWN_TRADE, mend, "trade", _trade(pick), trades, rule=rule.key)


def _given(name: str | None) -> tuple[str, ...]:
    return (name,) if name else ()


def _trade(pick: Pick) -> tuple[str, ...]:
    return () if pick.own_trade else _given(pick.function)


def _rights(transition: Transition, county: County) -> Iterator[Gap]:
    """A step asks for rights that exist, and somebody can take it."""
    mend, asked = Mend(At.TRANSITION, transition.key), [by.permission for by in transition.by]
    unknown = [right for right in asked if right not in county.rights]
    given = {"transition": transition.key}
    yield from _unknown(Code.UNKNOWN_RIGHT, mend, "right", unknown, (), **given)
    if not unknown and not any(county.rights[right] for right in asked):
        yield Gap(Code.NOBODY_HOLDS, mend, given | {"rights": tuple(asked)})


def _unknown(
    code: Code, mend: Mend, name: str, used: Iterable[str], known: Collection[str], **more: str
) -> Iterator[Gap]:
    for one in used:
        if one not in known:
            yield Gap(code, mend, {"subject": one, name: one, **more})
