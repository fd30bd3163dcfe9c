"""From a file to incidents and rejects, one rule after the other."""

import csv
import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from linli.incidents.imports import (
    ImportedIncident,
    ImportFileError,
    Profile,
    Reject,
    RejectsWriter,
    UnknownColumnsError,
    parse_profile,
    rows,
)
from linli.incidents.imports.messages import REASONS

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEADING = "id,what,kind,status,opened,closed,lon,lat"
GOOD = "a1,路灯不亮,lamp,open,2025-03-01 08:00,,102.47,25.55"
DONE = "a2,Pothole,road,done,2025-03-01 08:00,2025-03-01 09:00,102.47,25.55"

CSV_PROFILE = """\
name: small
format: csv
timezone: Asia/Shanghai
source_id: id
text: what
category: {column: kind, map: {lamp: "0301", road: "0302"}}
state: {column: status, map: {open: reported, done: closed}}
opened: opened
closed: closed
place: {lon: lon, lat: lat, bounds: [102, 25, 103, 27]}
"""
JSON_PROFILE = CSV_PROFILE.replace("format: csv", "format: json")


def csv_profile(extra: str = "") -> Profile:
    return parse_profile(CSV_PROFILE + extra)


def read(path: Path, profile: Profile, **options: Any) -> list[ImportedIncident | Reject]:
    with rows(path, profile, now=NOW, **options) as found:
        return list(found)


def write_csv(path: Path, *lines: str, encoding: str = "utf-8", heading: str = HEADING) -> Path:
    path.write_bytes("".join(f"{line}\n" for line in (heading, *lines)).encode(encoding))
    return path


def incidents(found: list[ImportedIncident | Reject]) -> Iterator[ImportedIncident]:
    return (item for item in found if isinstance(item, ImportedIncident))


def codes(found: list[ImportedIncident | Reject]) -> list[tuple[str, str]]:
    return [(item.severity, item.code) for item in found if isinstance(item, Reject)]


def test_a_row_becomes_an_incident_with_times_in_utc(tmp_path: Path) -> None:
    [first, second] = incidents(read(write_csv(tmp_path / "a.csv", GOOD, DONE), csv_profile()))
    assert (first.source_id, first.text, first.category) == ("a1", "路灯不亮", "0301")
    assert (first.lon, first.lat, first.state, first.closed_at) == (102.47, 25.55, "reported", None)
    assert first.opened_at == datetime(2025, 3, 1, 0, 0, tzinfo=UTC)
    assert (second.state, second.closed_at) == ("closed", datetime(2025, 3, 1, 1, 0, tzinfo=UTC))
    assert (first.position, second.position) == (1, 2)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (DONE.replace("09:00", "07:00"), "closed_before_opened"),
        (DONE.replace("2025-03-01 09:00", ""), "closed_time_missing"),
        (GOOD.replace("lamp", "lantern"), "unknown_value"),
        (GOOD.replace("open", ""), "unknown_value"),
        (GOOD.replace("a1", ""), "missing_value"),
        (GOOD.replace("a1", "a" * 81), "too_long"),
        (GOOD.replace("2025-03-01 08:00", ""), "missing_value"),
        (GOOD.replace("2025-03-01", "2025-02-30"), "bad_time"),
        (GOOD.replace("2025-03-01 08:00", "0001-01-01 00:00"), "bad_time"),
        (GOOD.replace("2025-03-01", "2052-03-01"), "opened_in_future"),
        (GOOD.replace("25.55", "25.55N"), "bad_coordinate"),
        (GOOD.replace("25.55", "nan"), "bad_coordinate"),
        (GOOD.replace("25.55", "125.55"), "bad_coordinate"),
        (GOOD.replace("25.55", ""), "bad_coordinate"),
        (GOOD.replace("不亮", "\0"), "broken_text"),
        (GOOD.replace("不亮", "亮" * 4_001), "too_long"),
        (GOOD + ",more", "wrong_number_of_columns"),
        ("a1,short", "wrong_number_of_columns"),
    ],
)
def test_a_row_that_breaks_a_rule_is_rejected_with_its_reason(
    tmp_path: Path, line: str, code: str
) -> None:
    found = read(write_csv(tmp_path / "a.csv", DONE, line, GOOD), csv_profile())
    assert codes(found) == [("rejected", code)]
    assert len(list(incidents(found))) == 2
    [reject] = [item for item in found if isinstance(item, Reject)]
    assert (reject.position, reject.line) == (2, 3)
    assert all(reject.reasons())
    assert ",".join(reject.original) == line


