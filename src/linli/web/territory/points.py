"""Where a point lies: typed or pressed on the map."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from linli.access.permissions import Permission
from linli.lib.errors import InputError
from linli.territory.locating import Answer, locate
from linli.territory.models import Level
from linli.territory.snapshots import snapshot
from linli.web.http import StaffRequest, page
from linli.web.territory.days import name_of, tabs
from linli.web.territory.forms import PointForm
from linli.web.territory.home import highest_drawn


@page(Permission.TERRITORY_VIEW)
def point(request: StaffRequest) -> HttpResponse:
    asked = bool(request.GET.get("lon") or request.GET.get("lat"))
    form = PointForm(request.GET if asked else None)
    answer = None
    if asked and form.is_valid():
        values = form.cleaned_data
        try:
            answer = locate(
                values["lon"],
                values["lat"],
                crs=values["crs"] or "wgs84",
                on=values["on"],
                layer=values["layer"],
            )
        except InputError as error:
            form.add_error(None, error.translated(gettext))
    context = {
        "tabs": tabs(request, "point"),
        "form": form,
        "answer": answer,
        "path": _path(answer) if answer else [],
        "base": f"/{request.county.code}/territory",
        "level_text": str(int(highest_drawn(snapshot()))),
    }
    status = 422 if asked and form.errors else 200
    return render(request, "territory/point.html", context, status=status)


def _path(answer: Answer) -> list[tuple[str, str, Any]]:
    return [(str(Level(node.level).label), name_of(node), node) for node in answer.path]
