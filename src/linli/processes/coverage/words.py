"""A gap in words of both languages, with an example that somebody can picture."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from linli.calendars import Duration
from linli.processes.coverage.county import County
from linli.processes.coverage.gaps import Example, Gap, Mend
from linli.processes.coverage.messages import MESSAGES
from linli.processes.definition import Definition
from linli.processes.labels import ALERTED, TARGETS, WEEKDAYS, duration_words
from linli.processes.parts import Text
from linli.processes.vocabulary import Weekday

SHOWN = 3
EMERGENCIES = Text(en="path of emergencies", zh="突发事件通道")


def gap_words(gap: Gap, definition: Definition, county: County, language: str) -> str:
    """One sentence about the gap, names instead of codes."""
    return Speaker(definition, county, language).gap(gap)


def example_words(gap: Gap, definition: Definition, county: County, language: str) -> str:
    """One case of the gap: place, category, hour; empty where there is nothing to picture."""
    return Speaker(definition, county, language).example(gap.example) if gap.example else ""


class Speaker:
    """Names the things of one definition and one county in one language."""

    def __init__(self, definition: Definition, county: County, language: str) -> None:
        self._definition, self._county, self._language = definition, county, language
        self._tables: Mapping[str, Mapping[str, Text]] = {
            "area": {code: place.name for code, place in county.places.items()},
            "category": county.categories,
            "unit": {code: desk.name for code, desk in county.desks.items()},
            "trade": county.trades,
            "source": county.sources,
            "severity": definition.severities,
            "rule": {rule.key: rule.label for rule in definition.routing} | {"": EMERGENCIES},
            "state": {key: state.label for key, state in definition.states.items()},
            "clock": {key: clock.label for key, clock in definition.clocks.items()},
            "ladder": {key: ladder.label for key, ladder in definition.ladders.items()},
            "transition": {key: one.label for key, one in definition.transitions.items()},
            "target": {str(one): label for one, label in TARGETS.items()},
            "alerted": {str(one): label for one, label in ALERTED.items()},
        }

    def gap(self, gap: Gap) -> str:
        params = {name: self._said(name, value) for name, value in gap.params.items()}
        return self._text(MESSAGES[gap.code]).format(**params)

    def example(self, example: Example) -> str:
        place = self._county.places.get(example.place)
        parts = [
            " ".join(self._places(place.path)) if place else "",
            self._name("category", example.category),
            self._name("severity", example.severity),
            self._name("source", example.source),
            self._hour(example),
            self._name("unit", example.unit),
        ]
        return self._list([part for part in parts if part], limit=len(parts))

    def _places(self, path: tuple[str, ...]) -> list[str]:
        """From the township down; the county goes without saying, but for itself."""
        inner = [code for code in reversed(path) if code != self._county.code]
        return [self._name("area", code) for code in inner or path]

    def _hour(self, example: Example) -> str:
        if example.hour is None:
            return ""
        day, hour = divmod(example.hour, 24)
        words = f"{self._text(WEEKDAYS[list(Weekday)[day]])} {hour:02}:00"
        if example.monday is None:
            return words
        return f"{example.monday + timedelta(days=day):%Y-%m-%d} {words}"

    def _said(self, name: str, value: object) -> str:
        if isinstance(value, Duration):
            return duration_words(value, self._language)
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%d %H:%M")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Mend):
            return self._name(str(value.at), value.key)
        if isinstance(value, tuple):
            return self._list([self._said(name.removesuffix("s"), one) for one in value])
        return self._name(name, str(value))

    def _list(self, words: list[str], limit: int = SHOWN) -> str:
        shown = (", " if self._language.startswith("en") else "、").join(words[:limit])
        more = len(words) - limit
        if more <= 0:
            return shown
        return self._text(Text(en="{shown} and {more} more", zh="{shown}等{total}项")).format(
            shown=shown, more=more, total=len(words)
        )

    def _name(self, kind: str, key: str) -> str:
        label = self._tables.get(kind, {}).get(key)
        return self._text(label) if label else key

    def _text(self, text: Text) -> str:
        return text.in_language(self._language)
