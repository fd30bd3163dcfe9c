"""Profiles: what is refused says which key and which line."""

from pathlib import Path

import pytest

from linli.incidents.imports import (
    ImportedIncident,
    ImportProfileError,
    Profile,
    ProfileFault,
    load_profile,
    parse_profile,
    rows,
    shipped_profiles,
)
from linli.incidents.imports.profile import IMPORTED_STATES, SEVERITIES, SOURCES

SMALL = """\
name: mending
format: csv
timezone: Asia/Shanghai
source_id: id
text: what
category:
  value: "0301"
state:
  column: status
  map: {no: reported, yes: closed}
opened: opened
closed: closed
"""


def faults(text: str) -> list[ProfileFault]:
    with pytest.raises(ImportProfileError) as caught:
        parse_profile(text)
    return caught.value.faults


def test_every_shipped_profile_loads() -> None:
    assert shipped_profiles() == ["boston311", "open311"]
    assert [load_profile(name).name for name in shipped_profiles()] == shipped_profiles()


def test_yes_and_no_in_a_profile_are_words_and_not_truth_values() -> None:
    assert parse_profile(SMALL).state.map == {"no": "reported", "yes": "closed"}


def test_a_short_form_means_its_long_form() -> None:
    long = SMALL.replace("text: what", "text: {columns: [what]}").replace(
        "opened: opened", "opened: {column: opened, format: iso}"
    )
    assert parse_profile(SMALL) == parse_profile(long)


def test_an_unknown_key_is_named_with_its_line() -> None:
    [fault] = faults(SMALL.replace("opened: opened", "opend: opened\nopened: opened"))
    assert (fault.key, fault.line) == ("opend", 11)


def test_a_fault_deep_inside_is_named_with_its_key_and_line() -> None:
    [fault] = faults(SMALL + "place:\n  lon: x\n  lat: y\n  crs: utm\n")
    assert (fault.key, fault.line) == ("place.crs", 16)


def test_a_key_that_stands_twice_is_named_with_both_lines() -> None:
    [fault] = faults(SMALL + "name: other\n")
    assert (fault.key, fault.line) == ("name", 13)
    assert "in line 1" in fault.message
    [fault] = faults(SMALL.replace("{no: reported,", "{no: reported, no: closed,"))
    assert (fault.key, fault.line) == ("no", 10)


@pytest.mark.parametrize("pattern", ["%d.%m.%Q", "%Y%", "iso8601", ""])
def test_a_pattern_of_time_that_nothing_fits_is_found_before_the_file_is_read(pattern) -> None:
    [fault] = faults(SMALL.replace("opened: opened", f"opened: {{column: a, format: '{pattern}'}}"))
    assert (fault.key, fault.line) == ("opened.format", 11)


def test_a_missing_key_is_named() -> None:
    [fault] = faults(SMALL.replace("source_id: id\n", ""))
    assert fault.key == "source_id"
    assert "required" in fault.message


def test_several_faults_are_all_named_at_once() -> None:
    found = faults(SMALL.replace("Asia/Shanghai", "Asia/Luquan").replace("csv", "xml"))
    assert {(fault.key, fault.line) for fault in found} == {("format", 2), ("timezone", 3)}


def test_a_state_that_does_not_exist_is_refused_with_the_words_that_do() -> None:
    [fault] = faults(SMALL.replace("yes: closed", "yes: finished"))
    assert (fault.key, fault.line) == ("state", 8)
    assert "finished is none of reported" in fault.message


def test_a_final_state_asks_for_a_closing_time() -> None:
    [fault] = faults(SMALL.replace("closed: closed\n", ""))
    assert fault.key == "closed"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('value: "0301"', "column: kind", "category"),
        ('value: "0301"', "create: from_column", "category"),
        ("column: status", "column: status\n  value: reported", "state"),
        ("opened: opened", "opened: opened\nencoding: utf-9", "encoding"),
        ("opened: opened", "opened: opened\nplace: {lon: x}", "place"),
        ("opened: opened", "opened: opened\nplace: {bounds: [2, 1, 1, 2]}", "place"),
        ("opened: opened", "opened: opened\ndelimiter: ',,'", "delimiter"),
        ("text: what", "text: []", "text.columns"),
    ],
)
def test_a_contradiction_is_refused_at_its_key(old: str, new: str, key: str) -> None:
    assert [fault.key for fault in faults(SMALL.replace(old, new))] == [key]


def test_broken_yaml_is_refused_with_its_line() -> None:
    [fault] = faults("name: a\nformat: [csv\ntimezone: UTC\n")
    assert fault.key == "(YAML)"
    assert fault.line == 3


@pytest.mark.parametrize("text", ["", "just words", "- a\n- b\n"])
def test_yaml_that_is_no_mapping_is_refused(text: str) -> None:
    assert faults(text)[0].key == "(file)"


def test_a_profile_that_does_not_exist_names_the_shipped_ones() -> None:
    with pytest.raises(ImportProfileError, match="boston311, open311"):
        load_profile("chicago311")


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "Is a directory"), (b"\xb1\xe0", "UTF-8"), (b"a: b\n" * 50_000, "at most 100 kB")],
)
def test_a_profile_that_cannot_be_read_says_why(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "own.yaml"
    path.mkdir() if content is None else path.write_bytes(content)
    with pytest.raises(ImportProfileError, match=words):
        load_profile(path)


def test_the_worked_example_of_the_documentation_works(tmp_path: Path) -> None:
    page = (Path(__file__).parents[4] / "docs" / "imports.md").read_text("utf-8")
    example, profile = page.split("```")[1], page.split("```yaml")[1].split("```")[0]
    file = tmp_path / "reports.csv"
    file.write_text(example.lstrip(), "utf-8")
    with rows(file, parse_profile(profile)) as found:
        items = [item for item in found if isinstance(item, ImportedIncident)]
    assert [(item.source_id, item.category, item.state) for item in items] == [
        ("2024-17", "0302", "closed"),
        ("2024-18", "0301", "reported"),
    ]


def test_the_keys_that_the_documentation_names_for_a_hotline_work(tmp_path: Path) -> None:
    page = (Path(__file__).parents[4] / "docs" / "imports.md").read_text("utf-8")
    keys = page.split("```yaml")[2].split("```")[0]
    rest = "name: hotline\nformat: csv\ntimezone: Asia/Shanghai\nsource_id: 工单号\n"
    rest += 'text: 诉求\ncategory: {value: "0804"}\nstate: {value: reported}\n'
    file = tmp_path / "export.csv"
    lines = "热线工单导出\n工单号,受理时间,诉求,经度,纬度\n1,2024.3.5,路灯不亮,102.48,25.56\n"
    file.write_bytes(lines.encode("gb18030"))
    with rows(file, parse_profile(rest + keys)) as found:
        [item] = found
    assert isinstance(item, ImportedIncident)
    assert (item.opened_at.isoformat(), item.source) == ("2024-03-04T16:00:00+00:00", "hotline")
    assert parse_profile(rest + keys).place.crs == "bd09"


def test_the_documentation_explains_every_key() -> None:
    page = (Path(__file__).parents[4] / "docs" / "imports.md").read_text("utf-8")
    for name in Profile.model_fields:
        assert f"`{name}`" in page or f"`{name}." in page, name
    for part in ("place", "rules"):
        fields = Profile.model_fields[part].annotation.model_fields
        for name in fields:
            assert f"`{part}.{name}`" in page, name
    for word in (*SEVERITIES, *SOURCES, *IMPORTED_STATES):
        assert f"`{word}`" in page, word
