"""What somebody saw before they agreed, beside what it would be now: the same, or look again."""

from collections.abc import Sequence

from linli.lib.errors import gettext_noop

MORE_THAN_SEEN = gettext_noop(
    "Open cases have changed since: this would hit more of them than you were shown. Here is what "
    "it would do now."
)
_SLACK = 20  # a twentieth more is the same: cases come and go while somebody reads


def worse(now: Sequence[int], seen: Sequence[int]) -> bool:
    """Whether any of the counts of what hurts has grown; one that nobody saw has."""
    counts = [*seen, *[0] * len(now)]
    return any(one > was + was // _SLACK for one, was in zip(now, counts, strict=False))


def read_seen(text: str) -> tuple[int, ...]:
    """Counts as a form carries them, "3,0"; what is none is nothing that was seen."""
    parts = text.split(",") if len(text) < 100 else []
    known = all(one.isascii() and one.isdecimal() for one in parts)
    return tuple(map(int, parts)) if known else ()


def write_seen(counts: Sequence[int]) -> str:
    return ",".join(map(str, counts))
