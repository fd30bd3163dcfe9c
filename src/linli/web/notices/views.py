"""The unread notices of whoever looks, newest first; read ones leave the list."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.access.actor import Actor
from linli.access.permissions import Permission
from linli.flows.processes import DRAFT
from linli.incidents.actions.watching import SUBJECT as PROCESS
from linli.incidents.lines import unit_name
from linli.incidents.models import Incident
from linli.incidents.notices import in_sight, words
from linli.notifications.actions import mark_read
from linli.notifications.models import Notice
from linli.notifications.queries import COUNT_UP_TO, newest, unread_count
from linli.web.http import StaffRequest, page

POST = ("POST",)


class Row(NamedTuple):
    """A notice in words; `address` and `title` are empty where the matter is out of sight."""

    id: UUID
    at: datetime
    words: str
    number: str
    title: str
    address: str
    unit: str  # for whose members it is; empty for a notice of one's own


@page(Permission.TERRITORY_VIEW)
def notices(request: StaffRequest) -> HttpResponse:
    rows = list(_rows(request.actor, newest(request.actor), request.county.code))
    count = unread_count(request.actor)
    context = {"rows": rows, "count": count, "capped": COUNT_UP_TO - 1, "more": count > len(rows)}
    return render(request, "notices/list.html", context)


@page(Permission.TERRITORY_VIEW, methods=POST)
def read_one(request: StaffRequest, key: UUID) -> HttpResponse:
    if not mark_read(by=request.actor, notice_id=key):
        raise Http404(key)
    return _back(request)


@page(Permission.TERRITORY_VIEW, methods=POST)
def read_all(request: StaffRequest) -> HttpResponse:
    count = mark_read(by=request.actor)
    said = ngettext("%(count)d notice is read.", "%(count)d notices are read.", count)
    messages.success(request, said % {"count": count})
    return _back(request)


def _back(request: StaffRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("notices:list", args=[request.county.code]))


def _title(notice: Notice, matter: Incident | None) -> str:
    if notice.subject_kind == PROCESS:
        return _("Check of the process")
    if notice.subject_kind == DRAFT:
        return notice.subject_label
    return matter.title if matter else ""


def _address(notice: Notice, matter: Incident | None, county: str) -> str:
    """The page that the notice is about, where its reader sees it."""
    if notice.subject_kind == PROCESS:
        return reverse("administration:process-check", args=[county])
    if notice.subject_kind == DRAFT:
        key = notice.params["process"]
        return reverse("administration:process_draft", args=[county, key, notice.subject_id])
    return reverse("incidents:case", args=[county, matter.number]) if matter else ""


def _rows(actor: Actor, found: list[Notice], county: str) -> Iterator[Row]:
    matters = in_sight(actor, (one.subject_id for one in found))
    for one in found:
        matter = matters.get(one.subject_id)
        yield Row(
            id=one.pk,
            at=one.created_at,
            words=words(one.message),
            number="" if one.subject_kind in {PROCESS, DRAFT} else one.subject_label,
            title=_title(one, matter),
            address=_address(one, matter, county),
            unit=unit_name(one.unit_id),
        )
