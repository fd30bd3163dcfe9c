"""What an import yields: incidents, and records that broke a rule."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

from linli.incidents.imports.messages import reason


class ImportedIncident(NamedTuple):
    """One incident of the file. Times are UTC, `lon` and `lat` degrees in the profile's system.

    With a flag `outside_bounds` or `no_place` the place is not to be looked up.
    """

    position: int
    source_id: str
    text: str
    category: str
    category_name: str
    state: str
    severity: str
    source: str
    opened_at: datetime
    closed_at: datetime | None
    updated_at: datetime | None
    lon: float | None
    lat: float | None
    address: str
    area: str
    outcome: str
    flags: tuple[str, ...]


class Reject(NamedTuple):
    """A record that broke a rule: `rejected` is not imported, `flagged` is, with this notice.

    `position` counts records, `line` lines, both from 1; `original` is the record as it was.
    """

    position: int
    line: int
    source_id: str
    severity: Literal["rejected", "flagged"]
    code: str
    params: Mapping[str, object]
    original: Any

    def reasons(self) -> tuple[str, str]:
        """In English and in Chinese."""
        return reason(self.code, self.params)
