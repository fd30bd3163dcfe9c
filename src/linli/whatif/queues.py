"""How many cases a unit held at the same time."""

import numpy as np

from linli.whatif.histories import NONE, Histories, Numbers


def longest(histories: Histories, holder: Numbers, units: int, horizon: int) -> Numbers:
    """For each unit the most cases that it held at one instant."""
    following = histories.following
    until = np.where(following != NONE, histories.at[following], horizon)
    chosen = (holder != NONE) & (until > histories.at)
    unit, begin, end = holder[chosen], histories.at[chosen], until[chosen]
    most = np.zeros(units, dtype=np.int64)
    if not len(unit):
        return most
    who, when = np.r_[unit, unit], np.r_[begin, end]
    change = np.r_[np.ones(len(unit), dtype=np.int64), -np.ones(len(unit), dtype=np.int64)]
    order = np.lexsort((change, when, who))  # at one instant, what leaves goes first
    who, held = who[order], np.cumsum(change[order])  # each unit begins and ends at nothing
    starts = np.flatnonzero(np.r_[True, who[1:] != who[:-1]])
    most[who[starts]] = np.maximum.reduceat(held, starts)
    return most
