"""What a definition would have suggested at each routing moment, asked once for equal matters."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from linli.processes import Definition
from linli.processes.routing_table import HOURS_OF_WEEK
from linli.whatif.histories import NONE, Histories, Numbers
from linli.whatif.sides import Matter, Side

HOUR = 3_600_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_THURSDAY = 3 * 24  # 1970 began on a Thursday


@dataclass(frozen=True)
class Suggestions:
    """One row a routing moment: the event, and what would be suggested after it."""

    event: Numbers
    unit: Numbers
    rule: Numbers
    handle: Numbers


def local_offsets(at: Numbers, zone: ZoneInfo) -> Numbers:
    """Microseconds that local time is ahead of UTC at each instant."""
    hours, place = np.unique(at // HOUR, return_inverse=True)
    found = [_offset(int(hour), zone) for hour in hours.tolist()]
    return np.array(found, dtype=np.int64)[place.reshape(-1)]


def hours_of_week(at: Numbers, zone: ZoneInfo) -> Numbers:
    """The local hour of each instant, counted from Monday 00:00."""
    return ((at + local_offsets(at, zone)) // HOUR + _THURSDAY) % HOURS_OF_WEEK


def suggest_all(histories: Histories, side: Side, event: Numbers, hour: Numbers) -> Suggestions:
    """Suggestions for the matters as they were after each of the events."""
    known = histories.indexes
    case = histories.case[event]
    hour_class, source_class, severity_class = _classes(histories, side.definition)
    columns = np.stack(
        [
            histories.area[event],
            histories.category[event],
            severity_class[histories.severity[event]],
            source_class[histories.source[case]],
            hour_class[hour],
        ]
    )
    _unique, chosen, place = np.unique(columns, axis=1, return_index=True, return_inverse=True)
    rows = []
    for number in chosen.tolist():
        at = int(event[number])
        matter = Matter(
            area=known.areas.key(histories.area[at]),
            category=known.categories.key(histories.category[at]),
            severity=known.severities.key(histories.severity[at]),
            source=known.sources.key(histories.source[case[number]]),
            hour=int(hour[number]),
        )
        found = side.suggest(matter)
        handle = known.durations.number(str(found.handle)) if found.handle else NONE
        rows.append((known.units.number(found.unit), known.rules.number(found.rule), handle))
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)[place.reshape(-1)]
    return Suggestions(event, table[:, 0], table[:, 1], table[:, 2])


def _classes(histories: Histories, definition: Definition) -> tuple[Numbers, Numbers, Numbers]:
    """Hours, sources and severities that no rule tells apart get the same number."""
    known, rules = histories.indexes, definition.routing
    hours = [
        tuple(bool(rule.when.mask >> hour & 1) for rule in rules) for hour in range(HOURS_OF_WEEK)
    ]
    sources = [tuple(key in rule.when.sources for rule in rules) for key in known.sources.keys]
    grades = [tuple(key in rule.when.severities for rule in rules) for key in known.severities.keys]
    return _numbered(hours), _numbered(sources), _numbered(grades)


def _numbered(signatures: list[tuple[bool, ...]]) -> Numbers:
    """A number for each signature; the last place stands for NONE."""
    table = {key: number for number, key in enumerate(sorted(set(signatures)))}
    return np.array([*(table[one] for one in signatures), NONE], dtype=np.int64)


def _offset(hour: int, zone: ZoneInfo) -> int:
    offset = (EPOCH + timedelta(hours=hour)).astimezone(zone).utcoffset() or timedelta()
    return round(offset.total_seconds()) * 1_000_000
