"""The official days of a year, earlier versions, and publishing what a preview showed."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.access.permissions import Permission
from linli.calendars.announcements import Announcement, read_announcement
from linli.calendars.lists import announced, read_list
from linli.calendars.proposals import with_announced
from linli.casework import editions
from linli.lib.errors import InputError
from linli.web.administration.calendars import previews
from linli.web.administration.calendars.editing import answered
from linli.web.administration.calendars.forms import NoticeForm, UnitChoice, YearForm
from linli.web.administration.calendars.owners import Owner, owner_of
from linli.web.http import StaffRequest, page


@page(Permission.CALENDAR_EDIT, methods=("GET", "POST"))
def notice(request: StaffRequest, unit_id: UUID | None = None) -> HttpResponse:
    """The pasted notice of a year, or a table of days."""
    owner = owner_of(request, unit_id)
    form = NoticeForm(
        request.POST or None, request.FILES or None, initial={"year": _next_year(owner)}
    )
    if request.method == "POST" and form.is_valid():
        found = _understood(form)
        if found is not None:
            return _announced(request, owner, found)
    return _notice_page(request, owner, form, YearForm(initial={"year": _next_year(owner)}))


@page(Permission.CALENDAR_EDIT, methods=("POST",))
def library(request: StaffRequest, unit_id: UUID | None = None) -> HttpResponse:
    """The days of a year that the library knows as announced."""
    owner = owner_of(request, unit_id)
    form = YearForm(request.POST)
    if form.is_valid():
        try:
            return _announced(request, owner, announced(form.cleaned_data["year"]))
        except InputError as error:
            form.add_error("year", error.translated(_))
    return _notice_page(request, owner, NoticeForm(initial={"year": _next_year(owner)}), form)


def _notice_page(
    request: StaffRequest, owner: Owner, form: NoticeForm, year_form: YearForm
) -> HttpResponse:
    context = {"owner": owner, "form": form, "year_form": year_form}
    return answered(request, "notice", context, year_form if year_form.is_bound else form)


def _understood(form: NoticeForm) -> Announcement | None:
    """The days of what was handed in; None where there are none, which the form then says."""
    values = form.cleaned_data
    try:
        if values["file"]:
            found = read_list(values["file"].read())
        else:
            found = read_announcement(values["text"], year=values["year"])
    except InputError as error:
        form.add_error("file", error.translated(_))
        return None
    if not found.holidays and not found.workdays:
        form.add_error("file" if values["file"] else "text", _("No day was understood."))
        return None
    return found


def _announced(request: StaffRequest, owner: Owner, found: Announcement) -> HttpResponse:
    document = with_announced(owner.document, found)
    note = _("Holidays of %(year)d") % {"year": found.year} if found.year else ""
    return previews.show(request, owner, document, leftovers=found.leftovers, note=note)


def _next_year(owner: Owner) -> int:
    """The first year from now on of which no make-up workday is known."""
    year = timezone.localdate().year
    known = {day.year for day in owner.whole.workdays}
    return year + 1 if year in known else year


@page(Permission.CALENDAR_EDIT, methods=("POST",))
def publish(request: StaffRequest, unit_id: UUID | None = None) -> HttpResponse:
    """Publish what a preview showed."""
    return previews.publish(request, owner_of(request, unit_id))


@page(Permission.CALENDAR_EDIT, methods=("POST",))
def restore(request: StaffRequest, unit_id: UUID | None = None) -> HttpResponse:
    """Look at what publishing an earlier version again would change."""
    owner, version = owner_of(request, unit_id), request.POST.get("version", "")
    document = editions.document_of(owner.unit, int(version)) if version.isdecimal() else None
    if document is None:
        raise Http404(version)
    note = _("As in version %(version)s") % {"version": version}
    return previews.show(request, owner, document, note=note)


@page(Permission.CALENDAR_EDIT)
def of_unit(request: StaffRequest) -> HttpResponse:
    """From the list on the county's page to the hours of the chosen unit."""
    form = UnitChoice(request.GET)
    unit = form.cleaned_data["unit"] if form.is_valid() else None
    if unit is None:
        messages.error(request, _("Choose a unit."))
        return redirect("administration:calendar", county=request.county.pk)
    given = {"county": request.county.pk, "unit_id": unit.pk}
    return redirect(reverse("administration:calendar_hours", kwargs=given))
