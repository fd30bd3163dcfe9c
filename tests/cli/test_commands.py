"""The commands that report on an installation, and those that keep its data."""

import json
import shlex
import subprocess
import sys
from contextlib import contextmanager

import psycopg
import pytest

from linli.cli.checks import releases_since
from linli.lib.keyring import Keyring
from tests.cli.conftest import COUNTY, Installation, kill_all

pytestmark = pytest.mark.slow


@pytest.fixture
def other_home(installation, tmp_path):
    made = Installation(tmp_path / "other")
    made.home.mkdir()
    yield made
    kill_all(made.processes())


def _checks(done) -> dict[str, dict]:
    return {one["name"]: one for one in json.loads(done.stdout)["checks"]}


BREAK = """
import json, sys, psycopg
from linli.cli.session import ready
with ready() as address:
    from django.conf import settings
    known = json.loads((settings.ENV.home / "database/passwords.json").read_text())
    params = address.params("owner") | {"user": "postgres", "password": known["superuser"]}
    with psycopg.connect(**params, autocommit=True) as connection:
        connection.execute(sys.argv[1])
        print("broken", flush=True)
        sys.stdin.readline()
        connection.execute(sys.argv[2])
"""


@contextmanager
def _broken(installation, fault: str, mended: str):
    """As superuser, in a process that keeps the server up meanwhile."""
    command = [sys.executable, "-c", BREAK, fault, mended]
    process = subprocess.Popen(
        command, env=installation.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"broken\n"
    try:
        yield
    finally:
        process.communicate(b"\n", timeout=60)
    assert process.returncode == 0


def test_a_sound_installation_is_called_sound(installation):
    done = installation.command("doctor", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    wrong = [name for name, one in _checks(done).items() if one["state"] == "wrong"]
    assert wrong == []
    looked_at = {"roles", "row-level security", "partitions", "sealing", "keyring", "disk"}
    assert looked_at | {"prepared statements", "emergencies"} <= set(_checks(done))


FAULTS = {  # name of the check -> what breaks it, what mends it
    "roles": ("ALTER ROLE linli_app BYPASSRLS", "ALTER ROLE linli_app NOBYPASSRLS"),
    "row-level security": (
        "ALTER TABLE incidents_incident NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE incidents_incident FORCE ROW LEVEL SECURITY",
    ),
    "rights on partitions": (
        "GRANT SELECT ON incidents_incidentevent_default TO linli_app",
        "REVOKE ALL ON incidents_incidentevent_default FROM linli_app",
    ),
    "migrations": (
        "UPDATE django_migrations SET app = 'absent' WHERE app = 'casework'",
        "UPDATE django_migrations SET app = 'casework' WHERE app = 'absent'",
    ),
}


@pytest.mark.usefixtures("server_kept")
def test_the_doctor_finds_each_of_the_things_that_are_wrong(installation):
    faults, mended = ("; ".join(some) for some in zip(*FAULTS.values(), strict=True))
    with _broken(installation, faults, mended):
        done = installation.command("doctor", "--json")
    assert done.returncode == 5
    wrong = {name: one for name, one in _checks(done).items() if one["state"] == "wrong"}
    assert set(wrong) == set(FAULTS)
    assert all(one["cure"] for one in wrong.values())


def test_the_doctor_finds_a_keyring_that_others_may_read(installation):
    keyring = installation.home / "secrets/keyring.json"
    keyring.chmod(0o644)
    try:
        done = installation.command("doctor", "--json")
        assert done.returncode != 0
        assert "chmod 600" in done.stdout + done.stderr
    finally:
        keyring.chmod(0o600)


def test_the_log_is_proven_by_command(installation):
    done = installation.command("audit", "verify", "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["ok"]) == (0, True)
    assert report["counties"][0]["county"] == COUNTY


def test_an_edited_log_is_found_by_command(installation):
    installation.command("audit", "verify")
    mended = (
        "INSERT INTO audit_auditpending (county_id, id, at)"
        " SELECT county_id, id, at FROM audit_auditevent"
    )
    with _broken(installation, "DELETE FROM audit_auditpending", mended):
        done = installation.command("audit", "verify", "--json")
    assert done.returncode == 4
    (report,) = json.loads(done.stdout)["counties"]
    assert {one["fault"] for one in report["findings"]} == {"row_left_out"}


def test_a_county_that_only_the_anchors_know_is_found_by_command(installation):
    anchors = installation.home / "audit/anchors.jsonl"
    known = anchors.read_text() if anchors.exists() else None
    anchors.parent.mkdir(exist_ok=True)
    gone = {"county": "530199", "number": 7, "head": "0" * 64, "sealed_at": "2026-11-27"}
    try:
        anchors.write_text((known or "") + json.dumps(gone) + "\n")
        done = installation.command("audit", "verify", "--json")
    finally:
        anchors.unlink() if known is None else anchors.write_text(known)
    assert done.returncode == 4
    (report,) = (one for one in json.loads(done.stdout)["counties"] if not one["ok"])
    assert (report["county"], report["findings"][0]["fault"]) == ("530199", "seals_cut_off")


def test_counties_are_listed(installation):
    (county,) = json.loads(installation.command("county", "list", "--json").stdout)
    assert (county["code"], county["is_demo"]) == (COUNTY, False)


def test_a_demo_is_not_put_beside_real_counties(installation):
    done = installation.command("demo")
    assert done.returncode == 1
    assert f"holds {COUNTY}" in " ".join(done.stderr.split())


def test_retention_says_what_it_did(installation):
    done = installation.command("retention", "run", "--dry-run", "--json")
    assert json.loads(done.stdout)["dry_run"] is True
    early = installation.command("retention", "run", "--on", "2200-01-01")
    assert early.returncode == 1
    assert "nothing goes before its time" in " ".join(early.stderr.split())


def test_a_backup_comes_back_in_a_new_home_with_the_keyring_given(installation, other_home):
    file = other_home.home.parent / "one.backup"
    assert installation.command("backup", str(file), "--json").returncode == 0
    keyring = installation.home / "secrets/keyring.json"

    forgotten = other_home.command("restore", str(file))  # with a new keyring of its own
    assert forgotten.returncode == 1
    assert "not sealed with this key" in " ".join(forgotten.stderr.split())
    missing = other_home.command("county", "list")
    assert missing.returncode == 1
    assert "linli migrate" in missing.stderr
    doctor = other_home.command("doctor", "--json")
    assert doctor.returncode == 5
    assert _checks(doctor)["migrations"]["cure"] == "linli migrate"

    own, given = Keyring.load(other_home.home / "secrets/keyring.json"), Keyring.load(keyring)
    done = other_home.command("restore", str(file), "--key-file", str(keyring), "--json")
    assert done.returncode == 0, done.stderr
    joined = Keyring.load(other_home.home / "secrets/keyring.json")
    assert all(joined.active(key.purpose) == key for key in given.keys)  # contacts open
    assert set(own.keys) < set(joined.keys)
    (county,) = json.loads(other_home.command("county", "list", "--json").stdout)
    assert county["name"] == "禄劝县"
    assert other_home.command("doctor", "--json").returncode == 0
    again = other_home.command("restore", str(file), "--json")
    assert again.returncode == 1
    assert "already holds" in " ".join(again.stderr.split())


def test_production_refuses_with_a_cure_for_each(installation):
    done = installation.command("serve", "--production")
    said = " ".join(done.stderr.split())
    assert done.returncode == 3
    for word in ("LINLI_HOSTS", "LINLI_SECURE_ORIGIN", "has no administrator"):
        assert word in said, said
    assert said.count("unsafe:") == said.count("cure:")


def test_serving_without_tables_says_what_to_run(other_home):
    done = other_home.command("serve")
    assert done.returncode == 1
    assert "run `linli migrate`" in " ".join(done.stderr.split())


def test_minor_releases_are_counted_by_the_calendar():
    from datetime import date

    assert releases_since(18, date(2025, 10, 1)) == 0
    assert releases_since(18, date(2026, 1, 1)) == 1
    assert releases_since(15, date(2023, 12, 31)) == 6 - 1


HOLD = """
import json, sys
from psycopg.conninfo import make_conninfo
from linli.cli.session import ready
with ready() as address:
    from django.conf import settings
    known = json.loads((settings.ENV.home / "database/passwords.json").read_text())
    params = {"host": address.host, "port": address.port, "dbname": "postgres"}
    params |= {"user": "postgres", "password": known["superuser"]}
    print(json.dumps({"url": make_conninfo(**params), **known}), flush=True)
    sys.stdin.readline()
"""


@contextmanager
def _outer_server(installation):
    """The server of another home, used like one of one's own: by a superuser's address."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        env=installation.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.communicate(b"\n", timeout=60)


def test_an_outer_server_is_set_up_by_one_command_and_then_used(installation, other_home):
    with _outer_server(installation) as outer:
        kept = {
            f"LINLI_{role.upper()}_PASSWORD": outer[role] for role in ("app", "owner", "backup")
        }
        other_home.more = kept
        url = ("--superuser-url", outer["url"])
        done = other_home.command("database", "setup", *url, "--name", "linli_cli")
        assert done.returncode == 0, done.stderr
        # what a shell makes of standard output, which holds nothing else
        told = dict(word.split("=", 1) for word in shlex.split(done.stdout))
        passwords = {name: kept[name] for name in ("LINLI_OWNER_PASSWORD", "LINLI_BACKUP_PASSWORD")}
        url = told.pop("DATABASE_URL")
        assert told == passwords
        other_home.more = kept | {"DATABASE_URL": url}
        assert other_home.command("migrate").returncode == 0
        made = other_home.command("county", "create", "990001", "--name", "邻县", "--json")
        assert json.loads(made.stdout)["code"] == "990001"
        done = other_home.command("doctor", "--json")
        assert done.returncode == 0, done.stdout
        assert not (other_home.home / "database").exists()
        other_home.more = {}
        with psycopg.connect(outer["url"], autocommit=True) as connection:
            connection.execute("DROP DATABASE linli_cli WITH (FORCE)")