def test_a_reason_tells_times_by_the_clock_of_the_file(tmp_path: Path) -> None:
    early, late = DONE.replace("09:00", "07:00"), GOOD.replace("2025-03-01", "2052-03-01")
    found = read(write_csv(tmp_path / "a.csv", early, late), csv_profile())
    assert [item.reasons()[0] for item in found if isinstance(item, Reject)] == [
        "closed 2025-03-01 07:00:00+08:00 lies before opened 2025-03-01 08:00:00+08:00",
        "opened 2052-03-01 08:00:00+08:00 lies in the future",
    ]


def test_every_reason_can_be_told_in_both_languages() -> None:
    for english, chinese in REASONS.values():
        assert english.isascii() or "“" in english
        assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese)


@pytest.mark.parametrize(
    ("rule", "severity", "kept"), [("reject", "rejected", 0), ("flag", "flagged", 1)]
)
def test_a_point_outside_is_rejected_or_flagged_as_the_profile_says(
    tmp_path: Path, rule: str, severity: str, kept: int
) -> None:
    path = write_csv(tmp_path / "a.csv", GOOD.replace("102.47", "0"))
    found = read(path, csv_profile(f"rules: {{outside_bounds: {rule}}}"))
    assert codes(found) == [(severity, "outside_bounds")]
    assert [item.flags for item in incidents(found)] == [("outside_bounds",)] * kept


