"""Grouping finds what a loop over every place, category, severity, channel and hour finds."""

from hypothesis import HealthCheck, given, settings

from linli.processes import Definition
from linli.processes.coverage import Code, County, find_gaps
from linli.processes.routing_table import When
from tests.examples import examples
from tests.unit.processes.counties import counties, definitions
from tests.unit.processes.exhaustive import Exhaustive, look_at_everything

MISSING = (Code.NOBODY_ON_DUTY, Code.NO_DEPUTY)


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(definitions(), counties())
def test_nothing_is_missed_and_nothing_is_invented(definition: Definition, county: County) -> None:
    truth, found = look_at_everything(definition, county), find_gaps(definition, county)
    named = {gap.params["trade"]: gap for gap in found.gaps if gap.code is Code.NO_UNIT}
    assert {trade: gap.cells for trade, gap in named.items()} == _sizes(truth.unnamed)
    lacking = {(gap.code, gap.mend.key): gap for gap in found.gaps if gap.code in MISSING}
    assert {key: gap.cells for key, gap in lacking.items()} == _sizes(truth.missing)
    for key, gap in [*named.items(), *lacking.items()]:
        example = gap.example
        assert example is not None
        where = (example.place, example.category, example.hour)
        assert where in (truth.unnamed | truth.missing)[key]
    assert _idle(found.gaps) == _expected(definition, truth, _misnamed(found.gaps))


def _sizes(sets):
    return {key: len(found) for key, found in sets.items()}


def _idle(gaps) -> dict[str, Code]:
    codes = (Code.RULE_NEVER_FITS, Code.RULE_FINDS_NOBODY, Code.RULE_SHADOWED)
    return {gap.mend.key: gap.code for gap in gaps if gap.code in codes}


def _misnamed(gaps) -> set[str]:
    return {gap.mend.key for gap in gaps if gap.code.startswith("unknown_")}


def _expected(definition: Definition, truth: Exhaustive, misnamed: set[str]) -> dict[str, Code]:
    """Rules that never decide, but for a net at the end and those that name what is not there."""
    found = {}
    for rule in definition.routing:
        net = rule is definition.routing[-1] and rule.when == When() and rule.lead.centre
        if rule.key in truth.decide or net or rule.key in misnamed:
            continue
        if rule.key not in truth.fit:
            found[rule.key] = Code.RULE_NEVER_FITS
        elif rule.key not in truth.find:
            found[rule.key] = Code.RULE_FINDS_NOBODY
        else:
            found[rule.key] = Code.RULE_SHADOWED
    return found
