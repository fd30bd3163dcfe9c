"""One change of a document: document -> change -> document. Every form of the editor ends here.

A document is plain data as YAML has it. Order and both languages stay; comments are not kept.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, TypeVar

from linli.processes.faults import Place
from linli.processes.fixed import kept
from linli.processes.loading import Examined, examine_document
from linli.processes.reading import Document
from linli.processes.vocabularies import Vocabulary

LISTED = frozenset({"routing"})  # sections whose parts are a list, each with its `key`
KEY_LENGTH = 30
T = TypeVar("T")


class NoPlaceError(LookupError):
    """A change of a part that is not there (any more)."""


@dataclass(frozen=True, slots=True)
class Revise:
    """Set attributes of the part at `place`; None removes one. A part that is not there is made."""

    place: Place
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Drop:
    """Remove a part; lists that name it forget it, and what cannot be without it goes as well."""

    place: Place


@dataclass(frozen=True, slots=True)
class Shift:
    """Move a part among its siblings, by so many places down (negative: up)."""

    place: Place
    by: int


@dataclass(frozen=True, slots=True)
class Copy:
    """A second part like the one at `place`, right after it, with a key and names of its own."""

    place: Place
    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


Change = Revise | Drop | Shift | Copy


@dataclass(frozen=True, slots=True)
class Edited:
    """The document afterwards, and what is wrong with it: faults bar publishing, not keeping."""

    document: Document
    examined: Examined

    def faults_at(self, place: Place) -> list[Any]:
        return [one for one in self.examined.faults if one.place[: len(place)] == place]


def edit(document: Document, changes: Iterable[Change], fixed: Vocabulary | None = None) -> Edited:
    """Make changes one after the other. Raises NoPlaceError; `document` itself stays as it is."""
    changed = deepcopy(document)
    for change in changes:
        _EDITS[type(change)](changed, change)
    return Edited(changed, examine_document(changed, fixed=fixed))


def part_at(document: Document, place: Place) -> Any:
    """The part at a place. Raises NoPlaceError."""
    found: Any = document
    for name in place:
        found = _child(found, name)
    return found


def key_for(words: str, taken: Iterable[str], otherwise: str) -> str:
    """A key out of an English name that no sibling has."""
    plain = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:KEY_LENGTH].rstrip("_")
    stem = plain if plain[:1].isalpha() else otherwise
    used, number, key = set(taken), 1, stem
    while key in used:
        number += 1
        key = f"{stem[: KEY_LENGTH - 4]}_{number}"
    return key


def siblings(document: Document, section: str) -> list[str]:
    """The keys of a section's parts, in order."""
    parts = document.get(section)
    if isinstance(parts, list):
        return [str(one.get("key")) for one in parts if isinstance(one, dict)]
    return list(parts) if isinstance(parts, dict) else []


def gone(before: Document, after: Document) -> list[Place]:
    """The parts that a change has removed, in the order of the document."""
    return [
        (section, key)
        for section in before
        for key in siblings(before, section)
        if key not in siblings(after, section)
    ]


def _revise(document: Document, change: Revise) -> None:
    values = _tidy(kept(change.place, change.values, document))
    if not change.place:
        _merge(document, values)
        return
    *above, key = change.place
    home = _home(document, tuple(above))
    old = _found(home, key)
    part = {} if old is None else old
    _merge(part, values)
    if old is None:
        _add(home, key, part)


def _drop(document: Document, change: Drop) -> None:
    *above, key = change.place
    home = part_at(document, tuple(above))
    if isinstance(home, list):
        home.remove(_child(home, key))
    else:
        _child(home, key)
        del home[key]
    _forget(document, change.place)


def _shift(document: Document, change: Shift) -> None:
    *above, key = change.place
    home = part_at(document, tuple(above))
    keys = siblings({"": home}, "")
    if key not in keys:
        raise NoPlaceError(".".join(change.place))
    before = keys.index(key)
    after = max(0, min(len(keys) - 1, before + change.by))
    if isinstance(home, list):
        home.insert(after, home.pop(before))
        return
    keys.insert(after, keys.pop(before))
    _reorder(home, keys)


