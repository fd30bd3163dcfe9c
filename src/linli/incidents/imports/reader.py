"""`rows`: a file and a profile become a stream of incidents and rejects."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, Self

from linli.incidents.imports.items import ImportedIncident, Reject
from linli.incidents.imports.mapping import Broken, RowMapper
from linli.incidents.imports.picking import CsvPicker, JsonPicker, Picker
from linli.incidents.imports.profile import Profile
from linli.incidents.imports.records import Record, open_source, readable

Item = ImportedIncident | Reject


class Rows:
    """An iterator to be used once, and a context manager that closes the file.

    `position` counts the records read, skipped ones included; hand it back as `skip` to go on.
    """

    def __init__(self, path: Path, profile: Profile, *, skip: int, now: datetime) -> None:
        self._file, self._source = open_source(path, profile)
        try:
            heading = self._source.columns
            self._pick: Picker
            self._pick = CsvPicker(profile, heading) if heading else JsonPicker(profile)
        except BaseException:
            self.close()
            raise
        self._map = RowMapper(profile, latest=now + timedelta(days=1))
        self._skip = skip
        self.position = 0
        self._items = self._run()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Item]:
        return self._items

    def close(self) -> None:
        self._file.text.close()
        self._file.raw.close()

    @property
    def columns(self) -> list[str]:
        """The heading of a CSV file; empty for JSON."""
        return self._source.columns

    @property
    def bytes_total(self) -> int:
        return self._file.bytes_total

    @property
    def bytes_read(self) -> int:
        """Bytes of the file (compressed, when it is) taken so far: for a progress bar."""
        return self.bytes_total if self._file.raw.closed else self._file.raw.tell()

    @property
    def unseen_columns(self) -> list[str]:
        """Columns that the profile names and no JSON record had so far: misspelt, perhaps."""
        return sorted(self._pick.unseen)

    def _run(self) -> Iterator[Item]:
        with readable(), closing(self):
            self._source.skip(self._skip)
            self.position = self._skip
            for record in self._source.records():
                self.position += 1
                if record.problem:
                    yield self._unreadable(record)
                else:
                    yield from self._mapped(record)

    def _mapped(self, record: Record) -> list[Item]:
        values = self._pick(record.original)
        try:
            incident, notices = self._map(self.position, values)
        except Broken as broken:
            return [self._reject(record, values[0], "rejected", broken.code, broken.params)]
        items: list[Item] = [incident]
        for code, params in notices:
            items.append(self._reject(record, values[0], "flagged", code, params))
        return items

    def _unreadable(self, record: Record) -> Reject:
        if self.columns:
            params = {"found": len(record.original), "expected": len(self.columns)}
            return self._reject(record, "", "rejected", record.problem, params)
        return self._reject(record, "", "rejected", "broken_record", {"detail": record.problem})

    def _reject(
        self,
        record: Record,
        source_id: str,
        severity: Literal["rejected", "flagged"],
        code: str,
        params: Mapping[str, object],
    ) -> Reject:
        return Reject(
            self.position, record.line, source_id, severity, code, params, record.original
        )


def rows(path: str | Path, profile: Profile, *, skip: int = 0, now: datetime | None = None) -> Rows:
    """Streams incidents and rejects; memory does not grow with the file.

    A flagged record gives two items, the incident and its notice. `skip` leaves out records that
    an interrupted run has read (`Rows.position`). Raises `ImportFileError` where the file ends
    to be readable, `UnknownColumnsError` when the profile names columns that it does not have.
    """
    return Rows(Path(path), profile, skip=skip, now=now or datetime.now(UTC))
