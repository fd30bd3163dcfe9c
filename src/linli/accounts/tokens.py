"""Keys for programs: random, shown once, kept as SHA-256. `access.keys` reads a presented one."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from linli.accounts.models import ApiToken, User
from linli.audit.actions import Author, record
from linli.database.context import current_county

PREFIX = "linli_"


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue(
    *, user: User, name: str, scopes: Iterable[str], by: Author, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a key in the current county; the second value is the secret, never to be seen again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        county_id=current_county(),
        user=user,
        name=name,
        prefix=secret[:12],
        digest=digest(secret),
        scopes=sorted(scopes),
        expires_at=expires_at,
    )
    record(by=by, action="token.issued", subject=("token", token.pk, name))
    return token, secret


@transaction.atomic
def revoke(*, token: ApiToken, by: Author) -> None:
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    record(by=by, action="token.revoked", subject=("token", token.pk, token.name))
