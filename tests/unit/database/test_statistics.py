"""The server's statistics are gathered when somebody who may asks for them, and never mislead."""

from dataclasses import replace

import psycopg

from linli.database.migrating import clear_away, gather_statistics

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


def test_nothing_is_left_of_a_load_that_was_broken_off(committed):
    size = "SELECT pg_relation_size('broken_off')"
    with psycopg.connect(committed.dsn("owner"), autocommit=True) as owner:
        owner.execute("CREATE TABLE broken_off (id int)")
        try:
            with owner.transaction(force_rollback=True):
                owner.execute("INSERT INTO broken_off SELECT generate_series(1, 10000)")
            assert owner.execute(size).fetchone()[0] > 0
            clear_away(replace(committed, passwords={"app": "x"}))  # nobody who may
            assert owner.execute(size).fetchone()[0] > 0
            clear_away(committed)
            assert owner.execute(size).fetchone()[0] == 0
        finally:
            owner.execute("DROP TABLE broken_off")


def test_words_that_wait_for_their_place_in_an_index_get_it(committed):
    with psycopg.connect(committed.dsn("owner"), autocommit=True) as owner:
        owner.execute("CREATE TABLE words_wait (words tsvector)")
        try:
            owner.execute("CREATE INDEX words_index ON words_wait USING gin (words)")
            owner.execute("INSERT INTO words_wait SELECT 'a b' FROM generate_series(1, 100)")
            gather_statistics(committed)
            waiting = owner.execute("SELECT gin_clean_pending_list('words_index')").fetchone()
            assert waiting == (0,)
        finally:
            owner.execute("DROP TABLE words_wait")
