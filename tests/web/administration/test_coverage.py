"""The page of the check: gaps by what they concern, each one click from where it is mended."""

from django.test import Client

from linli.accounts.enums import Role
from linli.database.context import county_context
from tests.conftest import A, B
from tests.factories.county import small_county
from tests.factories.people import person, sign_in


def _site(client, role: Role):
    with county_context(A):
        small = small_county()
        user_unit = small.centre
    client.force_login(person(A, f"viewer-{role}", role, unit=user_unit))
    return small


def _page(client, county: str = A):
    return client.get(f"/{county}/process/check/")


def test_gaps_are_told_with_an_example_and_the_rota_to_fill(client, db):
    small = _site(client, Role.COUNTY_OPERATOR)
    answer = _page(client)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "无人负责" in page
    assert "补全值班表" in page
    assert f"/{A}/duty/units/{small.centre.pk}/" in page
    assert "每周168小时" in page


def test_it_speaks_english_too(db):
    client = Client(headers={"accept-language": "en"})
    _site(client, Role.DISPATCHER)
    page = _page(client).content.decode()
    assert "Nobody answers" in page
    assert "See the rota" in page  # whom it concerns, a dispatcher can only tell


def test_another_county_is_not_found_and_a_handler_is_refused(client, db):
    _site(client, Role.COUNTY_OPERATOR)
    assert _page(client, county=B).status_code == 404
    with county_context(A):
        centre = small_county_centre()
    sign_in(client, person(A, "worker", Role.UNIT_HANDLER, unit=centre))
    assert _page(client).status_code == 403
    assert client.post(f"/{A}/process/check/").status_code in {403, 405}


def small_county_centre():
    from linli.organisations.models import Unit, UnitKind

    return Unit.objects.get(kind=UnitKind.COUNTY_CENTRE)
