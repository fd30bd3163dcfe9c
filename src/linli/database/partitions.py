"""Monthly partitions of timeline and audit log; the application has no right on any of them."""

from datetime import date

from django.db import connection

from linli.database.rls import APP

MONTHS_AHEAD = 12


def default_partition(table: str) -> list[str]:
    """Statements that catch every row for which no month exists yet."""
    return _create(f"{table}_default", f'PARTITION OF "{table}" DEFAULT')


def month_partition(table: str, month: date) -> list[str]:
    following = _next(month)
    span = f"FROM ('{month:%Y-%m-01}') TO ('{following:%Y-%m-01}')"
    return _create(f"{table}_{month:%Y%m}", f'PARTITION OF "{table}" FOR VALUES {span}')


def ensure_ahead(today: date) -> list[str]:
    """Create the absent partitions of this and the next twelve months; return their names."""
    made = []
    with connection.cursor() as cursor:
        for table in partitioned_tables():
            month = today.replace(day=1)
            for _ in range(MONTHS_AHEAD + 1):
                name = f"{table}_{month:%Y%m}"
                if not _exists(name):
                    for statement in month_partition(table, month):
                        cursor.execute(statement)
                    made.append(name)
                month = _next(month)
    return made


def partitioned_tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'p' ORDER BY relname")
        return [row[0] for row in cursor.fetchall()]


def _exists(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f'"{name}"'])
        row = cursor.fetchone()
        return bool(row and row[0])


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _create(name: str, definition: str) -> list[str]:
    # Row-level security of a parent does not guard its partitions: nobody may reach them directly.
    return [f'CREATE TABLE "{name}" {definition}', f'REVOKE ALL ON "{name}" FROM {APP}']
