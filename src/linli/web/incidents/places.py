"""Saying where: a pin, a chosen area found by name, words; and the answers to a search."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from linli.incidents.lines import named
from linli.incidents.models import Incident
from linli.incidents.rules import PLACE_TEXT_MAX
from linli.territory.models import Level
from linli.territory.snapshots import snapshot
from linli.web.incidents.outlines import as_uuid

LON, LAT, AREA, WORDS, SYSTEM = "lon", "lat", "area", "place_text", "crs"


def place_fields(incident: Incident | None = None) -> dict[str, forms.Field]:
    """The inputs of a place; `lon` and `lat` are set by the map's pin or by the device."""
    known = incident or Incident()
    return {
        LON: _hidden(forms.FloatField, known.longitude),
        LAT: _hidden(forms.FloatField, known.latitude),
        AREA: _hidden(forms.UUIDField, None, label=_("Place"), **{"data-at": "place-search"}),
        WORDS: forms.CharField(
            label=_("Address or landmark"),
            required=False,
            max_length=PLACE_TEXT_MAX,
            initial=known.place_text,
            help_text=_("How somebody who does not know the place would find it."),
        ),
    }


def place_of_form(cleaned: Mapping[str, Any]) -> dict[str, Any] | None:
    """What `correct_place` reads; None where neither a pin nor an area was chosen."""
    lon, lat, area = cleaned.get(LON), cleaned.get(LAT), cleaned.get(AREA)
    if lon is None and area is None:
        return None
    return {
        "longitude": lon,
        "latitude": lat,
        "crs": "wgs84",
        "area_id": str(area) if isinstance(area, UUID) else None,
        "text": cleaned.get(WORDS, ""),
    }


def said(form: forms.Form) -> str:
    """The place that a form carries in its hidden inputs, so that one that comes back says it."""
    lon, lat, area = (form[name].value() for name in (LON, LAT, AREA))
    if area:
        return area_words(as_uuid(str(area)))
    return f"{lon}, {lat}" if lon not in (None, "") and form.is_bound else ""


def area_words(area_id: UUID | None) -> str:
    map_ = snapshot()
    path = map_.path(area_id) if area_id and area_id in map_.nodes else []
    return " / ".join(named(node) for node in path if node.level != Level.COUNTY)


def _hidden(
    kind: type[forms.Field], initial: Any, label: str | None = None, **attrs: str
) -> forms.Field:
    widget = forms.HiddenInput(attrs=attrs)
    return kind(required=False, initial=initial, label=label, widget=widget)
