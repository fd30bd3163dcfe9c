"""Changing a process: a draft, its changes, its checks, a second person, the next version.

What is general about drafts is in `casework.drafting`; here stands what the domain adds: its fixed
vocabulary, the shipped definition, and the county against which a definition is judged.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.access.actor import Actor, require
from linli.access.colleagues import holders_present
from linli.access.permissions import Permission
from linli.access.roles import ROLES
from linli.casework import drafting, versions
from linli.casework.drafting import Beginning, NoDraftError, StaleDraftError
from linli.casework.models import DraftState, ProcessDraft, ProcessVersion
from linli.casework.rules import NO_REASON, REASON_MAX, check_approver, checked
from linli.counties.locking import locked
from linli.database.batch import Batch
from linli.incidents import coverage
from linli.incidents.coverage import Checked
from linli.incidents.vocabulary import INCIDENT
from linli.lib.errors import InputError, gettext_noop
from linli.notifications import actions as notices
from linli.notifications.actions import Word
from linli.processes import Vocabulary
from linli.processes.editing import Change, Edited, NoPlaceError, edit, part_at
from linli.processes.faults import Place
from linli.processes.loading import Examined, examine
from linli.processes.reading import Document, read, write

FIXED: Mapping[str, Vocabulary] = {INCIDENT.process: INCIDENT}
SHIPPED: Mapping[str, Path] = {
    INCIDENT.process: Path(__file__).resolve().parent.parent / "incidents/processes/incident.yaml"
}
DRAFT = "process_draft"  # what a notice is about
NO_VERSION = gettext_noop("There is no version %(version)s.")


class NotCoveredError(Exception):
    """The definition would leave something in the county uncovered: `checked` says what."""

    def __init__(self, checked: Checked) -> None:
        super().__init__(f"{len(checked.gaps)} gaps")
        self.checked = checked


def shipped(process: str) -> str:
    """The document that this release ships."""
    return SHIPPED[process].read_text(encoding="utf-8")


def judged(process: str, document: str) -> Examined:
    """A document with everything that bars it from being published, but for gaps."""
    return examine(document, fixed=FIXED[process])


def start(process: str, *, title: str, summary: str, by: Actor, document: str = "") -> ProcessDraft:
    """A draft of the published document, or of another one: the shipped one, an uploaded one."""
    published = _published(by, process)
    beginning = Beginning(
        process, title, document or published.document, published.version, summary
    )
    return drafting.start_draft(beginning, by=by)


def begin_to_mend(process: str, *, title: str, summary: str, by: Actor) -> ProcessDraft:
    """The writer's own open draft of what is published, else a new one."""
    newest = _published(by, process).version
    for draft in versions.drafts(by, process):
        own = draft.author_id == by.id and draft.state == DraftState.DRAFT
        if own and draft.based_on == newest:
            return draft
    return start(process, title=title, summary=summary, by=by)


def roll_back(process: str, *, to: int, title: str, reason: str, by: Actor) -> ProcessDraft:
    """Propose the document of an earlier version as the next one; a second person publishes it."""
    earlier = versions.version(by, process, to)
    newest = _published(by, process)
    if earlier is None or earlier.version == newest.version:
        raise InputError(NO_VERSION, version=to)
    reason = checked(reason, field="reason", limit=REASON_MAX, missing=NO_REASON)
    beginning = Beginning(
        process, title, earlier.document, newest.version, reason, rolled_back_from=to
    )
    with transaction.atomic():
        draft = drafting.start_draft(beginning, by=by)
        return propose(draft.pk, version=draft.version, by=by)


def seen(document: Document, place: Place) -> str:
    """A part as somebody sees it, to be sent along with a change of it."""
    try:
        return json.dumps(part_at(document, place), ensure_ascii=False, default=str)
    except NoPlaceError:
        return "null"


