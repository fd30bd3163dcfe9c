"""The parts of a definition in words, for tables, lists of changes and the editor."""

from collections.abc import Iterable, Iterator, Mapping

from linli.calendars import Duration
from linli.processes.definition import By, Definition, Limits, Times, Transition
from linli.processes.emergencies import AlertRung
from linli.processes.labels import (
    ALERTED,
    FIELDS,
    PLATFORMS,
    REACHES,
    RELATIONS,
    TARGETS,
    WEEKDAYS,
    duration_words,
)
from linli.processes.ladders import Rung
from linli.processes.parts import Text
from linli.processes.routing_table import Pick, Window
from linli.processes.vocabulary import OWN_TRADE, StateKind, Weekday

Names = Mapping[tuple[str, str], str]
"""What a county calls its codes: (kind, code) -> name. Kinds: unit, area, category, trade,
permission, source, and the fields whose answers have names.
"""

_LIMITS = {
    "times": Text(en="{count} time(s)", zh="最多{count}次"),
    "per_case": Text(en="{count} time(s) in the whole case", zh="全程最多{count}次"),
    "within": Text(en="within {span} of entering the state", zh="进入该状态后{span}内"),
    "wait": Text(en="after {span} in the state", zh="进入该状态满{span}后"),
    "before_due": Text(en="before the deadline “{clock}”", zh="“{clock}”期限届满前"),
    "needs": Text(en="after “{other}”", zh="须先“{other}”"),
    "barred": Text(en="not after “{other}”", zh="“{other}”后不可"),
    "barred_above": Text(
        en="“{other}” at most {count} time(s) before", zh="此前“{other}”最多{count}次"
    ),
    "severity": Text(en="not for {severity}", zh="{severity}事件不适用"),
    "held_by": Text(en="while the {platform} holds it", zh="由{platform}办理时"),
}
_ANY_OPEN = Text(en="any open state", zh="所有在办状态")
_OPTIONAL = Text(en="{field} (optional)", zh="{field}（选填）")
_TIMES = {
    "min": Text(en="at least {count} time(s)", zh="至少{count}次"),
    "max": Text(en="at most {count} time(s)", zh="最多{count}次"),
    "never": Text(en="never", zh="未曾办理"),
    "free": Text(en="any number of times", zh="次数不限"),
}
_RUNG = {
    "before": Text(en="{span} before the deadline", zh="到期前{span}"),
    "at": Text(en="at the deadline", zh="到期时"),
    "after": Text(en="{span} after the deadline", zh="超期{span}"),
    "tell": Text(en="{when}: tell {whom}", zh="{when}：通知{whom}"),
    "takes_over": Text(en="{words}; the county takes over", zh="{words}；由县级中心接办"),
}
_PICK = {
    "centre": Text(en="the centre that holds it", zh="受理中心"),
    "own": Text(en="the unit of the category's trade, {reach}", zh="类别对应的主管单位（{reach}）"),
    "trade": Text(en="the unit of the trade “{trade}”, {reach}", zh="“{trade}”行业单位（{reach}）"),
}
_BY = Text(en="{right} ({relations})", zh="{right}（{relations}）")
_WINDOW = {
    "same": Text(en="{days} {start}:00-{end}:00", zh="{days}{start}:00—{end}:00"),
    "over": Text(
        en="{days} {start}:00 to {end}:00 of the next day", zh="{days}{start}:00至次日{end}:00"
    ),
}
_DAYS = {
    "all": Text(en="every day", zh="每天"),
    "run": Text(en="{first} to {last}", zh="{first}至{last}"),
}
_ALERT = Text(en="{whom}, {minutes} minutes to acknowledge", zh="{whom}（{minutes}分钟内确认）")
_NONE: Names = {}


