"""The daily round through the file store: what no case adopted, and files without a row."""

from datetime import datetime

from linli.access.actor import system
from linli.attachments import actions, queries
from linli.counties.opening import open_county
from linli.counties.queries import county_codes


def sweep(now: datetime) -> tuple[int, int]:
    """Remove late uploads of every county, then orphaned files; how many of each."""
    late, named = 0, set[str]()
    for code in county_codes():
        with open_county(code):
            late += actions.sweep_waiting(by=system(), now=now)
        with open_county(code):
            named |= queries.named_keys()
    return late, actions.sweep_orphans(named, now=now)
