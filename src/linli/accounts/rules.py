"""What holds for accounts and roles, whatever the page: pure functions."""

import re
import unicodedata
from collections.abc import Collection
from datetime import date

from linli.lib.errors import InputError, gettext_noop

SYSTEM, SECURITY, AUDIT = "system_administrator", "security_administrator", "audit_administrator"
ADMINISTRATORS = frozenset({SYSTEM, SECURITY, AUDIT})
NEEDS_UNIT = frozenset({"unit_handler", "unit_head"})
NEEDS_AREA = frozenset({"township_operator", "village_operator"})
# Roles that may stand in for each other where the scope is the same.
ALIKE = (
    frozenset({"county_operator", "dispatcher"}),
    frozenset({"unit_handler", "unit_head"}),
)

USERNAME = re.compile(r"[\w.@+-]{2,60}")
BAD_USERNAME = gettext_noop(
    "“%(value)s” is no user name: 2 to 60 letters, digits or . @ + - _ without blanks."
)
NEEDS_A_UNIT = gettext_noop("This role works for a unit: choose one.")
NEEDS_AN_AREA = gettext_noop("This role works for a township or village: choose one.")
TO_ONESELF = gettext_noop("Nobody grants a role to themselves. Ask the other administrator.")
ADMINISTRATOR_APART = gettext_noop(
    "An administrator holds no other role in the county: give it to another person, or end the "
    "other role first."
)
GRANTED_BY_SECURITY = gettext_noop("Roles are granted by the security administrator alone.")
LAST_SECURITY = gettext_noop(
    "This is the county's last security administrator. Grant the role to another person first."
)
ENDS_BEFORE_BEGIN = gettext_noop("The end lies before the beginning.")
OWN_SUCCESSOR = gettext_noop("Nobody stands in for themselves.")
SUCCESSOR_AWAY = gettext_noop("%(name)s is away in that time.")
SUCCESSOR_ENDS = gettext_noop("%(name)s does not hold the role throughout that time.")
SUCCESSOR_OTHER_ROLE = gettext_noop(
    "%(name)s does not hold this role for the same unit and area. Ask the security administrator "
    "to grant it for that time first."
)
ADMINISTRATORS_PASSWORD = gettext_noop(
    "An administrator's password is set on the server, with “linli user password”."
)
KEPT_ELSEWHERE = gettext_noop("This account is kept by the county %(county)s.")


def plain_username(text: str) -> str:
    """One spelling: half width, small letters, no blanks around."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def check_username(text: str) -> str:
    """The plain user name; InputError where it cannot be one."""
    name = plain_username(text)
    if not USERNAME.fullmatch(name):
        raise InputError(BAD_USERNAME, field="username", value=text[:60])
    return name


def check_scope(role: str, *, unit: object, area: object) -> None:
    """InputError where a role lacks the unit or area that it works for."""
    if role in NEEDS_UNIT and unit is None:
        raise InputError(NEEDS_A_UNIT, field="unit")
    if role in NEEDS_AREA and area is None:
        raise InputError(NEEDS_AN_AREA, field="area")


def check_grant(
    role: str, *, grantor_roles: Collection[str], to_oneself: bool, held: Collection[str]
) -> None:
    """InputError where a role may not be granted to whoever holds `held`.

    `grantor_roles` is empty for the system itself (the command line on the server).
    """
    if to_oneself:
        raise InputError(TO_ONESELF)
    if grantor_roles and ({SYSTEM, AUDIT} & set(grantor_roles) or SECURITY not in grantor_roles):
        raise InputError(GRANTED_BY_SECURITY)
    others = set(held) - {role}
    if others and (role in ADMINISTRATORS or others & ADMINISTRATORS):
        raise InputError(ADMINISTRATOR_APART, field="role")


def check_end(role: str, *, other_holders: int) -> None:
    if role == SECURITY and other_holders == 0:
        raise InputError(LAST_SECURITY)


def check_dates(begin: date | None, end: date | None) -> None:
    if begin and end and end < begin:
        raise InputError(ENDS_BEFORE_BEGIN, field="to")


def check_password_reset(roles: Collection[str], *, kept_here: bool, county: str) -> None:
    """InputError where administrators may not reset the password of whoever holds `roles`.

    Whoever could reset an administrator's password could act as that administrator.
    """
    if not kept_here:
        raise InputError(KEPT_ELSEWHERE, county=county)
    if ADMINISTRATORS & set(roles):
        raise InputError(ADMINISTRATORS_PASSWORD)


def alike(role: str, other: str) -> bool:
    return role == other or any({role, other} <= group for group in ALIKE)


def overlaps(begin: date, end: date | None, other: date | None, other_end: date | None) -> bool:
    """Whether two stretches of days touch; both ends are included, None is open."""
    if other is None:
        return False
    return (end is None or other <= end) and (other_end is None or begin <= other_end)
