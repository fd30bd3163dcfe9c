"""What becomes of an area's versions when a new one is laid over some of their days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linli.lib.errors import InputError, gettext_noop

WRONG_ORDER = gettext_noop("The last day, %(end)s, must come after the first, %(start)s.")
SWALLOWS = gettext_noop(
    "Between %(start)s and %(end)s the area changes already, on %(day)s: give a shorter time."
)


@dataclass(frozen=True)
class Span:
    """Days from `start` (included) to `end` (excluded; None is open); `key` names the version."""

    key: UUID | None
    start: date
    end: date | None

    def holds(self, on: date) -> bool:
        return self.start <= on and (self.end is None or self.end > on)


def laid_over(spans: Iterable[Span], start: date, end: date | None) -> list[Span]:
    """The versions afterwards; the new one has the key None. The others keep their other days.

    Without an `end` the new version holds until the next one begins. With an end, what held
    before holds again from then on. Raises InputError.
    """
    known = sorted(spans, key=lambda span: span.start)
    if end is None:
        end = next((span.start for span in known if span.start > start), None)
    elif end <= start:
        raise InputError(WRONG_ORDER, start=start, end=end)
    for span in known:
        if end is not None and start < span.start < end:
            raise InputError(SWALLOWS, start=start, end=end, day=span.start)
    pieces = [Span(None, start, end)]
    for span in known:
        pieces += _left_over(span, start, end)
    return sorted(pieces, key=lambda span: span.start)


def _left_over(span: Span, start: date, end: date | None) -> Iterable[Span]:
    if span.start < start:
        cut = start if span.end is None else min(span.end, start)
        yield Span(span.key, span.start, cut)
    if end is not None and (span.end is None or span.end > end):
        yield Span(span.key, max(span.start, end), span.end)


def cut_off(spans: Iterable[Span], on: date) -> list[Span]:
    """The versions of an area that ends on a day; what began on it or later is gone."""
    return [
        Span(span.key, span.start, on if span.end is None else min(span.end, on))
        for span in spans
        if span.start < on
    ]


def at(spans: Sequence[Span], on: date) -> Span | None:
    return next((span for span in spans if span.holds(on)), None)
