"""Proves that a definition covers a county: every place, category and hour, or says what is not."""

from linli.processes.coverage.checking import Coverage, find_gaps
from linli.processes.coverage.county import County, Cover, Desk, Kind, Place, Week
from linli.processes.coverage.gaps import At, Code, Example, Gap, Mend
from linli.processes.coverage.mending import NEW, Remedy, remedy
from linli.processes.coverage.words import example_words, gap_words

__all__ = [
    "NEW",
    "At",
    "Code",
    "County",
    "Cover",
    "Coverage",
    "Desk",
    "Example",
    "Gap",
    "Kind",
    "Mend",
    "Place",
    "Remedy",
    "Week",
    "example_words",
    "find_gaps",
    "gap_words",
    "remedy",
]
