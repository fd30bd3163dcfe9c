"""What the county calls the codes of a definition: units, areas, categories, rights, answers."""

from collections.abc import Iterator

from linli.incidents import references
from linli.incidents.data.categories import shipped_categories
from linli.incidents.enums import Outcome, Satisfied, Solved, VerificationKind
from linli.incidents.lines import named
from linli.processes import Field
from linli.processes.wording import Names
from linli.territory.models import Level
from linli.territory.snapshots import Snapshot, snapshot
from linli.web.account.rights import WORDS
from linli.web.incidents.words import category_name, labels, language

ANSWERS = {
    Field.VERIFICATION_KIND: VerificationKind,
    Field.OUTCOME: Outcome,
    Field.SOLVED: Solved,
    Field.SATISFIED: Satisfied,
}


def names() -> Names:
    """By (kind, code), in the reader's language."""
    return dict(_names())


def area_name(map_: Snapshot, code: str) -> str:
    """An area with what it lies in, such as 茂山镇甲甸村; the code where it is unknown."""
    node = map_.by_code.get(code)
    if node is None:
        return code
    return "".join(named(one) for one in map_.path(node.id) if one.level != Level.COUNTY) or (
        named(node)
    )


def trades() -> dict[str, str]:
    """The trades of the county's units, by which categories and rules find them, with names."""
    known = shipped_categories().functions
    found = sorted({unit.function for unit in references.units().values() if unit.function})
    zh = language().startswith("zh")
    return {one: (known[one].zh if zh else known[one].en) if one in known else one for one in found}


def _names() -> Iterator[tuple[tuple[str, str], str]]:
    for unit in references.units().values():
        yield ("unit", unit.code), named(unit)
    for category in references.categories().values():
        yield ("category", category.code), category_name(category)
    yield from ((("trade", trade), name) for trade, name in trades().items())
    map_ = snapshot()
    for code in map_.by_code:
        yield ("area", code), area_name(map_, code)
    for right, words in WORDS.items():
        yield ("permission", right.value), str(words)
    yield from ((("state", state), label) for state, label in labels("state").items())
    yield from ((("source", source), label) for source, label in labels("source").items())
    for field, answers in ANSWERS.items():
        for value, label in answers.choices:
            yield (field.value, str(value)), str(label)
