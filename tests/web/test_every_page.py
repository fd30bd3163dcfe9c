"""Every role walks through every page that it is shown a way to, in both languages."""

import re
from collections.abc import Iterator

import pytest
from django.utils.translation import trans_real

from linli.access.actor import Actor
from linli.accounts.enums import Role
from linli.database.context import county_context
from linli.incidents.actions.emergencies import raise_emergency
from linli.territory import snapshots
from tests.conftest import A
from tests.factories.county import Small, small_county
from tests.factories.covered import cover
from tests.factories.steps import dispatched, reported, step
from tests.web.crawling import Spoken, Walk
from tests.web.incidents.conftest import Site, draw

pytestmark = pytest.mark.slow
LANGUAGES = ("zh-hans", "en")
FEWEST = 30  # views that even the narrowest role is led to
# Formats, systems, keys; titles of columns that a list may have; codes of the tests' units.
SAME_IN_CHINESE = """
    linli luquan yaml xlsx xls csv pdf word excel geojson geopackage shapefile zip wgs gcj cgcs gps
    pin http https localhost enter grid water transport forestry code name kind function parent
    area phone deputy name_en english worker username contact contact_phone from unit day weekday
    hours officer leader shift role email mao jia roads
    """
PLACES: dict[Role, tuple[str, str]] = {
    Role.TOWNSHIP_OPERATOR: ("platform", "township"),
    Role.VILLAGE_OPERATOR: ("village_office", "village"),
    Role.UNIT_HANDLER: ("water", ""),
    Role.UNIT_HEAD: ("water", ""),
    Role.GRID_WORKER: ("", "grid"),
}


@pytest.fixture
def lived_in(committed) -> Iterator[Site]:
    """Cases on every part of their way, an emergency, rotas, somebody for everything.

    Committed, because some pages roll their own transaction back.
    """
    with county_context(A):
        small = small_county()
        draw(small)
        cover(small)
        handler, operator = small.handler(), small.township_operator()
        reported(small)
        dispatched(small, small.roads, operator)
        step(dispatched(small, small.water, operator), "sign_for", handler)
        raise_emergency(dispatched(small, small.water, operator).pk, by=small.worker())
    yield Site(small)
    snapshots.forget()


def somebody(small: Small, role: Role) -> Actor:
    unit, area = PLACES.get(role, ("centre", ""))
    return small.staff(
        role,
        unit=getattr(small, unit) if unit else None,
        area=getattr(small, area) if area else None,
    )


def test_no_page_fails_or_leads_its_reader_where_it_may_not_go(lived_in):
    """Each role in one language, in turn; who sees most in the other too, before the forms."""
    foreign: dict[str, str] = {}
    for number, role in enumerate(Role):
        language = LANGUAGES[number % 2]
        with county_context(A):
            actor = somebody(lived_in.small, role)
        walk = Walk(lived_in.client(actor, language), alike=1)
        walk.go("/account/", f"/{A}/")
        assert len(walk.seen) > FEWEST, (role, sorted(walk.seen))
        foreign |= foreign_words(walk, language)
    assert not foreign


def foreign_words(walk: Walk, language: str) -> dict[str, str]:
    """What a page in one language says in the other, and where."""
    strange = _chinese_of_ours() if language == "en" else None
    return {
        each.text: path
        for each, path in walk.spoken.items()
        if (_is_chinese(each, strange) if strange else _is_english(each))
    }


def _is_english(each: Spoken) -> bool:
    if not each.language.startswith("zh"):
        return False  # marked as what it is
    words, known = re.findall(r"[a-z][a-z_]{2,}", each.text.casefold()), SAME_IN_CHINESE.split()
    return any(word not in known for word in words) and not _is_data(each.text)


def _is_chinese(each: Spoken, ours: frozenset[str]) -> bool:
    return each.language.startswith("en") and (each.text in ours or "、" in each.text)


def _is_data(text: str) -> bool:
    """Accounts of the tests are called by their roles and a number."""
    return bool(re.fullmatch(r"(.* · )?[a-z_]+-?\d+( .*)?", text))


def _chinese_of_ours() -> frozenset[str]:
    """Every sentence of the catalogues; a name that a county chose is none of them."""
    catalogue = trans_real.translation("zh-hans")._catalog
    found = {" ".join(one.split()) for _key, one in _entries(catalogue)}
    return frozenset(one for one in found if re.search("[\u4e00-\u9fff]", one))


def _entries(catalogue: object) -> Iterator[tuple[object, str]]:
    for key, value in catalogue.items():  # type: ignore[attr-defined]
        if isinstance(value, str):
            yield key, value
