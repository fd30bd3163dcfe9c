"""Whether every rule of the routing table ever decides anything."""

from collections.abc import Iterator, Sequence

from linli.processes.coverage.cells import Reach
from linli.processes.coverage.gaps import At, Code, Gap, Mend
from linli.processes.definition import Definition
from linli.processes.routing_table import Rule


def idle_rules(definition: Definition, reach: Sequence[Reach]) -> Iterator[Gap]:
    """Rules that no matter reaches, with those that stand before them."""
    rules = definition.routing
    for rule, one in zip(rules, reach, strict=True):
        if one.decides or _is_net(rule, rules):
            continue
        mend, params = Mend(At.RULE, rule.key), {"rule": rule.key}
        if not one.fits:
            yield Gap(Code.RULE_NEVER_FITS, mend, params)
        elif not one.finds:
            yield Gap(Code.RULE_FINDS_NOBODY, mend, params)
        else:
            before = tuple(rules[place].key for place in sorted(one.behind))
            yield Gap(Code.RULE_SHADOWED, mend, params | {"rules": before})


def _is_net(rule: Rule, rules: Sequence[Rule]) -> bool:
    """The last rule, without conditions, to a centre: it is there for what nobody foresaw."""
    return rule is rules[-1] and rule.is_net
