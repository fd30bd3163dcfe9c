"""Reads of processes: their published versions and the drafts that are open."""

from uuid import UUID

from linli.access.actor import Actor, require
from linli.access.permissions import Permission
from linli.casework.models import DraftState, ProcessDraft, ProcessMove, ProcessVersion

OPEN = (DraftState.DRAFT, DraftState.PROPOSED)


def processes(actor: Actor) -> list[str]:
    """The keys of the county's processes."""
    require(actor, Permission.PROCESS_VIEW)
    keys = ProcessVersion.objects.order_by("process").values_list("process", flat=True)
    return list(keys.distinct())


def versions(actor: Actor, process: str) -> list[ProcessVersion]:
    """Every version, newest first, without the documents."""
    require(actor, Permission.PROCESS_VIEW)
    rows = ProcessVersion.objects.filter(process=process).defer("document")
    return list(rows.order_by("-version"))


def version(actor: Actor, process: str, number: int | None = None) -> ProcessVersion | None:
    """One version, the newest where no number is given; None where there is none."""
    require(actor, Permission.PROCESS_VIEW)
    rows = ProcessVersion.objects.filter(process=process)
    if number is not None:
        rows = rows.filter(version=number)
    return rows.order_by("-version").first()


def drafts(actor: Actor, process: str) -> list[ProcessDraft]:
    """The open ones, those that wait for approval first."""
    require(actor, Permission.PROCESS_VIEW)
    rows = ProcessDraft.objects.filter(process=process, state__in=OPEN).defer("document")
    return list(rows.order_by("-state", "-updated_at"))


def draft(actor: Actor, draft_id: UUID) -> ProcessDraft | None:
    require(actor, Permission.PROCESS_VIEW)
    return ProcessDraft.objects.filter(pk=draft_id).first()


def moves(actor: Actor, process: str) -> list[ProcessMove]:
    """Who moved open cases, the last fifty times."""
    require(actor, Permission.PROCESS_VIEW)
    return list(ProcessMove.objects.filter(process=process).order_by("-asked_at")[:50])
