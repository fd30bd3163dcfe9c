"""Whose calendar a page is about, and where its other pages are."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from linli.calendars import CalendarDocument
from linli.casework.editions import Edition
from linli.casework.publishing import Document, newest_edition
from linli.flows.calendars import own_document
from linli.incidents.lines import named
from linli.organisations import queries
from linli.organisations.models import Unit
from linli.web.http import StaffRequest

PAGES = (
    "",
    "_hours",
    "_days",
    "_festivals",
    "_notice",
    "_library",
    "_publish",
    "_restore",
    "_history",
    "_compare",
)


@dataclass(frozen=True)
class Owner:
    """The county (`unit` is None) or a unit, with the calendars as they stand in the database.

    Not those that this process remembers: whoever has just published sees the new one.
    """

    request: StaffRequest
    unit: Unit | None

    @cached_property
    def edition(self) -> Edition:
        return newest_edition()

    @property
    def document(self) -> Document:
        """What it says itself."""
        return own_document(self.edition, self.unit)

    @property
    def whole(self) -> CalendarDocument:
        """What it works by."""
        return self.edition.whole(self.unit.pk if self.unit else None)

    @property
    def name(self) -> str:
        return named(self.unit) if self.unit else str(self.request.county)

    def url(self, page: str = "") -> str:
        given: dict[str, object] = {"county": self.request.county.pk}
        if self.unit:
            given["unit_id"] = self.unit.pk
        return reverse(f"administration:calendar{page}", kwargs=given)

    @property
    def urls(self) -> Mapping[str, str]:
        """For templates: `urls.hours`, `urls.year`, ..."""
        return {page.lstrip("_") or "year": self.url(page) for page in PAGES}


def owner_of(request: StaffRequest, unit_id: UUID | None) -> Owner:
    unit = queries.unit(unit_id) if unit_id else None
    if unit_id and unit is None:
        raise Http404(unit_id)
    return Owner(request, unit)
