"""Run in a process of its own: gives an installation one county and one key for programs."""

import json
from datetime import date

from linli.cli.session import ready

COUNTY = "530128"


def main() -> None:
    with ready() as address:
        from linli.database.context import county_context
        from linli.database.migrating import migrate

        migrate(address)
        from linli.flows.counties import create_county

        create_county(code=COUNTY, name="禄劝县", name_en="Luquan")
        with county_context(COUNTY):
            print(json.dumps(_operator()))


def _operator() -> dict[str, str]:
    from linli.access.actor import system
    from linli.access.permissions import Permission
    from linli.accounts.actions import Appointment, create_user, grant_membership
    from linli.accounts.enums import Role
    from linli.accounts.tokens import issue
    from linli.incidents.models import Category
    from linli.organisations.models import Unit
    from linli.territory.models import Area

    unit, area = Unit.objects.get(), Area.objects.get()
    user, _secret = create_user(username="zhang", name="张", by=system(), password="Test-pass-1")
    appointment = Appointment(user, Role.COUNTY_OPERATOR, unit, area, valid_from=date(2020, 1, 1))
    grant_membership(appointment, by=system())
    scopes = [str(right) for right in Permission]
    _token, secret = issue(user=user, name="test", scopes=scopes, by=system())
    category = Category.objects.filter(parent__isnull=False).order_by("code").first()
    return {"key": secret, "category": str(category.pk), "area": str(area.pk)}


if __name__ == "__main__":
    main()
