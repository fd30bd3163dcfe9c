"""What the pages of processes share: the document that they show, its words, tabs and addresses."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.access.actor import can
from linli.access.permissions import Permission
from linli.casework import versions
from linli.casework.models import DraftState, ProcessDraft, ProcessVersion
from linli.flows import processes as flow
from linli.processes import Definition, Fault
from linli.processes.faulting import in_words
from linli.processes.loading import Examined, shape_of
from linli.processes.reading import Document, read
from linli.processes.wording import Words
from linli.web.administration.processes.naming import names
from linli.web.http import StaffRequest
from linli.web.incidents.words import language

AREA = "administration"
# The parts of a document, in the order of their pages.
SECTIONS: dict[str, str | Promise] = {
    "states": _("States"),
    "transitions": _("Steps"),
    "clocks": _("Deadlines"),
    "ladders": _("Escalation"),
    "routing": _("Routing"),
    "emergency": _("Emergencies"),
    "told": _("Who is told"),
    "general": _("General"),
}
# Parts that have no page of their own stand on another's.
STANDS_ON = {
    "stop_clocks": "clocks",
    "whole": "clocks",
    "extensions": "clocks",
    "severities": "general",
}


@dataclass(frozen=True)
class Shown:
    """The document of a draft or a version; a draft that waits for approval is not `editable`."""

    county: str
    key: str
    text: str
    number: int
    draft: ProcessDraft | None = None
    editable: bool = False

    @cached_property
    def examined(self) -> Examined:
        return flow.judged(self.key, self.text)

    @property
    def definition(self) -> Definition | None:
        return self.examined.definition

    @cached_property
    def document(self) -> Document:
        return read(self.text)

    @cached_property
    def words(self) -> Words | None:
        definition = self.definition
        return Words(definition, language(), names()) if definition else None

    @cached_property
    def faults(self) -> list[tuple[Fault, str, str]]:
        """Each with its words and the address of the part that it is about."""
        return [
            (fault, in_words(fault, self.words, language()), self.where(fault))
            for fault in self.examined.faults
        ]

    def where(self, fault: Fault) -> str:
        if self.definition is None or not fault.place:
            return ""
        section, *rest = fault.place
        return self.link(section, rest[0] if rest else "")

    def link(self, section: str, name: str) -> str:
        """Where a part is changed, or shown where it cannot be."""
        page = STANDS_ON.get(section, section)
        if page not in SECTIONS:
            page = "general"
        if self.editable and section in EDITED and name:
            return self.address("process_part", section=section, name=name)
        if self.editable and section in {"whole", "extensions", "emergency"}:
            return self.address("process_part", section=section, name="all")
        if self.draft is not None:
            return self.address("process_draft_section", section=page) + f"#{section}-{name}"
        address = self.address("process_version_section", number=self.number, section=page)
        return f"{address}#{section}-{name}"

    def address(self, view: str, **more: Any) -> str:
        given = {"county": self.county, "key": self.key, **more}
        if self.draft is not None:
            given["draft_id"] = self.draft.pk
        return reverse(f"{AREA}:{view}", kwargs=given)


EDITED = frozenset({"states", "transitions", "clocks", "stop_clocks", "ladders", "routing"})


def of_version(request: StaffRequest, key: str, number: int | None = None) -> ProcessVersion:
    """A published version, the newest without a number; else 404."""
    found = versions.version(request.actor, key, number)
    if found is None:
        raise Http404(key)
    return found


def of_draft(request: StaffRequest, key: str, draft_id: UUID) -> ProcessDraft:
    found = versions.draft(request.actor, draft_id)
    if found is None or found.process != key:
        raise Http404(draft_id)
    return found


def show_version(request: StaffRequest, row: ProcessVersion) -> Shown:
    return Shown(request.county.pk, row.process, row.document, row.version)


def show_draft(request: StaffRequest, row: ProcessDraft) -> Shown:
    editable = row.state == DraftState.DRAFT and can(request.actor, Permission.PROCESS_EDIT)
    return Shown(request.county.pk, row.process, row.document, row.based_on, row, editable=editable)


def framed(request: StaffRequest, key: str, tab: str, **more: Any) -> dict[str, Any]:
    """The context of a page: the process's name, its tabs, what the reader may do."""
    newest = of_version(request, key)
    definition = shape_of(newest.document)
    title = definition.title.in_language(language()) if definition else key
    return {
        "key": key,
        "process_title": title,
        "newest": newest,
        "tabs": list(_tabs(request, key, tab)),
        "may_edit": can(request.actor, Permission.PROCESS_EDIT),
        "may_approve": can(request.actor, Permission.PROCESS_APPROVE),
        **more,
    }


def _tabs(request: StaffRequest, key: str, current: str) -> Iterator[dict[str, Any]]:
    """Pages of the process; those about what is published know the incidents' only."""
    count = len(versions.drafts(request.actor, key)) or None
    here = {"county": request.county.pk}
    of_process = here | {"key": key}
    for name, view, label, given in (
        ("overview", "administration:process", _("Overview"), of_process),
        ("edit", "administration:process_edit", _("Edit"), of_process),
        ("check", "administration:process-check", _("Check"), here),
        ("replay", "whatif:home", _("What if"), here),
        ("versions", "administration:process_versions", _("Versions"), of_process),
    ):
        address = reverse(view, kwargs=given)
        shown = count if name == "edit" else None
        yield {"url": address, "label": label, "active": name == current, "count": shown}
