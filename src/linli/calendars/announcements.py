"""Reads the notice of a year's holidays as the State Council's office publishes it.

Such as 「一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。」
Every piece that gives no day is handed back with the reason, so that somebody can look at it.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from linli.lib.errors import InputError, gettext_noop

PROSE = gettext_noop("Names no day.")
NO_VERB = gettext_noop("It does not say whether these days are off or at work.")
NO_YEAR = gettext_noop("The year is not known: write it above, or before the month.")
NO_DATE = gettext_noop("There is no such day.")
OTHER_WEEKDAY = gettext_noop("The weekday does not fit the date: is it another year?")
OTHER_COUNT = gettext_noop("The number of days does not fit the dates.")
BACKWARDS = gettext_noop("The end lies before the beginning, or more than 40 days after it.")
BOTH = gettext_noop("The same day is off and at work.")
KNOWN = gettext_noop("Says of these days what is known already.")

_LONGEST = timedelta(days=40)
_HEADING = re.compile(r"(\d{4})年[^。\n]{0,12}节假日")
_NAME = re.compile(
    r"^\s*(?:[一二三四五六七八九十]+、|\(?[一二三四五六七八九十\d]+[)、.]\s*)?"
    r"(?:\d{4}年)?\s*([^\d:。,;]{2,20}?)(?::|(?=\d))"
)
_DATE = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\(([^()]*)\))?")
_VERB = re.compile(r"上班|放假|补休|调休|公休|休息")
_COUNT = re.compile(r"(?:共|放假)(\d{1,2})天")
_WEEKDAY = re.compile(r"(?:星期|周)([一二三四五六日天])")
_WEEKDAYS = "一二三四五六日"
_UNTIL = frozenset({"至", "到", "-", "—", "–", "~"})


class Leftover(NamedTuple):
    """A piece of the text that gave no day, and why not; `days` are those that it names."""

    line: int
    text: str
    why: InputError
    days: tuple[date, ...] = ()

    @property
    def attention(self) -> bool:
        """Whether it names days that were not understood."""
        return self.why.message not in {PROSE, KNOWN}


@dataclass
class Announcement:
    """The days of a notice with the names of their holidays; `names` are all that it speaks of."""

    year: int | None
    holidays: dict[date, str] = field(default_factory=dict)
    workdays: dict[date, str] = field(default_factory=dict)
    leftovers: list[Leftover] = field(default_factory=list)

    @property
    def names(self) -> frozenset[str]:
        whole = (*self.holidays.values(), *self.workdays.values())
        return frozenset(part for name in whole for part in name.split("、"))


def read_announcement(text: str, *, year: int | None = None) -> Announcement:
    """The days of a notice; `year` is taken from its heading where it has one."""
    plain = _plain(text)
    heading = _HEADING.search(plain)
    found = Announcement(int(heading[1]) if heading else year)
    name = ""
    for number, line in enumerate(plain.split("\n"), 1):
        for sentence in filter(None, re.split("[。;]", line)):
            name = _own_name(sentence) or name
            try:
                _read(sentence, name, found)
            except _LeftError as left:
                found.leftovers.append(Leftover(number, sentence, InputError(left.why), left.days))
    _settle(found)
    return found


def _own_name(sentence: str) -> str:
    """The name before a date, or alone on its line with a colon."""
    own = _NAME.match(sentence)
    if own is None or _VERB.search(own[1]):
        return ""
    named = _DATE.match(sentence, own.end()) or own.end() == len(sentence)
    return own[1].rstrip("自从于为") if named else ""


def _plain(text: str) -> str:
    """Half-width digits and signs, no blanks within a line."""
    narrow = unicodedata.normalize("NFKC", text).replace("：", ":").replace("\r", "")
    return re.sub(r"[^\S\n]+", "", narrow)


class _Mention(NamedTuple):
    """One date as written, with where it stands; what is not written comes from before it."""

    year: str | None
    month: str | None
    day: str
    weekday: str
    begin: int
    end: int


class _LeftError(Exception):
    """A sentence from which no day can be taken."""

    def __init__(self, why: str, days: Sequence[date] = ()) -> None:
        super().__init__(why)
        self.why = why
        self.days = tuple(days)


def _read(sentence: str, name: str, found: Announcement) -> None:
    mentions = [_mention(match) for match in _DATE.finditer(sentence)]
    if not mentions and _own_name(sentence):
        return
    if not mentions or mentions[0][-2:] == (0, len(sentence)):  # perhaps the date of the notice
        raise _LeftError(PROSE)
    off, work = _days_of(sentence, mentions, _dates(mentions, name, found.year))
    found.holidays |= dict.fromkeys(off, name)
    found.workdays |= dict.fromkeys(work, name)


def _mention(match: re.Match[str]) -> _Mention:
    weekday = _WEEKDAY.search(match[4] or "")
    return _Mention(
        match[1],
        match[2],
        match[3],
        weekday[1].replace("天", "日") if weekday else "",
        match.start(),
        match.end(),
    )


def _days_of(
    text: str, mentions: Sequence[_Mention], dates: Sequence[date]
) -> tuple[list[date], list[date]]:
    """Days off and days at work: each date goes with the verb that follows it."""
    days: dict[str, list[date]] = {"off": [], "work": []}
    for end, first, last in _spans(text, mentions, dates):
        verb = _VERB.search(text, end)
        if verb is None or text.startswith("起", end):  # "at work again from that day on"
            raise _LeftError(NO_VERB, dates)
        if not timedelta() <= last - first <= _LONGEST:
            raise _LeftError(BACKWARDS)
        span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        days["work" if verb[0] == "上班" else "off"] += span
    count = _COUNT.search(text)
    if count and days["off"] and int(count[1]) != len(days["off"]):
        raise _LeftError(OTHER_COUNT)
    return days["off"], days["work"]


def _spans(
    text: str, mentions: Sequence[_Mention], dates: Sequence[date]
) -> Iterator[tuple[int, date, date]]:
    """Where a date or a range of dates ends in the text, its first and its last day."""
    index = 0
    while index < len(mentions):
        last = index
        if index + 1 < len(mentions):
            between = text[mentions[index].end : mentions[index + 1].begin]
            last = index + 1 if between in _UNTIL else index
        yield mentions[last].end, dates[index], dates[last]
        index = last + 1


def _dates(mentions: Sequence[_Mention], name: str, year: int | None) -> list[date]:
    """Whole dates: a month and a year hold on until another one is written."""
    dates: list[date] = []
    month = 0
    for one in mentions:
        month = int(one.month) if one.month else month
        if one.year:
            year = int(one.year)
        elif dates and month < dates[-1].month and dates[-1].month == 12:
            year = dates[-1].year + 1
        if year is None:
            raise _LeftError(NO_YEAR)
        # December before New Year belongs to the year before the notice's.
        early = not one.year and not dates and month == 12 and name.startswith("元旦")
        dates.append(_date(year - early, month, int(one.day), one.weekday))
    return dates


def _date(year: int, month: int, day: int, weekday: str) -> date:
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise _LeftError(NO_DATE) from error
    if weekday and _WEEKDAYS[found.weekday()] != weekday:
        raise _LeftError(OTHER_WEEKDAY)
    return found


def _settle(found: Announcement) -> None:
    """A day cannot be both; what a sentence repeats of days already known is no question."""
    for day in sorted(found.holidays.keys() & found.workdays.keys()):
        found.leftovers.append(Leftover(0, day.isoformat(), InputError(BOTH), (day,)))
        del found.holidays[day], found.workdays[day]
    known = {*found.holidays, *found.workdays}
    found.leftovers = [
        one._replace(why=InputError(KNOWN)) if _repeats(one, known) else one
        for one in found.leftovers
    ]


def _repeats(one: Leftover, known: set[date]) -> bool:
    return one.why.message == NO_VERB and known.issuperset(one.days)
