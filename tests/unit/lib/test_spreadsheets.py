import csv
import io
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from linli.lib import spreadsheets
from linli.lib.spreadsheets import Column

SHANGHAI = ZoneInfo("Asia/Shanghai")
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "=cmd|'/c calc'!A0"]
anything = st.text(st.characters(exclude_categories=()), max_size=40)


COLUMNS = (Column("甲", 20), Column("=乙"))


def written(rows, title="事件"):
    target = io.BytesIO()
    count = spreadsheets.write_xlsx(
        target, title=title, columns=COLUMNS, rows=rows, time_zone=SHANGHAI
    )
    assert count == len(rows)
    return target


def read_back(target):
    target.seek(0)
    book = CalamineWorkbook.from_filelike(target)
    return book.sheet_names[0], book.get_sheet_by_index(0).to_python()


def sheet_xml(target):
    with zipfile.ZipFile(target) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


def csv_rows(rows):
    target = io.BytesIO()
    spreadsheets.write_csv(target, columns=COLUMNS, rows=rows, time_zone=SHANGHAI)
    assert target.getvalue().startswith(b"\xef\xbb\xbf")
    text = io.StringIO(target.getvalue().decode("utf-8-sig"), newline="")
    return list(csv.reader(text))


def test_values_keep_their_type():
    rows = [["路灯", 3], [2.5, True], [date(2024, 3, 5), None], [Decimal("1.25"), time(8, 30)]]
    name, found = read_back(written(rows))
    assert name == "事件"
    assert found == [
        ["甲", "=乙"],
        ["路灯", 3],
        [2.5, True],
        [date(2024, 3, 5), ""],
        [1.25, time(8, 30)],
    ]


def test_a_moment_is_written_as_the_local_clock_shows_it():
    _, found = read_back(written([[datetime(2024, 3, 5, 20, 15, tzinfo=UTC)]]))
    assert found[1][0] == datetime(2024, 3, 6, 4, 15)  # noqa: DTZ001 -- a sheet knows no zones
    rows = csv_rows([[datetime(2024, 3, 5, 20, 15, tzinfo=UTC), None]])
    assert rows[1] == ["2024-03-06 04:15:00", ""]


def test_long_numbers_ids_and_old_dates_are_text():
    number, key = 530128001001000123, UUID(int=7)
    _, found = read_back(written([[number, key], [date(1899, 1, 1), float("nan")]]))
    assert found[1:] == [[str(number), str(key)], ["1899-01-01", "nan"]]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_stays_text(text):
    target = written([[text, text]])
    assert "<f>" not in sheet_xml(target)
    assert read_back(target)[1][1] == [text, text]
    assert all(value.startswith("'") for value in csv_rows([[text, text]])[1])


def test_negative_numbers_stay_numbers():
    assert csv_rows([[-5, Decimal("-1.5")]])[1] == ["-5", "-1.5"]
    assert read_back(written([[-5, -1.5]]))[1][1] == [-5, -1.5]


@given(anything, anything)
def test_any_text_is_written_and_read_without_error_and_never_as_a_formula(title, text):
    target = written([[text, text]], title=title)
    assert "<f" not in sheet_xml(target).replace("<filterColumn", "")
    read_back(target)
    assert not csv_rows([[text, text]])[1][0].lstrip().startswith(("=", "+", "-", "@", "＝"))


def test_a_text_longer_than_a_cell_is_cut():
    assert len(read_back(written([["长" * 40_000, ""]]))[1][1][0]) == 32_767


def test_the_header_stays_in_view_and_columns_have_their_width():
    xml = sheet_xml(written([["a", "b"]]))
    assert 'state="frozen"' in xml
    assert 'width="20.7' in xml


@pytest.mark.parametrize("title", ["", "a/b[c]:*?\\", "长" * 99, "History", "'"])
def test_any_title_gives_a_sheet_name_that_excel_accepts(title):
    name, _ = read_back(written([], title=title))
    assert 0 < len(name) <= 31
    assert not set(name) & set("[]:*?/\\")


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch):
    monkeypatch.setattr(spreadsheets, "MAX_ROWS", 2)
    with pytest.raises(spreadsheets.TooManyRowsError):
        written([["a"]] * 3)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    target = tmp_path / "none" / "a.xlsx"
    with pytest.raises(FileNotFoundError, match=r"a\.xlsx"):
        spreadsheets.write_xlsx(target, title="x", columns=[], rows=[], time_zone=UTC)
