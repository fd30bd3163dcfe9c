"""Places a whole CSV of points, streaming: every row keeps its cells and gets four more."""

import csv
import gzip
import io
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import IO, Any

import numpy as np

from linli.lib.errors import InputError, gettext_noop
from linli.lib.lines import bounded
from linli.lib.tables import HEADER_WITHIN
from linli.lib.tables_sources import OLE_MARK, ZIP_MARK, likely_delimiter
from linli.lib.tables_values import cell_date
from linli.territory.geometry.locator import DEFAULT_TOLERANCE
from linli.territory.locating import INSIDE, epochs, locate_many
from linli.territory.models import Layer
from linli.territory.placement import APPROXIMATE, OUTSIDE

BATCH = 50_000
CELL_LIMIT = 131_072  # characters
ADDED = ("area_code", "area_name", "area_path", "quality")
BAD_POINT, BAD_DATE, BAD_ROW = "bad_point", "bad_date", "bad_row"
UNDRAWN = "unknown"  # no area of that day has borders
GZIP_MARK = b"\x1f\x8b"

NO_FILE = gettext_noop("%(file)s does not exist or is not a file.")
NO_FOLDER = gettext_noop("There is no folder %(folder)s to write into.")
NO_ORDINARY = gettext_noop("%(file)s is no ordinary file: give the result another name.")
SAME_FILE = gettext_noop("%(file)s is read: give the result another name.")
EMPTY = gettext_noop("%(file)s is empty.")
NO_COLUMN = gettext_noop("%(file)s has no column %(column)s; its columns: %(columns)s.")
COLUMN_TAKEN = gettext_noop("%(file)s has a column %(column)s already, which would be added.")
BROKEN_CSV = gettext_noop("%(file)s, line %(line)d: %(reason)s")
WORKBOOK = gettext_noop("%(file)s is a workbook: save the sheet as CSV.")
BROKEN_TEXT = gettext_noop(
    "%(file)s, line %(line)d is neither UTF-8 nor GB18030 text. Save it as UTF-8."
)


@dataclass(frozen=True)
class Wanted:
    """Which columns hold what, and which map answers; `date_field` chooses the map row by row."""

    lon_field: str
    lat_field: str
    date_field: str | None = None
    on: date | None = None
    crs: str = "wgs84"
    layer: str = Layer.GOVERNING
    tolerance: float = DEFAULT_TOLERANCE

    @property
    def columns(self) -> list[str]:
        return [name for name in (self.lon_field, self.lat_field, self.date_field) if name]


@dataclass
class Counts:
    """Rows by quality: inside, approximate, outside, unknown, bad_point, bad_date, bad_row."""

    rows: int = 0
    by_quality: dict[str, int] = field(default_factory=dict)

    def add(self, quality: str, many: int) -> None:
        if many:
            self.by_quality[quality] = self.by_quality.get(quality, 0) + many


@dataclass(frozen=True)
class _Columns:
    lon: int
    lat: int
    day: int | None
    width: int


def locate_file(
    source: Path, target: Path, wanted: Wanted, advance: Callable[[int], None] = lambda _: None
) -> Counts:
    """Write `target` (plain CSV, UTF-8) row by row of `source` (CSV, plain or .gz).

    `advance` gets the bytes read so far. The target gets its name when it is whole. Raises
    InputError with file and line.
    """
    if not source.is_file():
        raise InputError(NO_FILE, file=source.name)
    if not target.parent.is_dir():
        raise InputError(NO_FOLDER, folder=target.parent)
    if target.exists() and not target.is_file():  # as root a device would be replaced
        raise InputError(NO_ORDINARY, file=target)
    if target.exists() and target.samefile(source):
        raise InputError(SAME_FILE, file=source.name)
    target = target.resolve()  # a link goes on leading to its file
    partial = target.with_name(f".{target.name}.part")
    counts = Counts()
    try:
        with (
            _opened(source) as (rows, delimiter, position),
            partial.open("w", encoding="utf-8", newline="") as out,
        ):
            csv.field_size_limit(CELL_LIMIT)  # of the whole process: an import sets a larger one
            reader = csv.reader(rows, delimiter=delimiter)
            head = _header(reader, wanted, source.name)
            columns = _columns(head, wanted, source.name)
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow([*head, *ADDED])
            days: dict[str, date | None] = {}
            for batch in _batches(reader, source.name, columns.width):
                writer.writerows(_placed(batch, columns, wanted, days, counts))
                advance(position())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return counts


