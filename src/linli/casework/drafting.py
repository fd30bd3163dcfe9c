"""Drafts of a process: written by one, approved by another, published as the next version."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from linli.access.actor import Actor, can, require
from linli.access.permissions import Permission
from linli.audit import actions as audit
from linli.casework import definitions, rules
from linli.casework.models import DraftState, ProcessDraft, ProcessVersion
from linli.casework.rules import checked
from linli.counties.locking import locked
from linli.counties.tenancy import new
from linli.lib.errors import InputError
from linli.processes import DefinitionError, Fault, Vocabulary, load
from linli.processes.reading import MOST_BYTES, numbered

SUBJECT = "process"


class NoDraftError(LookupError):
    """No such draft in this county."""


class StaleDraftError(Exception):
    """Somebody else changed the draft since it was read: `draft` is as it is now."""

    def __init__(self, draft: ProcessDraft) -> None:
        super().__init__(f"{draft.title} is at version {draft.version}")
        self.draft = draft


@dataclass(frozen=True)
class Beginning:
    """What a new draft starts as."""

    process: str
    title: str
    document: str
    based_on: int
    summary: str = ""
    rolled_back_from: int | None = None


@transaction.atomic
def start_draft(beginning: Beginning, *, by: Actor) -> ProcessDraft:
    """Raises InputError naming the field."""
    require(by, Permission.PROCESS_EDIT)
    _check_size(beginning.document)
    now = timezone.now()
    draft = new(
        ProcessDraft,
        process=beginning.process,
        title=_title(beginning.title),
        summary=_summary(beginning.summary),
        document=beginning.document,
        based_on=beginning.based_on,
        rolled_back_from=beginning.rolled_back_from,
        author_id=by.id,
        author=by.label[:120],
        editor=by.label[:120],
        writer_ids=[by.id] if by.id else [],
        created_at=now,
        updated_at=now,
    )
    draft.save(force_insert=True)
    _audited(draft, by, action="process.draft_started")
    return draft


@transaction.atomic
def save_document(draft_id: UUID, *, version: int, document: str, by: Actor) -> ProcessDraft:
    """Another text; faults are kept with it. Raises StaleDraftError, InputError."""
    require(by, Permission.PROCESS_EDIT)
    draft = _own(draft_id, version, DraftState.DRAFT)
    _check_size(document)
    draft.document = document
    _write(draft, ["document"], by)
    _audited(draft, by, action="process.draft_saved")
    return draft


@transaction.atomic
def describe(draft_id: UUID, *, version: int, title: str, summary: str, by: Actor) -> ProcessDraft:
    require(by, Permission.PROCESS_EDIT)
    draft = _own(draft_id, version, DraftState.DRAFT)
    draft.title, draft.summary = _title(title), _summary(summary)
    _write(draft, ["title", "summary"], by)
    _audited(draft, by, action="process.draft_saved")
    return draft


@transaction.atomic
def propose(draft_id: UUID, *, version: int, fixed: Vocabulary, by: Actor) -> ProcessDraft:
    """Ask a second person to approve. Raises StaleDraftError, InputError, DefinitionError."""
    require(by, Permission.PROCESS_EDIT)
    draft = _own(draft_id, version, DraftState.DRAFT)
    checked(draft.summary, field="summary", limit=rules.SUMMARY_MAX, missing=rules.NO_SUMMARY)
    _check_newest(draft)
    load(draft.document, fixed=fixed)
    draft.state, draft.proposed_at, draft.remark = DraftState.PROPOSED, timezone.now(), ""
    _write(draft, ["state", "proposed_at", "remark"], by)
    _audited(draft, by, action="process.proposed")
    return draft


@transaction.atomic
def take_back(draft_id: UUID, *, version: int, reason: str, by: Actor) -> ProcessDraft:
    """A proposed draft is a draft again: its writers change their mind, or who should approve it
    does not and says why.
    """
    if not can(by, Permission.PROCESS_APPROVE):
        require(by, Permission.PROCESS_EDIT)
    draft = _own(draft_id, version, DraftState.PROPOSED)
    mine = by.id is not None and by.id in draft.writer_ids
    missing = "" if mine else rules.NO_REASON
    draft.remark = checked(reason, field="reason", limit=rules.REASON_MAX, missing=missing)
    draft.state, draft.proposed_at = DraftState.DRAFT, None
    _update(draft, ["state", "proposed_at", "remark"])
    _audited(draft, by, action="process.sent_back", reason=draft.remark)
    return draft


@transaction.atomic
def discard(draft_id: UUID, *, version: int, by: Actor) -> ProcessDraft:
    require(by, Permission.PROCESS_EDIT)
    draft = _own(draft_id, version, DraftState.DRAFT)
    draft.state = DraftState.DISCARDED
    _update(draft, ["state"])
    _audited(draft, by, action="process.discarded")
    return draft


@transaction.atomic
def follow(draft_id: UUID, *, version: int, onto: int, by: Actor) -> ProcessDraft:
    """The draft goes out from the newest version, which its writer has compared with it."""
    require(by, Permission.PROCESS_EDIT)
    draft = _own(draft_id, version, DraftState.DRAFT)
    draft.based_on = onto
    _check_newest(draft)
    _write(draft, ["based_on"], by)
    _audited(draft, by, action="process.draft_saved")
    return draft


@transaction.atomic
def publish(draft_id: UUID, *, version: int, fixed: Vocabulary, by: Actor) -> ProcessVersion:
    """Make a proposed draft the newest version, as its second person.

    Raises StaleDraftError, InputError, DefinitionError. New cases start under it within seconds;
    open ones stay under theirs.
    """
    require(by, Permission.PROCESS_APPROVE)
    draft = _own(draft_id, version, DraftState.PROPOSED)
    rules.check_approver(draft, by.id)
    newest = _check_newest(draft)
    row = _as_version(draft, newest + 1, fixed, by)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:  # another draft took this number a moment ago
        raise InputError(rules.OUTDATED, newest=newest + 1, based_on=draft.based_on) from error
    draft.state, draft.published_as = DraftState.PUBLISHED, row.version
    _update(draft, ["state", "published_as"])
    _audited(draft, by, action="process.published", reason=draft.summary)
    transaction.on_commit(definitions.forget)
    return row


def newest_version(process: str) -> int:
    """As it stands in the database now, remembered by nobody."""
    newest = ProcessVersion.objects.filter(process=process).aggregate(version=Max("version"))
    version: int | None = newest["version"]
    if version is None:
        raise definitions.NotSetUpError(f"This county has no process {process}.")
    return version


def _as_version(draft: ProcessDraft, version: int, fixed: Vocabulary, by: Actor) -> ProcessVersion:
    text = numbered(draft.document, version)
    load(text, fixed=fixed)
    return new(
        ProcessVersion,
        process=draft.process,
        version=version,
        document=text,
        title=draft.title,
        summary=draft.summary,
        rolled_back_from=draft.rolled_back_from,
        proposed_by=draft.author_id,
        proposer=draft.author,
        approved_by=by.id,
        approver=by.label[:120],
        published_at=timezone.now(),
    )


def _own(draft_id: UUID, version: int, state: DraftState) -> ProcessDraft:
    """The draft, locked, as its reader saw it and in the state that is asked for."""
    draft = locked(ProcessDraft, draft_id)
    if draft is None:
        raise NoDraftError(draft_id)
    if not draft.is_open:
        raise InputError(rules.NOT_OPEN)
    if draft.version != version:
        raise StaleDraftError(draft)
    if draft.state != state:
        wrong = {DraftState.DRAFT: rules.NOT_A_DRAFT, DraftState.PROPOSED: rules.NOT_PROPOSED}
        raise InputError(wrong[state])
    return draft


def _check_newest(draft: ProcessDraft) -> int:
    newest = newest_version(draft.process)
    if draft.based_on != newest:
        raise InputError(rules.OUTDATED, newest=newest, based_on=draft.based_on)
    return newest


def _write(draft: ProcessDraft, fields: Sequence[str], by: Actor) -> None:
    draft.editor = by.label[:120]
    if by.id is not None and by.id not in draft.writer_ids:
        draft.writer_ids = [*draft.writer_ids, by.id]
    _update(draft, [*fields, "editor", "writer_ids"])


def _update(draft: ProcessDraft, fields: Sequence[str]) -> None:
    draft.version += 1
    draft.updated_at = timezone.now()
    draft.save(update_fields=[*fields, "version", "updated_at"])


def _check_size(document: str) -> None:
    """A text that the database cannot hold, or that nobody would read, is not kept."""
    try:
        size = len(document.encode())
    except UnicodeEncodeError as error:
        raise _unprintable(document, error.start) from error
    if size > MOST_BYTES:
        raise DefinitionError([Fault((), "shape_too_large", {"limit": MOST_BYTES // 1000})])
    if "\0" in document:
        raise _unprintable(document, document.index("\0"))


def _unprintable(document: str, at: int) -> DefinitionError:
    line = document.count("\n", 0, at) + 1
    return DefinitionError([Fault((), "shape_unprintable", {"line": line})])


def _title(text: str) -> str:
    return checked(text, field="title", limit=rules.TITLE_MAX, missing=rules.NO_TITLE)


def _summary(text: str) -> str:
    return checked(text, field="summary", limit=rules.SUMMARY_MAX)


def _audited(draft: ProcessDraft, by: Actor, *, action: str, reason: str = "") -> None:
    label = f"{draft.process}: {draft.title}"
    audit.record(by=by, action=action, subject=(SUBJECT, draft.pk, label), reason=reason)
