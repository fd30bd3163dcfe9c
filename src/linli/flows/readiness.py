"""Whether an installation is ready for real work: generated counties, administrators."""

from datetime import date

from linli.accounts.enums import ADMINISTRATORS
from linli.accounts.models import Membership, User
from linli.accounts.second_factor import kinds
from linli.accounts.signing import current
from linli.counties.opening import open_county
from linli.counties.queries import counties, county_codes


def demo_counties() -> list[str]:
    return [county.code for county in counties() if county.is_demo]


def administrators(today: date) -> dict[str, dict[str, bool]]:
    """Per county: the user names of its administrators, and whether each has a second factor."""
    return {code: _of_county(code, today) for code in county_codes()}


def _of_county(code: str, today: date) -> dict[str, bool]:
    with open_county(code):
        rows = Membership.objects.filter(current(today), role__in=ADMINISTRATORS)
        ids = set(rows.values_list("user_id", flat=True))
    users = User.objects.filter(pk__in=ids, is_active=True).order_by("username")
    return {user.username: bool(kinds(user)) for user in users}
