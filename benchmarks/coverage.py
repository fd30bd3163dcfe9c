"""The check of coverage for 2,200 grids x 60 categories x 168 hours, beside a loop on a sample.

The loop is the brute force of the tests: one look at each place, category, severity, channel and
hour. It runs on a few places and categories; its time for all of them follows by proportion.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from random import Random

import django

from linli.calendars.default import default_document
from linli.incidents.data.categories import shipped_categories
from linli.processes import Definition, Transition, load
from linli.processes.coverage import County, Cover, Desk, Kind, Place, Week, find_gaps
from linli.processes.directory import Post
from linli.processes.parts import Text
from linli.processes.routing_table import ALL_HOURS, Rule
from linli.processes.vocabulary import Alerted
from tests.unit.processes.exhaustive import look_at_everything

NOW = datetime(2026, 9, 23, tzinfo=UTC)
SAMPLE_PLACES, SAMPLE_KINDS = 6, 3
ROUNDS = 3


def measure() -> dict[str, float]:
    """CPU seconds of the check, and of the loop; the ratio is for the same number of cells."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
    django.setup()  # the demo's places and units are made beside models
    definition, county = _definition(), _county()
    taken = min(_seconds(lambda: find_gaps(definition, county)) for _ in range(ROUNDS))
    found = find_gaps(definition, county)
    places = dict(list(county.places.items())[-SAMPLE_PLACES:])
    sample = replace(county, places=places, kinds=county.kinds[:SAMPLE_KINDS])
    loop = _seconds(lambda: look_at_everything(definition, sample))
    whole = loop * found.places * found.categories / (SAMPLE_PLACES * SAMPLE_KINDS)
    return {
        "grids": found.grids,
        "places": found.places,
        "categories": found.categories,
        "cells": found.cells,
        "classes": found.classes,
        "gaps": len(found.gaps),
        "seconds": round(taken, 3),
        "loop_sample_seconds": round(loop, 3),
        "loop_whole_seconds": round(whole),
        "ratio": round(whole / taken),
    }


def _definition() -> Definition:
    """The shipped one, with a rule that tells each of 100 villages apart from the others."""
    from linli.flows.demo.county import make_territory
    from linli.flows.demo.units import STATIONS

    source = files("linli.incidents") / "processes" / "incident.yaml"
    shipped = load(source.read_text(encoding="utf-8"))
    villages = make_territory(Random(1)).villages[:100]
    trades = list(STATIONS)
    rules = [
        _rule(number, area.code, trades[number % len(trades)])
        for number, area in enumerate(villages)
    ]
    return shipped.model_copy(update={"routing": (*rules, *shipped.routing)})


def _rule(number: int, area: str, trade: str) -> Rule:
    window = {"start": number % 24, "end": (number + 9) % 24 + 1}
    return Rule.model_validate(
        {
            "key": f"village_{number}",
            "label": {"zh": "村", "en": "village"},
            "when": {"areas": [area], "severities": ["major"], "hours": [window]},
            "lead": {"function": trade},
        }
    )


def _county() -> County:
    from linli.flows.demo.county import COUNTY_CODE, make_territory
    from linli.flows.demo.units import make_units

    rng, tree = Random(1), shipped_categories()
    territory = make_territory(rng)
    above = {COUNTY_CODE: (COUNTY_CODE,)}
    for area in (*territory.townships, *territory.villages, *territory.grids):
        above[area.code] = (area.code, *above[area.parent])
    grids = {grid.code for grid in territory.grids}
    units = make_units(rng, territory, tree)
    desks = {
        unit.code: Desk(
            Post(unit.code, unit.function, unit.area, unit.kind in CENTRES),
            _text(unit.name),
            deputy=unit.parent,
        )
        for unit in units
    }
    always = dict.fromkeys(desks, Cover(ALL_HOURS, ALL_HOURS))
    alerted = dict.fromkeys(Alerted, ALL_HOURS)
    monday = NOW.date() - timedelta(days=NOW.weekday())
    weeks = [Week(monday + timedelta(weeks=n), ALL_HOURS, always, alerted) for n in range(3)]
    return County(
        code=COUNTY_CODE,
        today=NOW.date(),
        calendar=default_document("Asia/Shanghai").calendar(),
        places={
            code: Place(code, _text(code), path, code in grids) for code, path in above.items()
        },
        kinds=[
            Kind(
                one.code,
                _text(one.name),
                (one.code, one.parent),
                one.function,
                one.level == "county",
            )
            for one in tree.leaves()
        ],
        categories={one.code: _text(one.name) for one in tree.categories},
        desks=desks,
        sources={
            name: _text(name) for name in ("call", "visit", "grid_worker", "device", "hotline")
        },
        rights={by.permission: True for one in _shipped_steps() for by in one.by},
        weeks=weeks,
    )


CENTRES = {"county_centre", "township_platform"}


def _shipped_steps() -> Iterable[Transition]:
    source = files("linli.incidents") / "processes" / "incident.yaml"
    return load(source.read_text(encoding="utf-8")).transitions.values()


def _text(word: str) -> Text:
    return Text(zh=word, en=word)


def _seconds(run: Callable[[], object]) -> float:
    begin = time.process_time()
    run()
    return time.process_time() - begin


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, indent=2)
    print()
