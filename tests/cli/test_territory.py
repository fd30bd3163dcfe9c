"""The command contract of the territory, run on an committed of its own."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from linli.cli.territory import app
from tests.conftest import HOME

COUNTY = ("--county", "530128")
HEAD = "code,name\n"


def box(code, west, south, east, north):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"code": code, "name": f"网格{code[-3:]}"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("lists")
    (folder / "townships.csv").write_text(HEAD + "530128101,茂山镇\n", encoding="utf-8")
    (folder / "villages.csv").write_text(
        HEAD + "530128101201,甲甸村\n530128101202,至租村\n", encoding="gb18030"
    )
    grids = [
        box("530128101201001", 102.40, 25.5, 102.45, 25.6),
        box("530128101202001", 102.45, 25.5, 102.50, 25.6),
    ]
    (folder / "grids.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": grids})
    )
    (folder / "boundary.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [box("x", 102.4, 25.5, 102.5, 25.6)]})
    )
    (folder / "points.csv").write_text(
        "id,lon,lat,day\n1,102.41,25.55,2026-01-02\n2,102.4502,25.55,2015-01-01\n"
        "3,110,30,2026-01-02\n4,,25.5,2026-01-02\n5,102.41,25.55,yesterday\n"
    )
    return folder


@pytest.fixture(autouse=True)
def home_of_the_suite(settings) -> None:
    settings.ENV = settings.ENV.model_copy(update={"home": HOME, "database_url": ""})


def run(*arguments, code=0):
    """The command in this process, beside the suite's own server."""
    answer = CliRunner().invoke(app, [str(one) for one in arguments])
    assert answer.exit_code == code, answer.stderr + answer.stdout
    return answer


def told(*arguments):
    return json.loads(run(*arguments, "--json").stdout)


def test_a_county_is_divided_drawn_located_and_checked(committed, files, tmp_path):
    lists = (files / "townships.csv", files / "villages.csv")
    edition = ("import-divisions", *lists, *COUNTY, "--on", "2016-12-31")
    plan = told(*edition)
    assert plan["applied"] is False
    assert plan["counts"]["village"]["added"] == 2
    assert told("tree", *COUNTY)["counts"]["village"] == 0
    applied = told(*edition, "--apply")
    assert (applied["applied"], applied["replaced_cases"]) == (True, 0)
    tree = told("tree", *COUNTY, "--on", "2017-01-01")
    assert tree["counts"]["village"] == 2
    assert tree["tree"][0]["children"][0]["name"] == "茂山镇"
    assert told("tree", *COUNTY, "--on", "2016-12-30")["counts"]["village"] == 0

    areas = ("import-areas", files / "grids.geojson", *COUNTY, "--level", 3, "--crs", "wgs84")
    areas += ("--code-field", "code", "--name-field", "name")
    plan = told(*areas)
    assert (plan["new"], plan["bounds"]) == (2, [102.4, 25.5, 102.5, 25.6])
    assert told(*areas, "--apply")["parents"] == {"code": 2}
    again = told(*areas, "--apply")
    assert (again["new"], again["unchanged"]) == (0, 2)

    found = told("locate", "102.41", "25.55", *COUNTY)
    assert [step["code"] for step in found["path"]] == [
        "530128", "530128101", "530128101201", "530128101201001"]  # fmt: skip
    assert told("locate", "110", "30", *COUNTY)["quality"] == "outside"
    assert told("locate", "-87.6", "41.8", *COUNTY)["quality"] == "outside"
    assert told("locate", "102.41", "25.55", *COUNTY, "--on", "2015-01-01") == {
        **found, "quality": "unknown", "area": None, "path": []}  # fmt: skip

    out = tmp_path / "result.csv"
    streamed = ("locate", "--file", files / "points.csv", "--lon-field", "lon")
    streamed += ("--lat-field", "lat", "--date-field", "day", *COUNTY, "--out", out)
    assert told(*streamed)["rows"] == 5
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [row["quality"] for row in rows] == [
        "inside", "unknown", "outside", "bad_point", "bad_date"]  # fmt: skip
    assert rows[0]["area_path"] == "530128/530128101/530128101201/530128101201001"
    assert (rows[0]["id"], rows[0]["area_name"]) == ("1", "网格001")

    check = told("check", *COUNTY)
    assert check["tiling"]["tiles"] is True
    assert check["orphans"] == []
    assert len(check["without_worker"]) == 2
    assert [one["name"] for one in check["without_unit"]] == ["茂山镇"]

    grids = ("generate-grids", *COUNTY, "--points", files / "points.csv", "--crs", "wgs84")
    refused = run(*grids, "--boundary", files / "boundary.geojson", code=1)
    assert "4" in refused.stderr or "5" in refused.stderr
    assert told("tree", *COUNTY)["counts"]["grid"] == 2

    for wrong, words in (
        (("tree", "--county", "nowhere"), "nowhere"),
        (("tree", *COUNTY, "--on", "31.12.2020"), "31.12.2020"),
        (("locate", "1", "2", *COUNTY, "--layer", "wards"), "wards"),
        (("locate", "25.5", "102.4", *COUNTY), "102.4"),
        (("locate", *COUNTY), "--file"),
        ((*streamed[:3], "--lon-field", "x", *streamed[5:]), "points.csv"),
        (("import-areas", files / "points.csv", *areas[2:], "--apply"), "points.csv"),
        ((*edition[:-1], "2015-01-01", "--apply"), "2016-12-31"),
        (("import-divisions", lists[1], lists[1], *COUNTY, "--on", "2020-01-01"), "530128101201"),
    ):
        assert words in run(*wrong, code=1).stderr
