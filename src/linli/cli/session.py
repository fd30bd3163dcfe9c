"""Makes a command ready to work: settings, a running database, translations."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from linli.cli.output import say

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")


@contextmanager
def ready(*, quiet: bool = True) -> Iterator[Any]:
    """Set up Django beside a running server of this home, or start one for the command's duration.

    Yields the database's address; the process works as the role `app`.
    """
    from django.conf import settings

    from linli.database.server import external, running

    env = settings.ENV
    if env.database_url:
        passwords = {"app": "", "owner": env.owner_password, "backup": env.backup_password}
        address = external(env.database_url, passwords | _app_password(env.database_url))
        yield from _with(address)
        return
    with running(env.home, say=(lambda _: None) if quiet else say) as address:
        yield from _with(address)


def with_cure(words: str) -> str:
    """An outer PostgreSQL asks the owner's and the backup role's passwords of us."""
    if "no password supplied" not in words:
        return words
    names = "LINLI_OWNER_PASSWORD for migrate and restore, LINLI_BACKUP_PASSWORD for backup"
    return f"{words.strip()}\nSet {names}: `linli database setup` printed them."


def _with(address: Any) -> Iterator[Any]:
    import django

    from linli.lib.translations import compile_all

    compile_all()
    django.setup()
    from linli.database.login import connect_as

    connect_as(address, "app")
    yield address


def _app_password(url: str) -> dict[str, str]:
    from psycopg.conninfo import conninfo_to_dict

    return {"app": str(conninfo_to_dict(url).get("password") or "")}
