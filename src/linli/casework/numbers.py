"""Case numbers, taken in blocks so that writers seldom wait for each other. Gaps are normal."""

import threading
from collections import deque
from dataclasses import dataclass

from django.db import connection, transaction

from linli.database.context import current_county
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
        if len(stock) >= count:
            return [stock.popleft() for _ in range(count)]
    if own := _own_rest(key, count):
        return [own.numbers.popleft() for _ in range(count)]
    first = _take_block(*key, size := max(BLOCK, count))
    transaction.on_commit(_Rest(key, deque(range(first + count, first + size))))
    return list(range(first, first + count))


def forget() -> None:
    """Drop the unused numbers (a test emptied the tables)."""
    with _lock:
        _stock.clear()


@dataclass(frozen=True)
class _Rest:
    """What is left of a block that this transaction has taken: everybody's once it has committed.

    No connection beside the transaction's own: with a pooler that lends few, all could be held by
    writers that wait for one more. A transaction that is rolled back gives the whole block back.
    """

    key: tuple[str, str]
    numbers: deque[int]

    def __call__(self) -> None:
        with _lock:
            _stock.setdefault(self.key, deque()).extend(self.numbers)


def _take_block(county: str, series: str, size: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [county, uuid7(), series, size, size, size])
        (first,) = cursor.fetchone() or (0,)
        return int(first)


def _own_rest(key: tuple[str, str], count: int) -> _Rest | None:
    waiting = (entry[1] for entry in connection.run_on_commit)
    mine = (one for one in waiting if isinstance(one, _Rest) and one.key == key)
    return next((one for one in mine if len(one.numbers) >= count), None)
