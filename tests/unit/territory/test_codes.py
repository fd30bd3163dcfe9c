import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.lib.errors import InputError
from linli.territory.enums import DivisionKind, DivisionLevel
from linli.territory.rules import (
    LENGTH_OF_LEVEL,
    check_code,
    is_statistical,
    kind_of,
    level_of,
    parent_code,
    short_code,
)

codes = st.sampled_from((6, 9, 12, 15)).flatmap(
    lambda n: st.lists(st.integers(1, 999), min_size=n // 3 - 2, max_size=n // 3 - 2)
).map(lambda parts: "530128" + "".join(f"{part:03}" for part in parts))  # fmt: skip


@given(codes)
def test_a_code_survives_being_padded_and_cut(code):
    assert short_code(code.ljust(12, "0")) == code


@given(codes)
def test_every_code_begins_with_its_parent(code):
    parent = parent_code(code)
    assert (parent is None) == (level_of(code) is DivisionLevel.COUNTY)
    assert parent is None or code.startswith(parent)


@given(st.text(max_size=16))
def test_any_text_is_a_code_or_an_input_error(text):
    try:
        assert len(short_code(text)) in LENGTH_OF_LEVEL.values()
    except InputError as error:
        assert text in str(error)  # noqa: PT017 - both outcomes are right, each has its own demand


@pytest.mark.parametrize(
    ("code", "level", "parent", "message"),
    [
        ("5301280", DivisionLevel.TOWNSHIP, None, "not an official code"),
        ("53012800１", DivisionLevel.TOWNSHIP, None, "not an official code"),
        ("530128001", DivisionLevel.VILLAGE, None, "has 9 digits; a code here has 12"),
        ("530129001", DivisionLevel.TOWNSHIP, "530128", "does not begin with the code above"),
        ("530128600", DivisionLevel.TOWNSHIP, "530128", "segment 600"),
        ("530128001201000", DivisionLevel.GRID, "530128001201", "may not be 000"),
        ("530128001202001", DivisionLevel.GRID, "530128001201", "does not begin"),
    ],
)
def test_a_wrong_code_is_refused_and_says_why(code, level, parent, message):
    with pytest.raises(InputError, match=message):
        check_code(code, level, parent)


def test_a_padded_code_is_kept_short():
    assert check_code("530128001000", DivisionLevel.TOWNSHIP, "530128") == "530128001"
    assert short_code("530128000000") == "530128"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("530128001", DivisionKind.SUB_DISTRICT),
        ("530128099", DivisionKind.SUB_DISTRICT),
        ("530128100", DivisionKind.TOWN),
        ("530128200", DivisionKind.TOWNSHIP),
        ("530128399", DivisionKind.TOWNSHIP),
        ("530128401", DivisionKind.ENTERPRISE_RUN),
        ("530128600", None),
        ("530128001001", DivisionKind.RESIDENTS_COMMITTEE),
        ("530128001200", DivisionKind.VILLAGE_COMMITTEE),
        ("530128001498", DivisionKind.STATISTICAL),
        ("530128", None),
    ],
)
def test_the_segment_tells_the_kind(code, kind):
    assert kind_of(code) == kind


def test_an_enterprise_run_area_and_all_below_it_is_statistical():
    assert is_statistical("530128401")
    assert is_statistical("530128401201")
    assert not is_statistical("530128001201")
    assert not is_statistical("530128")
