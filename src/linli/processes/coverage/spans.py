"""Whether the steps of a matter fit into the time of the whole, whenever it begins."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import gt, sub
from typing import NamedTuple

from linli.calendars import Duration, Unit, deadline
from linli.processes.coverage.county import County
from linli.processes.coverage.gaps import At, Code, Example, Gap, Mend
from linli.processes.coverage.instants import monday
from linli.processes.definition import Definition, Whole
from linli.processes.routing_table import hour_of_week
from linli.processes.vocabulary import HANDLE


def span_gaps(definition: Definition, county: County, starts: Sequence[datetime]) -> Iterator[Gap]:
    """At each severity, with each time that anything gives for handling, from each instant; of
    those that do not fit the one that lasts longest is told.
    """
    whole = definition.whole
    for severity in definition.severities if whole else ():
        if whole is not None:
            yield from _Steps(definition, county, whole, severity).gaps(starts)


class _Lasting(NamedTuple):
    """A time that may be given for handling, what gives it, when the last step is done then."""

    handle: Duration
    givers: list[Mend]
    done: Sequence[datetime]


@dataclass(frozen=True)
class _Steps:
    """The steps that follow each other at one severity."""

    definition: Definition
    county: County
    whole: Whole
    severity: str

    def gaps(self, starts: Sequence[datetime]) -> Iterator[Gap]:
        allowed = self.whole.by_severity.get(self.severity)
        if allowed is None:
            params: dict[str, object] = {"subject": self.severity, "severity": self.severity}
            params["needed"] = self._needed(starts, Unit.WORKING_DAYS)
            yield Gap(Code.NO_WHOLE, Mend(At.WHOLE), params)
            return
        ends = [deadline(start, allowed, self.county.calendar) for start in starts]
        late = [one for one in self._lasting(starts) if any(map(gt, one.done, ends))]
        if late:
            handle, givers, done = max(late, key=lambda one: max(map(sub, one.done, ends)))
            first = next(n for n, end in enumerate(ends) if done[n] > end)
            params = {
                "subject": self.severity,
                "severity": self.severity,
                "handle": handle,
                "whole": allowed,
                "givers": tuple(givers),
                "done": self.county.calendar.local(done[first]),
                "end": self.county.calendar.local(ends[first]),
                "needed": self._needed(starts, allowed.unit),
            }
            yield Gap(
                Code.STEPS_TOO_LONG, givers[0], params, self._example(starts[first], givers[0])
            )

    def _lasting(self, starts: Sequence[datetime]) -> Iterator[_Lasting]:
        for handle, givers in self._handling().items():
            yield _Lasting(handle, givers, self._done(starts, handle))

    def _needed(self, starts: Sequence[datetime], unit: Unit) -> Duration:
        """The shortest time for the whole in which all of them fit."""
        every = (one.done for one in self._lasting(starts))
        done = [max(ends) for ends in zip(*every, strict=True)]

        def suffices(amount: int) -> bool:
            allowed = Duration(amount, unit)
            pairs = zip(starts, done, strict=True)
            return all(end <= deadline(one, allowed, self.county.calendar) for one, end in pairs)

        enough = 1
        while not suffices(enough):
            enough *= 2
        amounts = range(enough // 2 + 1, enough)
        return Duration(enough // 2 + 1 + bisect_left(amounts, True, key=suffices), unit)

    def _handling(self) -> Mapping[Duration, list[Mend]]:
        """Every time that may be given for handling, and what gives it."""
        own = self.definition.clocks[HANDLE].by_severity if HANDLE in self.whole.along else {}
        if self.severity not in own:
            return {Duration.parse("0 hours"): [Mend(At.WHOLE)]}
        found = {own[self.severity]: [Mend(At.CLOCK, HANDLE)]}
        for kind in self.county.kinds:
            given = kind.durations.get(self.severity, {}).get(HANDLE)
            if given is not None:
                found.setdefault(given, []).append(Mend(At.CATEGORY, kind.code))
        for rule in self.definition.routing:
            applies = not rule.when.severities or self.severity in rule.when.severities
            if rule.handle is not None and applies:
                found.setdefault(rule.handle, []).append(Mend(At.RULE, rule.key))
        return found

    def _done(self, starts: Sequence[datetime], handle: Duration) -> Sequence[datetime]:
        """When the last step is done at the latest, if each takes the time that it may."""
        done = starts
        for name in self.whole.along:
            clock = self.definition.clocks[name]
            allowed = handle if name == HANDLE else clock.by_severity.get(self.severity)
            if allowed is not None:
                calendar = self.county.calendar.calendar_for(clock.calendar, "")
                done = [deadline(one, allowed, calendar) for one in done]
        return done

    def _example(self, start: datetime, giver: Mend) -> Example:
        local = self.county.calendar.local(start)
        return Example(
            category=giver.key if giver.at is At.CATEGORY else "",
            severity=self.severity,
            hour=hour_of_week(local),
            monday=monday(local.date()),
        )
