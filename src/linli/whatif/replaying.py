"""The past under a draft: two sides applied to the same histories, with the times as they were."""

from dataclasses import dataclass

import numpy as np

from linli.whatif import lateness
from linli.whatif.applying import Applied, apply, suggest
from linli.whatif.histories import NONE, Flags, Histories, Numbers
from linli.whatif.sides import Side


@dataclass(frozen=True)
class Replay:
    """`horizon` is the instant up to which was looked. One row a routing moment in `suggestions`
    of both sides, in the same order.
    """

    histories: Histories
    before: Applied
    after: Applied
    horizon: int
    centre: str

    @property
    def given(self) -> Flags:
        """Routing moments at which a unit was given the case; the others are suggestions only."""
        return np.asarray(self.histories.unit[self.before.suggestions.event] != NONE)

    @property
    def chosen(self) -> Flags:
        """Where a person chose another unit than the published definition suggests."""
        actual = self.histories.unit[self.before.suggestions.event]
        return np.asarray(self.given & (actual != self.before.suggestions.unit))

    @property
    def moves(self) -> tuple[Numbers, Numbers]:
        """The unit before and after at each routing moment.

        Who followed the suggestion would follow the new one; who chose otherwise would again.
        """
        event = self.before.suggestions.event
        before = np.where(self.given, self.histories.unit[event], self.before.suggestions.unit)
        after = np.where(self.given, self.after.lead[event], self.after.suggestions.unit)
        return before, after

    def late(self, applied: Applied, clock: str) -> Flags:
        return lateness.late(self.histories, applied, clock, self.horizon)

    def counted(self, applied: Applied, clock: str) -> Flags:
        return lateness.counted(self.histories, applied, clock)

    def late_cases(self, applied: Applied) -> Flags:
        return lateness.late_cases(self.histories, applied, self.horizon)


def replay(
    histories: Histories, published: Side, draft: Side, *, centre: str, horizon: int
) -> Replay:
    """Put the histories through both definitions; `centre` is the county's own."""
    said, says = suggest(histories, published), suggest(histories, draft)
    event, actual = said.event, histories.unit[said.event]
    followed = (actual != NONE) & (actual == said.unit) & (says.unit != NONE)
    given = np.full(len(histories.kind), NONE)
    given[event] = np.where(followed, says.unit, actual)
    latest = histories.latest(histories.unit != NONE)
    lead = np.where(latest != NONE, given[latest], NONE)
    before = apply(histories, published, said, histories.lead, centre=centre)
    after = apply(histories, draft, says, lead, centre=centre, earlier=before)
    return Replay(histories, before, after, horizon, centre)
