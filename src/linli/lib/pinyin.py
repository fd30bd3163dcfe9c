"""Search and sort keys for Chinese names: full pinyin, initials, and an order for lists."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

MAX_READINGS = 16  # of one name; a longer product keeps the likely readings first
MAX_READINGS_PER_CHARACTER = 3
# A list is previewed and then applied, and every village has its 第一网格.
KEPT = 4096  # names


@dataclass(frozen=True)
class PinyinKeys:
    """Readings of one name, the likeliest first; lower case, without spaces or tones."""

    full: tuple[str, ...]
    initials: tuple[str, ...]


@lru_cache(maxsize=KEPT)
def search_keys(name: str) -> PinyinKeys:
    """屏山 -> ("pingshan",), ("ps",). Polyphones give several; Latin and digits stay."""
    text = _plain(name)
    readings = [tuple(joined) for joined in _combinations(_syllables(text))]
    full = dict.fromkeys("".join(reading) for reading in readings)
    initials = dict.fromkeys(
        "".join(s if _is_latin(c) else s[:1] for c, s in zip(_units(text), reading, strict=True))
        for reading in readings
    )
    return PinyinKeys(tuple(full), tuple(initials))


def joined(keys: Sequence[str], limit: int) -> str:
    """Keys on one line, the likeliest first, as many whole ones as `limit` characters hold."""
    line = keys[0][:limit] if keys else ""
    for key in keys[1:]:
        if len(line) + 1 + len(key) > limit:
            break
        line += f" {key}"
    return line


def search_text(name: str) -> str:
    """One line to search in: the name and all its keys, separated by spaces."""
    keys = search_keys(name)
    return " ".join(dict.fromkeys((_plain(name), *keys.full, *keys.initials)))


@lru_cache(maxsize=KEPT)
def sort_key(name: str) -> str:
    """An order by pinyin with tones, then by character; compare bytewise (collation "C")."""
    from pypinyin import Style, lazy_pinyin

    text = _plain(name)
    syllables = lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True, tone_sandhi=False)
    return " ".join(syllables) + "\x00" + text


def _plain(name: str) -> str:
    """Full-width forms become half-width, blanks and case disappear."""
    return "".join(unicodedata.normalize("NFKC", name).lower().split())


def _is_latin(unit: str) -> bool:
    return unit.isascii()


@lru_cache(maxsize=KEPT)
def _readings(character: str) -> tuple[str, ...]:
    from pypinyin import Style, pinyin

    found: list[list[Any]] = pinyin(character, style=Style.NORMAL, heteronym=True, v_to_u=False)
    return tuple(str(reading) for reading in found[0])


def _units(text: str) -> list[str]:
    """Chinese characters one by one, runs of Latin and digits as one unit."""
    units: list[str] = []
    for character in text:
        if units and _is_latin(character) and _is_latin(units[-1]):
            units[-1] += character
        else:
            units.append(character)
    return units


def _syllables(text: str) -> list[tuple[str, ...]]:
    """For each unit its readings; the first is the one that fits the word it stands in."""
    from pypinyin import Style, lazy_pinyin

    units = _units(text)
    likely = lazy_pinyin(text, style=Style.NORMAL)
    if len(likely) != len(units):  # punctuation runs are grouped in another way
        likely = [lazy_pinyin(unit, style=Style.NORMAL)[0] for unit in units]
    return [
        (unit,)
        if _is_latin(unit)
        else tuple(dict.fromkeys((first, *_readings(unit))))[:MAX_READINGS_PER_CHARACTER]
        for unit, first in zip(units, likely, strict=True)
    ]


def _combinations(syllables: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """All readings while they are few, then only the likely one of each further character.

    The first characters keep theirs: place names are told apart by them.
    """
    kept = list(syllables)
    size, last = 1, len(kept)
    for index, options in enumerate(kept):
        if size * len(options) > MAX_READINGS:
            last = index
            break
        size *= len(options)
    kept[last:] = [options[:1] for options in kept[last:]]
    return list(product(*kept))
