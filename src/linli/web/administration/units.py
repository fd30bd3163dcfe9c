"""Units: the list by type, the card, the form."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.access.actor import can
from linli.access.permissions import Permission
from linli.accounts.queries import members_of
from linli.flows import staff as flow
from linli.lib.errors import InputError
from linli.organisations import queries
from linli.organisations.models import Unit, UnitKind
from linli.web.administration.forms import UnitFilter, UnitForm
from linli.web.administration.lists import chosen, page_of
from linli.web.administration.words import add_to
from linli.web.http import StaffRequest, page
from linli.web.on_duty import now_of


@page(Permission.UNIT_VIEW)
def unit_list(request: StaffRequest) -> HttpResponse:
    form = UnitFilter(queries.townships(), request.GET)
    form.is_valid()
    words, area = form.cleaned_data.get("q", ""), chosen(request, "area")
    kind = request.GET.get("kind", "")
    closed = request.GET.get("closed") == "1"
    counts = queries.counts(words=words, area=area, closed=closed)
    kind = kind if kind in counts else ""
    rows = queries.units(words=words, kind=kind, area=area, closed=closed)
    total = counts[kind] if kind else sum(counts.values())
    context = {
        "form": form,
        "tabs": _tabs(request, counts, kind),
        "page": page_of(rows, request, total),
        "filtered": bool(words or area or kind),
        "closed": closed,
        "may_edit": can(request.actor, Permission.UNIT_EDIT),
    }
    return render(request, "administration/units.html", context)


@page(Permission.UNIT_VIEW)
def unit_card(request: StaffRequest, unit_id: UUID) -> HttpResponse:
    unit = _unit(unit_id)
    context = {
        "unit": unit,
        "kind": unit.get_kind_display(),
        "children": queries.children(unit),
        "on_duty": now_of([unit_id]).get(unit_id) if unit.active else None,
        "members": members_of(unit, today=timezone.localdate()),
        "may_edit": can(request.actor, Permission.UNIT_EDIT),
        "may_see_staff": can(request.actor, Permission.STAFF_VIEW),
    }
    return render(request, "administration/unit.html", context)


@page(Permission.UNIT_EDIT, methods=("GET", "POST"))
def unit_new(request: StaffRequest) -> HttpResponse:
    """The address may fill the form: which trade, kind or area lacks a unit."""
    start = {
        name: request.GET[name] for name in ("kind", "area", "function") if name in request.GET
    }
    form = UnitForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            unit = flow.create_unit(facts=form.facts(), by=request.actor)
        except InputError as error:
            add_to(form, error)
        else:
            messages.success(request, _("%(name)s is set up.") % {"name": unit.name})
            return _to_card(request, unit)
    return _form(request, form, None)


@page(Permission.UNIT_EDIT, methods=("GET", "POST"))
def unit_edit(request: StaffRequest, unit_id: UUID) -> HttpResponse:
    unit = _unit(unit_id)
    form = UnitForm(request.POST or None, unit=unit)
    if request.method == "POST" and form.is_valid():
        try:
            flow.edit_unit(unit=unit, facts=form.facts(), by=request.actor)
        except InputError as error:
            add_to(form, error)
        else:
            messages.success(request, _("Saved."))
            return _to_card(request, unit)
    return _form(request, form, unit)


def _unit(unit_id: UUID) -> Unit:
    unit = queries.unit(unit_id)
    if unit is None:
        raise Http404(unit_id)
    return unit


def _to_card(request: StaffRequest, unit: Unit) -> HttpResponse:
    return redirect("administration:unit", county=request.county.pk, unit_id=unit.pk)


def _form(request: StaffRequest, form: UnitForm, unit: Unit | None) -> HttpResponse:
    context = {"form": form, "unit": unit}
    status = 422 if form.errors else 200
    return render(request, "administration/unit_form.html", context, status=status)


def _tabs(request: HttpRequest, counts: Any, kind: str) -> list[dict[str, Any]]:
    def address(value: str) -> str:
        query = request.GET.copy()
        query.pop("page", None)
        query["kind"] = value
        return f"?{query.urlencode()}"

    every = {"url": address(""), "label": _("All"), "active": not kind}
    tabs = [every | {"count": sum(counts.values())}]
    for one in UnitKind:
        if counts[one.value]:
            tab = {"url": address(one.value), "label": one.label, "active": kind == one.value}
            tabs.append(tab | {"count": counts[one.value]})
    return tabs
