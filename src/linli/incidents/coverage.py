"""Whether a process covers its county: what pages, the command, publishing and the night ask."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from linli.access.actor import Actor, can, require
from linli.access.permissions import Permission
from linli.casework.definitions import newest_process
from linli.casework.models import UncoveredGap
from linli.database.context import current_county
from linli.database.pipeline import Call, Rows
from linli.incidents.county import county_at
from linli.processes import Definition, DefinitionError, load
from linli.processes.coverage import (
    At,
    Code,
    County,
    Coverage,
    Gap,
    Mend,
    example_words,
    find_gaps,
    gap_words,
)

PROCESS = "incident"
OPEN = Q(closed_at__isnull=True)
_STANDING = """
SELECT count(*), min(found_at) FROM casework_uncoveredgap
WHERE county_id = %s AND process = %s AND closed_at IS NULL
"""


@dataclass(frozen=True)
class Checked:
    """A definition with what it lacks in the county of today, and how long looking took.

    `definition` is None where the document itself is unsound: then the gaps are its faults.
    """

    definition: Definition | None
    county: County
    coverage: Coverage
    seconds: float

    @property
    def gaps(self) -> Sequence[Gap]:
        return self.coverage.gaps

    def gap(self, key: str) -> Gap | None:
        """A gap, or what is told beside them, by its key."""
        told = (*self.coverage.gaps, *self.coverage.warnings)
        return next((one for one in told if one.key == key), None)

    def words(self, gap: Gap, language: str) -> str:
        """What is wrong, in a sentence."""
        if self.definition is None:
            return str(gap.params["fault"])
        return gap_words(gap, self.definition, self.county, language)

    def example(self, gap: Gap, language: str) -> str:
        """A matter or an hour to picture it by; empty where there is none."""
        if self.definition is None:
            return ""
        return example_words(gap, self.definition, self.county, language)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many gaps are known, and since when the oldest."""

    count: int
    since: datetime


def gaps_of(document: str, *, by: Actor) -> Checked:
    """Judge a document that is not published yet."""
    require(by, Permission.PROCESS_VIEW)
    now = timezone.now()
    try:
        definition = load(document)
    except DefinitionError as error:
        faults = tuple(
            Gap(Code.FAULT, Mend(At.DOCUMENT), {"subject": fault, "fault": fault})
            for fault in error.faults
        )
        return Checked(None, county_at(now), Coverage(faults, (), 0, 0, 0, 0), 0.0)
    return check(definition, now=now)


def published_gaps(*, by: Actor) -> Checked:
    """Judge the definition that new cases run under."""
    require(by, Permission.PROCESS_VIEW)
    return check(newest_process(PROCESS), now=timezone.now())


def known_since() -> dict[str, datetime]:
    """When the nightly check first found each gap that stands, by its key."""
    rows = UncoveredGap.objects.filter(OPEN, process=PROCESS)
    return dict(rows.values_list("key", "found_at"))


def standing_gaps() -> Call:
    """Asks for the gaps of the last check that are not mended."""
    return _STANDING, [current_county(), PROCESS]


def standing(actor: Actor, found: Rows) -> Standing | None:
    """What `standing_gaps` found, for whoever may see it; None: none."""
    ((count, since),) = found
    return Standing(count, since) if count and can(actor, Permission.PROCESS_VIEW) else None


def check(definition: Definition, *, now: datetime) -> Checked:
    begun = time.perf_counter()
    county = county_at(now)
    coverage = find_gaps(definition, county)
    return Checked(definition, county, coverage, time.perf_counter() - begun)
