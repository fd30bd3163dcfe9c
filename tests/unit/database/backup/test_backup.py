"""Round trips between real servers, and every refusal with the target untouched."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from linli.database.backup import (
    BackupError,
    DamagedError,
    NotEmptyError,
    WrongKeyError,
    backup,
    restore,
    verify,
)
from linli.database.server import Address, running

Picture = Callable[[Address], list[tuple[object, ...]]]
KEY = bytes(range(32))
ALL_UNITS = "SELECT county_id, id, name FROM unit ORDER BY 1, 2"
SCHEMA = """
    CREATE TABLE county (code text PRIMARY KEY);
    COMMENT ON TABLE county IS 'reference';
    INSERT INTO county VALUES ('530128'), ('530129');
    CREATE TABLE unit (county_id text REFERENCES county, id int, name text,
        PRIMARY KEY (county_id, id));
    CREATE TABLE happening (county_id text, id int GENERATED ALWAYS AS IDENTITY, unit_id int,
        recorded_at timestamptz NOT NULL, what jsonb, span daterange,
        PRIMARY KEY (county_id, id, recorded_at),
        FOREIGN KEY (county_id, unit_id) REFERENCES unit (county_id, id)
    ) PARTITION BY RANGE (recorded_at);
    CREATE TABLE happening_1 PARTITION OF happening FOR VALUES
        FROM ('2024-01-01') TO ('2024-02-01');
    CREATE TABLE happening_default PARTITION OF happening DEFAULT;
    REVOKE ALL ON happening_1, happening_default FROM linli_app;
    REVOKE UPDATE, DELETE ON happening FROM linli_app;
    INSERT INTO unit SELECT code, n, '单位' || n FROM county, generate_series(1, 50) AS n;
    INSERT INTO happening (county_id, unit_id, recorded_at, what, span)
        SELECT code, n % 50 + 1, timestamptz '2024-01-01 00:00Z' + n * interval '1 hour',
            jsonb_build_object('号', n), daterange('2024-01-01', date '2024-01-02' + n)
        FROM county, generate_series(1, 2000) AS n;
    CREATE TABLE duty (county_id text, span daterange,
        EXCLUDE USING gist (county_id WITH =, span WITH &&));
    DO $$ DECLARE t text; BEGIN
        FOREACH t IN ARRAY ARRAY['unit', 'happening', 'duty'] LOOP
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
            EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
            EXECUTE format('CREATE POLICY here ON %I TO linli_app, linli_owner USING'
                ' (county_id = NULLIF(current_setting(''linli.county'', true), ''''))', t);
            EXECUTE format('CREATE POLICY search ON %I TO linli_search USING (true)', t);
            EXECUTE format('GRANT SELECT ON %I TO linli_search', t);
        END LOOP;
    END $$;
    CREATE FUNCTION finds() RETURNS bigint LANGUAGE sql SECURITY DEFINER
        SET search_path = public, pg_temp AS 'SELECT count(*) FROM unit';
    ALTER FUNCTION finds() OWNER TO linli_search;
    CREATE SEQUENCE numbers START 700;
    SELECT nextval('numbers');
"""
DEFAULTS = "SELECT defaclobjtype::text, defaclacl::text FROM pg_default_acl ORDER BY 1"


def read(address: Address, query: str, role: str = "backup") -> list[tuple[object, ...]]:
    with psycopg.connect(address.dsn(role)) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def source(home: Path) -> Iterator[Address]:
    with running(home) as address:
        with psycopg.connect(address.dsn("owner")) as connection:
            connection.execute(SCHEMA)
        yield address


@pytest.fixture
def target(kind: str, templates: Callable[[str], Path], tmp_path: Path) -> Iterator[Address]:
    place = tmp_path / "target"
    subprocess.run(["cp", "-a", templates(kind), place], check=True)
    with running(place) as address:
        yield address


def untouched(address: Address) -> bool:
    query = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    extension = " AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype='e')"
    return read(address, query + extension) == [(0,)]


@pytest.fixture
def attachments(tmp_path: Path) -> Path:
    folder = tmp_path / "attachments"
    (folder / "ab/空").mkdir(parents=True)
    (folder / "ab/空/图.jpg").write_bytes(os.urandom(2_500_000))
    (folder / "ab/leer").write_bytes(b"")
    (folder / "ab/link").symlink_to("/etc/passwd-")
    return folder


def test_every_table_right_and_file_comes_back(
    source: Address, target: Address, tmp_path: Path, attachments: Path, picture: Picture
) -> None:
    keyring = tmp_path / "keyring.json"
    keyring.write_text("{}")
    keyring.chmod(0o600)
    out = tmp_path / "backup.linli"
    header = backup(source, out, KEY, also={"attachments": attachments, "keyring": keyring})
    assert header.postgres == source.version
    assert out.stat().st_mode & 0o777 == 0o600
    assert verify(out, KEY) == header

    places = {"attachments": tmp_path / "restored", "keyring": tmp_path / "restored.json"}
    places["attachments"].mkdir()
    assert restore(out, target, KEY, also=places) == header
    assert len(picture(source)) > 60
    assert picture(target) == picture(source)
    assert read(target, "SELECT last_value, is_called FROM numbers") == [(700, True)]
    assert read(target, "SELECT finds()", "app") == [(100,)]
    assert read(target, "SELECT count(*) FROM unit", "app") == [(0,)]
    for path in attachments.rglob("*"):
        copy = places["attachments"] / path.relative_to(attachments)
        if path.is_file() and not path.is_symlink():
            assert copy.read_bytes() == path.read_bytes()
    assert places["keyring"].read_text() == "{}"
    assert places["keyring"].stat().st_mode & 0o777 == 0o600


def test_a_damaged_file_or_a_wrong_key_leaves_the_target_untouched(
    source: Address, target: Address, tmp_path: Path, attachments: Path
) -> None:
    out = tmp_path / "backup.linli"
    backup(source, out, KEY, also={"attachments": attachments})
    whole = out.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    places = {"attachments": tmp_path / "restored"}
    for content, key, refusal in (
        (whole, bytes(32), WrongKeyError),
        (bytes(flipped), KEY, DamagedError),
        (whole[:-1], KEY, DamagedError),
        (whole[: len(whole) // 2], KEY, DamagedError),
        (b"", KEY, DamagedError),
    ):
        out.write_bytes(content)
        with pytest.raises(refusal):
            restore(out, target, key, also=places)
        assert untouched(target)
        assert not list(tmp_path.glob("*restor*"))


def test_a_place_in_use_is_refused(
    source: Address, target: Address, tmp_path: Path, picture: Picture
) -> None:
    out = tmp_path / "backup.linli"
    busy = tmp_path / "busy"
    busy.write_text("mine")
    backup(source, out, KEY, also={"busy": busy})
    before = picture(source)
    with pytest.raises(NotEmptyError, match="already holds"):
        restore(out, source, KEY, also={"busy": tmp_path / "free"})
    assert picture(source) == before
    with pytest.raises(NotEmptyError, match="holds something"):
        restore(out, target, KEY, also={"busy": busy})
    assert untouched(target)
    with pytest.raises(BackupError, match="no place was given"):
        restore(out, target, KEY)
    assert untouched(target)
    assert busy.read_text() == "mine"


def test_a_restore_that_fails_halfway_leaves_nothing(
    source: Address, target: Address, tmp_path: Path, attachments: Path
) -> None:
    """A role that the dump needs is not there."""
    out = tmp_path / "backup.linli"
    with psycopg.connect(_superuser(tmp_path / "home", source), autocommit=True) as connection:
        connection.execute("CREATE ROLE guest; GRANT SELECT ON unit TO guest")
    backup(source, out, KEY, also={"attachments": attachments})
    defaults = read(target, DEFAULTS)
    assert len(defaults) == 3
    with pytest.raises(BackupError, match="guest"):
        restore(out, target, KEY, also={"attachments": tmp_path / "restored"})
    assert untouched(target)
    assert read(target, DEFAULTS) == defaults
    assert not list(tmp_path.glob("*restor*"))


def _superuser(home: Path, address: Address) -> str:
    from linli.database.server import passwords

    secret = passwords.load(home / "database/passwords.json")["superuser"]
    return f"postgresql://postgres:{secret}@/linli?host={address.host}"


def test_a_backup_that_fails_leaves_no_file(source: Address, tmp_path: Path) -> None:
    wrong = Address(source.host, source.port, "absent", source.passwords, source.version)
    with pytest.raises(BackupError, match="absent"):
        backup(wrong, tmp_path / "out.linli", KEY)
    assert not [path for path in tmp_path.iterdir() if path.is_file()]
    (tmp_path / "out.linli").write_text("older")
    with pytest.raises(BackupError, match="exists"):
        backup(source, tmp_path / "out.linli", KEY)


@pytest.mark.slow
def test_a_backup_moves_to_a_newer_postgresql_but_not_to_an_older_one(
    source: Address,
    kind: str,
    templates: Callable[[str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backup(source, tmp_path / "out.linli", KEY)
    wanted = read(source, ALL_UNITS)
    other = {"embedded": "system", "system": "embedded"}[kind]
    monkeypatch.setenv("LINLI_PG", other)
    place = tmp_path / "target"
    subprocess.run(["cp", "-a", templates(other), place], check=True)
    with running(place) as target:
        if target.version > source.version:
            restore(tmp_path / "out.linli", target, KEY)
            assert read(target, ALL_UNITS) == wanted
        else:
            with pytest.raises(BackupError, match="or later"):
                restore(tmp_path / "out.linli", target, KEY)
            assert untouched(target)