def _placed(
    batch: list[list[str]],
    columns: _Columns,
    wanted: Wanted,
    days: dict[str, date | None],
    counts: Counts,
) -> Iterator[list[str]]:
    lons, lats, good = _numbers(batch, columns)
    tails: list[Sequence[str]] = [("", "", "", BAD_POINT)] * len(batch)
    wide = [at for at, row in enumerate(batch) if len(row) > columns.width]
    counts.add(BAD_POINT, int((~good).sum()) - int((~good[wide]).sum()))
    counts.add(BAD_ROW, len(wide))
    for at in wide:  # a comma without quotation marks: nobody knows which cell is which
        batch[at], tails[at], good[at] = batch[at][: columns.width], ("", "", "", BAD_ROW), False
    for on, rows in _by_map(batch, columns, wanted, days, good):
        if on is None:
            for row in rows.tolist():
                tails[row] = ("", "", "", BAD_DATE)
            counts.add(BAD_DATE, len(rows))
            continue
        _place(lons, lats, rows, on, wanted, tails, counts)
    counts.rows += len(batch)
    return ([*row, *tail] for row, tail in zip(batch, tails, strict=True))


def _place(
    lons: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    lats: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    rows: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    on: date,
    wanted: Wanted,
    tails: list[Sequence[str]],
    counts: Counts,
) -> None:
    found = locate_many(
        lons[rows],
        lats[rows],
        crs=wanted.crs,
        on=on,
        layer=wanted.layer,
        tolerance=wanted.tolerance,
    )
    then = found.snapshot
    words = []
    for area_id in found.ids:
        node = then.nodes[area_id]
        path = "/".join(step.code for step in then.path(area_id))
        words.append((node.code, node.name, path))
    missed = OUTSIDE if found.drawn else UNDRAWN
    inside = [(*one, INSIDE) for one in words] + [("", "", "", missed)]  # -1 is the last
    for row, index in zip(rows.tolist(), found.index.tolist(), strict=True):
        tails[row] = inside[index]
    near = np.flatnonzero((found.index >= 0) & (found.metres > 0))
    for place in near.tolist():
        tails[rows[place]] = (*words[found.index[place]], APPROXIMATE)
    nowhere = int((found.index < 0).sum())
    counts.add(INSIDE, len(rows) - nowhere - len(near))
    counts.add(APPROXIMATE, len(near))
    counts.add(missed, nowhere)


def _by_map(
    batch: list[list[str]],
    columns: _Columns,
    wanted: Wanted,
    days: dict[str, date | None],
    good: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
) -> Iterator[tuple[date | None, "np.ndarray[tuple[int], np.dtype[np.int64]]"]]:
    """Rows that the same map answers, with one of its days; None for unreadable dates."""
    left = np.flatnonzero(good)
    if columns.day is None:
        from django.utils import timezone

        yield wanted.on or timezone.localdate(), left
        return
    at = columns.day
    written = [batch[row][at] for row in left.tolist()]
    for text in set(written) - days.keys():
        days[text] = _day(text)
    number = epochs(wanted.layer, [day for day in days.values() if day])
    of_text = {text: number[day] if day else -1 for text, day in days.items()}
    sample = {number[day]: day for day in days.values() if day}
    maps = np.array([of_text[text] for text in written], dtype=np.int64)
    for one in np.unique(maps).tolist():
        yield sample.get(one), left[maps == one]


