"""Who may do what with a draft of a process. Pure: no Django, no clock, no database."""

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from linli.lib.errors import InputError, gettext_noop

TITLE_MAX, SUMMARY_MAX, REASON_MAX = 120, 1000, 400

NO_TITLE = gettext_noop("Say in a few words what changes.")
NO_SUMMARY = gettext_noop("Say why, for whoever approves it.")
NO_REASON = gettext_noop("Give a reason.")
TOO_LONG = gettext_noop("At most %(limit)s characters.")
NOT_OPEN = gettext_noop("This draft was published or discarded already.")
NOT_A_DRAFT = gettext_noop("This draft waits for approval: take it back before you change it.")
NOT_PROPOSED = gettext_noop("This draft is not proposed.")
OUTDATED = gettext_noop(
    "Version %(newest)s was published meanwhile, and this draft goes out from version %(based_on)s:"
    " compare the two, then let the draft follow."
)
OWN_WORK = gettext_noop(
    "You wrote on this draft yourself: somebody else has to approve it, who did not."
)
NOBODY = gettext_noop("Only a person can approve a process: sign in with your own name.")


class DraftLike(Protocol):
    @property
    def author_id(self) -> UUID | None: ...
    @property
    def writer_ids(self) -> Collection[UUID]: ...


def check_approver(draft: DraftLike, approver: UUID | None) -> None:
    """A second person: neither the author nor anybody who changed the text. Raises InputError."""
    if approver is None:
        raise InputError(NOBODY)
    if approver == draft.author_id or approver in draft.writer_ids:
        raise InputError(OWN_WORK)


def checked(text: str, *, field: str, limit: int, missing: str = "") -> str:
    """A text of a form without blanks around it; `missing` refuses an empty one."""
    text = text.strip()
    if not text and missing:
        raise InputError(missing, field=field)
    if len(text) > limit:
        raise InputError(TOO_LONG, field=field, limit=limit)
    return text
