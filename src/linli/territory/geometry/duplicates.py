"""Features that carry the same code: parts of one area, or a mistake."""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import shapely

from linli.lib.errors import InputError, gettext_noop
from linli.territory.geometry.shapes import AreaShape
from linli.territory.rules import LEVEL_OF_LENGTH

TWICE = gettext_noop("Feature %(feature)d: the code %(code)s stands already at feature %(first)d.")
PARTS = gettext_noop("Features %(features)s have the code %(code)s and are read as one area.")


class Numbered(NamedTuple):
    """An area with the number of its feature in the file, from 1."""

    feature: int
    area: AreaShape


Merged = tuple[tuple[AreaShape, ...], list[InputError], list[InputError]]


def merged(shapes: Sequence[Numbered]) -> Merged:
    """Areas with each code once, faults and notes.

    Several features of one code are parts of one area when name and ground agree: the same
    name, no overlap. An official code must stand once.
    """
    groups: dict[str, list[Numbered]] = {}
    for numbered in shapes:
        groups.setdefault(numbered.area.code, []).append(numbered)
    areas: list[AreaShape] = []
    faults: list[InputError] = []
    notes: list[InputError] = []
    for code, group in groups.items():
        first = group[0]
        areas.append(first.area)
        if len(group) == 1:
            continue
        if _are_parts(group):
            geometry = shapely.union_all([part.area.geometry for part in group])
            areas[-1] = AreaShape(code, first.area.name, geometry)
            numbers = [part.feature for part in group]
            notes.append(InputError(PARTS, features=numbers, code=code))
        else:
            place = {"code": code, "first": first.feature}
            faults += [InputError(TWICE, feature=twin.feature, **place) for twin in group[1:]]
    return tuple(areas), faults, notes


def _are_parts(group: Sequence[Numbered]) -> bool:
    code = group[0].area.code
    if code.isdecimal() and len(code) in LEVEL_OF_LENGTH:
        return False
    if len({part.area.name for part in group}) > 1:
        return False
    shapes = [part.area.geometry for part in group]
    return all(a.intersection(b).area == 0 for a, b in combinations(shapes, 2))
