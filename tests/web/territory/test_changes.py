import io
import json
import re
import zipfile

import numpy as np
import pyogrio
import pytest
import shapely

from linli.access.actor import system
from linli.audit.models import AuditEvent
from linli.database.context import county_context
from linli.incidents.actions import Draft, report
from linli.incidents.actions.placing import Spot
from linli.incidents.models import Category
from linli.territory import snapshots
from linli.territory.models import Area, AreaVersion, Upload
from tests.conftest import A

BASE = f"/{A}/territory"
HEAD = "code,name\n"
TOWNSHIPS = HEAD + "530128101,茂山镇\n530128102,团街镇\n"
VILLAGES = HEAD + "530128101201,甲甸村民委员会\n530128102201,治安村\n530128102205,新村\n"


def csv(text: str, name: str = "list.csv") -> io.BytesIO:
    file = io.BytesIO(text.encode())
    file.name = name
    return file


def send(client, *, townships=TOWNSHIPS, villages=VILLAGES, on="2024-01-01"):
    return client.post(
        f"{BASE}/divisions", {"townships": csv(townships), "villages": csv(villages), "on": on}
    )


def box(code, west, south, east, north, **more):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"code": code, **more},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def geojson(*features) -> io.BytesIO:
    return csv(json.dumps({"type": "FeatureCollection", "features": features}), "areas.geojson")


def send_areas(client, file, **fields):
    given = {"level": 3, "code_field": "code", "layer": "grid", "crs": "wgs84", **fields}
    return client.post(f"{BASE}/areas", given | {"file": file})


def test_an_edition_is_reviewed_with_counts_and_then_applied(signed_in):
    client = signed_in()
    answer = send(client)
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "甲甸村民委员会" in page
    assert "新村" in page
    with county_context(A):
        assert not Area.objects.filter(code="530128102205").exists()  # nothing yet
    revision = page.split('name="revision" value="')[1].split('"')[0]
    applied = client.post(answer["Location"], {"revision": revision})
    assert applied.status_code == 302
    snapshots.forget()
    with county_context(A):
        assert Area.objects.get(code="530128101201").name == "甲甸村民委员会"
        assert Area.objects.get(code="530128102205").parent.name == "团街镇"
        assert not Upload.objects.exists()
        actions = AuditEvent.objects.filter(county_id=A).values_list("action", flat=True)
        assert "territory.divisions_applied" in set(actions)


def test_what_changed_meanwhile_is_looked_at_again_and_nothing_is_written(signed_in, drawn):
    client = signed_in()
    where = send(client)["Location"]
    answer = client.post(where, {"revision": "1"})
    assert answer.status_code == 409
    with county_context(A):
        assert not Area.objects.filter(code="530128102205").exists()