def _day(text: str) -> date | None:
    """2018-01-31, with or without a time and zone, and what offices write."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        try:
            return cell_date(text)
        except (ValueError, OverflowError):
            return None


def _numbers(
    batch: list[list[str]], columns: _Columns
) -> tuple[
    "np.ndarray[tuple[int], np.dtype[np.float64]]",
    "np.ndarray[tuple[int], np.dtype[np.float64]]",
    "np.ndarray[tuple[int], np.dtype[np.bool_]]",
]:
    lons = np.array(_column(batch, columns.lon), dtype=np.float64)
    lats = np.array(_column(batch, columns.lat), dtype=np.float64)
    with np.errstate(invalid="ignore"):
        good = (np.abs(lons) <= 180) & (np.abs(lats) <= 90)
    return lons, lats, good


def _column(batch: list[list[str]], at: int) -> list[float]:
    try:
        return [float(row[at]) for row in batch]
    except ValueError:
        return [_number(row[at]) for row in batch]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _header(reader: Any, wanted: Wanted, name: str) -> list[str]:
    """The first row with all wanted columns, below an office's titles; else the likeliest one."""
    with _csv_faults(reader, name):
        top: list[list[str]] = []
        for row in islice(reader, HEADER_WITHIN):
            top.append([title.strip() for title in row])
            if all(column in top[-1] for column in wanted.columns):
                return top[-1]
    if not any(top):
        raise InputError(EMPTY, file=name)
    return max(
        top, key=lambda row: (sum(map(row.__contains__, wanted.columns)), sum(map(bool, row)))
    )


def _columns(head: list[str], wanted: Wanted, name: str) -> _Columns:
    for column in wanted.columns:
        if column not in head:
            raise InputError(NO_COLUMN, file=name, column=column, columns=head)
    for column in ADDED:
        if column in head:
            raise InputError(COLUMN_TAKEN, file=name, column=column)
    day = head.index(wanted.date_field) if wanted.date_field else None
    lon, lat = head.index(wanted.lon_field), head.index(wanted.lat_field)
    return _Columns(lon, lat, day, len(head))


def _batches(reader: Any, name: str, width: int) -> Iterator[list[list[str]]]:
    """Rows in batches, at least as wide as the header; empty lines are left out."""
    rows = _rows(reader, name, width)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _rows(reader: Any, name: str, width: int) -> Iterator[list[str]]:
    with _csv_faults(reader, name):
        for row in reader:
            if len(row) >= width:
                yield row
            elif row:
                yield row + [""] * (width - len(row))


@contextmanager
def _csv_faults(reader: Any, name: str) -> Iterator[None]:
    try:
        yield
    except csv.Error as error:
        line = reader.line_num
        raise InputError(BROKEN_CSV, file=name, line=line, reason=str(error)) from error
    except UnicodeDecodeError as error:  # its bytes begin after the lines that were handed on
        line = reader.line_num + error.object.count(b"\n", 0, error.start) + 1
        raise InputError(BROKEN_TEXT, file=name, line=line) from error


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[str], str, Callable[[], int]]]:
    """The text of a file, plain or gzip, what parts its cells, how many bytes have been read."""
    with path.open("rb") as raw:
        packed = raw.read(2) == GZIP_MARK
        raw.seek(0)
        plain: IO[bytes] = gzip.GzipFile(fileobj=raw) if packed else raw  # type: ignore[assignment]
        try:
            sample = plain.read(1 << 20)
            if sample.startswith((ZIP_MARK, OLE_MARK)):
                raise InputError(WORKBOOK, file=path.name)
            encoding = _encoding(sample)
            delimiter = likely_delimiter(sample.decode(encoding, errors="replace"))
            plain.seek(0)
            text = io.TextIOWrapper(bounded(plain), encoding=encoding, newline="")
            yield text, delimiter, raw.tell
        except (EOFError, gzip.BadGzipFile) as error:
            raise InputError(BROKEN_CSV, file=path.name, line=0, reason=str(error)) from error


def _encoding(head: bytes) -> str:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # a character cut in two by the end of the sample is no fault
        return "gb18030" if len(head) - error.start > 3 else "utf-8-sig"
    return "utf-8-sig"
