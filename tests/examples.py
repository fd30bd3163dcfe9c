"""How much of a long property is tried: all of it in `make test`, a quarter in `make check`.

`LINLI_EXAMPLES` is the share; 100 tries a hundred times as much, for a night.
"""

import os
from collections.abc import Sequence
from typing import TypeVar

SHARE = float(os.environ.get("LINLI_EXAMPLES", "1"))
T = TypeVar("T")


def examples(number: int) -> int:
    """For `max_examples` of a property."""
    return max(1, round(number * SHARE))


def some(cases: Sequence[T]) -> Sequence[T]:
    """For a loop over everything: every fourth of them in `make check`."""
    return cases[:: max(1, round(1 / SHARE))]
