"""Brings the schema up to date as its owner, and makes the partitions of months."""

from datetime import UTC, datetime

import psycopg
from django.core.management import call_command
from psycopg import sql

from linli.database import append_only, partitions
from linli.database.login import acting_as
from linli.database.server import Address


def migrate(address: Address, *, verbosity: int = 0) -> None:
    """Apply every migration; safe to run again at any time."""
    with acting_as(address, "owner"):
        call_command("migrate", verbosity=verbosity, interactive=False)
        append_only.enforce()
        partitions.ensure(datetime.now(tz=UTC).date())


def clear_away(address: Address) -> None:
    """What a large load left that was broken off, before the next.

    Its pages without rows would be counted while the next load fills them: by such statistics
    every index is as good as the key, and each foreign key is looked up among a county's rows.
    """
    if not address.passwords.get("owner"):
        return
    with psycopg.connect(address.dsn("owner"), autocommit=True) as owner:
        tables = owner.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r'"
            " AND relowner = current_user::regrole AND pg_relation_size(oid) > 0"
        ).fetchall()
        for (table,) in tables:
            owner.execute(sql.SQL("VACUUM {}").format(sql.SQL(table)))  # quoted by the server


_MERGE_WORDS = """
SELECT gin_clean_pending_list(one.oid) FROM pg_class AS one JOIN pg_am AS kind ON kind.oid = relam
WHERE amname = 'gin' AND relkind = 'i' AND relowner = current_user::regrole
"""


def gather_statistics(address: Address) -> None:
    """After a large load: until the server's own round comes by, it would plan by guessing, and
    every search would read through all words that wait for their place in the text index.

    Only the owner may; where a command was not given its password, that round is waited for.
    """
    if address.passwords.get("owner"):
        with psycopg.connect(address.dsn("owner"), autocommit=True) as owner:
            owner.execute("ANALYZE")
            owner.execute(_MERGE_WORDS)