def test_a_rule_that_accepts_says_nothing(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", GOOD.replace("102.47", "0"))
    [item] = read(path, csv_profile("rules: {outside_bounds: accept}"))
    assert isinstance(item, ImportedIncident)
    assert item.flags == ()


def test_a_row_without_a_place_is_accepted_unless_the_profile_minds(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", GOOD.replace("102.47,25.55", ","))
    assert codes(read(path, csv_profile())) == []
    minding = csv_profile("rules: {no_place: reject}")
    assert codes(read(path, minding)) == [("rejected", "no_place")]


def test_columns_that_the_file_lacks_are_named_with_a_likely_one(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", GOOD, heading=HEADING.replace("opened", "opened_at"))
    with pytest.raises(UnknownColumnsError, match=r"no column opened.*Did you mean opened_at") as e:
        read(path, csv_profile())
    assert e.value.missing == ["opened"]


def test_lines_of_a_title_above_the_heading_are_passed_over(tmp_path: Path) -> None:
    title = "2025年3月工单导出,,,,,,,\n制表：信息科\n\n"
    path = write_csv(tmp_path / "a.csv", GOOD, DONE, heading=title + HEADING)
    found = read(path, csv_profile())
    assert [item.source_id for item in incidents(found)] == ["a1", "a2"]
    assert read(path, csv_profile(), skip=1) == found[1:]
    lacking = write_csv(tmp_path / "b.csv", heading=title + HEADING.replace("kind", "sort"))
    with pytest.raises(UnknownColumnsError, match=r"no column kind.*It has: id, what, sort"):
        read(lacking, csv_profile())


def test_a_gbk_file_is_read_with_its_encoding(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", GOOD, encoding="gb18030")
    [item] = read(path, csv_profile("encoding: gb18030"))
    assert isinstance(item, ImportedIncident)
    assert item.text == "路灯不亮"


def test_bytes_of_another_encoding_reject_their_row_and_no_other(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", GOOD, DONE, encoding="gb18030")
    found = read(path, csv_profile())
    assert codes(found) == [("rejected", "broken_text")]
    assert [item.source_id for item in incidents(found)] == ["a2"]


def test_a_heading_of_another_encoding_stops_the_import_with_advice(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", GOOD, heading="编号", encoding="gb18030")
    with pytest.raises(ImportFileError, match="try encoding: gb18030"):
        read(path, csv_profile())


def test_a_mark_at_the_start_means_utf8_whatever_the_profile_says(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", GOOD, encoding="utf-8-sig")
    assert codes(read(path, csv_profile("encoding: gb18030"))) == []


def test_a_gzipped_file_is_recognized_by_its_content(tmp_path: Path) -> None:
    plain = write_csv(tmp_path / "a.csv", GOOD, DONE)
    packed = tmp_path / "b.csv"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read(packed, csv_profile()) == read(plain, csv_profile())


def test_a_cut_off_gzip_file_is_said_to_be_cut_off(tmp_path: Path) -> None:
    whole = write_csv(tmp_path / "a.csv", *[GOOD.replace("a1", f"a{n}") for n in range(90_000)])
    packed = gzip.compress(whole.read_bytes())
    whole.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(ImportFileError, match="damaged or cut off"):
        read(whole, csv_profile())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04rest", "zip or a spreadsheet"),
        (HEADING.encode() + b'\na1,"' + b"x" * 2_000_000, "quotation mark not closed"),
        (HEADING.encode() + b"\n" + b"x," * 5_000_000, "Line 2 has more than 8000000 bytes"),
    ],
)
def test_a_file_that_is_no_csv_is_refused_with_its_reason(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(ImportFileError, match=message):
        read(path, csv_profile())


def test_a_file_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match=r"nowhere\.csv"):
        read(tmp_path / "nowhere.csv", csv_profile())


@pytest.mark.parametrize("skip", [0, 1, 3, 5, 9])
def test_an_interrupted_import_goes_on_where_it_stopped(tmp_path: Path, skip: int) -> None:
    lines = [GOOD.replace("a1", f"a{n}") for n in range(4)]
    path = write_csv(tmp_path / "a.csv", *lines[:2], GOOD.replace("lamp", "?"), *lines[2:])
    whole = read(path, csv_profile())
    assert read(path, csv_profile(), skip=skip) == [row for row in whole if row.position > skip]


def test_progress_is_told_in_records_and_in_bytes(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", GOOD, DONE)
    with rows(path, csv_profile(), now=NOW) as found:
        assert found.position == 0
        next(iter(found))
        assert found.position == 1
        assert 0 < found.bytes_read <= found.bytes_total == path.stat().st_size


def test_the_types_of_a_file_can_become_categories(tmp_path: Path) -> None:
    created = CSV_PROFILE.replace(
        'map: {lamp: "0301", road: "0302"}', 'create: from_column, prefix: xx., default: "0801"'
    )
    lines = [GOOD, GOOD.replace("lamp", "Street Lamp!"), GOOD.replace("lamp", "路灯"),
             GOOD.replace("lamp", "")]  # fmt: skip
    found = list(incidents(read(write_csv(tmp_path / "a.csv", *lines), parse_profile(created))))
    assert [item.category_name for item in found] == ["lamp", "Street Lamp!", "路灯", ""]
    assert [item.category for item in found][:2] == ["xx.lamp", "xx.street_lamp"]
    assert found[2].category.startswith("xx.")
    assert found[2].category[3:].isascii()
    assert found[3].category == "0801"


def test_text_joins_what_is_filled_and_falls_back_to_the_category(tmp_path: Path) -> None:
    profile = parse_profile(
        CSV_PROFILE.replace("text: what", "text: {columns: [what, status], separator: ' / '}")
    )
    only = parse_profile(CSV_PROFILE.replace("text: what", "text: [what]"))
    path = write_csv(tmp_path / "a.csv", GOOD, GOOD.replace("路灯不亮", " "))
    assert [i.text for i in incidents(read(path, profile))] == ["路灯不亮 / open", "open"]
    assert [i.text for i in incidents(read(path, only))] == ["路灯不亮", "lamp"]


def test_rejects_are_mended_and_imported_again(tmp_path: Path) -> None:
    broken = GOOD.replace("lamp", "lantern").replace("路灯不亮", "=1+1")
    path = write_csv(tmp_path / "a.csv", broken, DONE, GOOD.replace("102.47", "0"), GOOD + ",x")
    rejects = tmp_path / "rejects.csv"
    with rows(path, csv_profile(), now=NOW) as found, RejectsWriter(rejects, found.columns) as out:
        for item in found:
            if isinstance(item, Reject):
                out.write(item)
    assert (out.rejected, out.flagged) == (2, 1)
    written = list(csv.DictReader(rejects.read_text("utf-8-sig").splitlines()))
    assert [row["linli_severity"] for row in written] == ["rejected", "flagged", "rejected"]
    assert written[0]["what"] == "'=1+1"
    assert written[0]["linli_reason_zh"] == "“kind”列的值“lantern”在导入配置中没有对应项"
    mended = rejects.read_text("utf-8-sig").replace("lantern", "lamp", 1)
    rejects.write_text(mended, "utf-8-sig")
    [first, *_] = incidents(read(rejects, csv_profile()))
    assert first.text == "=1+1"


def test_no_rejects_file_is_made_when_nothing_is_rejected(tmp_path: Path) -> None:
    with RejectsWriter(tmp_path / "rejects.csv", ["a"]):
        pass
    assert not (tmp_path / "rejects.csv").exists()


RECORD = dict(zip(HEADING.split(","), GOOD.split(","), strict=True))


def test_json_gives_the_same_incidents_as_csv(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{**RECORD, "lon": 102.47, "lat": 25.55, "closed": None}]), "utf-8")
    expected = read(write_csv(tmp_path / "a.csv", GOOD), csv_profile())
    assert read(path, parse_profile(JSON_PROFILE)) == expected


def test_json_keys_inside_objects_are_written_with_dots(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    record = {"properties": {k: v for k, v in RECORD.items() if k != "what"}, "what": "路灯不亮"}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [record]}), "utf-8")
    profile = JSON_PROFILE + "records: features\n"
    for key in ("id", "kind", "status", "opened", "closed", "lon", "lat"):
        profile = profile.replace(f": {key}\n", f": properties.{key}\n")
        profile = profile.replace(f": {key},", f": properties.{key},")
    [item] = read(path, parse_profile(profile))
    assert isinstance(item, ImportedIncident)
    assert (item.source_id, item.lon) == ("a1", 102.47)


def test_a_json_file_without_a_required_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{k: v for k, v in RECORD.items() if k != "status"}]), "utf-8")
    with pytest.raises(UnknownColumnsError, match="no column status"):
        read(path, parse_profile(JSON_PROFILE))


