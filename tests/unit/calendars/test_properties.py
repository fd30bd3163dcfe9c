"""Working time on generated calendars: a few for every check, ten thousand for a release."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.calendars.generated import LENGTH, Bytes
from tests.unit.calendars.properties import PROPERTIES, Property

DATA = st.binary(min_size=2 * LENGTH, max_size=2 * LENGTH)


def _try(held: Property, data: bytes) -> None:
    held(Bytes(data[:LENGTH]).calendar(), Bytes(data[LENGTH:]))


@pytest.mark.parametrize("held", PROPERTIES, ids=lambda held: held.__name__)
@settings(max_examples=50, deadline=None)
@given(data=DATA)
def test_it_holds_for_generated_calendars(held: Property, data: bytes) -> None:
    _try(held, data)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None)
@given(data=DATA)
def test_all_of_them_hold_for_ten_thousand_calendars(data: bytes) -> None:
    calendar = Bytes(data[:LENGTH]).calendar()
    for held in PROPERTIES:
        held(calendar, Bytes(data[LENGTH:]))
