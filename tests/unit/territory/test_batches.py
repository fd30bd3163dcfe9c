import csv
import gzip
import json
import os
from pathlib import Path

import pytest

from linli.lib.coordinates import CoordinateSystem
from linli.lib.errors import InputError
from linli.territory import batches
from linli.territory.batches import Wanted, locate_file
from linli.territory.points import read_points

HEAD = "id,lon,lat,day\n"
COLUMNS = Wanted("lon", "lat", "day")


def placed(tmp_path, content, wanted=COLUMNS):
    source = tmp_path / "points.csv"
    source.write_bytes(content if isinstance(content, bytes) else content.encode())
    counts = locate_file(source, tmp_path / "out.csv", wanted)
    text = (tmp_path / "out.csv").read_text(encoding="utf-8")
    return counts, list(csv.DictReader(text.splitlines()))


def test_every_row_keeps_its_cells_and_gets_its_area(squares, tmp_path):
    counts, rows = placed(
        tmp_path,
        HEAD + '1,102.1,25.15,2020-05-05T10:00:00\n"a,b",102.3,25.1,2020/5/5\n3,110,30,20200505\n',
    )
    assert [row["area_code"] for row in rows] == ["530128101201001", "530128102201", ""]
    assert rows[1]["id"] == "a,b"
    assert rows[0]["area_path"].split("/")[1] == "530128101"
    assert counts.by_quality == {"inside": 2, "outside": 1}


def test_what_is_no_point_or_no_date_is_said_in_its_row(squares, tmp_path):
    counts, rows = placed(
        tmp_path,
        HEAD + "1,,25,2020-01-01\n2,x,25,2020-01-01\n3,102.1,200,2020-01-01\n"
        "4,102.1,25.15,soon\n5,102.1\n6,nan,25.1,2020-01-01\n",
    )
    assert [row["quality"] for row in rows] == [
        "bad_point", "bad_point", "bad_point", "bad_date", "bad_point", "bad_point"]  # fmt: skip
    assert sum(counts.by_quality.values()) == counts.rows == 6


def test_a_row_with_a_comma_too_many_is_said_in_its_place(squares, tmp_path):
    counts, rows = placed(
        tmp_path,
        HEAD + "1,102.1,25.15,2020-01-01\nHigh St, 2,102.1,25.15,2020-01-01\n"
        "a,b,c,d,e\n3,x,25,2020-01-01\n4,102.1,25.15,2020-01-01\n",
    )
    assert [row["quality"] for row in rows] == [
        "inside", "bad_row", "bad_row", "bad_point", "inside"]  # fmt: skip
    assert [rows[1]["id"], rows[4]["id"]] == ["High St", "4"]
    assert counts.by_quality == {"inside": 2, "bad_row": 2, "bad_point": 1}


@pytest.mark.parametrize("part", [",", "\t", ";"])
def test_title_lines_above_the_header_are_passed_over(squares, tmp_path, part):
    titles = "禄劝县点位清单（2024年）,,,\n\n填表单位：甸里村,,填表日期,2024.3.5\n"
    text = titles + HEAD.replace("lon,lat", " lon ,lat") + "1,102.1,25.15,2024.3.5\n"
    counts, rows = placed(tmp_path, text.replace(",", part))
    assert [(row["id"], row["area_code"]) for row in rows] == [("1", "530128101201001")]
    assert counts.by_quality == {"inside": 1}


def test_a_header_too_far_down_is_not_looked_for(squares, tmp_path):
    with pytest.raises(InputError, match="no column lon; its columns: id, day"):
        placed(tmp_path, "x,y\n" + "\n" * 10 + "id,day\n" + "a,b\n" * 20 + HEAD)


def test_on_a_day_without_a_drawn_area_a_point_is_not_outside(squares, tmp_path):
    counts, rows = placed(tmp_path, HEAD + "1,102.1,25.15,1900-01-01\n2,110,30,2020-01-01\n")
    assert [row["quality"] for row in rows] == ["unknown", "outside"]
    assert counts.by_quality == {"unknown": 1, "outside": 1}


