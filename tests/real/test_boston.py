"""320,770 real service requests through the importer, against a computation that shares no code."""

import csv
import gzip
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import shapely
from django.db import connection

from linli.access.actor import system
from linli.casework import tallies
from linli.database.context import county_context
from linli.flows.counties import create_county
from linli.incidents.filters import Filter
from linli.incidents.importing import ImportReport, import_file
from linli.incidents.imports import load_profile
from linli.incidents.models import Incident
from linli.incidents.paging import Count, count, page
from linli.statistics.totals import totals
from linli.territory import actions
from linli.territory.geometry.reading import read_areas

pytestmark = [pytest.mark.real_data, pytest.mark.slow]

CODE = "boston"
IMPORTED = 320_758


@pytest.fixture(scope="module")
def boston(django_db_setup, django_db_blocker, database_address, shared_data, tmp_path_factory):
    """A second county in the same database, with the city's 26 neighbourhoods as its grids."""
    folder = shared_data / "boston311"
    with django_db_blocker.unblock():
        create_county(code=CODE, name="Boston", timezone="America/New_York")
        with county_context(CODE):
            areas = read_areas(
                folder / "neighborhoods.geojson", code_field="Name", name_field="Name"
            ).areas
            actions.import_areas(areas, target=actions.Target(3), by=system())
        file = folder / "boston_open311_320k.csv.gz"
        rejects = tmp_path_factory.mktemp("boston") / "rejects.csv"
        report = import_file(
            file, load_profile("boston311"), county=CODE, by=system, rejects=rejects
        )
        yield file, report, areas
        from tests.conftest import _empty

        _empty(database_address)


@pytest.fixture
def inside(boston, django_db_blocker):
    with django_db_blocker.unblock(), county_context(CODE):
        yield boston


def _plain(file: Path) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {"state": Counter(), "category": Counter(), "month": Counter()}
    zone = ZoneInfo("America/New_York")
    with gzip.open(file, "rt", encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            opened = datetime.fromisoformat(row["requested_datetime"])
            closed = row["status"] == "closed"
            if closed and datetime.fromisoformat(row["updated_datetime"]) < opened:
                continue
            found["state"]["closed" if closed else "reported"] += 1
            found["category"][row["service_name"]] += 1
            found["month"][opened.astimezone(zone).strftime("%Y-%m")] += 1
    return found


def test_everything_but_the_twelve_negative_durations_is_there(inside):
    _file, report, _areas = inside
    assert isinstance(report, ImportReport)
    assert (report.read, report.imported, report.rejected, report.flagged) == (
        *(320_770, IMPORTED, 12, 85),
    )
    assert Incident.objects.count() == IMPORTED


def test_the_summary_equals_a_plain_computation_over_the_file(inside):
    file, _report, _areas = inside
    plain = _plain(file)
    for by in ("state", "category", "month"):
        ours: Counter[str] = Counter()
        for total in totals(by):
            ours[total.name] += total.amount
        assert ours == plain[by], by


def test_the_areas_equal_a_bare_look_up_of_the_points(inside):
    _file, _report, areas = inside
    rows = Incident.objects.filter(place_quality="pinned").values_list(
        "longitude", "latitude", "area__name"
    )
    lons, lats, names = zip(*rows, strict=True)
    tree = shapely.STRtree([area.geometry for area in areas])
    points = shapely.points(lons, lats)
    index, hit = tree.query(points, predicate="intersects")
    where: dict[int, set[str]] = defaultdict(set)  # on a border two areas hold a point
    for point, area in zip(index.tolist(), hit.tolist(), strict=True):
        where[point].add(areas[area].name)
    assert len(names) > 319_000
    assert [name for number, name in enumerate(names) if name not in where[number]] == []


def test_the_counters_equal_a_recount_of_every_dimension(inside):
    while tallies.fold():
        pass
    for dimension, column in (("category", "category_id"), ("area", "area_id")):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {column}::text, state, count(*) FROM incidents_incident"
                f" WHERE county_id = %s AND {column} IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2",
                [CODE],
            )
            assert tallies.totals("incident", dimension, by="key") == cursor.fetchall()


def test_lists_and_searches_answer(inside):
    actor = system()
    assert count(actor, Filter()) == Count(IMPORTED)
    assert count(actor, Filter(group="open")) == Count(31_252)
    assert len(page(actor, Filter(group="closed")).rows) == 50
    assert len(page(actor, Filter(text="parking")).rows) == 50
