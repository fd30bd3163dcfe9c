"""What `linli.lib.bigrams` writes, read by a PostgreSQL server of the system."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.lib import bigrams

pytestmark = pytest.mark.slow

LETTERS, DIGITS = "abXYéＡＢ", "019１２"
CHINESE = "路灯不亮三号楼村民〇々𠀀𠀁ꆈꌠ가나"
SIGNS = " \t，。-/'\"\\:&|!()*<>%$€😀\x00"
typical = st.text(LETTERS + DIGITS + CHINESE + SIGNS, max_size=60)
anything = st.text(st.characters(exclude_categories=()), max_size=60)
relaxed = settings(
    deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _server_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("no PostgreSQL of the system: apt-get install postgresql")
    return found[-1].parent


def _unprivileged(command: list[str]) -> list[str]:
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]


@pytest.fixture(scope="module")
def server() -> Iterator[psycopg.Connection]:
    programs = _server_programs()
    home = Path(tempfile.mkdtemp(prefix="linli-pg-"))  # short: a socket path has 107 bytes
    if os.geteuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    data = str(home / "data")
    control = _unprivileged([str(programs / "pg_ctl"), "-D", data, "-w", "-s"])
    options = f"-k {home} -c listen_addresses= -c fsync=off"
    try:
        initdb = [str(programs / "initdb"), "-D", data, "-U", "tester", "-A", "trust"]
        locale = ["--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(_unprivileged(initdb + locale), check=True, capture_output=True, cwd=home)
        start = [*control, "-o", options, "-l", str(home / "log"), "start"]
        subprocess.run(start, check=True, capture_output=True, cwd=home)
        with psycopg.connect(
            host=str(home), user="tester", dbname="postgres", autocommit=True
        ) as connection:
            yield connection
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, cwd=home)
    finally:
        shutil.rmtree(home)


def _finds(server, text: str, query: str | None) -> bool:
    row = server.execute(
        "SELECT %s::tsvector @@ %s::tsquery", (bigrams.tsvector_literal(text), query)
    ).fetchone()
    return row[0]


def _word_starts_at(text: str, i: int) -> bool:
    pair = text[max(i - 1, 0) : i + 1]
    return len(pair) < 2 or not any(
        pair[0] in kind and pair[1] in kind for kind in (LETTERS, DIGITS)
    )


@relaxed
@given(typical, st.data())
def test_every_part_of_a_text_from_a_word_start_on_finds_it(server, text, data):
    start = data.draw(st.integers(0, len(text)))
    part = text[start : data.draw(st.integers(start, len(text)))]
    query = bigrams.tsquery_literal(part)
    if query is not None and _word_starts_at(text, start):
        assert _finds(server, text, query)


@relaxed
@given(st.text(CHINESE, min_size=1, max_size=30), st.text(CHINESE, min_size=1, max_size=3))
def test_chinese_alone_is_found_exactly_when_it_is_a_part(server, text, query):
    assert _finds(server, text, bigrams.tsquery_literal(query)) == (query in text)


@relaxed
@given(anything, anything)
def test_postgresql_reads_any_text_and_any_query_without_an_error(server, text, query):
    vector = bigrams.tsvector_literal(text)
    stored = server.execute("SELECT tsvector_to_array(%s::tsvector)", (vector,)).fetchone()[0]
    assert set(stored) == {token for token, _ in bigrams.tokens(text)}
    made = bigrams.tsquery_literal(query)
    if made is not None:
        server.execute("SELECT %s::tsquery", (made,))


@pytest.mark.parametrize(
    "text",
    ["路" * 200_000, "Ａa" * 200_000, "𠀀，" * 99_999, "".join(map(chr, range(0x20000, 0x2A000)))],
)
def test_postgresql_reads_a_huge_text(server, text):
    assert _finds(server, text, bigrams.tsquery_literal(text[:40]))


def test_a_query_does_not_match_across_punctuation(server):
    assert not _finds(server, "路灯，不亮", bigrams.tsquery_literal("灯不"))
