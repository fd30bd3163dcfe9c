import json
import zipfile

import numpy as np
import pyogrio
import pytest
import shapely

from linli.lib.coordinates import CoordinateSystem, wgs84_to_gcj02
from linli.lib.errors import InputError
from linli.territory.geometry import files
from linli.territory.geometry.reading import read_areas

SQUARE = [[102.0, 25.0], [102.1, 25.0], [102.1, 25.1], [102.0, 25.1], [102.0, 25.0]]
NEXT = [[x + 0.1, y] for x, y in SQUARE]


def feature(outline, code="530128001001", name="甲", kind="Polygon"):
    coordinates = outline if kind == "Point" else [outline]
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def geojson(folder, *features, **more):
    path = folder / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}))
    return path


def read(path, **options):
    return read_areas(path, code_field="code", name_field="name", **options)


def shapefile(folder, names=("甲", "乙"), encoding="GBK", crs="EPSG:4490", geometries=None):
    """A Shapefile as Chinese offices send it: GBK names and no word about the encoding."""
    boxes = geometries or [shapely.Polygon(SQUARE), shapely.Polygon(NEXT)]
    codes = [f"53012800100{n}" for n in range(1, len(boxes) + 1)]
    path = folder / "areas.shp"
    pyogrio.raw.write(
        str(path),
        np.array([shapely.to_wkb(b) for b in boxes], dtype=object),
        [np.array(codes, dtype=object), np.array(names, dtype=object)],
        ["code", "name"],
        geometry_type="Polygon",
        crs=crs,
        driver="ESRI Shapefile",
        encoding=encoding,
    )
    (folder / "areas.cpg").unlink()
    return path


def zipped(path):
    target = path.with_suffix(".zip")
    with zipfile.ZipFile(target, "w") as package:
        for part in path.parent.glob("areas.*"):
            if part != target:
                package.write(part, f"网格/界线{part.suffix}")
    return target


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
@pytest.mark.parametrize("pack", [False, True])
def test_a_shapefile_is_read_with_its_chinese_names(tmp_path, encoding, pack):
    path = shapefile(tmp_path, encoding=encoding)
    found = read(zipped(path) if pack else path)
    assert [(a.code, a.name) for a in found.areas] == [
        ("530128001001", "甲"),
        ("530128001002", "乙"),
    ]
    assert found.system is CoordinateSystem.CGCS2000
    assert (found.faults, found.notes) == ((), ())


def test_a_surveyors_projection_is_converted(tmp_path):
    east, north = 499_000.0, 2_800_000.0
    box = shapely.box(east, north, east + 1000, north + 1000)
    (area,) = read(shapefile(tmp_path, ["甲"], crs="EPSG:4543", geometries=[box])).areas
    assert area.geometry.bounds == pytest.approx((101.99, 25.306, 102.0, 25.315), abs=1e-3)


def test_a_geopackage_wants_its_layer_named_when_it_has_several(tmp_path):
    path = tmp_path / "areas.gpkg"
    wkb = np.array([shapely.to_wkb(shapely.Polygon(SQUARE))], dtype=object)
    for layer in ("grids", "villages"):
        fields = [np.array([530128001001.0]), np.array([layer], dtype=object)]
        pyogrio.raw.write(
            str(path), wkb, fields, ["code", "name"], geometry_type="Polygon", crs="EPSG:4490",
            driver="GPKG", layer=layer, append=path.exists(),
        )  # fmt: skip
    (area,) = read(path, layer="villages").areas
    assert (area.code, area.name) == ("530128001001", "villages")
    with pytest.raises(InputError, match="name one: grids, villages"):
        read(path)
    with pytest.raises(InputError, match="no layer roads; its layers: grids, villages"):
        read(path, layer="roads")


def test_gcj02_is_converted_to_wgs84(tmp_path):
    shifted = np.transpose(wgs84_to_gcj02(*np.transpose(SQUARE))).tolist()
    found = read(geojson(tmp_path, feature(shifted)), system=CoordinateSystem.GCJ02)
    assert shapely.get_coordinates(found.areas[0].geometry) == pytest.approx(
        np.array(SQUARE), abs=1e-8
    )


def test_a_web_maps_fields_read_as_wgs84_give_a_warning(tmp_path):
    one = feature(SQUARE)
    one["properties"] |= {"adcode": 530128, "acroutes": [100000], "childrenNum": 0}
    notes = read(geojson(tmp_path, one), system=CoordinateSystem.WGS84).notes
    assert "coordinates are GCJ-02" in str(notes[0])
    assert read(geojson(tmp_path, one), system=CoordinateSystem.GCJ02).notes == ()