def test_json_keys_that_no_record_had_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{k: v for k, v in RECORD.items() if k != "what"}]), "utf-8")
    with rows(path, parse_profile(JSON_PROFILE), now=NOW) as found:
        assert len(list(found)) == 1
        assert found.unseen_columns == ["what"]


def test_a_broken_line_of_json_lines_is_one_reject(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f'{json.dumps(RECORD)}\n{{"id": \n\n[1]\n{json.dumps(RECORD)}\n', "utf-8")
    found = read(path, parse_profile(JSON_PROFILE))
    assert codes(found) == [("rejected", "broken_record")] * 2
    assert [item.position for item in incidents(found)] == [1, 4]


def test_json_rejects_are_json_lines_that_can_be_imported_again(tmp_path: Path) -> None:
    path, rejects = tmp_path / "a.json", tmp_path / "rejects.jsonl"
    path.write_text(json.dumps([{**RECORD, "kind": "lantern"}]), "utf-8")
    profile = parse_profile(JSON_PROFILE)
    with rows(path, profile, now=NOW) as found, RejectsWriter(rejects, found.columns) as out:
        for item in found:
            assert isinstance(item, Reject)
            out.write(item)
    rejects.write_text(rejects.read_text("utf-8").replace('"lantern"', '"lamp"'), "utf-8")
    assert [item.category for item in incidents(read(rejects, profile))] == ["0301"]
