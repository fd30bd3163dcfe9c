"""Intervals: a bootstrap over whole weeks for the past, Student's t over replications."""

import math
import warnings
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Amounts = npt.NDArray[np.float64]
ROUNDS = 2_000
LEVEL = 0.95
FEWEST_WEEKS = 8
"""With fewer weeks the weeks themselves say too little of how weeks differ: no interval."""


class Interval(NamedTuple):
    """A figure between two bounds; they are None where nothing can be said."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def to_json(self) -> dict[str, float | None]:
        return {name: None if v is None else round(v, 4) for name, v in self._asdict().items()}


def differences(
    before: Amounts, after: Amounts, of: tuple[Amounts, Amounts], *, seed: int
) -> list[Interval]:
    """Give after / of[1] - before / of[0], in percentage points, for each column (weeks are rows).

    Cases of a week share weather, holidays and queues, so whole weeks are drawn, with replacement:
    percentiles of ROUNDS such draws.
    """
    weeks = len(before)
    values = _points(before.sum(0), after.sum(0), of[0].sum(0), of[1].sum(0))
    if weeks < FEWEST_WEEKS:
        return [Interval(_known(value)) for value in values]
    drawn = np.random.default_rng(seed).multinomial(weeks, np.full(weeks, 1 / weeks), size=ROUNDS)
    weights = drawn.astype(np.float64)
    found = _points(weights @ before, weights @ after, weights @ of[0], weights @ of[1])
    tail = (1 - LEVEL) / 2 * 100
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a group without a case in any draw
        low, high = (_percentile(found, share) for share in (tail, 100 - tail))
    return [
        Interval(_known(value), _known(a), _known(b))
        for value, a, b in zip(values, low, high, strict=True)
    ]


def mean_interval(values: Sequence[float]) -> Interval:
    """The mean of independent replications with its interval by Student's t."""
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return Interval(None)
    mean = math.fsum(known) / len(known)
    if len(known) < 2:
        return Interval(mean)
    spread = math.sqrt(math.fsum((one - mean) ** 2 for one in known) / (len(known) - 1))
    half = student_t(len(known) - 1) * spread / math.sqrt(len(known))
    return Interval(mean, mean - half, mean + half)


def student_t(freedom: int) -> float:
    """The 97.5 % point: exact for one and two degrees, else the expansion of Cornish and Fisher.

    It is within 0.6 % at three degrees and within 0.05 % from five on.
    """
    level = (1 + LEVEL) / 2
    if freedom == 1:
        return math.tan(math.pi * (level - 0.5))
    if freedom == 2:
        spread = 4 * level * (1 - level)
        return 2 * (level - 0.5) * math.sqrt(2 / spread)
    z = NormalDist().inv_cdf(level)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + math.fsum(term / freedom**power for power, term in enumerate(terms, 1))


def _points(before: Amounts, after: Amounts, of: Amounts, then_of: Amounts) -> Amounts:
    with np.errstate(all="ignore"):
        return np.asarray(100 * (after / then_of - before / of))


def _percentile(found: Amounts, share: float) -> Amounts:
    """Without the draws in which a group had no case."""
    return np.asarray(np.ma.filled(np.nanpercentile(found, share, axis=0), np.nan))


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