def test_the_declared_system_of_a_geojson_is_taken(tmp_path):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    path = geojson(tmp_path, feature(SQUARE), crs=crs)
    assert read(path).system is CoordinateSystem.CGCS2000
    assert "read as wgs84" in str(read(path, system=CoordinateSystem.WGS84).notes[0])


BOWTIE = [[102, 25], [102.1, 25.1], [102.1, 25], [102, 25.1], [102, 25]]
CROSSING = [[102.1, 25.05], [102.1001, 25.0501], [102.1, 25.0501], [102.1001, 25.05]]
KINK = [*SQUARE[:2], *CROSSING, *SQUARE[2:]]
FIRST = "Feature 1, code 530128001001: "
FAULTY = {
    f"{FIRST}the outline is not closed: it begins at 102.000000, 25.000000 and ends at": [
        feature(SQUARE[:-1])
    ],
    "Feature 2, code x: Self-intersection at 102.050000, 25.050000; it cannot be mended": [
        feature(SQUARE),
        feature(BOWTIE, "x"),
    ],
    "it begins at 102.000000, 25.000000 and ends at 102.100000, 25.0": [feature(SQUARE[:2])],
    f"{FIRST}the polygon has no area, at 102.000000, 25.000000": [feature([SQUARE[0]] * 5)],
    f"{FIRST}no geometry": [feature([])],
    "no geometry": [feature(SQUARE) | {"geometry": None}],
    "a Point instead of a polygon": [feature([102.0, 25.0], kind="Point")],
    "Feature 2: the code 530128001001 stands already at feature 1": [
        feature(SQUARE),
        feature(NEXT),
    ],
    "Feature 2: the code A1 stands already": [feature(SQUARE, "A1"), feature(NEXT, "A1", "乙")],
    "Feature 2: the code A2 stands already": [feature(SQUARE, "A2"), feature(SQUARE, "A2")],
    "Feature 1: the field code is empty": [feature(SQUARE, "")],
    "Feature 1: the code or name is too long": [feature(SQUARE, "c" * 41)],
    "longitude and latitude seem to be exchanged": [feature([[y, x] for x, y in SQUARE])],
    "1020.0, 25.0 is no longitude and latitude": [feature([[x * 10, y] for x, y in SQUARE])],
    "a corner lies at 0, 0": [feature([[x - 102, y - 25] for x, y in SQUARE])],
    "122.0000, 25.0000 lies 2164 km away": [feature([[x + 20, y] for x, y in SQUARE])],
}


@pytest.mark.parametrize(("message", "features"), FAULTY.items(), ids=range(len(FAULTY)))
def test_a_faulty_area_is_refused_with_its_feature_and_place(tmp_path, message, features):
    county = shapely.box(101.5, 24.5, 102.5, 25.5)
    found = read(geojson(tmp_path, *features), county=county)
    assert message in "\n".join(map(str, found.faults))


def test_a_hole_stays_and_a_small_kink_is_mended_and_noted(tmp_path):
    hole = [[102.02, 25.02], [102.03, 25.02], [102.03, 25.03], [102.02, 25.03], [102.02, 25.02]]
    holed = feature(SQUARE)
    holed["geometry"]["coordinates"].append(hole)
    found = read(geojson(tmp_path, holed, feature(KINK, "kink")))
    assert found.faults == ()
    assert len(found.areas[0].geometry.interiors) == 1
    assert all(area.geometry.is_valid for area in found.areas)
    assert "Feature 2, code kink: Self-intersection at 102.1" in str(found.notes[0])


def test_several_features_of_an_unofficial_code_are_one_area_with_a_note(tmp_path):
    apart = [[x + 1, y] for x, y in SQUARE]
    found = read(geojson(tmp_path, feature(SQUARE, "OUT"), feature(apart, "OUT")))
    assert [area.geometry.geom_type for area in found.areas] == ["MultiPolygon"]
    assert str(found.notes[0]) == "Features 1, 2 have the code OUT and are read as one area."


