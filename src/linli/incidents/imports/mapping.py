"""One record becomes one incident, or says which rule it broke."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from math import isfinite
from typing import NamedTuple
from zlib import crc32
from zoneinfo import ZoneInfo

from linli.incidents.imports.items import ImportedIncident
from linli.incidents.imports.profile import (
    FINAL_STATES,
    Category,
    Choice,
    Profile,
    RuleAction,
    Text,
    Time,
)
from linli.incidents.imports.times import AmbiguousTimeError, clock
from linli.incidents.rules import TEXT_MAX

LONGEST = TEXT_MAX  # characters of one column
LONGEST_ID = 80
_SIGNS = re.compile(r"[^a-z0-9]+")

Values = Sequence[str]
Notice = tuple[str, Mapping[str, object]]


class Broken(Exception):  # noqa: N818 - not an error of the program: a record broke a rule
    """The record cannot be imported, for the reason `code`."""

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(code)


class Mapped(NamedTuple):
    incident: ImportedIncident
    notices: Sequence[Notice]


class RowMapper:
    """Maps the values of the profile's columns, given in the order of `profile.columns()`."""

    def __init__(self, profile: Profile, *, latest: datetime) -> None:
        self._profile = profile
        self._columns = profile.columns()
        self._at = {name: index for index, name in enumerate(self._columns)}
        self._latest = latest
        self._zone = ZoneInfo(profile.timezone)
        self._id = self._at[profile.source_id]
        self._state = self._choice(profile.state)
        self._severity = self._choice(profile.severity)
        self._source = self._choice(profile.source)
        self._category = self._categories(profile.category)
        self._text = self._joined(profile.text)
        self._address = self._joined(profile.place.address)
        self._area = self._joined(_column(profile.place.area))
        self._outcome = self._joined(_column(profile.outcome))
        self._opened = self._time(profile.opened)
        self._closed = self._time(profile.closed)
        self._updated = self._time(profile.updated)

    def __call__(self, position: int, values: Values) -> Mapped:
        """The incident with its notices; raises `Broken`."""
        self._check(values)
        state = self._state(values)
        category, category_name = self._category(values)
        opened = self._opened(values, None)
        if opened is None:
            raise Broken("missing_value", column=self._profile.opened.column)
        if opened > self._latest:
            raise Broken("opened_in_future", opened=self._local(opened))
        notices: list[Notice] = []
        closed = self._closing(values, state, opened, notices)
        lon, lat = self._place(values, notices)
        incident = ImportedIncident(
            position,
            values[self._id],
            self._text(values) or category_name,
            category,
            category_name,
            state,
            self._severity(values),
            self._source(values),
            opened,
            closed,
            self._updated(values, opened),
            lon,
            lat,
            self._address(values),
            self._area(values),
            self._outcome(values),
            tuple(code for code, _ in notices) if notices else (),
        )
        return Mapped(incident, notices)

    def _check(self, values: Values) -> None:
        whole = "".join(values)
        if not (whole.isascii() and "\0" not in whole and len(whole) < LONGEST):
            self._check_each(values)
        source_id = values[self._id]
        if not source_id:
            raise Broken("missing_value", column=self._profile.source_id)
        if len(source_id) > LONGEST_ID:
            raise Broken("too_long", column=self._profile.source_id,
                         length=len(source_id), limit=LONGEST_ID)  # fmt: skip

    def _check_each(self, values: Values) -> None:
        for column, value in zip(self._columns, values, strict=True):
            if len(value) > LONGEST:
                raise Broken("too_long", column=column, length=len(value), limit=LONGEST)
            if "\0" in value or not is_text(value):
                raise Broken("broken_text", column=column, encoding=self._profile.encoding)

    def _closing(
        self, values: Values, state: str, opened: datetime, notices: list[Notice]
    ) -> datetime | None:
        if state not in FINAL_STATES:
            return None
        closed = self._closed(values, opened)
        if closed is None:
            raise Broken("closed_time_missing", state=state)
        if closed < opened:
            rule = self._profile.rules.closed_before_opened
            times = {"opened": self._local(opened), "closed": self._local(closed)}
            _broke(rule, notices, "closed_before_opened", **times)
        return closed

    def _local(self, moment: datetime) -> str:
        """As the file's own clock shows it, with its distance from UTC."""
        return moment.astimezone(self._zone).isoformat(" ", "seconds")

    def _place(
        self, values: Values, notices: list[Notice]
    ) -> tuple[float, float] | tuple[None, None]:
        place, rules = self._profile.place, self._profile.rules
        if place.lon is None or place.lat is None:
            return None, None
        lon_text, lat_text = values[self._at[place.lon]], values[self._at[place.lat]]
        if not (lon_text or lat_text):
            _broke(rules.no_place, notices, "no_place")
            return None, None
        lon, lat = _degrees(lon_text, lat_text)
        if place.bounds:
            west, south, east, north = place.bounds
            if not (west <= lon <= east and south <= lat <= north):
                bounds = list(place.bounds)
                _broke(rules.outside_bounds, notices, "outside_bounds",
                       lon=lon, lat=lat, bounds=bounds)  # fmt: skip
        return lon, lat

    def _choice(self, choice: Choice) -> Callable[[Values], str]:
        if choice.column is None:
            constant = choice.value or ""
            return lambda _values: constant
        at, words, default, column = (
            self._at[choice.column], choice.map, choice.default, choice.column,
        )  # fmt: skip

        def look_up(values: Values) -> str:
            chosen = words.get(values[at], default)
            if chosen is None:
                raise Broken("unknown_value", column=column, value=values[at])
            return chosen

        return look_up

    def _categories(self, category: Category) -> Callable[[Values], tuple[str, str]]:
        at = self._at[category.column] if category.column else None
        known: dict[str, tuple[str, str]] = {}
        choose = self._choice(category)

        def code(values: Values) -> tuple[str, str]:
            name = values[at] if at is not None else ""
            found = known.get(name)
            if found is None:
                found = known[name] = self._new_category(category, name, choose, values)
            return found

        return code

    @staticmethod
    def _new_category(
        category: Category, name: str, choose: Callable[[Values], str], values: Values
    ) -> tuple[str, str]:
        if not category.create or name in category.map:
            return choose(values), name
        if name:
            return category.prefix + slug(name), name
        if category.default is None:
            raise Broken("missing_value", column=category.column)
        return category.default, name

    def _joined(self, text: Text | None) -> Callable[[Values], str]:
        if text is None:
            return lambda _values: ""
        places = [self._at[column] for column in text.columns]
        if len(places) == 1:
            [only] = places
            return lambda values: values[only]
        separator = text.separator
        return lambda values: separator.join([values[at] for at in places if values[at]])

    def _time(self, time: Time | None) -> Callable[[Values, datetime | None], datetime | None]:
        if time is None:
            return lambda _values, _after: None
        at, column, pattern = self._at[time.column], time.column, time.format
        read = clock(pattern, self._zone, self._profile.ambiguous_hour)

        def moment(values: Values, after: datetime | None) -> datetime | None:
            text = values[at]
            if not text:
                return None
            try:
                return read(text, after)
            except AmbiguousTimeError:
                raise Broken("ambiguous_time", column=column, value=text) from None
            except (ValueError, OverflowError):
                raise Broken("bad_time", column=column, value=text, format=pattern) from None

        return moment


def _broke(rule: RuleAction, notices: list[Notice], code: str, **params: object) -> None:
    if rule == "reject":
        raise Broken(code, **params)
    if rule == "flag":
        notices.append((code, params))


def _degrees(lon_text: str, lat_text: str) -> tuple[float, float]:
    try:
        lon, lat = float(lon_text), float(lat_text)
    except ValueError:
        raise Broken("bad_coordinate", lon=lon_text, lat=lat_text) from None
    if not (isfinite(lon) and isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise Broken("bad_coordinate", lon=lon_text, lat=lat_text)
    return lon, lat


def _column(name: str | None) -> Text | None:
    return Text(columns=[name]) if name else None


def slug(name: str) -> str:
    """A code made of a name: `Illegal Parking` is illegal_parking, other scripts get a checksum."""
    plain = _SIGNS.sub("_", name.lower()).strip("_")[:40]
    return plain if name.isascii() and plain else f"{plain}{crc32(name.encode()):08x}"


def is_text(value: str) -> bool:
    """Whether it can be stored: no undecodable bytes, no half of a surrogate pair."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
