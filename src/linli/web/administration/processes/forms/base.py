"""What the forms of parts share: groups of fields, rows, what is fixed, the changes they mean."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BaseFormSet, BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.processes import Definition, Vocabulary
from linli.processes.editing import Change, NoPlaceError, Revise, key_for, part_at, siblings
from linli.processes.faults import Place
from linli.processes.fixed import fixed_in
from linli.processes.reading import Document
from linli.processes.wording import Words
from linli.web.administration.processes.fields import DurationField
from linli.web.incidents.words import language

Part = dict[str, Any]
Choices = list[tuple[str, str]]
STEMS = {  # of a key where the English name gives none
    "transitions": "step",
    "clocks": "clock",
    "stop_clocks": "condition",
    "ladders": "ladder",
    "routing": "rule",
}
SPARE = 2  # empty rows below the filled ones


@dataclass(frozen=True)
class Group:
    """Some fields of a form, or rows of one kind, under a heading."""

    title: str | Promise
    fields: tuple[str, ...] = ()
    rows: str = ""
    help: str | Promise = ""


@dataclass(frozen=True)
class Setting:
    """What a form is about: the document, where the part is, and how things are called.

    `proposed` is the part as the form shows it at first, where that is not how it stands.
    """

    document: Document
    definition: Definition
    words: Words
    vocabulary: Vocabulary
    section: str
    name: str  # empty for a new part
    proposed: Mapping[str, Any] | None = None

    @property
    def place(self) -> Place:
        if self.section == "general":
            return ()
        if self.section in {"emergency", "whole", "extensions"}:
            return (self.section,)
        return (self.section, self.name)

    @property
    def part(self) -> Part:
        if self.proposed is not None:
            return dict(self.proposed)
        if self.section == "general":
            return self.document
        try:
            found = part_at(self.document, self.place)
        except NoPlaceError:
            return {}
        return found if isinstance(found, dict) else {}

    def fixed(self) -> Mapping[str, str]:
        """What cannot be changed here, with the reason; of a new part everything is chosen."""
        if not self.name:
            return {}
        found = fixed_in(self.document, self.place, self.vocabulary)
        return {name: text.in_language(language()) for name, text in found.items()}

    def states(self) -> Choices:
        return [(key, self.words.state(key)) for key in self.definition.states]

    def steps(self) -> Choices:
        return [(key, self.words.step(key)) for key in self.definition.transitions]

    def clocks(self) -> Choices:
        return [(key, self.words.clock(key)) for key in self.definition.clocks]

    def ladders(self) -> Choices:
        return [(key, self.words.ladder(key)) for key in self.definition.ladders]

    def severities(self) -> Choices:
        return [(key, self.words.severity(key)) for key in self.definition.severities]


class RowForm(forms.Form):
    """One of several like it; an empty one is left out."""

    use_required_attribute = False
    says_optional = False

    def empty(self) -> bool:
        return not any(value not in (None, "", [], False) for value in self.cleaned_data.values())


class PartForm(forms.Form):
    """A form over one part of a document. Subclasses say `groups`, read and give values."""

    groups: Sequence[Group] = ()
    row_forms: Mapping[str, type[RowForm]] = {}
    says_optional = False  # nearly everything is: an empty field says nothing about a matter
    field_of: Mapping[str, str] = {}  # an attribute's name in a fault -> the field here

    zh = forms.CharField(label=_("Chinese name"), max_length=200)
    en = forms.CharField(
        label=_("English name"),
        max_length=200,
        required=False,
        help_text=_("Where it is left empty, the Chinese name stands for it."),
    )

    def __init__(self, setting: Setting, data: Any = None) -> None:
        self.setting = setting
        super().__init__(data, initial=self.read(setting.part))
        self.rows = {name: self._rows(name, kind, data) for name, kind in self.row_forms.items()}
        self.prepare(setting)
        for name, reason in setting.fixed().items():
            field = self.fields.get(self.field_of.get(name, name))
            if field is not None:
                field.disabled, field.help_text = True, reason

    def _rows(self, name: str, kind: type[RowForm], data: Any) -> "BaseFormSet[RowForm]":
        made = forms.formset_factory(kind, extra=SPARE, max_num=40, absolute_max=60)
        start = self.read_rows(name, self.setting.part)
        rows = made(data, prefix=name, initial=start, form_kwargs=self.row_options(name))
        rows.use_required_attribute = False  # type: ignore[attr-defined]
        return rows

    def row_options(self, _name: str) -> dict[str, Any]:
        return {}

    def prepare(self, setting: Setting) -> None:
        """Choices that depend on the document."""

    def read(self, part: Part) -> dict[str, Any]:
        """Initial values from a part of the document."""
        label = part.get("label") or {}
        return {"zh": label.get("zh"), "en": label.get("en")}

    def read_rows(self, _name: str, _part: Part) -> list[dict[str, Any]]:
        return []

    def values(self) -> dict[str, Any]:
        """The attributes of the part that the form knows; None removes one."""
        return {"label": self.label()}

    def label(self) -> dict[str, str]:
        given = self.cleaned_data
        return {"zh": given["zh"], "en": given["en"] or given["zh"]}

    def is_valid(self) -> bool:
        own = super().is_valid()
        return all([own, *(rows.is_valid() for rows in self.rows.values())])

    def filled(self, name: str) -> list[dict[str, Any]]:
        """The rows of a kind that say something."""
        return [row.cleaned_data for row in self.rows[name] if not row.empty()]

    def place(self) -> Place:
        """Where the part is, or will be: a new one gets a key of its English name."""
        setting = self.setting
        if setting.name or len(setting.place) < 2:
            return setting.place
        taken = siblings(setting.document, setting.section)
        return (setting.section, key_for(self.cleaned_data["en"], taken, STEMS[setting.section]))

    def changes(self) -> list[Change]:
        return [Revise(self.place(), self.values())]

    def shown(self) -> Iterator[tuple[Group, list[BoundField], Any]]:
        """The groups with their fields and rows, for the page."""
        for group in self.groups:
            fields = [self[name] for name in group.fields if name in self.fields]
            yield group, fields, self.rows.get(group.rows)

    def every_field(self) -> Iterator[BoundField]:
        yield from self
        for rows in self.rows.values():
            for row in rows:
                yield from row


def add_durations(form: forms.Form, setting: Setting, *, required: bool) -> tuple[str, ...]:
    """A duration for each severity; returns the names of the fields."""
    names = []
    for key, label in setting.severities():
        names.append(f"time_{key}")
        form.fields[f"time_{key}"] = DurationField(label=label, required=required)
    return tuple(names)


def read_durations(part: Part) -> dict[str, Any]:
    given = part.get("by_severity") or {}
    return {f"time_{key}": value for key, value in given.items()}


def durations(cleaned: Mapping[str, Any]) -> dict[str, str]:
    return {
        name.removeprefix("time_"): value
        for name, value in cleaned.items()
        if name.startswith("time_") and value
    }
