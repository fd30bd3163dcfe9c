"""Trying the routing table: a place, a category, a severity, an hour; which rule, and what next."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from linli.access.permissions import Permission
from linli.incidents import references
from linli.incidents.lines import named
from linli.processes.labels import WEEKDAYS
from linli.processes.routing import Choice, Matter, choices
from linli.processes.vocabulary import Weekday
from linli.processes.wording import Words
from linli.territory.snapshots import snapshot
from linli.web.administration.fields import AreaField
from linli.web.administration.processes.drafts import draft_context
from linli.web.administration.processes.fields import category_choices
from linli.web.administration.processes.frame import (
    Shown,
    framed,
    of_draft,
    of_version,
    show_draft,
    show_version,
)
from linli.web.http import StaffRequest, page
from linli.web.incidents.widgets import QuickSelect
from linli.web.incidents.words import labels, language

HOURS = [(str(hour), f"{hour:02}:00") for hour in range(24)]


@dataclass(frozen=True)
class Answer:
    """What one rule says: its name, the unit, the units beside it, the time, and where it is."""

    rule: str
    unit: str
    beside: str
    handle: str
    address: str


class TryForm(forms.Form):
    says_optional = False

    area = AreaField(label=_("Place"), required=False)
    category = forms.ChoiceField(label=_("Category"), widget=QuickSelect)
    severity = forms.ChoiceField(label=_("Severity"))
    source = forms.ChoiceField(label=_("Channel"))
    day = forms.ChoiceField(label=_("Day"))
    hour = forms.ChoiceField(label=_("Hour"), choices=HOURS, initial="9")

    def __init__(self, words: Words, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offers = {
            "category": category_choices(),
            "severity": [(key, words.severity(key)) for key in words.definition.severities],
            "source": list(labels("source").items()),
            "day": [(one.value, WEEKDAYS[one].in_language(language())) for one in Weekday],
        }
        for name, offered in offers.items():
            field: Any = self.fields[name]
            field.choices = offered

    def matter(self) -> Matter:
        given = self.cleaned_data
        category = next(
            row for row in references.categories().values() if row.code == given["category"]
        )
        day = list(Weekday).index(Weekday(given["day"]))
        return Matter(
            path=self._path(given["area"]),
            categories=references.category_codes(category),
            trade=category.function,
            countywide=category.unit_level == "county",
            severity=given["severity"],
            source=given["source"],
            hour=day * 24 + int(given["hour"]),
        )

    def _path(self, area: Any) -> tuple[str, ...]:
        """The area and those above it, deepest first, as a matter there would have them."""
        nodes = snapshot().path(area.pk) if area else []
        return references.path(node.id for node in reversed(nodes))


@page(Permission.PROCESS_VIEW)
def try_draft(request: StaffRequest, key: str, draft_id: UUID) -> HttpResponse:
    row = of_draft(request, key, draft_id)
    return _try(request, show_draft(request, row), draft_context(request, row, "routing"))


@page(Permission.PROCESS_VIEW)
def try_version(request: StaffRequest, key: str, number: int) -> HttpResponse:
    row = of_version(request, key, number)
    shown = show_version(request, row)
    return _try(request, shown, framed(request, key, "overview", shown=shown, row=row))


def _try(request: StaffRequest, shown: Shown, context: dict[str, Any]) -> HttpResponse:
    words = shown.words
    form = TryForm(words, request.GET or None) if words else None
    asked = form is not None and form.is_bound and form.is_valid()
    answers = _answers(shown, form.matter()) if form is not None and asked else []
    context |= {"form": form, "asked": asked, "answers": answers, "shown": shown}
    return render(request, "administration/processes/trying.html", context)


def _answers(shown: Shown, matter: Matter) -> list[Answer]:
    """What each rule that fits says, the one that decides first."""
    definition, words = shown.definition, shown.words
    if definition is None or words is None:
        return []
    here = references.in_service()
    return [_said(choice, shown, words) for choice in choices(definition, matter, here.posts)]


def _said(choice: Choice, shown: Shown, words: Words) -> Answer:
    units = references.in_service().units
    beside = [named(units[code]) for code in choice.co_units]
    return Answer(
        rule=words.say(choice.rule.label),
        unit=named(units[choice.lead]),
        beside=words.listed(beside),
        handle=words.duration(choice.handle) if choice.handle else "",
        address=shown.link("routing", choice.rule.key),
    )
