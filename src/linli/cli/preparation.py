"""What has to be done once before serving: static files, partitions, a look at migrations."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def collect_static() -> bool:
    """Hash and compress the static files of this version; False when that was done before."""
    from django.core.management import call_command

    if static_collected():
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    _stamp().touch()
    return True


def static_collected() -> bool:
    from django.conf import settings

    newest = max(file.stat().st_mtime for file in settings.PACKAGE.glob("**/static/**/*"))
    return _stamp().exists() and _stamp().stat().st_mtime >= newest


def _stamp() -> Path:
    from django.conf import settings

    from linli import __version__

    return Path(settings.STATIC_ROOT, f"{__version__}.stamp")


def pending_migrations() -> list[str]:
    """Names of the migrations that this version has and the database has not."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def ensure_partitions(address: Any, *, back: int = 0) -> None:
    """A year of months ahead at every start, and `back` months; only the owner may make them."""
    if not address.passwords.get("owner"):
        return
    from linli.database import partitions
    from linli.database.login import acting_as

    with acting_as(address, "owner"):
        partitions.ensure(datetime.now(tz=UTC).date(), back=back)