def test_batches_join_without_a_seam(squares, tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 3)
    lines = "".join(f"{n},102.1,25.15,2020-01-01\n" for n in range(10))
    counts, rows = placed(tmp_path, HEAD + lines)
    assert [row["id"] for row in rows] == [str(n) for n in range(10)]
    assert counts.by_quality == {"inside": 10}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_packed_files_and_the_office_s_encodings_are_read(squares, tmp_path, encoding):
    text = (HEAD + "甲甸,102.1,25.15,2020-01-01\n").encode(encoding)
    _, rows = placed(tmp_path, gzip.compress(text))
    assert rows[0]["id"] == "甲甸"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("a,b\n1,2\n", "no column lon"),
        ("title\n,\na,b,c\n1,2\n", "its columns: a, b, c"),
        (b"PK\x03\x04\xff\x00", "save the sheet as CSV"),
        (b"\xd0\xcf\x11\xe0\xff\x00", "save the sheet as CSV"),
        (HEAD.strip() + ",quality\n1,2,3,4,5\n", "quality already"),
        (HEAD + '1,"' + "x" * 200_000 + '",25,2020-01-01\n', "line 2"),
        ("x" * 200_000, "line"),
        (HEAD + "x," * 5_000_000, "Line 2 has more than 8000000 bytes"),
        (HEAD.encode() + b"1,2,3,4\n" * 9_000 + b"\x81\x20\xff,1,2,3\n", "line 9002 is neither"),
        (gzip.compress(HEAD.encode() * 5_000)[:-40], "points.csv"),
    ],
)
def test_a_broken_file_is_refused_with_its_place_and_leaves_nothing(
    squares, tmp_path, content, words
):
    with pytest.raises(InputError, match=words):
        placed(tmp_path, content)
    assert [path.name for path in tmp_path.iterdir()] == ["points.csv"]


def test_a_file_that_is_not_there_is_said(squares, tmp_path):
    with pytest.raises(InputError, match=r"none\.csv"):
        locate_file(tmp_path / "none.csv", tmp_path / "out.csv", COLUMNS)


def points_of(tmp_path: Path, text: str, name: str = "p.csv", **options):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return read_points(file, **options)


def test_points_come_from_a_list_with_any_of_the_known_titles(tmp_path):
    (point,) = points_of(tmp_path, "代码,名称,经度,纬度\n530128101201,甲甸,102.1,25.1\n")
    assert (point.code, point.name, point.lon, point.lat) == ("530128101201", "甲甸", 102.1, 25.1)


def test_points_without_codes_are_numbered_and_converted(tmp_path):
    first, second = points_of(
        tmp_path, "lon,lat\n102.1,25.1\n102.2,25.2\n", system=CoordinateSystem.GCJ02
    )
    assert (first.code, second.code) == ("G0001", "G0002")
    assert first.lon == pytest.approx(102.0985, abs=1e-3)


def test_points_come_from_geojson(tmp_path):
    feature = {
        "type": "Feature",
        "properties": {"code": 7, "name": "甲"},
        "geometry": {"type": "Point", "coordinates": [102.1, 25.1]},
    }
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    (point,) = points_of(tmp_path, text, "p.json")
    assert (point.code, point.name) == ("7", "甲")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lon,lat,code\n102,25,a\n103,25,a\n", "stands already"),
        ("lon,lat\n102,x\n", "row 2.*lat.*x"),
        ("lon,lat\n25,102\n", "no longitude"),
        ("lon,lat,name\n102,25," + "长" * 200 + "\n", "too long"),
        ('{"type": "FeatureCollection"}', "not GeoJSON"),
        ('{"features": [{"geometry": {"type": "LineString"}}]}', "LineString"),
        ('{"features": [{"geometry": {"type": "Point", "coordinates": ["a"]}}]}', "Feature 1"),
        ("name\na\n", "missing"),
    ],
)
def test_points_that_cannot_be_read_are_refused_with_their_place(tmp_path, text, words):
    with pytest.raises(InputError, match=words):
        points_of(tmp_path, text)


def test_the_file_that_is_read_is_never_written_over(squares, tmp_path):
    source = tmp_path / "points.csv"
    source.write_text(HEAD + "1,102.1,25.15,2020-01-01\n")
    with pytest.raises(InputError, match="give the result another name"):
        locate_file(source, tmp_path / "." / "points.csv", COLUMNS)
    with pytest.raises(InputError, match="There is no folder"):
        locate_file(source, tmp_path / "none" / "out.csv", COLUMNS)
    os.mkfifo(tmp_path / "pipe")  # as root a device, too, could be replaced by the result
    with pytest.raises(InputError, match="no ordinary file"):
        locate_file(source, tmp_path / "pipe", COLUMNS)
    assert source.read_text() == HEAD + "1,102.1,25.15,2020-01-01\n"


def test_a_link_goes_on_leading_to_its_file(squares, tmp_path):
    (tmp_path / "out.csv").symlink_to(tmp_path / "real.csv")
    placed(tmp_path, HEAD + "1,102.1,25.15,2020-01-01\n")
    assert (tmp_path / "out.csv").is_symlink()
    assert "530128101201001" in (tmp_path / "real.csv").read_text()