def test_lists_with_faults_are_shown_but_cannot_be_applied(signed_in):
    client = signed_in()
    where = send(client, villages=VILLAGES + "530128109201,外村\n530128101201,再次\n")["Location"]
    page = client.get(where).content.decode()
    assert "530128109201" in page
    assert 'name="revision"' not in page
    answer = client.post(where, {"revision": "0"})
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"townships": "名字\n茂山镇\n"}, "code"),
        ({"townships": ""}, "id_townships"),
        ({"on": "2999-01-01"}, "id_on_error"),
        ({"on": "gestern"}, "id_on_error"),
    ],
)
def test_a_list_or_day_that_cannot_be_read_is_said_at_once(signed_in, fields, words):
    answer = send(signed_in(), **fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_an_edition_older_than_the_last_one_is_refused_at_the_review(signed_in):
    client = signed_in()
    answer = client.get(send(client, on="2015-01-01")["Location"])
    assert answer.status_code == 409
    assert "2016-12-31" in answer.content.decode()


def test_areas_are_reviewed_and_imported(signed_in, drawn):
    client = signed_in()
    file = geojson(box("530128102201001", 102.2, 25.0, 102.3, 25.2, name="东网格"))
    where = send_areas(client, file, name_field="name")["Location"]
    page = client.get(where).content.decode()
    revision = page.split('name="revision" value="')[1].split('"')[0]
    assert client.post(where, {"revision": revision}).status_code == 302
    snapshots.forget()
    with county_context(A):
        made = Area.objects.get(code="530128102201001")
        assert (made.name, made.parent_id) == ("东网格", drawn["102201"].pk)


def test_of_a_file_with_several_layers_one_is_chosen_in_the_form(signed_in, drawn, tmp_path):
    path = tmp_path / "areas.gpkg"
    for name, west in (("old", 102.2), ("new", 102.3)):
        wkb = np.array([shapely.to_wkb(shapely.box(west, 25, 102.4, 25.2))], dtype=object)
        codes = [np.array(["530128102201001"], dtype=object)]
        pyogrio.raw.write(
            str(path), wkb, codes, ["code"], geometry_type="Polygon", crs="EPSG:4326",
            driver="GPKG", layer=name, append=path.exists(),
        )  # fmt: skip
    client = signed_in()
    for layer in ("", "roads"):
        with path.open("rb") as file:
            answer = send_areas(client, file, file_layer=layer)
        assert answer.status_code == 422
        said = answer.content.decode().split('id="id_file_layer_error"')[1]
        assert "old、new" in said[: said.index("<input")]
    with path.open("rb") as file:
        where = send_areas(client, file, file_layer="new")["Location"]
    page = client.get(where).content.decode()
    assert 'name="revision"' in page


def test_a_map_whose_codes_lie_nowhere_is_shown_with_its_faults(signed_in, drawn):
    client = signed_in()
    where = send_areas(client, geojson(box("530128109201001", 102.2, 25, 102.3, 25.2)))["Location"]
    page = client.get(where).content.decode()
    assert "530128109201" in page
    assert 'name="revision"' not in page
    assert client.post(where, {"revision": "0"}).status_code == 409


def _zip() -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("readme.txt", "no shapes")
    packed.seek(0)
    packed.name = "areas.zip"
    return packed


@pytest.mark.parametrize(
    ("file", "fields", "at"),
    [
        (lambda: csv("no map"), {}, "id_file_error"),
        (_zip, {}, "id_file_error"),
        (
            lambda: geojson(box("a", 102, 25, 103, 26)),
            {"code_field": "ward"},
            "id_code_field_error",
        ),
        (lambda: geojson(box("a", 102, 25, 103, 26)), {"layer": "No Name!"}, "id_layer_error"),
        (
            lambda: geojson(box("a", 102, 25, 103, 26)),
            {"valid_from": "2999-01-01"},
            "id_valid_from_error",
        ),
        (lambda: geojson(box("a", 102, 25, 103, 26)), {"level": 7}, "id_level_error"),
    ],
)
def test_a_bad_file_or_choice_is_said_at_its_field(signed_in, file, fields, at):
    answer = send_areas(signed_in(), file(), **fields)
    assert answer.status_code == 422
    assert at in answer.content.decode()


def test_a_file_of_somebody_else_is_not_there(signed_in):
    where = send(signed_in())["Location"]
    assert signed_in().get(where).status_code == 404


def test_the_check_names_what_is_missing_and_where_it_gapes(signed_in, drawn):
    page = signed_in().get(f"{BASE}/check").content.decode()
    assert page.count("茂山镇") >= 1  # a township without platform
    assert "治安村" in page  # nobody works there
    client = signed_in()
    file = geojson(box("530128102201002", 102.19, 25.0, 102.3, 25.2))
    where = send_areas(client, file)["Location"]
    page = client.get(where).content.decode()
    revision = page.split('name="revision" value="')[1].split('"')[0]
    client.post(where, {"revision": revision})
    snapshots.forget()
    flaws = client.get(f"{BASE}/flaws.geojson").json()
    assert len(flaws["features"]) >= 1
    assert "530128101201001" in client.get(f"{BASE}/check").content.decode()


def test_where_nothing_is_drawn_no_gap_is_counted(signed_in):
    with county_context(A):
        AreaVersion.objects.update(geometry=None)
    snapshots.forget()
    page = signed_in().get(f"{BASE}/check").content.decode()
    assert re.search('class="stat-value">(?!<a)[^0-9]*</div>', page)


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ({"lon": "102.1", "lat": "25.15"}, 200, "530128101201001"),
        ({"lon": "102.1", "lat": "25.15", "crs": "gcj02"}, 200, "530128101201001"),
        ({"lon": "110", "lat": "30"}, 200, "110.000000, 30.000000"),
        ({"lon": "25.1", "lat": "102.1"}, 422, "25.1, 102.1"),
        ({"lon": "x", "lat": "25"}, 422, "id_lon_error"),
        ({"lon": "102.1", "lat": "25.15", "on": "2016-13-01"}, 422, "id_on_error"),
        ({"lon": "102.1", "lat": "25.15", "layer": "wards"}, 422, "id_layer_error"),
    ],
)
def test_a_point_is_found_or_refused_at_its_field(signed_in, query, status, words):
    answer = signed_in().get(f"{BASE}/point", query)
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_an_applied_edition_gives_open_cases_their_areas_of_today(signed_in, drawn):
    with county_context(A):
        kind = Category.objects.get(code="0401").pk
        spot = Spot(area_id=drawn["102201"].pk)
        case = report(Draft("路灯不亮", kind, "call", spot), by=system())
    client = signed_in()
    villages = HEAD + "530128101201,甲甸村\n530128101207,治安村\n"
    answer = send(client, villages=villages)
    page = client.get(answer["Location"]).content.decode()
    revision = page.split('name="revision" value="')[1].split('"')[0]
    done = client.post(answer["Location"], {"revision": revision}, follow=True)
    assert "1件在办事件" in done.content.decode()
    with county_context(A):
        case.refresh_from_db()
        assert case.area_id == Area.objects.get(code="530128101207").pk
        assert case.township_id == drawn["101"].pk
    page = client.get(f"/{A}/incidents/{case.number}").content.decode()
    assert "区划变更" in page
    assert "治安村 → 治安村" in page
    assert "2024-01-01" in page