@transaction.atomic
def change(
    draft_id: UUID, changes: Sequence[Change], *, version: int, place: Place, saw: str, by: Actor
) -> tuple[ProcessDraft, Edited]:
    """Change parts of a draft. What has a wrong shape is not kept: see `Edited.examined`.

    Two people may work on one draft: where the draft has changed, but not the part at `place` that
    was `seen`, nothing is overwritten. Else raises StaleDraftError; also NoPlaceError, InputError.
    """
    require(by, Permission.PROCESS_EDIT)
    draft = locked(ProcessDraft, draft_id)
    if draft is None:
        raise NoDraftError(draft_id)
    document = read(draft.document)
    if draft.version != version and seen(document, place) != saw:
        raise StaleDraftError(draft)
    edited = edit(document, changes, FIXED[draft.process])
    if edited.examined.definition is None:
        return draft, edited
    saved = drafting.save_document(
        draft.pk, version=draft.version, document=write(edited.document), by=by
    )
    return saved, edited


@transaction.atomic
def propose(
    draft_id: UUID, *, version: int, by: Actor, words: tuple[str, str] | None = None
) -> ProcessDraft:
    """Ask a second person, with a title and a summary (`words`): approvers find a notice."""
    draft = _draft(by, draft_id)
    if words is not None:
        title, summary = words
        draft = drafting.describe(draft_id, version=version, title=title, summary=summary, by=by)
        version = draft.version
    draft = drafting.propose(draft_id, version=version, fixed=FIXED[draft.process], by=by)
    _tell(draft, "approver.propose", _approvers(draft))
    return draft


@transaction.atomic
def take_back(draft_id: UUID, *, version: int, reason: str, by: Actor) -> ProcessDraft:
    """Its writers go on writing, or the second person sends it back; then they are told."""
    draft = drafting.take_back(draft_id, version=version, reason=reason, by=by)
    notices.settle(draft.pk, at=timezone.now())
    if by.id not in draft.writer_ids:
        _tell(draft, "writer.send_back", draft.writer_ids)
    return draft


def publish(draft_id: UUID, *, version: int, by: Actor) -> ProcessVersion:
    """Publish a proposed draft as its second person. Raises NotCoveredError beside the others.

    The county may have changed since it was proposed: it is judged again.
    """
    require(by, Permission.PROCESS_APPROVE)
    draft = _draft(by, draft_id)
    check_approver(draft, by.id)
    checked = gaps_of(draft.document, by=by)
    if checked.definition is not None and checked.gaps:
        raise NotCoveredError(checked)
    with transaction.atomic():
        row = drafting.publish(draft_id, version=version, fixed=FIXED[draft.process], by=by)
        notices.settle(draft.pk, at=timezone.now())
        _tell(draft, "writer.publish", draft.writer_ids)
    return row


def follow(draft_id: UUID, *, version: int, by: Actor) -> ProcessDraft:
    """Let a draft go out from what is published now."""
    draft = _draft(by, draft_id)
    onto = _published(by, draft.process).version
    return drafting.follow(draft_id, version=version, onto=onto, by=by)


def then(draft: ProcessDraft, place: Place, saw: str) -> Document | None:
    """The draft as it is now, but for the part that somebody saw: to tell what changed."""
    document = read(draft.document)
    try:
        part: Any = json.loads(saw)
        home = part_at(document, place[:-1])
    except (ValueError, NoPlaceError):
        return None
    if not place or not isinstance(part, dict):
        return None
    if isinstance(home, list):
        home[:] = [part if one.get("key") == place[-1] else one for one in home]
    else:
        home[place[-1]] = part
    return document


def gaps_of(document: str, *, by: Actor) -> Checked:
    """What the county would lack under a document."""
    return coverage.gaps_of(document, by=by)


def _approvers(draft: ProcessDraft) -> list[UUID]:
    today = timezone.localdate()
    roles = [one for one, spec in ROLES.items() if Permission.PROCESS_APPROVE in spec.permissions]
    found = {user for role in roles for user in holders_present(role, today=today)}
    return sorted(found - set(draft.writer_ids))


def _tell(draft: ProcessDraft, message: str, users: Sequence[UUID]) -> None:
    batch = Batch()
    words = [Word(message, user=one, params={"process": draft.process}) for one in users]
    notices.tell(words, subject=(DRAFT, draft.pk, draft.title[:40]), at=timezone.now(), batch=batch)
    batch.send()


def _draft(by: Actor, draft_id: UUID) -> ProcessDraft:
    draft = versions.draft(by, draft_id)
    if draft is None:
        raise NoDraftError(draft_id)
    return draft


def _published(by: Actor, process: str) -> ProcessVersion:
    found = versions.version(by, process)
    if found is None:
        raise InputError(NO_VERSION, version=1)
    return found
