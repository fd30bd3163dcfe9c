"""Numbers of cases: nobody has the same, and a block goes with its transaction."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from django.db import connection, transaction

from linli.casework.models import NumberBlock
from linli.casework.numbers import BLOCK, forget, next_number, next_numbers
from linli.database.context import county_context
from tests.conftest import A, B

SERIES = "incident-2026"


class Refused(Exception):  # noqa: N818 -- thrown to roll back
    pass


def _taken() -> int:
    with county_context(A):
        return sum(NumberBlock.objects.filter(series=SERIES).values_list("next", flat=True))


def test_one_transaction_goes_on_with_its_own_block(committed):
    with county_context(A):
        assert [next_number(SERIES) for _ in range(3)] == [1, 2, 3]
        assert next_numbers(SERIES, BLOCK) == list(range(BLOCK + 1, 2 * BLOCK + 1))
        assert next_number(SERIES) == 4
    with county_context(A):
        assert next_number(SERIES) == 5, "the rest is everybody's after the commit"
    assert _taken() == 2 * BLOCK + 1


def test_what_is_rolled_back_takes_no_number(committed):
    with suppress(Refused), county_context(A):
        assert next_number(SERIES) == 1
        raise Refused
    with county_context(A):
        with suppress(Refused), transaction.atomic():
            assert next_number(SERIES) == 1
            raise Refused
        assert next_number(SERIES) == 1
    assert _taken() == BLOCK + 1


def test_counties_and_years_count_by_themselves(committed):
    for code in (A, B):
        with county_context(code):
            assert (next_number(SERIES), next_number("incident-2027")) == (1, 1)


def test_sixteen_writers_never_have_the_same_number(committed):
    def take(turn: int) -> list[int]:
        try:
            if turn % 7 == 0:
                forget()  # another process, with nothing in stock
            with county_context(A):
                return next_numbers(SERIES, 1 + turn % 3)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        found = [number for taken in pool.map(take, range(120)) for number in taken]
    assert len(found) == len(set(found)) == sum(1 + turn % 3 for turn in range(120))
