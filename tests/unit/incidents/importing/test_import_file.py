import csv
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Event

import pytest
from django.db import connections

from linli.access.actor import system
from linli.casework import tallies
from linli.database.context import county_context
from linli.flows.replaying import replay_county
from linli.incidents import bulk
from linli.incidents.actions import take_step
from linli.incidents.importing import ImportReport, import_file
from linli.incidents.importing import run as running
from linli.incidents.imports import ImportFileError, parse_profile
from linli.incidents.models import Category, ImportBatch, Incident, IncidentEvent
from linli.statistics.totals import totals
from linli.territory import snapshots
from tests.conftest import A
from tests.factories.county import small_county

PROFILE = parse_profile(
    """
name: tests
format: csv
timezone: Asia/Shanghai
source_id: id
text: {columns: [what]}
category: {column: kind, create: from_column, prefix: t.}
state: {column: state, map: {open: reported, closed: closed}}
opened: {column: opened}
closed: {column: closed}
place: {area: area}
"""
)
SOURCE_REF = bulk.INCIDENT.index("source_ref")
HEADING = ["id", "what", "kind", "state", "opened", "closed", "area"]


def _write(path: Path, count: int, *, start: int = 0) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(HEADING)
        for n in range(start, count):
            closed = "2026-03-02T10:00:00" if n % 3 else ""
            if n % 50 == 7:
                closed = "2026-01-01T00:00:00"  # before it was opened
            state = "closed" if closed else "open"
            kind = f"kind {n % 4}"
            row = [n, f"第{n}盏路灯不亮", kind, state, "2026-03-01T09:00:00", closed]
            out.writerow([*row, "甲甸第一网格" if n % 2 else "别处"])


@pytest.fixture
def prepared(committed, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 100)
    snapshots.forget()
    with county_context(A):
        return small_county()


def _import(path: Path) -> ImportReport:
    return import_file(path, PROFILE, county=A, by=lambda: system("test"))


def test_a_file_is_imported_once_counted_and_its_broken_rows_are_kept(prepared, tmp_path):
    path = tmp_path / "some.csv"
    _write(path, 500)
    report = _import(path)
    assert (report.read, report.rejected, report.imported) == (500, 10, 490)
    with (tmp_path / "some.rejects.csv").open(encoding="utf-8-sig") as file:
        assert sum(1 for _ in csv.DictReader(file)) == 10
    with county_context(A):
        states = Counter(Incident.objects.values_list("state", flat=True))
        assert dict(tallies.totals("incident")) == dict(states)
        assert sum(total.amount for total in totals("category")) == 490
        assert {total.key for total in totals("category")} == {f"t.kind_{n}" for n in range(4)}
        placed = Incident.objects.filter(area__isnull=False).count()
        by_area = Counter[str]()
        for total in totals("area"):
            by_area[total.key] += total.amount
        assert by_area.pop("-") == 490 - placed
        assert by_area.total() == placed > 200
        assert IncidentEvent.objects.count() == states["reported"] + 2 * states["closed"]


def test_a_point_in_an_area_that_is_not_drawn_is_found_by_the_name_in_the_file(prepared, tmp_path):
    path = tmp_path / "some.csv"
    _write(path, 2)
    place = PROFILE.place.model_copy(update={"lon": "lon", "lat": "lat"})
    heading, *lines = path.read_text(encoding="utf-8").splitlines()
    pinned = [f"{heading},lon,lat", *(f"{line},102.4,25.6" for line in lines)]
    path.write_text("\n".join(pinned), encoding="utf-8")
    profile = PROFILE.model_copy(update={"place": place})
    report = import_file(path, profile, county=A, by=lambda: system("test"))
    with county_context(A):
        rows = Incident.objects.order_by("source_ref").select_related("area")
        kept = [(row.area and row.area.name, row.place_quality, row.longitude) for row in rows]
    assert kept == [(None, "", 102.4), ("甲甸第一网格", "chosen", 102.4)]
    assert report.outside == 0, "nothing is drawn: no point lies outside"


def test_importing_again_adds_nothing(prepared, tmp_path):
    path = tmp_path / "some.csv"
    _write(path, 120)
    _import(path)
    report = _import(path)
    assert (report.imported, report.known_already) == (0, 117)


def test_a_later_delivery_closes_what_the_source_has_closed_since(prepared, tmp_path):
    path = tmp_path / "some.csv"
    _write(path, 12)  # the records 0, 3, 6, 9 are open
    _import(path)
    with county_context(A):
        kept = Incident.objects.get(source_ref="3")
        take_step(kept.pk, "accept", {}, version=None, by=prepared.township_operator())
    later = tmp_path / "later.csv"
    text = path.read_text(encoding="utf-8")
    later.write_text(text.replace("open,2026-03-01T09:00:00,", "closed,2026-03-01T09:00:00,"
                                  "2026-03-04T08:00:00"), encoding="utf-8")  # fmt: skip
    report = _import(later)
    assert (report.imported, report.known_already) == (0, 11)
    assert (report.closed_since, report.closed_elsewhere) == (3, 1)
    with county_context(A):
        closed = Incident.objects.get(source_ref="6")
        assert (closed.state, closed.closed_at) == ("closed", datetime(2026, 3, 4, tzinfo=UTC))
        assert Incident.objects.get(source_ref="3").state == "accepted"
        assert dict(tallies.totals("incident")) == {"closed": 10, "accepted": 1}
    assert replay_county(A).violations == []
    again = _import(later)
    assert (again.closed_since, again.closed_elsewhere) == (0, 1)


