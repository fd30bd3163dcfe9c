"""What `linli serve --production` refuses, each with its cure."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DEFAULT_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
SHORTEST_SECRET = 40


@dataclass(frozen=True)
class Finding:
    problem: str
    cure: str
    refused: bool = True  # else it is only said


def findings(address: Any, *, host: str) -> list[Finding]:
    """`host` is the address to listen on."""
    from django.conf import settings

    env = settings.ENV
    return [*_web(env, host), *_secrets(env), *_data(env), *_database(address, env)]


def _web(env: Any, host: str) -> Iterator[Finding]:
    if host not in DEFAULT_HOSTS:
        yield Finding(
            f"--host {host} is reached from outside, past the proxy and its certificate.",
            "leave --host out, and let the proxy pass requests on to 127.0.0.1",
        )
    if env.debug:
        yield Finding("LINLI_DEBUG is on: error pages show code and data.", "unset LINLI_DEBUG")
    if not set(env.host_names) - DEFAULT_HOSTS or "*" in env.host_names:
        yield Finding(
            "No host name of this installation is named.",
            "LINLI_HOSTS=centre.example.gov.cn (the name people type, no *)",
        )
    if not env.secure_origin.startswith("https://"):
        yield Finding(
            "No https origin is named, so sign-ins would cross the network in the clear.",
            "put a proxy with a certificate in front: LINLI_SECURE_ORIGIN=https://centre.example",
        )
    elif env.secure_origin.removeprefix("https://").split(":")[0] not in env.host_names:
        yield Finding(
            "The host of LINLI_SECURE_ORIGIN is not among LINLI_HOSTS.", "add it to LINLI_HOSTS"
        )


def _secrets(env: Any) -> Iterator[Finding]:
    if env.secret_key and len(env.secret_key) < SHORTEST_SECRET:
        yield Finding(
            f"LINLI_SECRET_KEY has fewer than {SHORTEST_SECRET} characters.",
            "unset it: linli then makes one of its own in secrets/django.key",
        )
    if not (env.home / "secrets" / "keyring.json").exists():
        yield Finding("There is no keyring.", f"put it back: {env.home}/secrets/keyring.json")
    elif not _has_backup_key():
        yield Finding("The keyring has no key for backups.", "put the keyring file back")
    for path in _readable(env.home):
        yield Finding(f"{path} can be read by others.", f"chmod go-rwx {path}")


def _data(env: Any) -> Iterator[Finding]:
    from linli.flows.readiness import demo_counties

    if env.demo:
        yield Finding("LINLI_DEMO is on.", "unset LINLI_DEMO")
    for code in demo_counties():
        yield Finding(
            f"The county {code} is generated, with accounts whose passwords were shown.",
            "start with a new, empty home: LINLI_HOME=…",
        )
    yield from _administrators()


def _administrators() -> Iterator[Finding]:
    from linli.flows.readiness import administrators

    counties = administrators(datetime.now(tz=UTC).date())
    if not counties:
        yield Finding(
            "There is no county: nobody could sign in.",
            "linli county create CODE --name NAME, then linli user create (docs/operations.md)",
        )
    for county, people in counties.items():
        if not people:
            yield Finding(
                f"The county {county} has no administrator.",
                f"linli user create NAME --role system_administrator --county {county}",
            )
        elif not any(people.values()):
            yield Finding(
                f"No administrator of {county} has a second factor.",
                "linli serve (without --production), sign in on this machine, set one up",
            )
        elif bare := [name for name, strong in people.items() if not strong]:
            yield Finding(
                f"{', '.join(bare)} ({county}) have no second factor yet.",
                "each is led to it at the next sign-in, before anything else",
                refused=False,
            )


def _database(address: Any, env: Any) -> Iterator[Finding]:
    from linli.cli.checks import of_database
    from linli.counties.queries import county_codes

    if not env.database_url and len(county_codes()) > 1:
        yield Finding(
            "Several counties share the embedded database.",
            "a PostgreSQL of your own, with its own backups: DATABASE_URL=…",
            refused=False,
        )
    for check in of_database(address):
        if not check.ok and check.grave:
            yield Finding(f"{check.name}: {check.found}", check.cure)


def _has_backup_key() -> bool:
    from linli.lib import keyring

    try:
        return bool(keyring.installed().of_purpose("backup"))
    except keyring.KeyringError:
        return False


def _readable(home: Path) -> list[Path]:
    """Secrets that anybody but their owner may open."""
    files = [*(home / "secrets").glob("*.json"), *(home / "secrets").glob("*.key")]
    files.append(home / "database" / "passwords.json")
    return [file for file in files if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077]
