"""How fast one key may ask: a bucket of requests for each, in each web process."""

import time
from collections.abc import Callable, Hashable
from threading import Lock


class TooFastError(Exception):
    """More requests than the key's bucket holds; `seconds` until there is room for the next."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Buckets:
    """Each key's bucket holds `burst` requests and fills again with `rate` of them a second.

    In memory: a limit shared by the processes would cost a write at every request, and the promised
    rate is what a key may do at least.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._left: dict[Hashable, tuple[float, float]] = {}

    def take(self, key: Hashable, *, rate: float, burst: float) -> None:
        """Take one request out of a key's bucket; raises TooFastError. A rate of 0 is no limit."""
        if not rate:
            return
        with self._lock:
            now = self._clock()
            left, then = self._left.get(key, (burst, now))
            left = min(burst, left + (now - then) * rate)
            allowed = left >= 1
            self._left[key] = (left - 1 if allowed else left, now)
        if not allowed:
            raise TooFastError((1 - left) / rate)
