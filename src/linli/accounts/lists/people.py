"""Finds the staff that a list's rows mean: by user name, or by name and telephone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from linli.accounts.models import Membership, User
from linli.accounts.rules import plain_username
from linli.database.context import current_county
from linli.lib.errors import gettext_noop
from linli.lib.tables import Row
from linli.organisations.lists import called_also
from linli.organisations.models import Unit
from linli.organisations.plans import NO_SUCH_UNIT, SEVERAL_UNITS, Lookup

SEVERAL = gettext_noop(
    "%(sheet)s, row %(row)d: several people are called %(value)s. Give the user name, or the "
    "telephone number that we have."
)
NOBODY = gettext_noop("%(sheet)s, row %(row)d: %(column)s “%(value)s” is nobody here.")


@dataclass
class Known:
    """A person of the county with present and coming roles."""

    user: User
    memberships: list[Membership] = field(default_factory=list)

    @property
    def phones(self) -> set[str]:
        return {digits(row.phone) for row in self.memberships if row.phone}


class People:
    def __init__(self, today: date) -> None:
        self.by_username: dict[str, Known] = {}
        rows = Membership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today))
        for row in rows.select_related("user", "unit", "area").order_by("id"):
            self._known(row.user).memberships.append(row)
        for user in User.objects.filter(registered_in=current_county()):
            self._known(user)

    def _known(self, user: User) -> Known:
        return self.by_username.setdefault(user.username, Known(user))

    def find(self, row: Row) -> Known | None:
        """Whom a row means; None for somebody new. Raises InputError where it is not clear."""
        username = plain_username(row.text("username"))
        if username:
            return self.by_username.get(username)
        name, phone = row.text("name", required=True), digits(row.text("phone"))
        named = [one for one in self.by_username.values() if one.user.name == name]
        if phone:
            same = [one for one in named if phone in one.phones]
            named = same or [one for one in named if not one.phones]
        if len(named) > 1:
            raise row.error(SEVERAL, "name", value=name)
        return named[0] if named else None


def digits(phone: str) -> str:
    """A number as digits, so that blanks and hyphens do not part the same one."""
    return "".join(character for character in phone if character.isdigit())


def unit_lookup(units: Iterable[Unit]) -> Lookup[Unit]:
    found: Lookup[Unit] = Lookup(NO_SUCH_UNIT, SEVERAL_UNITS)
    for unit in units:
        found.add(unit, codes=[unit.code], names=[unit.name], also=called_also(unit))
    return found
