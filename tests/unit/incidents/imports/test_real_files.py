"""The shipped profiles on real files, against a plain computation that shares no code with them."""

import csv
import gzip
import json
import os
import tracemalloc
from collections import Counter
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from linli.incidents.imports import ImportedIncident, Reject, load_profile, rows

_DEFAULT = Path(__file__).parents[4].parent / "shared" / "data"
DATA = Path(os.environ.get("LINLI_SHARED_DATA", _DEFAULT)) / "boston311"
BOSTON = DATA / "boston_open311_320k.csv.gz"
SAMPLE = DATA / "boston_georeport_v2_sample_500.json"

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not BOSTON.exists(), reason=f"no real data at {DATA} (LINLI_SHARED_DATA)"),
]


def plain_summary(path: Path) -> dict[str, Counter[str]]:
    """Totals by state, category, area and month of the Boston file, by `csv` alone."""
    totals: dict[str, Counter[str]] = {
        name: Counter() for name in ("state", "category", "area", "month")
    }
    zone = ZoneInfo("America/New_York")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            opened = datetime.fromisoformat(row["requested_datetime"])
            last = datetime.fromisoformat(row["updated_datetime"])
            if row["status"] == "closed" and last < opened:
                continue
            totals["state"][row["status"]] += 1
            totals["category"][row["service_name"]] += 1
            totals["area"][row["neighborhood_in_address"]] += 1
            totals["month"][opened.astimezone(zone).strftime("%Y-%m")] += 1
    return totals


def imported_summary(path: Path) -> tuple[dict[str, Counter[str]], Counter[tuple[str, str]]]:
    zone = ZoneInfo("America/New_York")
    months: Counter[datetime] = Counter()
    totals = {name: Counter[str]() for name in ("state", "category", "area", "month")}
    broken: Counter[tuple[str, str]] = Counter()
    words = {"reported": "open", "closed": "closed"}
    for item in rows(path, load_profile("boston311")):
        if isinstance(item, Reject):
            broken[item.severity, item.code] += 1
            continue
        totals["state"][words[item.state]] += 1
        totals["category"][item.category_name] += 1
        totals["area"][item.area] += 1
        months[item.opened_at] += 1
    for moment, count in months.items():
        totals["month"][moment.astimezone(zone).strftime("%Y-%m")] += count
    return totals, broken


@pytest.mark.slow
def test_the_boston_file_gives_every_incident_but_the_twelve_negative_durations() -> None:
    totals, broken = imported_summary(BOSTON)
    assert broken == {
        ("rejected", "closed_before_opened"): 12,
        ("flagged", "outside_bounds"): 85,
    }
    assert totals["state"].total() == 320_758
    assert totals["state"]["open"] == 31_252
    assert totals == plain_summary(BOSTON)


def test_memory_does_not_grow_with_the_file() -> None:
    tracemalloc.start()
    with rows(BOSTON, load_profile("boston311")) as found:
        for _ in islice(found, 20_000):
            pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


def test_the_georeport_sample_is_read_completely() -> None:
    with rows(SAMPLE, load_profile("open311")) as found:
        items = list(found)
        assert found.unseen_columns == ["address", "description", "status_notes"]
    plain = json.loads(SAMPLE.read_text("utf-8"))
    kept = [item for item in items if isinstance(item, ImportedIncident)]
    broken = [item for item in items if isinstance(item, Reject)]
    assert len(kept) + len(broken) == len(plain) == 500
    assert [item.source_id for item in kept + broken] == [
        *(row["service_request_id"] for row in plain if row not in [r.original for r in broken]),
        *(item.source_id for item in broken),
    ]
    assert {item.code for item in broken} <= {"closed_before_opened"}
    for row, item in zip((r for r in plain if r["status"] == "open"),
                         (i for i in kept if i.state == "reported"), strict=True):  # fmt: skip
        assert item.opened_at == datetime.fromisoformat(row["requested_datetime"])
        assert (item.lon, item.lat) == (row["long"], row["lat"])
