"""Takes from the application the right to change what a model declares `append_only`."""

from django.apps import apps
from django.db import connection

from linli.database.rls import append_only


def append_only_tables() -> list[str]:
    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if getattr(model, "append_only", False) and model._meta.managed
    )


def enforce() -> None:
    """Run by the owner after every migration; a new table is closed before the first request."""
    with connection.cursor() as cursor:
        for table in append_only_tables():
            cursor.execute(append_only(connection.ops.quote_name(table)))
