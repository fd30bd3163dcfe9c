"""The whole suite works on a real server of its own, as the role `app`, in two counties."""

import atexit
import fcntl
import gc
import gettext
import hashlib
import json
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psycopg
import pytest
from django.conf import settings as loaded
from django.utils.translation import trans_real
from hypothesis import settings

pytest_plugins = [
    "tests.plugins.tenant_statements",
    "tests.plugins.longest_first",
    "tests.plugins.no_skips",
    "tests.plugins.database_marker",
]

ROOT = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
FLAVOUR = os.environ.get("LINLI_PG", "embedded")


def _own_home() -> Path:
    """A folder that no other run of the suite uses at the same time; held until we exit."""
    base = ROOT / "var" / "test" / FLAVOUR
    base.mkdir(parents=True, exist_ok=True)
    for number in range(32):
        lock = (base / f"{WORKER}-{number}.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            continue
        _held.append(lock)
        return base / f"{WORKER}-{number}"
    raise RuntimeError(f"32 runs of the suite hold {base}")


_held: list[IO[str]] = []
atexit.register(lambda: [lock.close() for lock in _held])
HOME = _own_home()
os.environ["LINLI_HOME"] = str(HOME)
# The settings were read before us; files, keys and anchors of a real home are none of the tests'.
loaded.ENV = loaded.ENV.model_copy(update={"home": HOME})
os.environ["LINLI_PG"] = FLAVOUR
os.environ.setdefault("LINLI_SHARED_DATA", str(ROOT.parent / "shared" / "data"))

# A property holds or does not; how long an example takes says how busy the machine is.
settings.register_profile("linli", deadline=None)
settings.load_profile("linli")

A, B = "530128", "990001"


def pytest_configure(config: pytest.Config) -> None:
    """Translations are compiled once, before any worker starts: a clean checkout has none."""
    if WORKER == "main":
        from linli.lib.translations import compile_all

        if compile_all():
            trans_real._translations.clear()  # Django may have looked already,
            gettext._translations.clear()  # and Python keeps what it read
    _hash_quickly()


def _hash_quickly() -> None:
    """At full cost a password takes a fifth of a second; one test of it restores the real list."""
    loaded.REAL_HASHERS = loaded.PASSWORD_HASHERS
    quick = "django.contrib.auth.hashers.MD5PasswordHasher"
    loaded.PASSWORD_HASHERS = [quick, *loaded.PASSWORD_HASHERS]


def pytest_collection_finish() -> None:
    """What is loaded by now stays; looking for garbage in it took an eighth of the time."""
    gc.freeze()


def _fingerprint() -> str:
    digest = hashlib.sha256()
    parts = [*ROOT.glob("src/linli/*/migrations/*.py"), *ROOT.glob("src/linli/database/**/*.py")]
    for file in sorted(parts):
        digest.update(file.read_bytes())
    return digest.hexdigest()


@pytest.fixture(scope="session")
def database_address(request: pytest.FixtureRequest) -> Iterator[object]:
    """A server of this worker's own; made anew when a migration has changed."""
    from linli.database.server import running

    stamp, now = HOME / "schema", _fingerprint()
    if not stamp.exists() or stamp.read_text() != now:
        shutil.rmtree(HOME / "database", ignore_errors=True)
    HOME.mkdir(parents=True, exist_ok=True)
    with running(HOME) as address:
        _without_waiting_for_the_disk(HOME / "database/data")
        yield address


def _without_waiting_for_the_disk(data: Path) -> None:
    """Only this server: what outlives a crash is tried on installations of their own."""
    settings = data / "postgresql.conf"
    if "fsync = off" not in settings.read_text():
        with settings.open("a") as file:
            file.write("fsync = off\n")
        os.kill(int((data / "postmaster.pid").read_text().split()[0]), signal.SIGHUP)


@pytest.fixture(scope="session")
def django_db_setup(database_address, django_db_blocker) -> Iterator[None]:
    from django.db import connection

    from linli.database.login import connect_as
    from linli.database.migrating import migrate

    with django_db_blocker.unblock():
        if not (HOME / "schema").exists() or (HOME / "schema").read_text() != _fingerprint():
            migrate(database_address)
            (HOME / "schema").write_text(_fingerprint())
        connect_as(database_address, "app")
        _empty(database_address)
    yield
    with django_db_blocker.unblock():
        connection.close()


def _empty(address) -> None:
    """Remove every row but the migrations' own, and set up the two counties."""
    from linli.casework import definitions, numbers
    from linli.counties import queries
    from linli.flows.counties import create_county
    from linli.incidents import references

    for memory in (definitions, references, numbers, queries):
        memory.forget()
    with psycopg.connect(address.dsn("owner")) as owner:
        names = [name for (name,) in owner.execute(_TABLES).fetchall()]
        owner.execute("TRUNCATE " + ", ".join(f'"{name}"' for name in names) + " CASCADE")
        _put_back(owner)
    if not _set_up:
        create_county(code=A, name="禄劝县", name_en="Luquan")
        create_county(code=B, name="邻县", name_en="Next door")
        with psycopg.connect(address.dsn("owner")) as owner:
            _remember(owner, names)


_TABLES = (
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    " AND relkind IN ('r', 'p') AND NOT relispartition"
    " AND relname NOT IN ('django_migrations', 'django_content_type')"
)
# What setting up the counties wrote: (county, table, its rows as JSON), what others point at first.
_set_up: list[tuple[str, str, str]] = []
_FIRST = ("counties_county", "territory_layer", "territory_area")


def _remember(owner: psycopg.Connection, names: list[str]) -> None:
    for county in (A, B):
        owner.execute("SELECT set_config('linli.county', %s, true)", [county])
        for name in [*_FIRST, *(name for name in names if name not in _FIRST)]:
            rows = owner.execute(f'SELECT json_agg(t) FROM "{name}" t').fetchone()[0]
            if rows and not (name == "counties_county" and county == B):
                _set_up.append((county, name, json.dumps(rows)))


def _put_back(owner: psycopg.Connection) -> None:
    for county, name, rows in _set_up:
        owner.execute("SELECT set_config('linli.county', %s, true)", [county])
        fill = f'INSERT INTO "{name}" SELECT * FROM json_populate_recordset(NULL::"{name}", %s)'
        owner.execute(fill, [rows])


@pytest.fixture
def committed(django_db_setup, django_db_blocker, database_address) -> Iterator[object]:
    """For tests that need real commits (threads, other connections); emptied afterwards."""
    from django.db import connections

    with django_db_blocker.unblock():
        try:
            yield database_address
        finally:
            connections.close_all()
            _empty(database_address)


@pytest.fixture
def county(db) -> Iterator[str]:
    """Work inside county A for the whole test."""
    from linli.database.context import county_context

    with county_context(A):
        yield A


@pytest.fixture
def own_versions() -> Iterator[None]:
    """For tests that publish: the next one finds the versions that the county began with."""
    from linli.casework import definitions

    yield
    definitions.forget()


@pytest.fixture(scope="session")
def no_static_files() -> Path:
    """An empty folder: each new client looks through all that lies in its static root."""
    folder = HOME / "no-static-files"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def plain_static_files(settings, no_static_files) -> None:
    """Pages are rendered without collected static files."""
    settings.STATIC_ROOT = no_static_files
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = Path(os.environ["LINLI_SHARED_DATA"])
    if not folder.is_dir():
        pytest.skip(f"real data absent: set LINLI_SHARED_DATA (looked in {folder})")
    return folder
