"""A run over one file: in chunks, each its own transaction, so that it can be taken up again."""

import hashlib
import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path

from django.db import IntegrityError, connection, connections
from django.utils import timezone
from psycopg.errors import UniqueViolation

from linli.access.actor import Actor, require
from linli.access.permissions import Permission
from linli.audit import actions as audit
from linli.casework.definitions import newest_calendars, newest_process
from linli.casework.numbers import next_numbers
from linli.counties.models import County
from linli.counties.opening import open_county
from linli.database.context import current_county
from linli.incidents import bulk, references
from linli.incidents.categories import ensure_named
from linli.incidents.importing.building import Builder, Setting
from linli.incidents.importing.closing import Closing, Known, close, closings
from linli.incidents.importing.placing import places_of
from linli.incidents.imports import (
    ImportedIncident,
    ImportFileError,
    Profile,
    Reject,
    Rows,
    rows,
)
from linli.incidents.imports.rejects import RejectsWriter
from linli.incidents.models import Category, ImportBatch

CHUNK = 10_000
WRITERS = 2  # chunks on their way into the database, each on a connection of its own

Progress = Callable[[int, int], None]

# One array: thousands of placeholders took nine times the CPU.
_KNOWN = """
SELECT source_ref, id, state, opened_at FROM incidents_incident
WHERE county_id = %s AND source_system = %s AND source_ref = ANY(%s) AND source_ref <> ''
"""


@dataclass
class ImportReport:
    """What became of a file's records.

    Of those known already: `closed_since` were closed here as the file says, `closed_elsewhere` are
    closed in the file only, since work on them has begun here.
    """

    read: int = 0
    imported: int = 0
    known_already: int = 0
    closed_since: int = 0
    closed_elsewhere: int = 0
    rejected: int = 0
    flagged: int = 0
    outside: int = 0
    resumed_at: int = 0
    reasons: dict[str, int] = field(default_factory=dict)


