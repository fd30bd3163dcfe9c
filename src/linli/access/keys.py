"""Who acts by a key: its owner, narrowed to its rights; read while the county is opened."""

from datetime import date, datetime

from linli.access.actor import MEMBER_COLUMNS, Actor, Member, build
from linli.accounts.models import called
from linli.accounts.tokens import digest
from linli.database.context import Question

_OWN = 5  # columns of the key and its owner, before those of a membership
# Never remembered: a key that is revoked, and a right that is taken away, end at once.
_ASK = f"""
SELECT token.id, token.scopes, account.id, account.name, account.username, {MEMBER_COLUMNS}
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
    token_id, scopes, user_id, name, username = asked.rows[0][:_OWN]
    return build(
        user_id,
        called(name, username),
        [Member.read(row[_OWN:]) for row in asked.rows],
        today=today,
        scopes=frozenset(scopes),
        token_id=token_id,
        request_id=request_id,
        address=address,
    )
