"""Brings the schema up to date as its owner, and makes the partitions of months."""

from datetime import UTC, datetime

import psycopg
from django.core.management import call_command

from linli.database import append_only, partitions
from linli.database.login import acting_as
from linli.database.server import Address


def migrate(address: Address, *, verbosity: int = 0) -> None:
    """Apply every migration; safe to run again at any time."""
    with acting_as(address, "owner"):
        call_command("migrate", verbosity=verbosity, interactive=False)
        append_only.enforce()
        partitions.ensure(datetime.now(tz=UTC).date())


def gather_statistics(address: Address) -> None:
    """After a large load: until the server's own round comes by, it would plan by guessing.

    Only the owner may; where a command was not given its password, that round is waited for.
    """
    if address.passwords.get("owner"):
        with psycopg.connect(address.dsn("owner"), autocommit=True) as owner:
            owner.execute("ANALYZE")
