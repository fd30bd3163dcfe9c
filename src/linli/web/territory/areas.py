"""Areas out of a map file: upload, look at what would change, apply."""

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import shapely
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from linli.access.permissions import Permission
from linli.lib.coordinates import CoordinateSystem
from linli.lib.errors import InputError
from linli.territory import actions
from linli.territory.geometry.files import CHOOSE_LAYER, UNKNOWN_LAYER
from linli.territory.geometry.reading import UNKNOWN_FIELD, AreaReading, read_areas
from linli.territory.models import Layer, Level, Upload
from linli.territory.queries import upload
from linli.territory.snapshots import snapshot
from linli.web.http import StaffRequest, page
from linli.web.territory.days import tabs
from linli.web.territory.forms import AreasForm

BOTH = ("GET", "POST")
SHOWN = 200


@dataclass(frozen=True)
class Reviewed:
    reading: AreaReading
    plan: actions.AreaPlan

    @property
    def faults(self) -> list[InputError]:
        return [*self.reading.faults, *self.plan.faults]


@page(Permission.TERRITORY_EDIT, methods=BOTH)
def new(request: StaffRequest) -> HttpResponse:
    form = AreasForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        file = values.pop("file")
        content = file.read()
        choices = {key: str(value) if value else "" for key, value in values.items()}
        choices["level"] = str(values["level"])
        try:
            _review(content, file.name, choices)
        except InputError as error:
            _say(form, error)
        else:
            kept = actions.keep_upload(
                kind=Upload.Kind.AREAS,
                file_name=file.name,
                content=content,
                choices=choices,
                by=request.actor,
            )
            return redirect("territory:review_areas", request.county.code, kept.pk)
    context = {"form": form, "tabs": tabs(request, "areas")}
    status = 422 if form.errors else 200
    return render(request, "territory/areas.html", context, status=status)


@never_cache
@page(Permission.TERRITORY_EDIT, methods=BOTH)
def review(request: StaffRequest, upload_id: UUID) -> HttpResponse:
    """What the file would change now; POST applies exactly that."""
    kept = _kept(request, upload_id)
    context: dict[str, Any] = {"tabs": tabs(request, "areas"), "kept": kept, "failed": ""}
    try:
        found = _review(bytes(kept.content), kept.file_name, kept.choices)
    except InputError as error:
        context["failed"] = error.translated(gettext)
        return render(request, "territory/review_areas.html", context, status=409)
    revision = str(snapshot().state.revision)
    context |= _told(found) | {"revision": revision}
    if request.method == "POST":
        if request.POST.get("revision") != revision:
            context["failed"] = _("The county has changed meanwhile: look at the changes again.")
        elif found.faults:
            context["failed"] = _("The file has faults: nothing was applied.")
        else:
            target = found.plan.target
            actions.import_areas(found.reading.areas, target=target, by=request.actor)
            actions.drop_upload(upload=kept, by=request.actor)
            messages.success(request, _("The areas are imported."))
            return redirect("territory:home", request.county.code)
    status = 409 if context["failed"] else 200
    return render(request, "territory/review_areas.html", context, status=status)


def _review(content: bytes, name: str, choices: dict[str, str]) -> Reviewed:
    """Read and plan. Raises InputError where the file as a whole cannot be used."""
    crs = choices["crs"]
    target = actions.Target(
        level=int(choices["level"]),
        layer=choices["layer"],
        valid_from=_day(choices["valid_from"]),
        valid_to=_day(choices["valid_to"]),
        source=name,
        named=bool(choices["name_field"]),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(content)
        reading = read_areas(
            path,
            code_field=choices["code_field"],
            name_field=choices["name_field"] or None,
            system=CoordinateSystem(crs) if crs else None,
            layer=choices.get("file_layer") or None,
            county=_near(target),
        )
    return Reviewed(reading, actions.plan_areas(reading.areas, target=target))


def _near(target: actions.Target) -> Any:
    """The county's outline, which areas of the governing map must lie near."""
    root = snapshot().root
    if target.layer != Layer.GOVERNING or root is None or root.wkb is None:
        return None
    return shapely.from_wkb(root.wkb)


def _told(found: Reviewed) -> dict[str, Any]:
    plan = found.plan
    ways = {
        "code": _("by their official code"),
        "inside": _("by where they lie"),
        "county": _("directly under the county"),
    }
    return {
        "plan": plan,
        "system": found.reading.system,
        "level_word": Level(plan.target.level).label,
        "governing": plan.target.layer == Layer.GOVERNING,
        "faults": [fault.translated(gettext) for fault in found.faults[:SHOWN]],
        "fault_count": len(found.faults),
        "notes": [note.translated(gettext) for note in found.reading.notes[:SHOWN]],
        "parents": [(ways[key], number) for key, number in plan.parents.items() if number],
        "stay": plan.stay[:20],
        "empty": not (plan.new or plan.changed),
    }


def _kept(request: StaffRequest, upload_id: UUID) -> Upload:
    by = request.actor.id
    kept = upload(upload_id, kind=Upload.Kind.AREAS, by=by) if by else None
    if kept is None:
        raise Http404(upload_id)
    return kept


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _say(form: forms.Form, error: InputError) -> None:
    """At the field that is meant: an unknown field, a layer, a file, the name of the map, a day."""
    field = "file"
    if error.message == UNKNOWN_FIELD:
        wrong = error.params.get("field")
        field = "name_field" if wrong == form.data.get("name_field") else "code_field"
    elif error.message in {CHOOSE_LAYER, UNKNOWN_LAYER}:
        field = "file_layer"
    elif "layer" in error.params:
        field = "layer"
    elif "day" in error.params:
        field = "valid_from"
    form.add_error(field, error.translated(gettext))
