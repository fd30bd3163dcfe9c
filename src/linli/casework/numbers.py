"""Case numbers, taken in blocks so that writers never wait for each other. Gaps are normal."""

import threading
from collections import deque

from django.db import connection

from linli.database.context import SETTING, current_county
from linli.lib.ids import uuid7

BLOCK = 200

_lock = threading.Lock()
_stock: dict[tuple[str, str], deque[int]] = {}

_TAKE = """
INSERT INTO casework_numberblock AS block (county_id, id, series, next)
VALUES (%s, %s, %s, 1 + %s)
ON CONFLICT (county_id, series) DO UPDATE SET next = block.next + %s
RETURNING next - %s
"""


def next_number(series: str) -> int:
    """Return a number of the current county's series that nobody else has."""
    return next_numbers(series, 1)[0]


def next_numbers(series: str, count: int) -> list[int]:
    key = (current_county(), series)
    with _lock:
        stock = _stock.setdefault(key, deque())
        while len(stock) < count:
            size = max(BLOCK, count - len(stock))
            first = _take_block(*key, size)
            stock.extend(range(first, first + size))
        return [stock.popleft() for _ in range(count)]


def forget() -> None:
    """Drop the unused numbers (a test emptied the tables)."""
    with _lock:
        _stock.clear()


def _take_block(county: str, series: str, size: int) -> int:
    """Take a block in a transaction of its own: a rolled-back request must not give it back."""
    other = connection.copy(alias="numbers")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, county])
            cursor.execute(_TAKE, [county, uuid7(), series, size, size, size])
            (first,) = cursor.fetchone() or (0,)
            cursor.execute("COMMIT")
            return int(first)
    finally:
        other.close()