def test_an_interrupted_import_goes_on_where_it_stopped(prepared, tmp_path, monkeypatch):
    path = tmp_path / "some.csv"
    _write(path, 450)

    def broken_off(done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(path, PROFILE, county=A, by=lambda: system("test"), progress=broken_off)
    with county_context(A):
        kept = Incident.objects.count()
        assert 0 < kept < 440
    report = _import(path)
    assert report.resumed_at > 0
    with county_context(A):
        assert Incident.objects.count() == 441
        assert kept + report.imported == 441
        assert ImportBatch.objects.get().finished_at is not None
    with (tmp_path / "some.rejects.csv").open(encoding="utf-8-sig") as file:
        told = {row["id"] for row in csv.DictReader(file)}
    assert told == {str(n) for n in range(450) if n % 50 == 7}, "of both runs"


def test_a_part_that_fails_takes_back_what_stands_behind_it(prepared, tmp_path, monkeypatch):
    path = tmp_path / "some.csv"
    _write(path, 250)
    second_is_in, write = Event(), bulk.write

    def first_fails(load):
        written = write(load)
        if load.incidents[0][SOURCE_REF] != "0":
            second_is_in.set()
            return written
        assert second_is_in.wait(30)
        raise RuntimeError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr(bulk, "write", first_fails)
        with pytest.raises(RuntimeError, match="no space left"):
            _import(path)
    with county_context(A):
        assert (Incident.objects.count(), ImportBatch.objects.get().position) == (0, 0)
    assert _import(path).imported == 245


def test_a_record_that_comes_again_soon_after_counts_once(prepared, tmp_path):
    path = tmp_path / "some.csv"
    _write(path, 100)
    rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(rows + 3 * rows[1:]), "utf-8")
    report = _import(path)
    assert (report.imported, report.known_already) == (98, 3 * 98)


def test_of_two_imports_that_meet_one_goes_on_and_the_other_is_told(
    prepared, tmp_path, monkeypatch
):
    path = tmp_path / "some.csv"
    _write(path, 60)
    _import(path)
    _write(path, 150)
    both_have_read, sum_up = Barrier(2, timeout=30), running._Run.sum_up

    def together(run, ready, writer):
        if run.report.read == 0:
            both_have_read.wait()
        sum_up(run, ready, writer)

    def one(name: str) -> str:
        try:
            import_file(path, PROFILE, county=A, by=lambda: system("test"), rejects=tmp_path / name)
        except ImportFileError as problem:
            return str(problem)
        finally:
            connections.close_all()
        return "done"

    with monkeypatch.context() as patched, ThreadPoolExecutor(2) as pool:
        patched.setattr(running._Run, "sum_up", together)
        ends = sorted(pool.map(one, ("a.csv", "b.csv")))
    assert ends[1] == "done"
    assert "another import is writing the same records" in ends[0]
    report = _import(path)
    assert (report.imported, report.known_already) == (0, 147)


def test_a_category_that_the_county_lacks_is_no_new_one(prepared, tmp_path):
    path = tmp_path / "some.csv"
    _write(path, 3)
    codes = {"kind 0": "0401", "kind 1": "9999"}
    category = PROFILE.category.model_copy(update={"create": None, "map": codes})
    profile = PROFILE.model_copy(update={"category": category})
    with pytest.raises(ImportFileError, match="530128 does not have: 9999"):
        import_file(path, profile, county=A, by=lambda: system("test"))
    with county_context(A):
        assert not ImportBatch.objects.exists()
        assert not Category.objects.filter(code="9999").exists()


def test_rejects_keep_the_delimiter_and_can_be_mended_and_imported(prepared, tmp_path):
    path, rejects = tmp_path / "some.csv", tmp_path / "rejects.csv"
    _write(path, 60)
    path.write_text(path.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    profile = PROFILE.model_copy(update={"delimiter": ";"})
    more = {"county": A, "by": lambda: system("test")}
    with pytest.raises(ImportFileError, match="no folder"):  # before anything is imported
        import_file(path, profile, rejects=tmp_path / "none" / "rejects.csv", **more)
    report = import_file(path, profile, rejects=rejects, **more)
    assert (report.imported, report.rejected) == (58, 2)
    mended = rejects.read_text(encoding="utf-8-sig").replace("2026-01-01", "2026-03-03")
    rejects.write_text(mended, encoding="utf-8-sig")
    with pytest.raises(ImportFileError, match="name another"):
        import_file(rejects, profile, rejects=rejects, **more)
    assert import_file(rejects, profile, **more).imported == 2
