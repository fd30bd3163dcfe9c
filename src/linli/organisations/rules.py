"""What holds for units, whatever the page: pure functions."""

import re
from collections.abc import Mapping

from linli.lib.errors import InputError, gettext_noop

CODE = re.compile(r"[\w.-]{1,40}")
PHONE = re.compile(r"[+]?[\d\s()\-—、，,/;；转]{3,40}")

BAD_CODE = gettext_noop("“%(value)s” is no code: letters, digits, dots and hyphens, at most 40.")
CODE_TAKEN = gettext_noop("The code %(value)s belongs to %(name)s already.")
NO_NAME = gettext_noop("The unit needs a name.")
BAD_PHONE = gettext_noop("“%(value)s” is no telephone number.")
OWN_PARENT = gettext_noop("A unit cannot stand below itself.")
OWN_DEPUTY = gettext_noop("A unit cannot be its own deputy.")
NEEDS_AREA = gettext_noop("A township platform or village office needs its area.")
AREA_TAKEN = gettext_noop("%(area)s has this kind of unit already: %(name)s.")
ONE_CENTRE = gettext_noop("The county has its centre already: %(name)s.")
CENTRE_STAYS = gettext_noop("The county centre cannot be closed.")
HAS_MEMBERS = gettext_noop("%(name)s still has members: end or move their roles first.")
HAS_OPEN_WORK = gettext_noop("%(name)s still has %(count)d open tasks: let others take them first.")
HAS_OPEN_CASES = gettext_noop(
    "%(name)s still holds %(count)d open cases: end them, or send them up to the county first."
)

WITH_AREA = frozenset({"township_platform", "village_office"})
ONE_PER_AREA = frozenset({"township_platform"})


def check_unit(*, code: str, name: str, kind: str, area: object, phone: str) -> None:
    """InputError, with the field at fault in its params."""
    if not CODE.fullmatch(code):
        raise InputError(BAD_CODE, field="code", value=code[:60])
    if not name.strip():
        raise InputError(NO_NAME, field="name")
    if kind in WITH_AREA and area is None:
        raise InputError(NEEDS_AREA, field="area")
    check_phone(phone, field="duty_phone")


def check_phone(phone: str, *, field: str) -> None:
    if phone and not PHONE.fullmatch(phone):
        raise InputError(BAD_PHONE, field=field, value=phone[:60])


def check_parent(own: object, parent: object, parents: Mapping[object, object | None]) -> None:
    """InputError where `parent` lies below `own`; `parents` maps each unit to the one above it."""
    step: object | None = parent
    seen: set[object] = set()
    while step is not None and step not in seen:
        if own is not None and step == own:
            raise InputError(OWN_PARENT, field="parent")
        seen.add(step)
        step = parents.get(step)


def check_deputy(own: object, deputy: object) -> None:
    if own is not None and own == deputy:
        raise InputError(OWN_DEPUTY, field="deputy")
