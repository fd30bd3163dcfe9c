"""The office's own lists: upload, see what would change, apply; refused rows as a workbook."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from linli.access.actor import Actor
from linli.access.permissions import Permission
from linli.accounts import queries
from linli.accounts.enums import ListKind
from linli.accounts.lists import assignments, rota, staff
from linli.accounts.models import UploadedList
from linli.flows import duty as duty_flow
from linli.flows import staff as flow
from linli.lib.errors import InputError
from linli.lib.spreadsheets import Column, write_xlsx
from linli.lib.tables import Column as ListColumn
from linli.organisations import lists as units
from linli.organisations.plans import Plan
from linli.web.administration.forms import UploadForm
from linli.web.administration.words import say
from linli.web.http import StaffRequest, View, page

SHOWN = 200  # rows of a preview; the counts say how many there are
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Kind:
    """One kind of list: its right, its columns, how it is read and applied.

    `plan` takes the file and who asks; what that person may not change is refused.
    """

    permission: Permission
    title: str | Promise
    about: str | Promise
    columns: Sequence[ListColumn]
    plan: Callable[[bytes, Actor], Plan[Any]]
    apply: Callable[..., Any]
    back: str


KINDS = {
    ListKind.UNITS: Kind(
        Permission.UNIT_EDIT,
        gettext_lazy("Import units"),
        gettext_lazy("Units that are in the list are added or changed; nothing is removed."),
        units.COLUMNS,
        lambda content, _by: units.plan_units(content),
        flow.import_units,
        "administration:units",
    ),
    ListKind.STAFF: Kind(
        Permission.STAFF_EDIT,
        gettext_lazy("Import staff"),
        gettext_lazy(
            "Accounts are made at once. Roles are asked for: the security administrator grants "
            "them."
        ),
        staff.COLUMNS,
        lambda content, _by: staff.plan_staff(content),
        flow.import_staff,
        "administration:staff",
    ),
    ListKind.ASSIGNMENTS: Kind(
        Permission.STAFF_EDIT,
        gettext_lazy("Import assignments to grids"),
        gettext_lazy(
            "One row for each area with its worker, its contact (village-group head), or both. "
            "A grid that is not named has its village's worker."
        ),
        assignments.COLUMNS,
        lambda content, _by: assignments.plan_assignments(content),
        flow.import_assignments,
        "administration:assignments",
    ),
    ListKind.ROTA: Kind(
        Permission.DUTY_EDIT,
        gettext_lazy("Import a duty rota"),
        gettext_lazy(
            "One row for each shift: by days of the week, or by date. A unit's own list need not "
            "name the unit. Nothing is removed."
        ),
        rota.COLUMNS,
        lambda content, by: duty_flow.plan_list(content, by=by),
        duty_flow.import_rota,
        "duty:board",
    ),
}


def guarded(view: View, kind: ListKind, *, methods: tuple[str, ...] = ("GET", "POST")) -> View:
    """The view under the right that its kind of list needs; passwords may be on the page."""
    return page(KINDS[kind].permission, methods=methods)(never_cache(view))


def upload(request: StaffRequest, kind: str) -> HttpResponse:
    spec = KINDS[ListKind(kind)]
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        try:
            spec.plan(content, request.actor)  # a file that cannot be read at all is not kept
        except InputError as error:
            form.add_error("file", say(error))
        else:
            kept = _keep(request, ListKind(kind), file.name, content)
            county = request.county.pk
            to = "administration:import_preview"
            return redirect(to, county=county, kind=kind, list_id=kept.pk)
    context = {"form": form, "spec": spec, "kind": kind, "columns": spec.columns}
    status = 422 if form.errors else 200
    return render(request, "administration/import.html", context, status=status)


def preview(request: StaffRequest, kind: str, list_id: UUID) -> HttpResponse:
    """What the list would change now; POST applies exactly that."""
    spec = KINDS[ListKind(kind)]
    kept = _kept(request, kind, list_id)
    plan = spec.plan(bytes(kept.content), request.actor)
    context = _preview(plan) | {"spec": spec, "kind": kind, "kept": kept, "failed": ""}
    if request.method == "POST":
        if request.POST.get("plan") != context["digest"]:
            context["failed"] = _("The county has changed meanwhile: look at the list again.")
        else:
            try:
                result = spec.apply(plan=plan, by=request.actor, uploaded=kept)
            except InputError as error:
                context["failed"] = say(error)
            else:
                return _applied(request, spec, plan, result)
    status = 409 if context["failed"] else 200
    return render(request, "administration/import_preview.html", context, status=status)


def rejects(request: StaffRequest, kind: str, list_id: UUID) -> HttpResponse:
    """The refused rows with their reasons, to be mended and sent again."""
    spec = KINDS[ListKind(kind)]
    plan = spec.plan(bytes(_kept(request, kind, list_id).content), request.actor)
    columns = [Column(_("Reason"), 60), Column(_("Row"), 8)]
    columns += [Column(column.titles[0]) for column in spec.columns]
    rows = (
        [say(one.error), one.row.number, *(_cell(one.row, column) for column in spec.columns)]
        for one in plan.refused
    )
    return _workbook(f"{kind}-rejects", columns, rows)


def template(_request: StaffRequest, kind: str) -> HttpResponse:
    """An empty list with the right columns."""
    spec = KINDS[ListKind(kind)]
    return _workbook(kind, [Column(one.titles[0]) for one in spec.columns], [])


def _keep(request: StaffRequest, kind: ListKind, name: str, content: bytes) -> UploadedList:
    user: Any = request.user
    return flow.keep_list(
        kind=kind, file_name=name, content=content, owner=user.pk, by=request.actor
    )


def _kept(request: StaffRequest, kind: str, list_id: UUID) -> UploadedList:
    user: Any = request.user
    kept = queries.uploaded(list_id, kind=kind, by=user.pk)
    if kept is None:
        raise Http404(list_id)
    return kept


def _preview(plan: Plan[Any]) -> dict[str, Any]:
    effective = plan.effective
    return {
        "plan": plan,
        "changes": effective[:SHOWN],
        "more": max(0, len(effective) - SHOWN),
        "more_refused": max(0, len(plan.refused) - SHOWN),
        "refused": [(one.row.number, say(one.error)) for one in plan.refused[:SHOWN]],
        "digest": plan.digest(),
    }


def _applied(request: StaffRequest, spec: Kind, plan: Plan[Any], result: Any) -> HttpResponse:
    if isinstance(result, list) and result:
        return render(request, "administration/secrets.html", {"made": result})
    messages.success(request, _("%(count)d rows are applied.") % {"count": len(plan.effective)})
    return redirect(spec.back, county=request.county.pk)


def _cell(row: Any, column: ListColumn) -> Any:
    return row.cells.get(column.name, "")


def _workbook(name: str, columns: Any, rows: Any) -> HttpResponse:
    target = io.BytesIO()
    zone = timezone.get_current_timezone()
    write_xlsx(target, title=name, columns=columns, rows=rows, time_zone=zone)
    answer = HttpResponse(target.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer
