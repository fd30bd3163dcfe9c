"""What members of staff change about themselves."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from linli.accounts.models import Session, User
from linli.accounts.signing import Visitor, note


@transaction.atomic
def change_own_password(*, user: User, password: str, by: Visitor) -> None:
    """The caller has checked the old one and the strength of the new one."""
    user.set_password(password)
    user.password_changed_at = timezone.now()
    user.password_temporary = False
    user.save(update_fields=["password", "password_changed_at", "password_temporary"])
    note(user, action="account.password_changed", by=by)


@transaction.atomic
def rename_oneself(*, user: User, name: str, email: str, by: Visitor) -> None:
    user.name, user.email = name, email
    user.save(update_fields=["name", "email"])
    note(user, action="account.edited", by=by, classes=("name", "email"))


def choose_language(*, user: User, language: str) -> None:
    """Not a matter for the audit log."""
    user.language = language
    user.save(update_fields=["language"])


@transaction.atomic
def end_sessions(*, user: User, keys: Collection[str], by: Visitor) -> int:
    """Sign the user out where the sessions named are open; return how many."""
    ended, _ = Session.objects.filter(account_id=user.pk, session_key__in=keys).delete()
    if ended:
        note(user, action="account.sessions_ended", by=by)
    return ended
