"""Accounts: made, changed, closed. None of this gives a right."""

import secrets
from uuid import UUID

from django.contrib.auth.hashers import ScryptPasswordHasher
from django.db import transaction
from django.utils import timezone

from linli.accounts.models import ApiToken, Membership, Session, User
from linli.accounts.rules import check_password_reset, check_username
from linli.accounts.signing import current
from linli.audit.actions import Author, record
from linli.database.context import current_county
from linli.lib.errors import InputError, gettext_noop

# Without letters and digits that are mistaken for each other when read from paper.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 14  # 69 bits
TAKEN = gettext_noop("The user name %(value)s is taken: choose another.")
HAS_ROLES = gettext_noop("%(name)s still holds a role here: end it first.")


def temporary_password() -> str:
    """Easy to read aloud: abcd-efgh-jkmn-pq."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return "-".join(drawn[start : start + 4] for start in range(0, LENGTH, 4))


@transaction.atomic
def create_user(
    *,
    username: str,
    name: str,
    by: Author,
    email: str = "",
    language: str = "zh-hans",
    password: str = "",
) -> tuple[User, str]:
    """Make an account in the current county; return it with its temporary password, shown once.

    A `password` that is given is the user's own choice and not temporary. Raises InputError.
    """
    plain = check_username(username)
    if User.objects.filter(username=plain).exists():
        raise InputError(TAKEN, field="username", value=plain)
    user = User(
        username=plain,
        name=name,
        email=email,
        language=language,
        registered_in=current_county(),
    )
    secret = _give_password(user, password)
    user.save(force_insert=True)
    record(by=by, action="user.created", subject=_subject(user), classes=("name",))
    return user, secret


@transaction.atomic
def edit_user(*, user: User, name: str, email: str, by: Author) -> None:
    user.name, user.email = name, email
    user.save(update_fields=["name", "email"])
    record(by=by, action="user.edited", subject=_subject(user), classes=("name", "email"))


@transaction.atomic
def set_password(*, user: User, by: Author, password: str = "") -> str:
    """Give a new temporary password, shown once; every open session of the user ends."""
    if by.id is not None:
        _check_reset(user)
    secret = _give_password(user, password)
    user.save(update_fields=["password", "password_changed_at", "password_temporary"])
    Session.objects.filter(account_id=user.pk).delete()
    record(by=by, action="user.password_set", subject=_subject(user))
    return secret


@transaction.atomic
def deactivate(*, user: User, by: Author) -> None:
    """Close an account: it signs in nowhere, its sessions and keys end. Raises InputError."""
    if by.id is not None:
        _check_reset(user)
    now = timezone.now()
    if _current_roles(user):
        raise InputError(HAS_ROLES, name=str(user))
    user.is_active, user.left_at = False, now
    user.save(update_fields=["is_active", "left_at"])
    Session.objects.filter(account_id=user.pk).delete()
    ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=now)
    record(by=by, action="user.deactivated", subject=_subject(user))


@transaction.atomic
def reactivate(*, user: User, by: Author) -> str:
    """Open a closed account again, with a new temporary password."""
    if by.id is not None:
        _check_reset(user)
    user.is_active, user.left_at = True, None
    secret = _give_password(user, "")
    fields = ["is_active", "left_at", "password", "password_changed_at", "password_temporary"]
    user.save(update_fields=fields)
    record(by=by, action="user.reactivated", subject=_subject(user))
    return secret


def _give_password(user: User, password: str) -> str:
    secret = password or temporary_password()
    user.password_temporary = not password
    user.password_changed_at = timezone.now()
    if password:
        user.set_password(password)
    else:
        # 69 random bits need no slow hash, and a county imports hundreds of accounts at once.
        hasher = ScryptPasswordHasher()
        user.password = hasher.encode(secret, hasher.salt(), n=2**4)
    return secret


def _check_reset(user: User) -> None:
    county = current_county()
    check_password_reset(
        _current_roles(user),
        kept_here=user.registered_in == county,
        county=user.registered_in or "—",
    )


def _current_roles(user: User) -> set[str]:
    rows = Membership.objects.filter(current(timezone.localdate()), user=user)
    return set(rows.values_list("role", flat=True))


def _subject(user: User) -> tuple[str, UUID, str]:
    return ("user", user.pk, user.username)
