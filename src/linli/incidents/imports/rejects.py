"""Writes what broke a rule to a file that can be mended and imported again.

A CSV file keeps its own columns, with five columns of ours behind them; JSON becomes JSON lines
with the same five keys. An import ignores what its profile does not name.
"""

import csv
import json
import re
from pathlib import Path
from typing import Any, Self

from linli.incidents.imports.items import Reject

OWN_COLUMNS = ("linli_record", "linli_line", "linli_severity", "linli_reason", "linli_reason_zh")
_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[0-9.]+([eE][+-]?[0-9]+)?")


class RejectsWriter:
    """A context manager; `rejected` and `flagged` count what was written.

    `columns` is `Rows.columns`: empty means JSON lines. The file is UTF-8 with a mark, which
    spreadsheets and the reader recognize. It is only made when something is rejected; a run that
    is taken up again goes on with the file (`go_on`).
    """

    def __init__(
        self, path: Path, columns: list[str], *, delimiter: str = ",", go_on: bool = False
    ) -> None:
        self.path = path
        self.rejected = 0
        self.flagged = 0
        self._columns = columns
        self._delimiter = delimiter
        self._go_on = go_on
        self._file: Any = None
        self._csv: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._file:
            self._file.close()

    def flush(self) -> None:
        if self._file:
            self._file.flush()

    def write(self, reject: Reject) -> None:
        if self._file is None:
            self._open()
        if reject.severity == "rejected":
            self.rejected += 1
        else:
            self.flagged += 1
        ours = [str(reject.position), str(reject.line), reject.severity, *reject.reasons()]
        if self._csv:
            self._csv.writerow([safe_cell(cell) for cell in self._fitted(reject.original)] + ours)
        else:
            record = {**reject.original, **dict(zip(OWN_COLUMNS, ours, strict=True))}
            self._file.write(json.dumps(record, ensure_ascii=False) + "\n")

    def _open(self) -> None:
        begun = self._go_on and self.path.exists() and self.path.stat().st_size > 0
        encoding = "utf-8-sig" if self._columns and not begun else "utf-8"
        mode = "a" if begun else "w"
        self._file = self.path.open(mode, encoding=encoding, errors="backslashreplace", newline="")
        if self._columns:
            self._csv = csv.writer(self._file, delimiter=self._delimiter)
        if self._columns and not begun:
            self._csv.writerow([*self._columns, *OWN_COLUMNS])

    def _fitted(self, cells: list[str]) -> list[str]:
        """As many cells as the heading has; what is too much stays in the last one."""
        width = len(self._columns)
        if len(cells) > width:
            return [*cells[: width - 1], self._delimiter.join(cells[width - 1 :])]
        return cells + [""] * (width - len(cells))


def safe_cell(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; numbers stay as they are."""
    if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return "'" + cell
    return cell


def plain_cell(cell: str) -> str:
    """The cell of a mended rejects file as it was before `safe_cell`."""
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell, 1) else cell
