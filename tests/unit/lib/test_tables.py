import contextlib
import io
import struct
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from linli.lib import tables_sources
from linli.lib.errors import InputError
from linli.lib.tables import Column, read_table
from linli.lib.tables_values import cell_date, cell_text

STAFF = (
    Column("name", ("姓名", "网格员姓名")),
    Column("phone", ("电话", "联系电话", "手机号")),
    Column("since", ("到岗时间", "入职日期"), required=False),
)


def xlsx(fill, name="名册"):
    """An xlsx whose one sheet `fill(sheet, book)` writes."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        fill(book.add_worksheet(name), book)
    return buffer.getvalue()


def xls(rows, name="名册"):
    """A BIFF8 workbook of Excel 97 in its compound file, one stream of 16 sectors or more."""
    globals_ = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            place = struct.pack("<HHH", r, c, 0)
            if isinstance(value, str):
                text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                sheet += _record(0x0204, place + text)
            else:
                sheet += _record(0x0203, place + struct.pack("<d", value))
    sheet += _record(0x000A, b"")
    title = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    start = len(globals_) + 4 + 6 + len(title) + 4
    globals_ += _record(0x0085, struct.pack("<IBB", start, 0, 0) + title) + _record(0x000A, b"")
    return _compound(globals_ + sheet)


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _compound(stream: bytes) -> bytes:
    sectors = max(8, -(-len(stream) // 512))  # shorter streams would live in the mini stream
    assert sectors <= 120, "one FAT sector only"
    chain = [*range(3, sectors + 2), 0xFFFFFFFE]
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *chain]
    fat += [0xFFFFFFFF] * (128 - len(fat))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0) + b"\xff" * 432
    entries = _entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)
    entries += _entry("Workbook", 2, 2, sectors * 512) + bytes(256)
    return header + struct.pack("<128I", *fat) + entries + stream.ljust(sectors * 512, b"\0")


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    raw = name.encode("utf-16-le")
    links = struct.pack("<BBIII", kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    tail = bytes(36) + struct.pack("<IQ", start, size)
    return raw.ljust(64, b"\0") + struct.pack("<H", len(raw) + 2) + links + tail


def roster(sheet, book):
    sheet.merge_range(0, 0, 0, 3, "禄劝县网格员名册")
    sheet.write(1, 0, "填表单位：屏山街道")
    sheet.merge_range(2, 0, 3, 0, "姓名")
    sheet.merge_range(2, 1, 2, 2, "联系方式")
    sheet.merge_range(2, 3, 3, 3, "到岗时间")
    sheet.write_row(3, 1, ["联系电话（手机）", "住址"])
    sheet.write_row(4, 0, ["张三", 13800000001, "北街", "2024.3.5"])
    sheet.write_row(5, 0, ["李四", "13800000002", "", "2024年3月5日"])
    sheet.write_row(7, 0, ["王五", "13800000003", "", 45356])
    sheet.write(8, 0, "合计：3人")


def test_an_office_list_is_read_below_title_and_merged_header():
    table = read_table(xlsx(roster), STAFF)
    assert [(r.number, r.text("name"), r.text("phone")) for r in table.rows] == [
        (5, "张三", "13800000001"),
        (6, "李四", "13800000002"),
        (8, "王五", "13800000003"),
    ]
    assert {row.date("since") for row in table.rows} == {date(2024, 3, 5)}
    assert table.unknown == ("住址",)


def test_an_excel_97_file_is_read_like_a_new_one():
    rows = [["网格员名册", ""], ["姓名", "电话"], ["张三", 13800000001.0]]
    table = read_table(xls(rows), STAFF)
    assert [(r.sheet, r.number, r.text("name"), r.text("phone")) for r in table.rows] == [
        ("名册", 3, "张三", "13800000001")
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_is_read_in_any_usual_encoding(encoding, delimiter):
    text = "姓名,电话,到岗时间\n张三,13800000001,2024/3/5\n".replace(",", delimiter)
    (row,) = read_table(text.encode(encoding), STAFF).rows
    assert (row.text("name"), row.text("phone"), row.date("since")) == (
        "张三",
        "13800000001",
        date(2024, 3, 5),
    )


def test_a_quoted_line_break_does_not_shift_line_numbers():
    text = '姓名,电话\n"张\n三",1\n李四,2\n'
    assert [row.number for row in read_table(text.encode(), STAFF).rows] == [2, 4]


def test_two_header_rows_without_merges_are_read_as_one():
    text = "序号,网格员,,网格长,\n,姓名,电话,姓名,电话\n1,张三,1,李四,2\n"
    columns = (Column("worker", ("网格员姓名",)), Column("head", ("网格长姓名",), required=False))
    (row,) = read_table(text.encode(), columns).rows
    assert row.text("worker") == "张三"


def test_a_merged_value_counts_for_all_its_rows():
    def fill(sheet, book):
        sheet.write_row(0, 0, ["姓名", "电话"])
        sheet.merge_range(1, 1, 2, 1, "68912345")
        sheet.write(1, 0, "张三")
        sheet.write(2, 0, "李四")

    rows = read_table(xlsx(fill), STAFF).rows
    assert [row.text("phone") for row in rows] == ["68912345", "68912345"]


def test_sheets_without_the_header_are_named_and_hidden_ones_left_alone():
    def fill(sheet, book):
        sheet.write_row(0, 0, ["姓名", "电话"])
        sheet.write_row(1, 0, ["张三", "1"])
        book.add_worksheet("说明").write(0, 0, "请按要求填写")
        hidden = book.add_worksheet("旧表")
        hidden.write_row(0, 0, ["姓名", "电话"])
        hidden.write_row(1, 0, ["不应出现", "1"])
        hidden.hide()

    table = read_table(xlsx(fill), STAFF)
    assert [row.text("name") for row in table.rows] == ["张三"]
    assert table.skipped == ("说明",)


WRITTEN = "2024.3.5|2024.03.05|2024-3-5|2024/03/05|2024年3月5日|2024 年 3 月 5 日|２０２４．３．５"
TYPED = ("20240305", "2024-03-05 00:00:00", 45356, 45356.0, "45356", date(2024, 3, 5))
MIDNIGHT = datetime(2024, 3, 5)  # noqa: DTZ001 - cells carry no zone


@pytest.mark.parametrize("cell", [*WRITTEN.split("|"), *TYPED, MIDNIGHT])
def test_a_date_is_understood_as_people_write_it(cell):
    assert cell_date(cell) == date(2024, 3, 5)


@pytest.mark.parametrize(
    "cell",
    ["2024.13.5", "2024年2月30日", "9999.12.31", "下周", "12", "999999", "nan", "inf", "1e400"],
)
def test_what_is_no_date_is_refused_with_its_place(cell):
    table = read_table(f"姓名,电话,入职日期\n张三,1,{cell}\n".encode(), STAFF)
    with pytest.raises(InputError, match="CSV, row 2: 入职日期"):
        table.rows[0].date("since")


def test_a_number_that_lost_its_digits_is_refused():
    def fill(sheet, book):
        sheet.write_row(0, 0, ["姓名", "电话"])
        sheet.write_row(1, 0, ["张三", 110105194912310021])

    (row,) = read_table(xlsx(fill), STAFF).rows
    with pytest.raises(InputError, match="row 2: 电话 is a number too long"):
        row.text("phone")


def test_an_empty_required_cell_is_refused_with_its_place():
    (row,) = read_table("姓名,电话\n张三,\n".encode(), STAFF).rows
    with pytest.raises(InputError, match="row 2: 电话 is empty"):
        row.text("phone", required=True)


def package(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name.replace("__", "/"), body)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02binary", "neither an Excel workbook"),
        (b"\xd0\xcf\x11\xe0" + b"garbage" * 200, "cannot be read"),
        (b"PK\x03\x04garbage", "cannot be read"),
        (package(word__document="x"), "neither an Excel workbook"),
        ("\n<html><table><tr><td>姓名</td></tr></table>".encode("gbk"), "save it as xlsx"),
        ("姓名,单位\n张三,\n".encode(), "missing: 电话"),
        ("姓名,电话\n".encode(), "no row below"),
        ("姓名,电话,手机号\n张三,1,2\n".encode(), "手机号 stands twice"),
        ("姓名,电话\n张三,1\n".encode() + b"\xff\xff,2\n", "Line 3 is neither UTF-8 nor GB18030"),
        ('姓名,电话\n"张三,1\n'.encode(), "not CSV"),
        (b"a" * (tables_sources.MAX_BYTES + 1), "at most 20000000 are read"),
        ("姓名,电话\n".encode() + "张三,1\n".encode() * 100_001, "more than 100000 rows"),
    ],
    ids=range(13),
)
def test_unreadable_files_are_refused_and_say_why(content, message):
    with pytest.raises(InputError, match=message):
        read_table(content, STAFF)


@pytest.mark.parametrize("head", ["网格名称,网格编码,人", "网格编码,网格名称,人"])
def test_a_code_beside_its_name_is_what_is_read(head):
    """As offices write their lists; two names, or two codes, are still refused (above)."""
    columns = (Column("area", ("网格编码", "网格代码", "网格名称")), Column("who", ("人",)))
    cells = {"网格名称": "后坡网格", "网格编码": "530128001001002", "人": "李建国"}
    body = ",".join(cells[title] for title in head.split(","))
    table = read_table(f"{head}\n{body}\n".encode(), columns)
    assert table.rows[0].text("area") == "530128001001002"
    assert table.unknown == ("网格名称",)
    with pytest.raises(InputError, match="网格代码 stands twice"):
        read_table("网格编码,网格代码,人\n1,2,李建国\n".encode(), columns)


def test_a_tiny_workbook_that_reaches_to_the_last_corner_is_refused():
    def fill(sheet, book):
        sheet.write(0, 0, "姓名")
        sheet.write(1_048_575, 16_383, "x")

    with pytest.raises(InputError, match="reaches to column 16384, row 1048576"):
        read_table(xlsx(fill), STAFF)


def test_a_workbook_that_unpacks_hugely_is_refused():
    bomb = package(xl__workbook="x" * (tables_sources.MAX_UNPACKED + 1))
    assert len(bomb) < 1_000_000
    with pytest.raises(InputError, match="unpacks to more than"):
        read_table(bomb, STAFF)


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe"])
)
def test_any_bytes_are_read_or_refused_never_worse(content, mark):
    with contextlib.suppress(InputError):
        assert read_table(mark + content, STAFF).rows


@given(st.floats() | st.text(max_size=20) | st.integers())
def test_any_cell_is_a_date_or_a_value_error(cell):
    with contextlib.suppress(ValueError, OverflowError):
        assert cell_date(cell) is None or isinstance(cell_date(cell), date)


def test_whole_numbers_are_text_without_decimals():
    assert cell_text(13800000000.0) == "13800000000"
    assert cell_text("13800000000.0") == "13800000000"  # as it stands in a CSV
    assert cell_text("2.0") == "2.0"
    assert cell_text(1.5) == "1.5"
    assert cell_text("  a \n b ") == "a b"
