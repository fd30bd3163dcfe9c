"""What the check proposes against a gap mends it: saved as it is proposed, the gap is gone."""

from dataclasses import replace
from typing import Any

import pytest

from linli.processes.coverage import NEW, Code, County, Gap, find_gaps, remedy
from linli.processes.editing import Revise, edit
from linli.processes.loading import examine_document
from linli.processes.reading import Document, read
from tests.unit.processes.counties import GRID, TOWN, VILLAGE, covered, desk, kind, week
from tests.unit.processes.support import TEXT


def _changed(*path: Any, to: Any) -> Document:
    """The shipped document with another value at a path."""
    document = read(TEXT)
    home: Any = document
    for name in path[:-1]:
        home = home[name]
    home[path[-1]] = to
    return document


def _times() -> dict[str, str]:
    found: dict[str, str] = read(TEXT)["whole"]["by_severity"]
    return found


def _found(document: Document, county: County) -> dict[str, Gap]:
    definition = examine_document(document).definition
    assert definition is not None
    looked = find_gaps(definition, county)
    return {gap.key: gap for gap in (*looked.gaps, *looked.warnings)}


def _saved(document: Document, gap: Gap, county: County) -> Document:
    """As the form saves what is proposed."""
    proposed = remedy(gap, document, county)
    assert proposed is not None, gap
    *home, key = proposed.place
    if key != NEW:
        return edit(document, [Revise(proposed.place, proposed.part)]).document
    place = (*home, "mended")
    return edit(document, [Revise(place, proposed.part)]).document


def _rules(*rules: Any) -> Document:
    given = [
        {"key": f"r{n}", "label": {"zh": "试", "en": "Tried"}, **one} for n, one in enumerate(rules)
    ]
    return _changed("routing", to=[*given, *read(TEXT)["routing"]])


WATER = {"unit": "water"}
LAST = {"rungs": [{"tell": ["holder"]}, {"after": "1 working day", "tell": ["platform"]}]}
LABEL = {"label": {"zh": "试", "en": "Tried"}}
TIMES = ("whole", "by_severity")
DAYS = {"general": "1 working day", "considerable": "10 working days"}


def _county(**more: Any) -> County:
    return replace(covered(), **more)


def _desks(**changes: dict[str, Any]) -> County:
    county = covered()
    desks = {code: replace(one, **changes.get(code, {})) for code, one in county.desks.items()}
    return replace(county, desks=desks)


