"""One form field for each thing that a step of the process may ask for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from linli.calendars import Duration
from linli.incidents.detail import Detail
from linli.incidents.duplicates import Near
from linli.incidents.enums import Outcome, Satisfied, Solved, Source, VerificationKind
from linli.incidents.preview import case_of
from linli.processes import Transition, choices_of, required_of
from linli.processes.labels import FIELDS, TEXT_LIMIT, duration_words
from linli.processes.vocabulary import Field
from linli.web.days import date_field
from linli.web.incidents.choices import (
    area_choices,
    category_choices,
    category_keys,
    handling_choices,
    near_choices,
    unit_keys,
)
from linli.web.incidents.files import FilesField
from linli.web.incidents.routing_words import suggestion_words
from linli.web.incidents.widgets import KeyedBoxes, KeyedRadios
from linli.web.incidents.words import language


@dataclass(frozen=True)
class Asked:
    """A step being prepared: what its form may look at.

    `late`: it may have been taken before it is recorded, as in an emergency.
    """

    found: Detail
    step: Transition
    now: datetime
    late: bool = False
    near: Sequence[Near] = ()  # what may be the same matter, for a step that names a duplicate

    @property
    def same(self) -> Mapping[str, Any]:
        """Fields of the last entry of the timeline, such as the extension that was asked for."""
        last: Mapping[str, Any] = self.found.lines[-1].event.data if self.found.lines else {}
        return dict(last.get("fields", {}))


Made = dict[str, forms.Field]
NEAR = "near"  # the input beside the number of a duplicate
CODES: Mapping[Field, type[Any]] = {
    Field.VERIFICATION_KIND: VerificationKind,
    Field.OUTCOME: Outcome,
    Field.SOLVED: Solved,
    Field.SATISFIED: Satisfied,
    Field.SOURCE: Source,
}


def fields_of(asked: Asked) -> Made:
    """The form fields of a step, in the order of its definition."""
    made: Made = {}
    needed = required_of(asked.step, case_of(asked.found))
    for name in asked.step.fields:
        made |= _MAKERS[name](name, name in needed, asked)
    return made


def word(name: Field) -> str:
    return FIELDS[name].in_language(language())


def _long(name: Field, required: bool, asked: Asked) -> Made:
    rows = 4 if required else 2
    area = forms.Textarea(attrs={"rows": rows})
    return {
        str(name): forms.CharField(
            label=_label(name, asked), required=required, max_length=TEXT_LIMIT, widget=area
        )
    }


def _label(name: Field, asked: Asked) -> str:
    """A free text is named after what it is for."""
    if name is Field.TEXT and asked.step.key in {"dispatch", "rule"}:
        return _("Instruction to the unit")
    return word(name)


def _short(name: Field, required: bool, _asked: Asked) -> Made:
    return {str(name): forms.CharField(label=word(name), required=required, max_length=200)}


def _unit(name: Field, required: bool, asked: Asked) -> Made:
    suggestion = asked.found.suggestion
    first = suggestion.unit if suggestion else None
    return {
        str(name): forms.ChoiceField(
            label=word(name),
            required=required,
            choices=handling_choices(first=first),
            initial=str(first.pk) if first else None,
            help_text=suggestion_words(suggestion) if suggestion else "",
            widget=KeyedRadios(keys=unit_keys()),
        )
    }


def _units(name: Field, required: bool, asked: Asked) -> Made:
    suggestion = asked.found.suggestion
    return {
        str(name): forms.MultipleChoiceField(
            label=word(name),
            required=required,
            choices=handling_choices(),
            initial=[str(unit.pk) for unit in suggestion.co_units] if suggestion else None,
            widget=KeyedBoxes(keys=unit_keys()),
        )
    }


def _files(name: Field, required: bool, _asked: Asked) -> Made:
    text = _("Photos, sound up to a minute, short video, PDF or Word; 20 MB each.")
    return {str(name): FilesField(label=word(name), required=required, help_text=text)}


def _date(name: Field, required: bool, asked: Asked) -> Made:
    today = asked.found.calendars.county.local(asked.now).date()
    last = today + timedelta(days=asked.found.definition.longest_review_days)
    attrs = {"type": "date", "min": str(today + timedelta(days=1)), "max": str(last)}
    widget = forms.DateInput(attrs=attrs, format="%Y-%m-%d")
    return {str(name): date_field(label=word(name), required=required, widget=widget)}


def _extra_time(name: Field, required: bool, asked: Asked) -> Made:
    extensions = asked.found.definition.extensions
    if extensions is None:
        return _short(name, required, asked)
    at_most = extensions.at_most
    offered = [Duration(amount, at_most.unit) for amount in range(1, at_most.amount + 1)]
    return {
        str(name): forms.ChoiceField(
            label=word(name),
            required=required,
            choices=[(str(one), duration_words(one, language())) for one in offered],
            initial=asked.same.get("extra_time"),
        )
    }


def _code(name: Field, required: bool, asked: Asked) -> Made:
    table = CODES[name]
    offered = choices_of(asked.step, case_of(asked.found), name) or tuple(table.values)
    return {
        str(name): forms.ChoiceField(
            label=word(name),
            required=required,
            choices=[(one, str(table(one).label)) for one in offered],
            initial=_usual(name, offered, asked),
            widget=forms.RadioSelect,
        )
    }


def _usual(name: Field, offered: Sequence[str], asked: Asked) -> str | None:
    """The only choice there is; of the ways to verify the one that the category asks for.

    Who evaluated a matter as not solved and then reopens it need not say so twice.
    """
    if name in {Field.SOLVED, Field.SATISFIED} and asked.same.get(name) in offered:
        return str(asked.same[name])
    if name == Field.VERIFICATION_KIND and asked.found.incident.verification in offered:
        return asked.found.incident.verification
    return offered[0] if len(offered) == 1 else None


def _category(name: Field, required: bool, _asked: Asked) -> Made:
    return {
        str(name): forms.ChoiceField(
            label=word(name),
            required=required,
            choices=category_choices(),
            widget=KeyedRadios(keys=category_keys()),
        )
    }


def _severity(name: Field, required: bool, asked: Asked) -> Made:
    severities = asked.found.definition.severities
    return {
        str(name): forms.ChoiceField(
            label=word(name),
            required=required,
            choices=[(key, text.in_language(language())) for key, text in severities.items()],
            initial=asked.found.incident.severity,
            widget=forms.RadioSelect,
        )
    }


def _condition(name: Field, required: bool, asked: Asked) -> Made:
    stops = asked.found.definition.stop_clocks
    at_most = _("%(label)s, at most %(span)s")
    offered = [
        (key, at_most % {"label": stop.label.in_language(language()), "span": _span(stop.at_most)})
        for key, stop in stops.items()
    ]
    return {
        str(name): forms.ChoiceField(
            label=word(name), required=required, choices=offered, widget=forms.RadioSelect
        )
    }


def _span(duration: Duration) -> str:
    return duration_words(duration, language())


def _place(_name: Field, _required: bool, asked: Asked) -> Made:
    from linli.web.incidents.places import place_fields

    return place_fields(asked.found.incident)


def _township(name: Field, required: bool, asked: Asked) -> Made:
    """Asked only where there is something to choose."""
    ids = choices_of(asked.step, case_of(asked.found), name) or ()
    if len(ids) < 2:
        return {}
    return {
        str(name): forms.ChoiceField(
            label=word(name),
            required=required,
            choices=area_choices(ids),
            help_text=_("Every township that the matter touches goes on seeing it."),
            widget=forms.RadioSelect,
        )
    }


def _duplicate(name: Field, required: bool, asked: Asked) -> Made:
    """Those that are near are offered; any other is named by its number."""
    number = forms.CharField(
        label=_("Number of the other matter") if asked.near else word(name),
        required=required and not asked.near,
        max_length=24,
        help_text=_("The number of the matter that goes on, such as 2026-000123."),
    )
    if not asked.near:
        return {str(name): number}
    choice = forms.ChoiceField(
        label=word(name),
        required=False,
        choices=[*near_choices(asked.near), ("", _("Another one, by its number"))],
        help_text=_("Near in place, time and words."),
        widget=forms.RadioSelect,
    )
    return {NEAR: choice, str(name): number}


_MAKERS: Mapping[Field, Callable[[Field, bool, Asked], Made]] = {
    Field.REASON: _long,
    Field.TEXT: _long,
    Field.RESULT: _long,
    Field.UNIT: _unit,
    Field.CO_UNITS: _units,
    Field.EVIDENCE: _files,
    Field.REVIEW_DATE: _date,
    Field.EXTRA_TIME: _extra_time,
    Field.VERIFICATION_KIND: _code,
    Field.OUTCOME: _code,
    Field.DUTY_REFERENCE: _short,
    Field.CATEGORY: _category,
    Field.SEVERITY: _severity,
    Field.PLACE: _place,
    Field.SOURCE: _code,
    Field.DUPLICATE_OF: _duplicate,
    Field.SOLVED: _code,
    Field.SATISFIED: _code,
    Field.SOURCE_REFERENCE: _short,
    Field.TOWNSHIP: _township,
    Field.CONDITION: _condition,
}
