"""What is wrong with a map, for people and for the map."""

import json
from typing import Any

import shapely
from django.utils.translation import gettext as translated

from linli.territory.checking import MapCheck, smallest
from linli.territory.geometry.tiling import FLAW_LABELS, Flaw, FlawKind
from linli.territory.queries import feature_collection
from linli.territory.snapshots import Snapshot

SHOWN = 200
NAMED = 60  # more names than this hide the flaws
STEPS = {FlawKind.GAP: 5, FlawKind.OVERLAP: 3, FlawKind.SPILL: 1}
ICONS = {FlawKind.GAP: "dash-circle", FlawKind.OVERLAP: "intersect", FlawKind.SPILL: "signpost"}
SMALLEST_SEEN = 1e-3  # degrees: a square drawn around a flaw too small to be seen


def flaw_rows(found: MapCheck) -> list[dict[str, Any]]:
    """The largest first."""
    flaws = found.tiling.flaws[:SHOWN] if found.tiling else ()
    return [
        {
            "id": f"flaw-{number}",
            "kind": translated(FLAW_LABELS[flaw.kind]),
            "icon": ICONS[flaw.kind],
            "step": STEPS[flaw.kind],
            "m2": flaw.square_metres,
            "codes": translated(", ").join(flaw.codes[:6]) + ("…" if len(flaw.codes) > 6 else ""),
            "lon": flaw.lon,
            "lat": flaw.lat,
        }
        for number, flaw in enumerate(flaws)
    ]


def flaw_collection(then: Snapshot, found: MapCheck) -> str:
    """The areas, and over them each flaw: a square around it where it could not be seen."""
    flaws = found.tiling.flaws[:SHOWN] if found.tiling else ()
    areas = smallest(then)
    below = feature_collection(areas, nameless=len(areas) > NAMED)
    features = [below[below.index("[") + 1 : -2]] if areas else []
    for number, flaw in enumerate(flaws):
        facts = {"id": f"flaw-{number}", "step": STEPS[flaw.kind], "name": ""}
        shape = shapely.to_geojson(_seen(flaw))
        head = json.dumps(facts)
        features.append(f'{{"type":"Feature","properties":{head},"geometry":{shape}}}')
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'


def _seen(flaw: Flaw) -> Any:
    west, south, east, north = flaw.geometry.bounds
    if east - west > SMALLEST_SEEN or north - south > SMALLEST_SEEN:
        return flaw.geometry
    half = SMALLEST_SEEN / 2
    return shapely.box(flaw.lon - half, flaw.lat - half, flaw.lon + half, flaw.lat + half)