@pytest.mark.parametrize(
    ("code", "document", "county"),
    [
        (
            Code.NO_UNIT,
            _changed(
                "routing",
                to=[{"key": "w", **LABEL, "lead": WATER, "when": {"categories": ["03"]}}],
            ),
            _county(),
        ),
        (Code.NO_UNIT, _changed("routing", to=[]), _county()),
        (Code.UNKNOWN_AREA, _rules({"lead": WATER, "when": {"areas": ["539", TOWN]}}), _county()),
        (
            Code.UNKNOWN_CATEGORY,
            _rules({"lead": WATER, "when": {"categories": ["77", "02"]}}),
            _county(),
        ),
        (
            Code.UNKNOWN_CATEGORY,
            _changed("emergency", "categories", to=["0201", "9999"]),
            _county(),
        ),
        (
            Code.UNKNOWN_SOURCE,
            _rules({"lead": WATER, "when": {"sources": ["pigeon", "call"]}}),
            _county(),
        ),
        (
            Code.UNKNOWN_UNIT,
            _rules({"lead": {"unit": "gone"}, "when": {"categories": ["02"]}}),
            _county(),
        ),
        (
            Code.UNKNOWN_UNIT,
            _rules({"lead": WATER, "when": {"categories": ["02"]}, "co_units": [{"unit": "gone"}]}),
            _county(),
        ),
        (
            Code.UNKNOWN_TRADE,
            _rules({"lead": {"function": "magic"}, "when": {"categories": ["02"]}}),
            _county(),
        ),
        (
            Code.UNKNOWN_RIGHT,
            _changed(
                *("transitions", "urge", "by"),
                to=[{"permission": "incident.fly"}, {"permission": "incident.urge"}],
            ),
            _county(),
        ),
        (
            Code.NO_LADDER,
            _changed(
                *("states", "rework"),
                to={k: v for k, v in read(TEXT)["states"]["rework"].items() if k != "ladder"},
            ),
            _county(),
        ),
        (Code.LADDER_ENDS_EARLY, _changed("ladders", "desk", to=LABEL | LAST), _county()),
        (
            Code.RUNG_REACHES_NOBODY,
            _changed("ladders", "unit", "rungs", to=[{"tell": ["leader"]}]),
            _county(leader=False),
        ),
        (Code.RUNG_FALLS_THROUGH, read(TEXT), _desks(water={"staffed": False})),
        (Code.TARGET_MISSING, read(TEXT), _county(leader=False)),
        (
            Code.TARGET_MISSING,
            _changed("ladders", "unit", "rungs", 2, "tell", to=["deputy"]),
            _desks(**{code: {"deputy": ""} for code in covered().desks}),
        ),
        (
            Code.NO_WHOLE,
            _changed(*TIMES, to={k: v for k, v in _times().items() if k != "major"}),
            _county(),
        ),
        (
            Code.STEPS_TOO_LONG,
            _changed(*TIMES, to=_times() | DAYS),
            _county(),
        ),
    ],
)
def test_what_is_proposed_mends_the_gap_and_opens_no_other(code, document, county):
    before = _found(document, county)
    gap = next(gap for gap in before.values() if gap.code is code)
    after = _found(_saved(document, gap, county), county)
    assert gap.key not in after
    assert set(after) <= set(before)


def test_the_rule_that_is_missing_names_the_places_and_categories_that_lack_one():
    county = covered()
    here = desk("telecom", "telecom", TOWN)
    places_ = {code: one for code, one in county.places.items() if code != county.code}
    county = replace(
        county,
        places=places_,
        kinds=(*county.kinds, kind("0401", "telecom"), kind("0402", "telecom")),
        desks=(desks := county.desks | {"telecom": here}),
        weeks=(week(desks),),
    )
    document = _changed("routing", to=read(TEXT)["routing"][:1])
    (gap,) = _found(document, county).values()
    assert gap.code is Code.NO_UNIT
    proposed = remedy(gap, document, county)
    assert proposed is not None
    assert proposed.place == ("routing", NEW)
    assert proposed.part["when"] == {"areas": ["530102"], "categories": ["0401", "0402"]}
    assert proposed.part["lead"] == {"centre": True}
    assert county.wholes([TOWN, VILLAGE]) == (TOWN,)  # the grid is not said, but the rule is last
    assert county.wholes([GRID]) == (GRID,)
    assert covered().wholes(list(covered().places)) == ()


def test_the_time_that_is_proposed_for_the_whole_is_the_shortest_that_fits():
    document = _changed(*TIMES, "general", to="1 working day")
    (gap,) = _found(document, covered()).values()
    needed = str(gap.params["needed"])
    amount = int(needed.split(maxsplit=1)[0])
    for days, sound in ((amount, True), (amount - 1, False)):
        document["whole"]["by_severity"]["general"] = f"{days} working days"
        assert (not _found(document, covered())) is sound, days


def test_a_rule_that_never_decides_is_mended_by_its_order_and_a_rota_is_no_part_of_it():
    document = _rules({"lead": WATER}, {"lead": WATER, "when": {"categories": ["02"]}})
    found = _found(document, covered())
    shadowed = [gap for gap in found.values() if gap.code is Code.RULE_SHADOWED]
    assert shadowed
    assert all(remedy(gap, document, covered()) is None for gap in shadowed)
