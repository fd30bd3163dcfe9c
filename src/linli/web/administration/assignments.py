"""Who works which area: the list with inheritance, an area's own worker and contacts."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.access.actor import can
from linli.access.permissions import Permission
from linli.accounts import queries
from linli.accounts.lists.queries import areas_for_assignment, find_area
from linli.flows import staff as flow
from linli.lib.errors import InputError
from linli.organisations.queries import townships
from linli.territory.models import Area
from linli.web.administration.forms import AreaFilter, ContactForm, WorkerForm, after
from linli.web.administration.lists import chosen, page_of
from linli.web.administration.words import add_to, say
from linli.web.http import StaffRequest, page

BOTH = ("GET", "POST")


@page(Permission.STAFF_VIEW)
def assignment_list(request: StaffRequest) -> HttpResponse:
    form = AreaFilter(townships(), request.GET)
    form.is_valid()
    values, today = form.cleaned_data, timezone.localdate()
    rows = areas_for_assignment(
        request.actor,
        today=today,
        words=values.get("q", ""),
        township=chosen(request, "area"),
        bare=values.get("bare", False),
    )
    shown = page_of(rows, request, rows.count())
    responsible = queries.responsible_workers([area.pk for area in shown.rows], today)
    context = {
        "form": form,
        "page": shown,
        "rows": [(area, responsible[area.pk]) for area in shown.rows],
        "filtered": bool(request.GET),
        "may_edit": can(request.actor, Permission.STAFF_EDIT),
    }
    return render(request, "administration/assignments.html", context)


@page(Permission.STAFF_VIEW)
def assignment_card(request: StaffRequest, area_id: UUID) -> HttpResponse:
    return _card(request, _area(request, area_id))


@page(Permission.STAFF_EDIT, methods=("POST",))
def assign(request: StaffRequest, area_id: UUID) -> HttpResponse:
    area = _area(request, area_id)
    workers = queries.workers(request.actor, today=timezone.localdate())
    form = WorkerForm(workers, request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            flow.assign_worker(
                area=area,
                worker=values["worker"],
                valid_from=values["valid_from"],
                valid_to=after(values["last_day"]),
                by=request.actor,
            )
        except InputError as error:
            add_to(form, error)
        else:
            messages.success(request, _("The worker is named."))
            return _to_card(request, area)
    return _card(request, area, worker_form=form)


@page(Permission.STAFF_EDIT, methods=("POST",))
def name_contact(request: StaffRequest, area_id: UUID) -> HttpResponse:
    area = _area(request, area_id)
    form = ContactForm(request.POST)
    if form.is_valid():
        try:
            flow.assign_contact(
                area=area,
                name=form.cleaned_data["contact_name"],
                phone=form.cleaned_data["contact_phone"],
                valid_from=timezone.localdate(),
                valid_to=None,
                by=request.actor,
            )
        except InputError as error:
            add_to(form, error)
        else:
            messages.success(request, _("The contact is named."))
            return _to_card(request, area)
    return _card(request, area, contact_form=form)


@page(Permission.STAFF_EDIT, methods=("POST",))
def end(request: StaffRequest, area_id: UUID, assignment_id: UUID) -> HttpResponse:
    """From today on without this worker or contact, who may not have begun."""
    area, today = _area(request, area_id), timezone.localdate()
    rows = [row for row in queries.assigned_in(area, on=today) if row.pk == assignment_id]
    if not rows:
        raise Http404(assignment_id)
    try:
        flow.end_assignment(assignment=rows[0], on=today, by=request.actor)
        messages.success(request, _("Ended."))
    except InputError as error:
        messages.error(request, say(error))
    return _to_card(request, area)


def _area(request: StaffRequest, area_id: UUID) -> Area:
    area = find_area(request.actor, area_id)
    if area is None:
        raise Http404(area_id)
    return area


def _card(
    request: StaffRequest,
    area: Area,
    *,
    worker_form: WorkerForm | None = None,
    contact_form: ContactForm | None = None,
) -> HttpResponse:
    today = timezone.localdate()
    may_edit = can(request.actor, Permission.STAFF_EDIT)
    if may_edit and worker_form is None:
        worker_form = WorkerForm(queries.workers(request.actor, today=today))
    failed = any(form is not None and form.errors for form in (worker_form, contact_form))
    context = {
        "area": area,
        "responsible": queries.responsible_worker(area.pk, today),
        "assigned": queries.assigned_in(area, on=today),
        "today": today,
        "contacts": queries.contacts(area.pk, today),
        "tomorrow": today + timedelta(days=1),
        "worker_form": worker_form,
        "contact_form": contact_form or ContactForm(),
        "may_edit": may_edit,
    }
    status = 422 if failed else 200
    return render(request, "administration/assignment.html", context, status=status)


def _to_card(request: StaffRequest, area: Area) -> HttpResponse:
    return redirect("administration:assignment", county=request.county.pk, area_id=area.pk)
