"""The server's statistics are gathered when somebody who may asks for them."""

from dataclasses import replace

import psycopg

from linli.database.migrating import gather_statistics

GATHERED = """
SELECT analyze_count FROM pg_stat_user_tables WHERE relname = 'incidents_incident'
"""


def gathered(address) -> int:
    with psycopg.connect(address.dsn("owner"), autocommit=True) as owner:
        owner.execute("SELECT pg_stat_force_next_flush()")
        return owner.execute(GATHERED).fetchone()[0]


def test_a_large_load_is_followed_by_statistics_where_the_owner_is_known(committed):
    before = gathered(committed)
    gather_statistics(committed)
    assert gathered(committed) == before + 1
    gather_statistics(replace(committed, passwords={"app": "x"}))
    assert gathered(committed) == before + 1
