"""A list's filter in the address bar: read strictly, written back, told as chips."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.database.context import current_county
from linli.incidents import references
from linli.incidents.filters import MAX_TEXT, Filter
from linli.incidents.lines import area_names, named
from linli.lib.derived import Derived
from linli.organisations.models import Unit
from linli.territory.snapshots import Snapshot, snapshot
from linli.web.incidents.choices import category_choices
from linli.web.incidents.widgets import (
    KeyedBoxes,
    QuickDay,
    QuickSelect,
    QuickText,
    marked,
    options_html,
)
from linli.web.incidents.words import category_name, label, labels, language

Choices = list[tuple[str, Any]]
ANY = gettext_lazy("Any")
GROUPS: Mapping[str, Any] = {"open": gettext_lazy("Under way"), "closed": gettext_lazy("Ended")}
CODES = ("group", "severity", "source")
AREAS = ("township", "village", "area")
REFERRING = (*AREAS, "category")
MARKS = ("overdue", "supervised", "sampled", "unplaced")
# Name in the address -> name in the Filter, where they differ.
RENAMED = {"q": "text", "from": "opened_from", "to": "opened_to", "state": "states"}


class Chip(NamedTuple):
    """A condition in a whole sentence, and the address of the list without it."""

    text: str
    remove: str


class FilterForm(forms.Form):
    """Every condition of a list. `chosen()` is what could be read of it."""

    says_optional = False

    q = forms.CharField(
        label=gettext_lazy("Words, number or place"),
        required=False,
        max_length=MAX_TEXT,
        widget=QuickText,
    )
    group = forms.ChoiceField(label=gettext_lazy("Course"), required=False)
    state = forms.MultipleChoiceField(required=False)
    township = forms.UUIDField(label=gettext_lazy("Township"), required=False)
    village = forms.UUIDField(label=gettext_lazy("Village"), required=False)
    area = forms.UUIDField(label=gettext_lazy("Grid"), required=False)
    category = forms.UUIDField(label=gettext_lazy("Category"), required=False)
    unit = forms.UUIDField(label=gettext_lazy("Lead unit"), required=False)
    severity = forms.ChoiceField(label=gettext_lazy("Severity"), required=False)
    source = forms.ChoiceField(label=gettext_lazy("Source"), required=False)
    overdue = forms.BooleanField(label=gettext_lazy("Overdue"), required=False)
    supervised = forms.BooleanField(label=gettext_lazy("Supervised"), required=False)
    sampled = forms.BooleanField(label=gettext_lazy("Drawn for a check"), required=False)
    unplaced = forms.BooleanField(label=gettext_lazy("Without a place"), required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        for name, words in (("from", _("Reported from")), ("to", _("Reported to"))):
            self.fields[name] = forms.DateField(label=words, required=False, widget=QuickDay)
        for name in CODES:
            self.fields[name].choices = [("", ANY), *_codes(name).items()]  # type: ignore[attr-defined]
        self.fields["state"] = forms.MultipleChoiceField(
            label=_("State"),
            required=False,
            choices=list(labels("state").items()),
            widget=KeyedBoxes(),
        )
        for name, options in self._written().items():
            self.fields[name].widget = QuickSelect(options + self._gone(name, options))
        self.fields["unit"].widget = _unit_select(self._uuid("unit"), data)

    def chosen(self) -> Filter:
        """The filter; what could not be read is left out, and the form says so."""
        self.is_valid()
        values = {RENAMED.get(name, name): value for name, value in self.cleaned_data.items()}
        values["states"] = tuple(values.get("states", ()))
        values["group"] = values.get("group") or "all"
        return Filter(**{name: value for name, value in values.items() if value is not None})

    def chips(self, query: QueryDict) -> list[Chip]:
        sentence = _("%(name)s: %(value)s")
        return [
            Chip(sentence % {"name": name, "value": words} if words else name, rest)
            for name, words, rest in self._told(query)
        ]

    def _told(self, query: QueryDict) -> Iterator[tuple[str, str, str]]:
        for name, value in self.cleaned_data.items():
            for one in value if isinstance(value, list) else [value]:
                if one not in (None, "", False):
                    words = "" if one is True else _words(name, one)
                    yield str(self.fields[name].label), words, without(query, name, one)

    def _written(self) -> dict[str, str]:
        """The options of each list; villages are the chosen township's, grids the village's."""
        map_, whose = snapshot(), (current_county(), language())
        codes = {name: _CODES.of(_codes(name), name, whose[1]) for name in CODES}
        return codes | {
            "category": _CATEGORIES.of(references.categories(), *whose),
            "township": _TOWNSHIPS.of(map_, *whose),
            "village": _below(map_, self._uuid("township")),
            "area": _below(map_, self._uuid("village")),
        }

    def _gone(self, name: str, options: str) -> str:
        """What was chosen, where it is offered no more: it stays chosen, and says so."""
        chosen = self._uuid(name) if name in REFERRING else None
        if chosen is None or f'value="{chosen}"' in options:
            return ""
        return options_html([(str(chosen), _words(name, chosen))])

    def _uuid(self, name: str) -> UUID | None:
        try:
            return UUID(self.data.get(name, ""))
        except ValueError:
            return None


def _codes(name: str) -> Mapping[str, Any]:
    return GROUPS if name == "group" else labels(name)


def _with_any(choices: Iterable[tuple[str, Any]]) -> str:
    return options_html([("", ANY), *choices])


def _below(map_: Snapshot, parent: UUID | None) -> str:
    nodes = map_.children.get(parent, ()) if parent else ()
    return _with_any((str(node.id), named(node)) for node in nodes)


def _townships(map_: Snapshot) -> str:
    return _below(map_, map_.root.id if map_.root else None)


def _unit_select(chosen: UUID | None, query: QueryDict) -> QuickSelect:
    """Units are hundreds, a third of a list's bytes: only the chosen one comes with the page.

    A browser without scripts follows a link for the others.
    """
    if "units" in query:
        return QuickSelect(_UNITS.of(references.every_unit(), current_county(), language()))
    unit = references.every_unit().get(chosen) if chosen else None
    everything = urlencode([*_pairs(query), ("units", "all")])
    link = format_html(
        '<noscript><a href="?{}">{}</a></noscript>', everything, _("Offer all units")
    )
    # With its language: a browser that keeps the answer must not show it after a change.
    address = f"{reverse('incidents:units', args=[current_county()])}?language={language()}"
    return QuickSelect(
        _with_any([(str(chosen), _unit_words(unit))] if unit else []),
        {"hx-get": address, "hx-trigger": "load", "hx-target": "this", "hx-swap": "innerHTML"},
        beside=link,
    )


def _pairs(query: QueryDict) -> Iterator[tuple[str, str]]:
    """The conditions of an address, from the first page."""
    for name, values in query.lists():
        if name != "after":
            yield from ((name, one) for one in values if one)


def unit_options(chosen: str) -> SafeString:
    """All of them, for `_unit_select`; `chosen` is what the select holds."""
    options = _UNITS.of(references.every_unit(), current_county(), language())
    return marked(options, [chosen])


def _units(units: Mapping[UUID, Unit]) -> str:
    """Closed ones at the end: their matters can still be looked for."""
    rows = sorted(units.values(), key=lambda one: not one.active)
    return _with_any((str(one.pk), _unit_words(one)) for one in rows)


def _unit_words(unit: Unit) -> str:
    return named(unit) if unit.active else _("%(unit)s (closed)") % {"unit": named(unit)}


# Hundreds of options, the same in every list of a county.
_CODES = Derived(lambda codes: _with_any(codes.items()))
_TOWNSHIPS = Derived(_townships)
_UNITS = Derived(_units)
_CATEGORIES = Derived(lambda _known: _with_any(category_choices()))


def without(query: QueryDict, name: str, value: object) -> str:
    """The address without one condition (and what hangs on it), from the first page."""
    gone = AREAS[AREAS.index(name) :] if name in AREAS else (name,)
    pairs = [
        (key, one)
        for key, one in _pairs(query)
        if not (key in gone and (key != "state" or one == str(value)))
    ]
    return "?" + urlencode(pairs)


def _words(name: str, value: Any) -> str:
    if name in AREAS:
        return _area_words(value)
    if name == "category":
        return _category_words(value)
    if name == "unit":
        unit = references.every_unit().get(value)
        return _unit_words(unit) if unit else _("no longer there")
    if name == "group":
        return str(GROUPS[value])
    return label(name, value) if name in {"state", "severity", "source"} else str(value)


def _area_words(area_id: UUID) -> str:
    name = area_names([area_id]).get(area_id)
    if name and area_id not in snapshot().nodes:
        return _("%(area)s (no longer on the map)") % {"area": name}
    return name or _("no longer there")


def _category_words(category_id: UUID) -> str:
    found = references.categories().get(category_id)
    if found is None:
        return _("no longer there")
    name = category_name(found)
    return _("%(category)s (no longer offered)") % {"category": name} if found.hidden else name
