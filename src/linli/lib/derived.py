"""What is made of something remembered, kept exactly as long as that is."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Derived(Generic[T]):
    """One value for each key. A source that was read anew is another object: then it is made anew.

    The keys are few: a county, a language.
    """

    def __init__(self, make: Callable[..., T]) -> None:
        self._make = make
        self._kept: dict[Hashable, tuple[object, T]] = {}

    def of(self, source: object, *key: Hashable) -> T:
        """The value made of `source`; `key` says of whose, and in which language."""
        kept = self._kept.get(key)
        if kept is None or kept[0] is not source:
            kept = self._kept[key] = (source, self._make(source))
        return kept[1]
