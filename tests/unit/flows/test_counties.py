"""What a county may be called."""

import pytest
from django.urls import get_resolver

from linli.counties.models import County
from linli.flows.counties import RESERVED, CountyRefusedError, create_county


def _first_words() -> set[str]:
    """What addresses begin with, where it is no county."""
    patterns = [str(one.pattern) for one in get_resolver().url_patterns]
    return {one.split("/")[0] for one in patterns if one and not one.startswith("<")}


def test_no_county_can_take_an_address_of_the_installation():
    assert _first_words() | {"static"} == RESERVED


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "api"},
        {"code": "Bad Code"},
        {"code": "x" * 13},
        {"name": " "},
        {"name": "x" * 81},
        {"name_en": "x" * 121},
        {"timezone": "Mars/Phobos"},
        {"code": "530128"},
    ],
)
def test_a_county_that_cannot_be_is_refused_with_words_and_not_begun(db, wrong):
    before = County.objects.count()
    with pytest.raises(CountyRefusedError):
        create_county(**{"code": "999998", "name": "某县"} | wrong)
    assert County.objects.count() == before
