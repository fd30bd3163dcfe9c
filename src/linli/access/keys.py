"""Who acts by a key: its owner, narrowed to its rights; read while the county is opened."""

from datetime import date, datetime
from uuid import UUID

from linli.access.actor import MEMBER_COLUMNS, Actor, Member, build
from linli.accounts.models import User
from linli.accounts.tokens import digest
from linli.database.context import Question

_USER = ("id", "username", "name", "language")
_OWN = 2  # columns of the key itself: id, scopes
# Never remembered: a key that is revoked, and a right that is taken away, end at once.
_ASK = f"""
SELECT token.id, token.scopes, {", ".join(f"account.{name}" for name in _USER)}, {MEMBER_COLUMNS}
FROM accounts_apitoken AS token
JOIN accounts_user AS account ON account.id = token.user_id AND account.is_active
JOIN accounts_membership AS member
    ON member.county_id = token.county_id AND member.user_id = token.user_id
WHERE token.digest = %s AND token.county_id = %s AND member.county_id = %s
AND token.revoked_at IS NULL AND (token.expires_at IS NULL OR token.expires_at > %s)
AND member.valid_from <= %s AND (member.valid_to IS NULL OR member.valid_to > %s)
ORDER BY member.valid_from, member.id
"""  # noqa: S608 -- constants only


def question(secret: str, *, county: str, now: datetime, today: date) -> Question:
    """Asks for a presented key, its owner and the owner's memberships in its county."""
    return Question(_ASK, [digest(secret), county, county, now, today, today])


def actor_of(
    asked: Question, *, today: date, request_id: str = "", address: str | None = None
) -> Actor | None:
    """The actor of an answered question; None for a key that is unknown, elsewhere or over."""
    if not asked.rows:
        return None
    first = asked.rows[0]
    token_id: UUID = first[0]
    user = User(**dict(zip(_USER, first[_OWN : _OWN + len(_USER)], strict=True)))
    return build(
        user,
        [Member.read(row[_OWN + len(_USER) :]) for row in asked.rows],
        today=today,
        scopes=frozenset(first[1]),
        token_id=token_id,
        request_id=request_id,
        address=address,
    )
