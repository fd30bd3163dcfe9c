"""Counties for the check of coverage: a small one that is covered, and any other."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from linli.processes import Definition
from linli.processes.coverage import County, Cover, Desk, Kind, Place, Week
from linli.processes.directory import Post
from linli.processes.parts import Text
from linli.processes.routing_table import ALL_HOURS, Rule
from linli.processes.vocabulary import Alerted, Weekday
from tests.unit.processes.support import calendar, incident

MONDAY = date(2026, 9, 21)
ROOT, TOWN, VILLAGE, GRID = "5301", "530101", "530101201", "530101201001"
TRADES = ("forestry", "water")
OFFICE = sum(1 << day * 24 + hour for day in range(5) for hour in range(8, 18))


def text(word: str) -> Text:
    return Text(zh=f"{word}号", en=word)


def places(*codes: str) -> dict[str, Place]:
    """Areas by codes that begin with the code above them; those of 12 digits are grids."""
    lengths = (12, 9, 6, 4)
    return {
        code: Place(
            code,
            text(code),
            tuple(code[:length] for length in lengths if length <= len(code)),
            grid=len(code) == 12,
        )
        for code in codes
    }


def kind(code: str, trade: str = "", **more: Any) -> Kind:
    codes = (code, code[:2]) if len(code) > 2 else (code,)
    return Kind(code, text(code), codes, trade, **more)


def desk(code: str, trade: str = "", area: str = ROOT, **more: Any) -> Desk:
    post = Post(code, trade, area, centre=more.pop("centre", False))
    return Desk(post, text(code), **more)


def week(desks: dict[str, Desk], **more: Any) -> Week:
    always = Cover(ALL_HOURS, ALL_HOURS)
    alerted = dict.fromkeys(Alerted, ALL_HOURS)
    given = {"ahead": ALL_HOURS, "covers": dict.fromkeys(desks, always), "alerted": alerted}
    return Week(MONDAY, **(given | more))


def covered() -> County:
    """A county in which the shipped definition has no gap."""
    desks = {
        one.code: one
        for one in (
            desk("centre", "governance", centre=True),
            desk("town", "governance", TOWN, centre=True, deputy="centre"),
            desk("forestry", "forestry", deputy="centre"),
            desk("station", "forestry", TOWN, deputy="forestry"),
            desk("water", "water", deputy="centre"),
        )
    }
    areas = places(ROOT, TOWN, VILLAGE, GRID, "530102", "530102201001"[:9], "530102201001")
    kinds = (
        kind("0201", "forestry"),
        kind("0303", "water"),
        kind("0305", "water", countywide=True),
    )
    rights = {by.permission: True for one in incident().transitions.values() for by in one.by}
    return County(
        code=ROOT,
        today=MONDAY + timedelta(days=2),
        calendar=calendar(),
        places=areas,
        kinds=kinds,
        categories={
            one: text(one) for one in ("02", "03", "0201", "0205", "0207", "0303", "0305", "0803")
        },
        desks=desks,
        sources={"call": text("call"), "visit": text("visit")},
        rights=rights,
        weeks=(week(desks),),
    )


def with_rules(*rules: Rule | dict[str, Any]) -> Definition:
    read = (one if isinstance(one, Rule) else Rule.model_validate(one) for one in rules)
    return incident().model_copy(update={"routing": tuple(read)})


def rule(key: str, lead: dict[str, Any], when: dict[str, Any] | None = None, **more: Any) -> Rule:
    label = {"zh": f"规则{key}", "en": f"rule {key}"}
    return Rule.model_validate(
        {"key": key, "label": label, "when": when or {}, "lead": lead, **more}
    )


AREAS = [ROOT, TOWN, VILLAGE, GRID, "530102", "530102201", "530102201001", "530101202001"]
CODES = ["02", "0201", "0202", "03", "0303"]
SEVERITIES = ["general", "critical"]
UNITS = ["centre", "town", "a", "b", "c"]

_masks = st.one_of(
    st.sampled_from([0, ALL_HOURS, OFFICE, ALL_HOURS & ~OFFICE]),
    st.integers(0, ALL_HOURS),
)
_windows = st.fixed_dictionaries(
    {
        "days": st.lists(st.sampled_from(list(Weekday)), min_size=1, max_size=7, unique=True),
        "start": st.integers(0, 23),
        "end": st.integers(1, 24),
    }
)
_picks = st.one_of(
    st.builds(lambda unit: {"unit": unit}, st.sampled_from([*UNITS, "gone"])),
    st.builds(
        lambda trade, reach: {"function": trade, "reach": reach},
        st.sampled_from([*TRADES, "category", "telecom"]),
        st.sampled_from(["nearest", "county"]),
    ),
    st.just({"centre": True}),
)


def _some(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.one_of(st.just([]), st.lists(st.sampled_from(values), max_size=2, unique=True))


_whens = st.fixed_dictionaries(
    {
        "areas": _some([*AREAS, "530199"]),
        "categories": _some([*CODES, "99"]),
        "severities": _some(SEVERITIES),
        "sources": _some(["call", "visit", "none"]),
        "hours": st.lists(_windows, max_size=2),
    }
)


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """The shipped definition with any routing table, and with two severities."""
    parts = draw(st.lists(st.tuples(_picks, _whens), max_size=6))
    made = with_rules(*(rule(f"r{n}", lead, when) for n, (lead, when) in enumerate(parts)))
    known = incident().severities
    return made.model_copy(update={"severities": {one: known[one] for one in SEVERITIES}})


@st.composite
def counties(draw: st.DrawFn) -> County:
    """Few places and categories, any units, deputies (in circles, too), duties and weeks."""
    chosen = draw(st.lists(st.sampled_from(AREAS), min_size=1, max_size=3, unique=True))
    above = {code[:length] for code in chosen for length in (4, 6, 9)}
    areas = places(*sorted({ROOT, *chosen, *above}))
    kinds = draw(
        st.lists(
            st.builds(
                kind,
                st.sampled_from(CODES),
                st.sampled_from(["", *TRADES]),
                countywide=st.booleans(),
            ),
            min_size=1,
            max_size=3,
            unique_by=lambda one: one.code,
        )
    )
    desks = {"centre": desk("centre", centre=True)} | {
        code: draw(
            st.builds(
                desk,
                st.just(code),
                st.sampled_from(["", *TRADES]),
                st.sampled_from(list(areas)),
                centre=st.booleans(),
                deputy=st.sampled_from(["", *UNITS]),
            )
        )
        for code in draw(st.lists(st.sampled_from(UNITS[1:]), max_size=4, unique=True))
    }
    covers = st.fixed_dictionaries({code: st.builds(Cover, _masks, _masks) for code in desks})
    weeks = [
        Week(MONDAY + timedelta(weeks=n), ahead=draw(_masks), covers=draw(covers))
        for n in range(draw(st.integers(1, 2)))
    ]
    return replace(covered(), places=areas, kinds=kinds, desks=desks, weeks=weeks)
