"""Signing in: where a member of staff belongs, how long a lockout lasts, what the log keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from axes.models import AccessAttempt
from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from linli.accounts.enums import ADMINISTRATORS, Role
from linli.accounts.models import Membership, User
from linli.audit.actions import record
from linli.counties.models import County
from linli.counties.opening import open_county
from linli.database.context import current_county_or_none


@dataclass(frozen=True)
class Visitor:
    """Who signs in, before any county is entered; fits `audit.Author`."""

    id: UUID | None
    label: str
    request_id: str = ""
    address: str | None = None


@dataclass(frozen=True)
class Place:
    """A county in which somebody has a role."""

    county: County
    roles: frozenset[Role]


def current(today: date) -> Q:
    """Rows with `valid_from` and `valid_to` (excluded) that hold on a day."""
    return Q(valid_from__lte=today) & (Q(valid_to__isnull=True) | Q(valid_to__gt=today))


def places_of(user: User) -> list[Place]:
    """The counties where a user has a role today; looked for county by county, each in its own
    context, since no query sees two.
    """
    found = []
    for county in County.objects.all():
        with open_county(county.pk):
            rows = Membership.objects.filter(current(timezone.localdate()), user=user)
            held = frozenset(Role(role) for (role,) in rows.values_list("role"))
        if held:
            found.append(Place(county, held))
    return found


def is_administrator(places: Sequence[Place]) -> bool:
    return any(place.roles & ADMINISTRATORS for place in places)


def note(
    user: User, *, action: str, by: Visitor, outcome: str = "done", classes: Sequence[str] = ()
) -> None:
    """Write an audit row about an account into the log of each county where the user belongs."""
    subject = ("user", user.pk, user.username)
    values: dict[str, Any] = {"action": action, "subject": subject, "outcome": outcome}
    if current_county_or_none() is not None:
        record(by=by, classes=classes, **values)
        return
    codes = {place.county.pk for place in places_of(user)}
    for code in sorted(codes | ({user.registered_in} if user.registered_in else set())):
        with open_county(code):
            record(by=by, classes=classes, **values)


@transaction.atomic
def note_sign_in(user: User, *, by: Visitor, how: str) -> None:
    """`how` is password, totp, recovery_codes or passkey."""
    note(user, action=f"account.signed_in_by_{how}", by=by)


@transaction.atomic
def note_lockout(username: str, *, by: Visitor) -> None:
    """Goes into the logs of the user's counties; a name that nobody has belongs to none."""
    user = User.objects.filter(username=username).first()
    if user is not None:
        note(user, action="account.locked_out", by=by, outcome="refused")


def locked_until(username: str, address: str | None) -> datetime:
    """When somebody who is locked out may try again."""
    rows = AccessAttempt.objects.filter(username=username, ip_address=address)
    last = rows.aggregate(last=Max("attempt_time"))["last"] or timezone.now()
    until: datetime = last + settings.AXES_COOLOFF_TIME
    return until