def test_a_message_inside_a_message_is_translated_too(tmp_path):
    (fault,) = read(geojson(tmp_path, feature([102.0, 25.0], kind="Point"))).faults
    chinese = {
        "Feature %(feature)d, code %(code)s: %(reason)s.": "第%(feature)d（%(code)s）%(reason)s。",
        "a %(kind)s instead of a polygon": "是%(kind)s，不是面",
    }
    assert fault.translated(chinese.__getitem__) == "第1（530128001001）是Point，不是面。"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"hello", "neither GeoJSON, GeoPackage nor Shapefile"),
        (b"", "neither GeoJSON"),
        (b"<OGRVRTDataSource/>", "neither GeoJSON"),
        (b'{"type":"FeatureCollection",\n"features":[{"ty', "line 2, column 14: no JSON: Unterm"),
        (b'{"a": 1}', "neither GeoJSON"),
        (b'{"type":"Topology","objects":{},"arcs":[]}', "neither GeoJSON.*export it"),
        (b'{"type":"FeatureCollection","features":[]}', "has no features"),
        ('{"名": 1}'.encode("gbk"), "byte 3 is not UTF-8, which GeoJSON has to be"),
        (b"SQLite format 3\x00garbage", "cannot be read"),
        (b"PK\x03\x04garbage", "cannot be read"),
        (b"\x00\x00\x27\x0agarbage", "the part .shx of the Shapefile is missing"),
    ],
    ids=range(11),
)
def test_a_file_that_is_no_map_is_refused_as_a_whole(tmp_path, content, message):
    path = tmp_path / "areas.geojson"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read(path)


def test_a_file_that_fetches_others_is_not_opened(tmp_path):
    path = tmp_path / "areas.json"
    stream = {"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read secret"}
    path.write_text(json.dumps(stream))
    with pytest.raises(InputError, match="neither GeoJSON"):
        read(path)


def test_too_large_a_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "areas.geojson"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(InputError, match="has 200000000 bytes; at most 100000000 are read"):
        read(path)
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("a.shp", bytes(files.MAX_BYTES + 1))
    with pytest.raises(InputError, match="at most 100000000"):
        read(bomb)


def test_a_wrong_field_a_missing_file_and_a_zip_without_shapes_are_named(tmp_path):
    path = geojson(tmp_path, feature(SQUARE))
    with pytest.raises(InputError, match="no field adcode; the fields are: code, name"):
        read_areas(path, code_field="adcode")
    with pytest.raises(InputError, match=r"none\.geojson does not exist"):
        read(tmp_path / "none.geojson")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as package:
        package.writestr("readme.txt", "x")
    with pytest.raises(InputError, match="exactly one Shapefile; this one holds 0"):
        read(tmp_path / "empty.zip")


def test_a_shapefile_without_its_prj_or_in_an_uncertain_datum_is_refused(tmp_path):
    path = shapefile(tmp_path)
    path.with_suffix(".prj").unlink()
    with pytest.raises(InputError, match="does not say its coordinate system"):
        read(path)
    assert read(path, system=CoordinateSystem.WGS84).faults == ()
    old = shapefile(tmp_path, crs="EPSG:4610")
    with pytest.raises(InputError, match="Xian 1980"):
        read(old)


def test_a_projection_cannot_be_gcj02(tmp_path):
    path = shapefile(tmp_path, ["甲"], crs="EPSG:4543", geometries=[shapely.box(0, 0, 1, 1)])
    with pytest.raises(InputError, match="cannot be gcj02"):
        read(path, system=CoordinateSystem.GCJ02)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("file", "field", "number"),
    [
        ("chicago/community_areas", "area_numbe", 77),
        ("chicago/wards_2003_2015", "ward", 51),
        ("chicago/wards_2015", "ward", 50),
        ("boston311/neighborhoods", "Name", 26),
        ("luquan/boundaries/kunming_530100_counties_wgs84_derived", "adcode", 14),
    ],
)
def test_real_maps_are_read_whole(shared_data, file, field, number):
    found = read_areas(shared_data / f"{file}.geojson", code_field=field)
    assert found.faults == ()
    assert len(found.areas) == number
    assert all(area.geometry.is_valid for area in found.areas)


@pytest.mark.real_data
def test_a_country_with_kinks_is_mended_and_keeps_its_area(shared_data):
    both = [
        read_areas(shared_data / f"oracles/geo/{name}.geojson", code_field="ISO_A3")
        for name in ("switzerland", "switzerlandKinked")
    ]
    plain, kinked = (reading.areas[0].geometry for reading in both)
    assert [len(reading.notes) for reading in both] == [0, 1]
    assert kinked.symmetric_difference(plain).area < 0.01 * plain.area
