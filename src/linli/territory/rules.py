"""Official division codes, and what changes between two editions of a county's divisions.

A code is kept short: 6 digits for the county, 9 for a township, 12 for a village, 15 for a
grid, so that a code begins with the code of everything above it. Published lists pad with
zeros to 12 digits. Sources: GB/T 2260 (county) and the statistical office's segments.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from linli.lib.errors import InputError, gettext_noop
from linli.territory.enums import ChangeKind, DivisionKind, DivisionLevel

LEVEL_OF_LENGTH = {
    6: DivisionLevel.COUNTY,
    9: DivisionLevel.TOWNSHIP,
    12: DivisionLevel.VILLAGE,
    15: DivisionLevel.GRID,
}
LENGTH_OF_LEVEL = {level: length for length, level in LEVEL_OF_LENGTH.items()}
TOWNSHIP_SEGMENTS = (
    (1, 99, DivisionKind.SUB_DISTRICT),
    (100, 199, DivisionKind.TOWN),
    (200, 399, DivisionKind.TOWNSHIP),
    (400, 599, DivisionKind.ENTERPRISE_RUN),
)
# From general knowledge, not from a published text: a mismatch is noted, never refused.
VILLAGE_SEGMENTS = (
    (1, 199, DivisionKind.RESIDENTS_COMMITTEE),
    (200, 399, DivisionKind.VILLAGE_COMMITTEE),
    (400, 999, DivisionKind.STATISTICAL),
)
ROUNDED_CODE = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")  # 5.30128E+11
STATISTICAL_KINDS = frozenset({DivisionKind.ENTERPRISE_RUN, DivisionKind.STATISTICAL})
NAME_ENDINGS = re.compile(
    r"(?:社区)?(?:村民委员会|居民委员会|管理委员会|村委会|居委会|村民小组|办事处)$|(?:社区|村)$"
)

NOT_DIGITS = gettext_noop("“%(code)s” is not an official code: 6, 9, 12 or 15 digits.")
WRONG_LENGTH = gettext_noop("“%(code)s” has %(length)d digits; a code here has %(expected)d.")
NOT_UNDER_PARENT = gettext_noop("“%(code)s” does not begin with the code above it, %(parent)s.")
NO_SUCH_SEGMENT = gettext_noop(
    "“%(code)s”: segment %(segment)s is none of a township level (001-599)."
)
ROUNDED = gettext_noop(
    "“%(code)s” is a code that a spreadsheet has rounded: make its column text and enter the codes "
    "anew."
)
NO_DIVISIONS = gettext_noop(
    "The county's own code, %(county)s, is not the official one of six digits, which the codes of "
    "its divisions begin with. Give its areas by a map."
)
ZERO_SEGMENT = gettext_noop("“%(code)s”: the last three digits may not be 000.")


@dataclass(frozen=True, order=True)
class DivisionRow:
    """A division as one edition has it; the code is short, as above."""

    code: str
    name: str

    @property
    def level(self) -> DivisionLevel:
        return level_of(self.code)

    @property
    def parent(self) -> str | None:
        return parent_code(self.code)

    @property
    def statistical(self) -> bool:
        """Only counted, never a governing unit."""
        return is_statistical(self.code)


@dataclass(frozen=True)
class Change:
    """One change; `before` is empty for an added division, `after` for a removed one."""

    kind: ChangeKind
    before: DivisionRow | None
    after: DivisionRow | None

    @property
    def subject(self) -> DivisionRow:
        subject = self.after or self.before
        if subject is None:
            raise ValueError(self)
        return subject


@dataclass(frozen=True)
class ChangeSet:
    """What an import would do. `moved` pairs an added and a removed code of the same name."""

    added: tuple[Change, ...]
    removed: tuple[Change, ...]
    renamed: tuple[Change, ...]
    moved: tuple[Change, ...]
    unchanged: int

    @cached_property
    def counts(self) -> Mapping[DivisionLevel, Mapping[ChangeKind, int]]:
        """How many changes of each kind, by level; levels and kinds without any have zeros."""
        levels = (DivisionLevel.TOWNSHIP, DivisionLevel.VILLAGE)
        table = {level: dict.fromkeys(ChangeKind, 0) for level in levels}
        for change in (*self.added, *self.removed, *self.renamed, *self.moved):
            row = table.setdefault(change.subject.level, dict.fromkeys(ChangeKind, 0))
            row[change.kind] += 1
        return table

    @property
    def empty(self) -> bool:
        return not (self.added or self.removed or self.renamed)


def short_code(code: str) -> str:
    """530128001000 -> 530128001; raises InputError for what cannot be an official code."""
    if not is_official(code):
        raise InputError(ROUNDED if ROUNDED_CODE.fullmatch(code) else NOT_DIGITS, code=code)
    while len(code) == 12 and code.endswith("000"):  # only published lists pad, and only to 12
        code = code[:9]
        if code.endswith("000"):
            code = code[:6]
    return code


def is_official(code: str) -> bool:
    """Whether the code has the form of an official one; a county may also give its own."""
    return code.isascii() and code.isdecimal() and len(code) in LEVEL_OF_LENGTH


def level_of(code: str) -> DivisionLevel:
    return LEVEL_OF_LENGTH[len(code)]


def parent_code(code: str) -> str | None:
    """530128001201 -> 530128001; None above the county."""
    return code[:-3] if len(code) > 6 else None


def check_code(code: str, level: DivisionLevel, parent: str | None = None) -> str:
    """The short code, if it is one of this level and lies under `parent` (also short).

    Raises InputError. A grid's 15 digits are checked against its village's 12.
    """
    short = short_code(code)
    expected = LENGTH_OF_LEVEL[level]
    if len(short) != expected:
        raise InputError(WRONG_LENGTH, code=code, length=len(short), expected=expected)
    if parent is not None and not short.startswith(parent):
        raise InputError(NOT_UNDER_PARENT, code=code, parent=parent)
    if level is not DivisionLevel.COUNTY and short.endswith("000"):
        raise InputError(ZERO_SEGMENT, code=code)
    if level is DivisionLevel.TOWNSHIP and kind_of(short) is None:
        raise InputError(NO_SUCH_SEGMENT, code=code, segment=short[-3:])
    return short


def kind_of(code: str) -> DivisionKind | None:
    """What the segment of a township's or a village's code says; None for counties and grids."""
    segments = {9: TOWNSHIP_SEGMENTS, 12: VILLAGE_SEGMENTS}.get(len(code), ())
    segment = int(code[-3:])
    return next((kind for low, high, kind in segments if low <= segment <= high), None)


def is_statistical(code: str) -> bool:
    """True for enterprise-run areas and everything under them: counted, never governing."""
    return any(
        kind_of(code[:length]) in STATISTICAL_KINDS for length in (9, 12) if len(code) >= length
    )


def changes(current: Sequence[DivisionRow], incoming: Sequence[DivisionRow]) -> ChangeSet:
    """What must happen to `current` to become `incoming`; both have each code once."""
    before = {row.code: row for row in current}
    after = {row.code: row for row in incoming}
    added = [after[code] for code in sorted(after.keys() - before.keys())]
    removed = [before[code] for code in sorted(before.keys() - after.keys())]
    both = sorted(before.keys() & after.keys())
    renamed = [code for code in both if before[code].name != after[code].name]
    return ChangeSet(
        added=tuple(Change(ChangeKind.ADDED, None, row) for row in added),
        removed=tuple(Change(ChangeKind.REMOVED, row, None) for row in removed),
        renamed=tuple(Change(ChangeKind.RENAMED, before[code], after[code]) for code in renamed),
        moved=tuple(_moves(removed, added)),
        unchanged=len(both) - len(renamed),
    )


def name_stem(name: str) -> str:
    """The name without what kind of body it is: 崇德社区居民委员会 -> 崇德."""
    return NAME_ENDINGS.sub("", name) or name


def _moves(removed: Iterable[DivisionRow], added: Iterable[DivisionRow]) -> list[Change]:
    """Pairs with the same stem on the same level; a stem that stands twice is left unpaired."""
    old, new = _by_stem(removed), _by_stem(added)
    pairs = [
        (old[key][0], new[key][0]) for key in old if len(old[key]) == len(new.get(key, ())) == 1
    ]
    return [Change(ChangeKind.MOVED, before, after) for before, after in sorted(pairs)]


def _by_stem(rows: Iterable[DivisionRow]) -> dict[tuple[DivisionLevel, str], list[DivisionRow]]:
    groups: dict[tuple[DivisionLevel, str], list[DivisionRow]] = {}
    for row in rows:
        groups.setdefault((row.level, name_stem(row.name)), []).append(row)
    return groups
