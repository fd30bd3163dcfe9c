from datetime import UTC, datetime

from django.utils import timezone
from rich.console import Console

from linli.cli.output import table


def test_a_moment_in_a_table_is_told_by_the_clock_that_holds():
    console, moment = Console(width=80), datetime(2026, 11, 26, 20, 30, 56, 501, UTC)
    with timezone.override("America/New_York"), console.capture() as told:
        console.print(table("", ("at",), [(moment,), (None,)]))
    assert "2026-11-26 15:30 " in told.get()