class Words:
    """Says parts of one definition in one language; what has no name keeps its code."""

    def __init__(self, definition: Definition, language: str, names: Names = _NONE) -> None:
        self.definition = definition
        self.language = language
        self.names = names

    def say(self, text: Text, **params: object) -> str:
        words = text.in_language(self.language)
        return words.format(**params) if params else words

    def listed(self, words: Iterable[str]) -> str:
        return ("、" if self.language.startswith("zh") else ", ").join(words)

    def named(self, kind: str, code: str) -> str:
        return self.names.get((kind, code), code)

    def state(self, key: str) -> str:
        """A state that the definition leaves out is called as the domain calls it."""
        if key not in self.definition.states:
            return self.named("state", key)
        return self._label(self.definition.states, key)

    def step(self, key: str) -> str:
        return self._label(self.definition.transitions, key)

    def clock(self, key: str) -> str:
        return self._label(self.definition.clocks, key)

    def ladder(self, key: str) -> str:
        return self._label(self.definition.ladders, key)

    def severity(self, key: str) -> str:
        known = self.definition.severities.get(key)
        return self.say(known) if known else key

    def _label(self, parts: Mapping[str, object], key: str) -> str:
        label = getattr(parts.get(key), "label", None)
        return self.say(label) if isinstance(label, Text) else key

    def duration(self, span: Duration) -> str:
        return duration_words(span, self.language)

    def by(self, by: By) -> str:
        right = self.named("permission", by.permission)
        relations = self.listed(self.say(RELATIONS[one]) for one in by.relation)
        return self.say(_BY, right=right, relations=relations) if relations else right

    def times(self, times: Times) -> str:
        if times.max == 0 and not times.min:
            return self.say(_TIMES["never"])
        words = [self.say(_TIMES["min"], count=times.min)] if times.min else []
        words += [self.say(_TIMES["max"], count=times.max)] if times.max is not None else []
        return self.listed(words) or self.say(_TIMES["free"])

    def rung(self, rung: Rung) -> str:
        if rung.before is not None:
            when = self.say(_RUNG["before"], span=self.duration(rung.before))
        elif rung.after is not None:
            when = self.say(_RUNG["after"], span=self.duration(rung.after))
        else:
            when = self.say(_RUNG["at"])
        whom = self.listed(self.say(TARGETS[one]) for one in rung.tell)
        words = self.say(_RUNG["tell"], when=when, whom=whom)
        return self.say(_RUNG["takes_over"], words=words) if rung.takes_over else words

    def alert(self, rung: AlertRung) -> str:
        return self.say(_ALERT, whom=self.say(ALERTED[rung.to]), minutes=rung.minutes)

    def pick(self, pick: Pick) -> str:
        if pick.centre:
            return self.say(_PICK["centre"])
        if pick.unit is not None:
            return self.named("unit", pick.unit)
        reach = self.say(REACHES[pick.reach])
        if pick.own_trade:
            return self.say(_PICK["own"], reach=reach)
        trade = self.named("trade", pick.function or OWN_TRADE)
        return self.say(_PICK["trade"], trade=trade, reach=reach)

    def window(self, window: Window) -> str:
        kind = "same" if window.end > window.start else "over"
        days = self._days(window.days)
        return self.say(_WINDOW[kind], days=days, start=window.start, end=window.end)

    def _days(self, days: tuple[Weekday, ...]) -> str:
        week = list(Weekday)
        if list(days) == week:
            return self.say(_DAYS["all"])
        places = [week.index(day) for day in days]
        if len(places) > 2 and places == list(range(places[0], places[-1] + 1)):
            first, last = self.say(WEEKDAYS[days[0]]), self.say(WEEKDAYS[days[-1]])
            return self.say(_DAYS["run"], first=first, last=last)
        return self.listed(self.say(WEEKDAYS[day]) for day in days)

    def limits(self, limits: Limits) -> Iterator[str]:
        if limits.times is not None:
            kind = "per_case" if limits.per_case else "times"
            yield self.say(_LIMITS[kind], count=limits.times)
        for kind, span in (("within", limits.within), ("wait", limits.wait)):
            if span is not None:
                yield self.say(_LIMITS[kind], span=self.duration(span))
        if limits.before_due is not None:
            yield self.say(_LIMITS["before_due"], clock=self.clock(limits.before_due))
        for key, times in limits.after.items():
            other = self.step(key)
            if times.min:
                yield self.say(_LIMITS["needs"], other=other)
            if times.max is not None:
                kind = "barred_above" if times.max else "barred"
                yield self.say(_LIMITS[kind], other=other, count=times.max)

    def sources(self, step: Transition) -> str:
        """The states that a step is taken in by name, all open ones in a word."""
        states = self.definition.states
        unfinished = [name for name in states if states[name].kind is not StateKind.FINAL]
        rest, words = list(step.sources), []
        if set(unfinished) <= set(rest):
            words = [self.say(_ANY_OPEN)]
            rest = [name for name in rest if name not in unfinished]
        return self.listed([*words, *map(self.state, rest)])

    def asked(self, step: Transition) -> Iterator[str]:
        """What a step asks for."""
        for name, required in step.fields.items():
            label = self.say(FIELDS[name])
            yield label if required else self.say(_OPTIONAL, field=label)

    def bounds(self, step: Transition) -> Iterator[str]:
        """Everything that limits a step."""
        yield from self.limits(step.limits)
        for one in step.barred_severities:
            yield self.say(_LIMITS["severity"], severity=self.severity(one))
        if step.held_by is not None:
            yield self.say(_LIMITS["held_by"], platform=self.say(PLATFORMS[step.held_by]))

    def by_severity(self, durations: Mapping[str, Duration]) -> str:
        """Every severity with its time, such as "ordinary 4 working hours, major 1 hour"."""
        known = [key for key in self.definition.severities if key in durations]
        return self.listed(f"{self.severity(key)} {self.duration(durations[key])}" for key in known)
