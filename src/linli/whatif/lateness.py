"""Which deadlines were missed on one side: by run of a clock, and by case."""

import numpy as np

from linli.whatif.applying import WHOLE, Applied
from linli.whatif.histories import NONE, Flags, Histories


def counted(histories: Histories, applied: Applied, clock: str) -> Flags:
    """Runs that were due at all; of cases taken over closed the whole alone is known."""
    timed = applied.clocks[clock]
    own = ~histories.adopted[histories.case[timed.runs.start]]
    return np.asarray((timed.due != NONE) & (own | (clock == WHOLE)))


def late(histories: Histories, applied: Applied, clock: str, horizon: int) -> Flags:
    """Those of them that ended late, or were still open at the horizon after they were due."""
    timed = applied.clocks[clock]
    ended = np.where(timed.runs.end != NONE, histories.at[timed.runs.end], horizon)
    return counted(histories, applied, clock) & np.asarray(ended > timed.due)


def late_cases(histories: Histories, applied: Applied, horizon: int) -> Flags:
    """Cases in which a deadline of any step passed before the step was taken."""
    found = np.zeros(len(histories), dtype=np.bool_)
    for clock, timed in applied.clocks.items():
        if clock != WHOLE:
            starts = timed.runs.start[late(histories, applied, clock, horizon)]
            found[histories.case[starts]] = True
    return found