def import_file(
    path: Path,
    profile: Profile,
    *,
    county: str,
    by: Callable[[], Actor],
    rejects: Path | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import a file into a county; run again, it goes on where it stopped and adds nothing twice.

    `by` is asked inside the county's context. Raises ImportFileError, UnknownColumnsError.
    """
    broken = _rejects_of(path, rejects)
    run = _Run(path, profile, county, by)
    with open_county(county):
        batch = run.begin()
    with (
        rows(path, profile, skip=batch.position) as source,
        RejectsWriter(
            broken,
            source.columns,
            delimiter=profile.delimiter,
            go_on=batch.position > 0,
        ) as writer,
        _others_told(),
        ThreadPoolExecutor(WRITERS) as writers,
    ):
        # The next chunk is read and built while the database takes in the last ones.
        under_way: deque[Future[None]] = deque()
        for chunk in _chunks(source):
            ready = run.prepare(chunk, source.position)
            # Before the position is noted: what is read again is told twice rather than never.
            run.sum_up(ready, writer)
            if len(under_way) == WRITERS:
                under_way.popleft().result()
            before = under_way[-1] if under_way else None
            under_way.append(writers.submit(run.write, ready, before))
            if progress:
                progress(source.bytes_read, source.bytes_total)
        for chunk_written in under_way:
            chunk_written.result()
    with open_county(county):
        run.finish()
    return run.report


@contextmanager
def _others_told() -> Iterator[None]:
    """Of two runs that meet at the same records the database lets one through."""
    try:
        yield
    except IntegrityError as problem:
        if not isinstance(problem.__cause__, UniqueViolation):
            raise
        raise ImportFileError(
            "another import is writing the same records: when it has ended, run this one again; "
            "it goes on from where it came to"
        ) from problem


def _rejects_of(path: Path, rejects: Path | None) -> Path:
    """Where the rejects go. The first may come after an hour: whether it can is asked now."""
    if rejects is not None and rejects.resolve() == path.resolve():
        raise ImportFileError("the rejects would overwrite the file that is read: name another")
    chosen = rejects or path.with_name(path.name.split(".")[0] + ".rejects.csv")
    if not chosen.parent.is_dir():
        raise ImportFileError(f"there is no folder {chosen.parent} for the rejects")
    if not os.access(chosen if chosen.exists() else chosen.parent, os.W_OK):
        raise ImportFileError(f"{chosen} cannot be written: name another file for the rejects")
    return chosen


def _chunks(source: Rows) -> Iterable[list[ImportedIncident | Reject]]:
    chunk: list[ImportedIncident | Reject] = []
    for item in source:
        chunk.append(item)
        if len(chunk) >= CHUNK and isinstance(item, ImportedIncident):
            yield chunk
            chunk = []
    if chunk:
        yield chunk


@dataclass(frozen=True)
class _Ready:
    """A chunk as rows, with the notices about it and the records read so far."""

    load: bulk.Load
    closings: list[Closing]
    notices: list[Reject]
    incidents: int
    position: int


class _Run:
    def __init__(self, path: Path, profile: Profile, county: str, by: Callable[[], Actor]) -> None:
        self._path, self._profile, self._county, self._by = path, profile, county, by
        self.report = ImportReport()
        self._under_way: deque[frozenset[str]] = deque(maxlen=WRITERS)

    def begin(self) -> ImportBatch:
        """Find the unfinished run over this file, or note a new one."""
        actor = self._actor()
        self._check_categories()
        with self._path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        known = ImportBatch.objects.filter(
            file_digest=digest, profile=self._profile.name, finished_at__isnull=True
        ).first()
        self._batch = known or ImportBatch.objects.create(
            profile=self._profile.name,
            file_name=self._path.name[:200],
            file_digest=digest,
            started_at=timezone.now(),
            started_by=actor.id,
        )
        self.report.resumed_at = self._batch.position
        return self._batch

    def _check_categories(self) -> None:
        """A code that is written into the profile must be one of the county's: a typo is none."""
        named = set(self._profile.category.results())
        known = Category.objects.filter(code__in=named).values_list("code", flat=True)
        if missing := sorted(named - set(known)):
            raise ImportFileError(
                f"the profile names categories that {self._county} does not have: "
                f"{', '.join(missing)}"
            )

    def prepare(self, chunk: list[ImportedIncident | Reject], position: int) -> _Ready:
        """Turn a chunk into rows. Categories that it needs are there for good afterwards."""
        incidents = [item for item in chunk if isinstance(item, ImportedIncident)]
        notices = [item for item in chunk if isinstance(item, Reject)]
        with open_county(self._county):
            fresh, closed = self._fresh(incidents)
            load = self._build(fresh)
        return _Ready(load, closed, notices, len(incidents), position)

    def write(self, ready: _Ready, before: Future[None] | None) -> None:
        """Write a chunk and how far we came, together; runs in a thread of its own."""
        try:
            self._write(ready, before)
        finally:
            connections.close_all()

    def _write(self, ready: _Ready, before: Future[None] | None) -> None:
        with open_county(self._county):
            bulk.write(ready.load)
            if before:  # the position tells of all that stands in the file before it
                before.result()
            done = close(ready.closings, by=self._actor())
            self.report.closed_since += done
            self.report.closed_elsewhere += len(ready.closings) - done
            ImportBatch.objects.filter(pk=self._batch.pk).update(position=ready.position)
            subject = ("import", self._batch.pk, self._batch.file_name)
            audit.record(by=self._actor(), action="incident.imported", subject=subject)

    def sum_up(self, ready: _Ready, writer: RejectsWriter) -> None:
        for notice in ready.notices:
            writer.write(notice)
        writer.flush()
        report, imported = self.report, len(ready.load.incidents)
        report.read = ready.position
        report.imported += imported
        report.known_already += ready.incidents - imported
        report.rejected += sum(notice.severity == "rejected" for notice in ready.notices)
        report.flagged += sum(notice.severity == "flagged" for notice in ready.notices)
        for code, count in Counter(notice.code for notice in ready.notices).items():
            report.reasons[code] = report.reasons.get(code, 0) + count

    def finish(self) -> None:
        self._batch.finished_at = timezone.now()
        self._batch.counts = asdict(self.report)
        self._batch.save(update_fields=["finished_at", "counts"])

    def _actor(self) -> Actor:
        actor = self._by()
        require(actor, Permission.INCIDENT_IMPORT)
        return actor

    def _fresh(
        self, incidents: list[ImportedIncident]
    ) -> tuple[list[ImportedIncident], list[Closing]]:
        """Those whose source id is not here yet; within the file the first one counts.

        And what the file has closed of those that are here.
        """
        wanted = {item.source_id: item for item in reversed(incidents)}
        with connection.cursor() as cursor:
            cursor.execute(_KNOWN, [current_county(), self._profile.name, list(wanted)])
            here = [Known(*row) for row in cursor]
        known = frozenset(one.source_ref for one in here).union(*self._under_way)
        self._under_way.append(frozenset(wanted))
        fresh = [item for key, item in reversed(wanted.items()) if key not in known]
        return fresh, closings(wanted.values(), here)

    def _build(self, incidents: list[ImportedIncident]) -> bulk.Load:
        builder = Builder(self._setting())
        categories = self._categories(incidents)
        places = places_of(incidents, self._profile.place.crs)
        numbers = _numbers(builder, incidents)
        load = bulk.Load()
        for item, place, number in zip(incidents, places, numbers, strict=True):
            self.report.outside += place.quality == "outside"
            builder.add(load, item, categories[item.category], place, number)
        return load

    def _setting(self) -> Setting:
        edition = newest_calendars()
        return Setting(
            by=self._actor(),
            system=self._profile.name,
            batch_id=self._batch.pk,
            county=County.objects.get(pk=current_county()),
            definition=newest_process("incident"),
            calendar=edition.county,
            calendar_version=edition.version,
            now=timezone.now(),
            centre=references.platform_of(None).id,
        )

    def _categories(self, incidents: list[ImportedIncident]) -> dict[str, Category]:
        """Category by the code that the profile gave; missing ones are made by name."""
        names = {item.category: item.category_name for item in incidents}
        known = {row.code: row for row in Category.objects.filter(code__in=list(names))}
        missing = {code: name for code, name in names.items() if code not in known}
        return known | ensure_named(missing)


def _numbers(builder: Builder, incidents: list[ImportedIncident]) -> list[str]:
    """A case number for each, taken in blocks by the year of its report."""
    found: list[str] = []
    for year, group in groupby(incidents, key=builder.year_of):
        count = len(list(group))
        numbers = next_numbers(f"incident-{year}", count)
        found += [f"{year}-{number:06}" for number in numbers]
    return found
