"""What mends a gap: a part of the document as it would be then, for a person to look at."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from linli.processes.coverage.county import County
from linli.processes.coverage.gaps import Code, Gap
from linli.processes.editing import NoPlaceError, part_at
from linli.processes.faults import Place
from linli.processes.parts import Text
from linli.processes.reading import Document
from linli.processes.vocabulary import Target

NEW = ""  # the key of a part that is not there yet
Part = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Remedy:
    """The part at a place as it would be; a place that ends in NEW is a part to add."""

    place: Place
    part: Mapping[str, Any]


def remedy(gap: Gap, document: Document, county: County) -> Remedy | None:
    """None where no part of the document mends it, or only the order of its rules does."""
    make = _REMEDIES.get(gap.code)
    try:
        return make(gap, deepcopy(document), county) if make else None
    except NoPlaceError:
        return None


def _rule(gap: Gap, _document: Document, county: County) -> Remedy:
    """A rule for all of them, to the centre: it stands last, so it takes from no other."""
    when = {"areas": list(gap.scope.areas), "categories": list(gap.scope.categories)}
    part = {
        "label": _label(gap, county).model_dump(),
        "when": {name: codes for name, codes in when.items() if codes},
        "lead": {"centre": True},
    }
    return Remedy(("routing", NEW), part)


def _label(gap: Gap, county: County) -> Text:
    trade = county.trades.get(str(gap.params["trade"]))
    return trade or county.categories.get(gap.scope.categories[0], Text(zh="补缺", en="Gap"))


def _unnamed(gap: Gap, document: Document, _county: County) -> Remedy:
    """Without a name that means nothing here; the last of a condition stays to be replaced."""
    if not gap.mend.key:
        place: Place = ("emergency",)
        part = part_at(document, place)
        part["categories"] = _less(part.get("categories"), gap)
        return Remedy(place, part)
    place = ("routing", gap.mend.key)
    part = part_at(document, place)
    when, name = part.get("when") or {}, _CONDITIONS[gap.code]
    if name in when:
        when[name] = _less(when[name], gap) or when[name]
    return Remedy(place, part)


def _less(names: Any, gap: Gap) -> list[str]:
    return [one for one in names or () if one != gap.params["subject"]]


def _unit(gap: Gap, document: Document, _county: County) -> Remedy:
    """The centre instead of a lead that is gone, nobody instead of a co-handler."""
    place: Place = ("routing", gap.mend.key)
    part, gone = part_at(document, place), gap.params["subject"]

    def names(pick: Part) -> bool:
        return gone in {pick.get("unit"), pick.get("function")}

    if names(part["lead"]):
        part["lead"] = {"centre": True}
    part["co_units"] = [pick for pick in part.get("co_units") or () if not names(pick)]
    return Remedy(place, part)


def _right(gap: Gap, document: Document, _county: County) -> Remedy:
    place: Place = ("transitions", gap.mend.key)
    part = part_at(document, place)
    known = [one for one in part["by"] if one["permission"] != gap.params["subject"]]
    part["by"] = known or part["by"]
    return Remedy(place, part)


def _climbed(gap: Gap, document: Document, _county: County) -> Remedy:
    """The ladder of a state in which the same has to act; else the first one."""
    place: Place = ("states", gap.mend.key)
    part = part_at(document, place)
    others = [one for one in document["states"].values() if one.get("ladder")]
    alike = [one["ladder"] for one in others if one.get("owner") == part.get("owner")]
    ladders = [*alike, *(document.get("ladders") or {})]
    return Remedy(place, part | {"ladder": ladders[0] if ladders else None})


def _ended(gap: Gap, document: Document, _county: County) -> Remedy:
    """What comes last tells the county centre as well."""
    last = gap.params.get("rungs")
    places = last if isinstance(last, tuple) else (_rung(gap),)
    return _telling(gap, document, dict.fromkeys(places, Target.COUNTY))


def _reached(gap: Gap, document: Document, _county: County) -> Remedy:
    """The centre that holds the matter is told beside whoever is not there."""
    return _telling(gap, document, {_rung(gap): Target.PLATFORM})


def _rung(gap: Gap) -> int:
    return int(str(gap.params["rung"])) - 1


def _telling(gap: Gap, document: Document, told: Mapping[int, Target]) -> Remedy:
    place: Place = ("ladders", gap.mend.key)
    part, missing = part_at(document, place), gap.params.get("target")
    for number, target in told.items():
        rung = part["rungs"][number]
        kept = [one for one in rung["tell"] if one != missing]
        rung["tell"] = kept if missing and kept else list(dict.fromkeys([*kept, target.value]))
    return Remedy(place, part)


def _whole(gap: Gap, document: Document, _county: County) -> Remedy:
    place: Place = ("whole",)
    part = part_at(document, place)
    part["by_severity"] |= {gap.params["severity"]: str(gap.params["needed"])}
    return Remedy(place, part)


_CONDITIONS: Mapping[Code, str] = {
    Code.UNKNOWN_AREA: "areas",
    Code.UNKNOWN_CATEGORY: "categories",
    Code.UNKNOWN_SOURCE: "sources",
}
_REMEDIES: Mapping[Code, Callable[[Gap, Document, County], Remedy]] = {
    Code.NO_UNIT: _rule,
    **dict.fromkeys(_CONDITIONS, _unnamed),
    Code.UNKNOWN_UNIT: _unit,
    Code.UNKNOWN_TRADE: _unit,
    Code.UNKNOWN_RIGHT: _right,
    Code.NO_LADDER: _climbed,
    Code.LADDER_ENDS_EARLY: _ended,
    Code.RUNG_REACHES_NOBODY: _ended,
    Code.RUNG_FALLS_THROUGH: _reached,
    Code.TARGET_MISSING: _reached,
    Code.NO_WHOLE: _whole,
    Code.STEPS_TOO_LONG: _whole,
}
