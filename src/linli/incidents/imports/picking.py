"""Takes the values of the profile's columns out of a record, as stripped text."""

import json
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from operator import itemgetter
from typing import Any, Protocol

from linli.incidents.imports.errors import UnknownColumnsError
from linli.incidents.imports.profile import Profile
from linli.incidents.imports.rejects import OWN_COLUMNS, plain_cell


class Picker(Protocol):
    """`unseen`: columns of the profile that no record had so far."""

    unseen: set[str]

    def __call__(self, original: Any) -> tuple[str, ...]: ...


class CsvPicker:
    """Cells by their place; a column that the heading lacks is an error."""

    def __init__(self, profile: Profile, heading: Sequence[str]) -> None:
        wanted = profile.columns()
        _refuse_missing([name for name in wanted if name not in heading], heading)
        self.unseen: set[str] = set()
        self._take = itemgetter(*[heading.index(name) for name in wanted])
        self._clean = plain_cell if OWN_COLUMNS[0] in heading else str.strip

    def __call__(self, original: Any) -> tuple[str, ...]:
        return tuple(map(self._clean, self._take(original)))


class JsonPicker:
    """Values by key, `a.b` for a key inside an object; only required keys must be there."""

    def __init__(self, profile: Profile) -> None:
        self.unseen = set(profile.columns())
        self._required: list[str] | None = profile.required_columns()
        self._getters = [(name, _getter(name)) for name in profile.columns()]

    def __call__(self, original: Any) -> tuple[str, ...]:
        if self.unseen:
            self._look(original)
        return tuple([_as_text(get(original)) for _, get in self._getters])

    def _look(self, record: Mapping[str, Any]) -> None:
        self.unseen -= {name for name, get in self._getters if get(record) is not None}
        if self._required is not None:
            missing = [name for name in self._required if name in self.unseen]
            self._required = None
            _refuse_missing(missing, list(record))


def _refuse_missing(missing: list[str], present: Sequence[str]) -> None:
    if missing:
        hints = [match for name in missing for match in get_close_matches(name, present, 1)]
        raise UnknownColumnsError(missing, list(present), hints)


def _getter(name: str) -> Callable[[Mapping[str, Any]], Any]:
    first, *rest = name.split(".")
    if not rest:
        return lambda record: record.get(first)

    def nested(record: Mapping[str, Any]) -> Any:
        if name in record:
            return record[name]
        value: Any = record.get(first)
        for step in rest:
            value = value.get(step) if isinstance(value, dict) else None
        return value

    return nested


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False)