def _copy(document: Document, change: Copy) -> None:
    *above, key = change.place
    home = part_at(document, tuple(above))
    copy = deepcopy(_child(home, key))
    _merge(copy, _tidy(change.values))
    if isinstance(home, list):
        place = siblings({"": home}, "").index(key) + 1
        home.insert(place, {**copy, "key": change.key})
        return
    keys = list(home)
    keys.insert(keys.index(key) + 1, change.key)
    home[change.key] = copy
    _reorder(home, keys)


_EDITS: Mapping[type[Any], Callable[[Document, Any], None]] = {
    Revise: _revise,
    Drop: _drop,
    Shift: _shift,
    Copy: _copy,
}
# Where lists name parts of a section: (section, attribute); `limits.after` is a mapping.
_NAMED_BY: Mapping[str, tuple[tuple[str, str], ...]] = {
    "states": (("transitions", "from"), ("clocks", "runs_in"), ("clocks", "paused_in")),
    "clocks": (("stop_clocks", "clocks"), ("transitions", "resets")),
}
# A deadline runs somewhere, a reason stops something: without, no document can be read.
_NEVER_EMPTY = frozenset({("clocks", "runs_in"), ("stop_clocks", "clocks")})


def _forget(document: Document, place: Place) -> None:
    if len(place) != 2:
        return
    section, key = place
    for other, attribute in _NAMED_BY.get(section, ()):
        for name in siblings(document, other):
            _strike(document, (other, name), attribute, key)
    if section == "clocks" and isinstance(document.get("whole"), dict):
        along = document["whole"].get("along")
        document["whole"]["along"] = [one for one in along or [] if one != key]
    if section == "transitions":
        for step in _parts(document, section):
            _forget_step(step, key)


def _strike(document: Document, place: Place, attribute: str, key: str) -> None:
    part = part_at(document, place)
    names = part.get(attribute) if isinstance(part, dict) else None
    if not isinstance(names, list) or key not in names:
        return
    names.remove(key)
    if not names and (place[0], attribute) in _NEVER_EMPTY:
        _drop(document, Drop(place))


def _forget_step(step: Document, key: str) -> None:
    limits = step.get("limits")
    after = limits.get("after") if isinstance(limits, dict) else None
    if isinstance(after, dict) and key in after:
        del after[key]
        if not after:
            del step["limits"]["after"]
        if not step["limits"]:
            del step["limits"]


def _parts(document: Document, section: str) -> list[Document]:
    parts = document.get(section)
    values = parts.values() if isinstance(parts, dict) else parts or ()
    return [one for one in values if isinstance(one, dict)]


def _home(document: Document, above: Place) -> Any:
    """What holds the parts; a section that a document leaves out is made."""
    if len(above) == 1 and document.get(above[0]) is None:
        document[above[0]] = [] if above[0] in LISTED else {}
    return part_at(document, above)


def _child(home: Any, name: str) -> Any:
    found = _found(home, name)
    if found is None:
        raise NoPlaceError(name)
    return found


def _found(home: Any, name: str) -> Any:
    if isinstance(home, dict):
        return home.get(name)
    if isinstance(home, list):
        return next((one for one in home if isinstance(one, dict) and one.get("key") == name), None)
    raise NoPlaceError(name)


def _add(home: Any, key: str, part: Document) -> None:
    if isinstance(home, list):
        home.append({"key": key, **part})
    else:
        home[key] = part


def _merge(part: Document, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if value is None:
            part.pop(name, None)
        else:
            part[name] = value


def _reorder(home: dict[str, T], keys: list[str]) -> None:
    ordered = {key: home[key] for key in keys}
    home.clear()
    home.update(ordered)


def _tidy(values: Mapping[str, Any]) -> dict[str, Any]:
    """What says nothing is left out, so that a document stays as short as one written by hand."""
    return {name: _said(value) for name, value in values.items()}


def _said(value: Any) -> Any:
    """None for an empty value; `fields` say False and mean it, so only whole attributes count."""
    return None if value is False or value in ("", [], {}, ()) else value
