"""Two definitions compared in words: complete, one line for everything that differs.

The number of the version is left out: publishing gives it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from pydantic import TypeAdapter

from linli.processes.attributes import (
    ATTRIBUTES,
    LABELS_OF_WHOLE,
    Attribute,
    Inner,
    Many,
    One,
    Table,
    nothing,
)
from linli.processes.definition import Definition, Transition
from linli.processes.faults import Place
from linli.processes.labels import NOUNS
from linli.processes.parts import Part, Text
from linli.processes.wording import Names, Words

SECTIONS = ("severities", "states", "clocks", "stop_clocks", "ladders", "routing", "transitions")
SINGLE = ("whole", "extensions", "emergency")


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Line:
    """One difference; `place` is where it is in the new document (or was in the old one)."""

    place: Place
    kind: Kind
    words: str


_SAY = {
    "changed": Text(en="{what}: {old} → {new}", zh="{what}：{old} → {new}"),
    "coded": Text(en="{name} ({written})", zh="{name}（{written}）"),
    "gained": Text(en="{what}: new {added}", zh="{what}：新增{added}"),
    "lost": Text(en="{what}: no longer {removed}", zh="{what}：取消{removed}"),
    "swapped": Text(en="{what}: {removed} → {added}", zh="{what}：{removed} → {added}"),
    "ordered": Text(en="{what}: in another order: {now}", zh="{what}：顺序改为{now}"),
    "attribute": Text(en="{subject}, {label}", zh="{subject}，{label}"),
    "new": Text(en="{subject} is new", zh="新增{subject}"),
    "new_step": Text(
        en="{subject} is new: {who}, from {sources} to {to}",
        zh="新增{subject}：{who}，从{sources}到{to}",
    ),
    "new_note": Text(
        en="{subject} is new: {who}, in {sources}", zh="新增{subject}：{who}，适用于{sources}"
    ),
    "new_before": Text(
        en="{subject} is new, before “{next}”", zh="新增{subject}，排在“{next}”之前"
    ),
    "gone": Text(en="{subject} is gone", zh="取消{subject}"),
    "before": Text(en="{subject} now comes before “{next}”", zh="{subject}改排在“{next}”之前"),
    "last": Text(en="{subject} now comes last", zh="{subject}改排在最后"),
    "document": Text(en="The process", zh="本流程"),
}


def compare(
    old: Definition, new: Definition, language: str, names: Names | None = None
) -> tuple[Line, ...]:
    """Every difference as a line of words; empty exactly where nothing differs."""
    given = names or {}
    return tuple(_Comparison(Words(old, language, given), Words(new, language, given)).lines())


def steps_apart(longer: Sequence[str], kept: Sequence[str]) -> list[str]:
    """Which of `longer` have moved against their order in `kept`: as few as possible."""
    place = {key: number for number, key in enumerate(kept)}
    runs: list[tuple[str, ...]] = [()]
    for key in longer:
        before = [run for run in runs if not run or place[run[-1]] < place[key]]
        runs.append((*_longest(before), key))
    stay = set(_longest(runs))
    return [key for key in longer if key not in stay]


def _longest(runs: list[tuple[str, ...]]) -> tuple[str, ...]:
    return max(reversed(runs), key=tuple.__len__)


class _Comparison:
    def __init__(self, old: Words, new: Words) -> None:
        self.old, self.new = old, new

    def lines(self) -> Iterator[Line]:
        before, now = self.old.definition, self.new.definition
        subject = self._say("document")
        for name, attribute in LABELS_OF_WHOLE.items():
            pair = getattr(before, name), getattr(now, name)
            yield from self._attribute(subject, (name,), attribute, *pair)
        if before.key != now.key:
            yield self._changed(("key",), subject, before.key, now.key)
        for section in SECTIONS:
            yield from self._section(section, _parts(before, section), _parts(now, section))
        for section in SINGLE:
            yield from self._single(section, getattr(before, section), getattr(now, section))

    def _section(
        self, section: str, old: Mapping[str, Part], new: Mapping[str, Part]
    ) -> Iterator[Line]:
        for key, part in old.items():
            if key not in new:
                words = self._say("gone", subject=self._subject(section, part, self.old))
                yield Line((section, key), Kind.REMOVED, words)
        for key, part in new.items():
            if key not in old:
                yield Line((section, key), Kind.ADDED, self._newcomer(section, key, new))
            elif part.model_dump_json() != old[key].model_dump_json():
                yield from self._part(
                    self._subject(section, part, self.new), (section, key), old[key], part
                )
        yield from self._moves(section, list(old), new)

    def _newcomer(self, section: str, key: str, new: Mapping[str, Part]) -> str:
        part = new[key]
        subject = self._subject(section, part, self.new)
        if isinstance(part, Transition):
            who = self.new.listed(self.new.by(by) for by in part.by)
            sources = self.new.listed(map(self.new.state, part.sources)) or nothing(self.new)
            if part.to is None:
                return self._say("new_note", subject=subject, who=who, sources=sources)
            to = self.new.state(part.to)
            return self._say("new_step", subject=subject, who=who, sources=sources, to=to)
        following = _after(list(new), key)
        if section == "routing" and following:
            return self._say("new_before", subject=subject, next=self._label(new[following]))
        return self._say("new", subject=subject)

    def _moves(self, section: str, old: list[str], new: Mapping[str, Part]) -> Iterator[Line]:
        both = [key for key in new if key in set(old)]
        for key in steps_apart(both, [one for one in old if one in new]):
            subject = self._subject(section, new[key], self.new)
            following = _after(list(new), key)
            if following is None:
                words = self._say("last", subject=subject)
            else:
                words = self._say("before", subject=subject, next=self._label(new[following]))
            yield Line((section, key), Kind.MOVED, words)

    def _single(self, section: str, old: Part | None, new: Part | None) -> Iterator[Line]:
        subject = self.new.say(NOUNS[section])
        if old is not None and new is not None:
            yield from self._part(subject, (section,), old, new)
        elif old is not new:
            kind, code = (Kind.REMOVED, "gone") if new is None else (Kind.ADDED, "new")
            yield Line((section,), kind, self._say(code, subject=subject))

    def _part(self, subject: str, place: Place, old: Part, new: Part) -> Iterator[Line]:
        for name, attribute in ATTRIBUTES[type(new)].items():
            pair = getattr(old, name), getattr(new, name)
            yield from self._attribute(subject, (*place, name), attribute, *pair)

    def _attribute(
        self, subject: str, place: Place, attribute: Attribute, old: Any, new: Any
    ) -> Iterator[Line]:
        if _written(old) == _written(new):
            return
        if isinstance(attribute, Inner):
            yield from self._part(subject, place[:-1], old, new)
        elif isinstance(attribute, Table):
            yield from self._table(subject, place, attribute, old, new)
        else:
            label = self.new.say(attribute.label)
            what = self._say("attribute", subject=subject, label=label)
            if isinstance(attribute, Many):
                yield self._many(place, what, attribute, old, new)
            else:
                yield self._one(place, what, attribute, old, new)

    def _one(self, place: Place, what: str, attribute: One, old: Any, new: Any) -> Line:
        was = nothing(self.old) if old is None else attribute.say(self.old, old)
        now = nothing(self.new) if new is None else attribute.say(self.new, new)
        if was == now:  # two things of the same name: their codes tell them apart
            was, now = self._coded(was, old), self._coded(now, new)
        return self._changed(place, what, was, now)

    def _many(self, place: Place, what: str, attribute: Many, old: Any, new: Any) -> Line:
        """By words; where those are the same, by what is written."""
        was = [attribute.say(self.old, one) for one in old]
        now = [attribute.say(self.new, one) for one in new]
        if was == now:
            was = [self._coded(words, one) for words, one in zip(was, old, strict=True)]
            now = [self._coded(words, one) for words, one in zip(now, new, strict=True)]
        removed, added = _rest(was, now), _rest(now, was)
        values = {
            "what": what,
            "removed": self._quoted(removed),
            "added": self._quoted(added),
            "now": self._quoted(now),
        }
        codes = {(True, True): "swapped", (True, False): "lost", (False, True): "gained"}
        code = codes.get((bool(removed), bool(added)), "ordered")
        return Line(place, Kind.CHANGED, self._say(code, **values))

    def _table(
        self, subject: str, place: Place, attribute: Table, old: Any, new: Any
    ) -> Iterator[Line]:
        label = self.new.say(attribute.label)
        for key in dict.fromkeys([*old, *new]):
            if _written(old.get(key)) != _written(new.get(key)):
                entry = attribute.key(self.new if key in new else self.old, key)
                what = self.new.say(attribute.entry, subject=subject, label=label, key=entry)
                one = One(attribute.label, partial(_keyed, attribute, key))
                yield self._one(place, what, one, old.get(key), new.get(key))
        both = [key for key in new if key in old]
        if both != [key for key in old if key in new]:
            what = self._say("attribute", subject=subject, label=label)
            now = self.new.listed(attribute.key(self.new, key) for key in new)
            yield Line(place, Kind.CHANGED, self._say("ordered", what=what, now=now))

    def _quoted(self, phrases: list[str]) -> str:
        return self.new.listed(f"“{phrase}”" for phrase in phrases)

    def _changed(self, place: Place, what: str, was: str, now: str) -> Line:
        return Line(place, Kind.CHANGED, self._say("changed", what=what, old=was, new=now))

    def _coded(self, name: str, value: Any) -> str:
        return self._say("coded", name=name, written=_code(value))

    def _say(self, code: str, **params: str) -> str:
        return self.new.say(_SAY[code], **params)

    def _label(self, part: Part) -> str:
        return self.new.say(part if isinstance(part, Text) else part.label)  # type: ignore[attr-defined]

    def _subject(self, section: str, part: Part, words: Words) -> str:
        label = part if isinstance(part, Text) else part.label  # type: ignore[attr-defined]
        return self.new.say(NOUNS[section], name=words.say(label))


def _parts(definition: Definition, section: str) -> Mapping[str, Part]:
    if section == "routing":
        return {rule.key: rule for rule in definition.routing}
    parts: Mapping[str, Part] = getattr(definition, section)
    return parts


def _keyed(table: Table, key: Any, words: Words, value: Any) -> str:
    return table.say(words, key, value)


def _after(keys: list[str], key: str) -> str | None:
    following = keys[keys.index(key) + 1 :]
    return following[0] if following else None


def _rest(some: list[str], others: list[str]) -> list[str]:
    """What `some` has and `others` has not, each as often as it is missing."""
    return list((Counter(some) - Counter(others)).elements())


_ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)


def _written(value: Any) -> Any:
    """A value as the document has it, with the order of mappings."""
    plain = _ANYTHING.dump_python(value, mode="json", by_alias=True)
    return _ordered(plain)


def _code(value: Any) -> str:
    """What a value is written as, without the structure around it."""
    plain = _ANYTHING.dump_python(value, mode="json", by_alias=True, exclude_defaults=True)
    found = [plain]
    while any(isinstance(one, dict | list) for one in found):
        found = [inner for one in found for inner in _inner(one)]
    return ", ".join(map(str, found))


def _inner(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else [value]


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple((key, _ordered(one)) for key, one in value.items())
    return tuple(map(_ordered, value)) if isinstance(value, list) else value
