"""Monthly partitions of timeline and audit log; the application has no right on any of them."""

from datetime import date

from django.db import connection, transaction

from linli.database.rls import APP

MONTHS_AHEAD = 12

_KEYS = """
SELECT relname, attname FROM pg_partitioned_table
JOIN pg_class ON pg_class.oid = partrelid
JOIN pg_attribute ON attrelid = partrelid AND attnum = partattrs[0]
ORDER BY relname
"""
# Rows go by way of a table of their own: one with rows could not be attached, since its links are
# looked at all together then, under row-level security, which shows the owner nothing.
_MAKE = (
    "SET LOCAL statement_timeout = 0",
    'CREATE TEMPORARY TABLE taken ON COMMIT DROP AS SELECT * FROM "{table}_default" LIMIT 0',
    """
    WITH moved AS (
        DELETE FROM "{table}_default" WHERE "{column}" >= '{begin}' AND "{column}" < '{end}'
        RETURNING *
    )
    INSERT INTO taken SELECT * FROM moved
    """,
    """
    CREATE TABLE "{name}" PARTITION OF "{table}" FOR VALUES FROM ('{begin}') TO ('{end}')
    """,
    'INSERT INTO "{name}" SELECT * FROM taken',
    "DROP TABLE taken",
)


def default_partition(table: str) -> list[str]:
    """Statements that catch every row for which no month exists yet."""
    name = f"{table}_default"
    return [f'CREATE TABLE "{name}" PARTITION OF "{table}" DEFAULT', _closed(name)]


def ensure(today: date, *, back: int = 0) -> list[str]:
    """Create the absent partitions from `back` months ago to a year ahead; return their names.

    Rows that found no month of their own get one, too.
    """
    made = []
    for table, column in _partitioned():
        around = {_shifted(today, number) for number in range(-back, MONTHS_AHEAD + 1)}
        for month in sorted(around | _waiting(table, column)):
            name = f"{table}_{month:%Y%m}"
            if not _exists(name):
                _make(name, table, column, month)
                made.append(name)
    return made


@transaction.atomic
def _make(name: str, table: str, column: str, month: date) -> None:
    """A partition with the rows of its month that the default one holds."""
    begin, end = f"{month:%Y-%m-01}", f"{_shifted(month, 1):%Y-%m-01}"
    names = {"name": name, "table": table, "column": column, "begin": begin, "end": end}
    with connection.cursor() as cursor:
        for statement in (*_MAKE, _closed(name)):
            cursor.execute(statement.format_map(names))


def _waiting(table: str, column: str) -> set[date]:
    """Months of the rows that lie in the default partition."""
    month = f"date_trunc('month', \"{column}\", 'UTC')"
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT DISTINCT {month} FROM "{table}_default"')  # noqa: S608 -- as above
        return {found.date() for (found,) in cursor.fetchall()}


def _partitioned() -> list[tuple[str, str]]:
    """Tables with the column that decides the month."""
    with connection.cursor() as cursor:
        cursor.execute(_KEYS)
        return [(str(table), str(column)) for table, column in cursor.fetchall()]


def _exists(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f'"{name}"'])
        row = cursor.fetchone()
        return bool(row and row[0])


def _shifted(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _closed(name: str) -> str:
    # Row-level security of a parent does not guard its partitions: nobody may reach them directly.
    return f'REVOKE ALL ON "{name}" FROM {APP}'
