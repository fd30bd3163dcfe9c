"""A list's filter in the address bar: read strictly, written back, told as chips."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.incidents import references
from linli.incidents.filters import MAX_TEXT, Filter
from linli.incidents.lines import area_names, named, unit_name
from linli.territory.snapshots import snapshot
from linli.web.incidents.choices import category_choices
from linli.web.incidents.widgets import KeyedBoxes, QuickSelect
from linli.web.incidents.words import category_name, label, labels

Choices = list[tuple[str, Any]]
ANY = gettext_lazy("Any")
GROUPS = {"open": gettext_lazy("Under way"), "closed": gettext_lazy("Ended")}
AREAS = ("township", "village", "area")
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
        label=gettext_lazy("Words, number or place"), required=False, max_length=MAX_TEXT
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
        day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        self.fields["from"] = forms.DateField(label=_("Reported from"), required=False, widget=day)
        self.fields["to"] = forms.DateField(label=_("Reported to"), required=False, widget=day)
        for name in ("severity", "source"):
            self._choose(name, [("", ANY), *labels(name).items()])
        self._choose("group", [("", ANY), *GROUPS.items()])
        self.fields["state"] = forms.MultipleChoiceField(
            label=_("State"),
            required=False,
            choices=list(labels("state").items()),
            widget=KeyedBoxes(),
        )
        self._narrow("category", category_choices())
        self._narrow("unit", [(str(one.pk), named(one)) for one in references.units().values()])
        for name, choices in self._areas().items():
            self._narrow(name, choices)

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

    def _choose(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _narrow(self, name: str, choices: Choices) -> None:
        self.fields[name].widget = QuickSelect(choices=[("", ANY), *choices])

    def _areas(self) -> dict[str, Choices]:
        """Townships; villages of the chosen township; grids of the chosen village."""
        map_ = snapshot()
        root = map_.root.id if map_.root else None
        parents = {
            "township": root,
            "village": self._uuid("township"),
            "area": self._uuid("village"),
        }
        return {
            name: [(str(node.id), named(node)) for node in map_.children.get(parent, ())]
            if parent
            else []
            for name, parent in parents.items()
        }

    def _uuid(self, name: str) -> UUID | None:
        try:
            return UUID(self.data.get(name, ""))
        except ValueError:
            return None


def without(query: QueryDict, name: str, value: object) -> str:
    """The address without one condition (and what hangs on it), from the first page."""
    gone = AREAS[AREAS.index(name) :] if name in AREAS else (name,)
    pairs = [
        (key, one)
        for key, values in query.lists()
        for one in values
        if key != "after" and one and not (key in gone and (key != "state" or one == str(value)))
    ]
    return "?" + urlencode(pairs)


def _words(name: str, value: Any) -> str:
    if name in AREAS:
        return area_names([value]).get(value, str(value))
    if name == "category":
        found = references.categories().get(value)
        return category_name(found) if found else str(value)
    if name == "unit":
        return unit_name(value) or str(value)
    if name == "group":
        return str(GROUPS[value])
    return label(name, value) if name in {"state", "severity", "source"} else str(value)
