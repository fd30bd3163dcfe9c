"""The form of a new report: what, where, how bad, who told us (sealed), and files."""

import uuid
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.access.actor import Actor
from linli.accounts.enums import Role
from linli.incidents.actions import Draft
from linli.incidents.actions.placing import Spot
from linli.incidents.contacts import LIMIT, Contact
from linli.incidents.enums import Source
from linli.incidents.rules import TEXT_MAX, TITLE_MAX
from linli.web.incidents.choices import category_choices, category_keys
from linli.web.incidents.files import FilesField
from linli.web.incidents.places import AREA, LAT, LON, WORDS, area_words, place_fields, said
from linli.web.incidents.widgets import KeyedRadios
from linli.web.incidents.words import labels

# Sources that a person may state; the others are set by machines.
STATED = [one for one in Source.values if one not in {"device", "resident", "import"}]
FURTHER = 5
# Where the form has what an action names otherwise.
AT = {"place": AREA, "further_places": AREA, "evidence": "files", "contact": "contact_phone"}


class ReportForm(forms.Form):
    """`draft()` is what the action takes; `key` makes sending it twice one report."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=60)
    text = forms.CharField(
        label=gettext_lazy("What is the matter?"),
        help_text=gettext_lazy(
            "What, where exactly, since when, who is in danger. No names of persons here."
        ),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("Left empty, the first sentence is the title."),
        required=False,
        max_length=TITLE_MAX,
    )

    def __init__(self, actor: Actor, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"key": uuid.uuid4().hex})
        self.actor = actor
        self.fields["category"] = forms.ChoiceField(
            label=_("Category"),
            choices=category_choices(),
            widget=KeyedRadios(keys=category_keys()),
        )
        self.fields.update(place_fields())
        self.fields["severity"] = _severity()
        self.fields["source"] = _source(actor)
        self.fields["files"] = FilesField(
            label=_("Photos and files"),
            required=False,
            help_text=_("Photos, sound up to a minute, short video, PDF or Word; 20 MB each."),
        )
        self.fields.update(_contact())

    @property
    def emergency(self) -> bool:
        """Whether the red button was pressed."""
        return self.data.get("do") == "emergency"

    def draft(self, attachment_ids: tuple[UUID, ...] = ()) -> Draft:
        given = self.cleaned_data
        return Draft(
            text=given["text"],
            category_id=UUID(given["category"]),
            source=given["source"],
            spot=Spot(given[LON], given[LAT], "wgs84", given[AREA], given[WORDS]),
            further=tuple(Spot(area_id=one) for one in self.further()),
            title=given["title"],
            severity=given["severity"],
            contact=self._contact(),
            attachment_ids=attachment_ids,
            emergency=self.emergency,
        )

    def further(self) -> list[UUID]:
        """More areas of a matter that touches several; what is no id is passed over."""
        found = []
        given = self.data.getlist("further") if isinstance(self.data, QueryDict) else []
        for text in given[:FURTHER]:
            try:
                found.append(UUID(text))
            except ValueError:
                continue
        return found

    @property
    def place_said(self) -> str:
        return said(self)

    @property
    def further_said(self) -> list[tuple[UUID, str]]:
        return [(one, area_words(one)) for one in self.further()]

    def refuse(self, field: str | None, words: str) -> None:
        """Put an action's refusal at the field that it is about."""
        name = AT.get(field or "", field)
        self.add_error(name if name in self.fields else None, words)

    def _contact(self) -> Contact | None:
        given = {n: self.cleaned_data[f"contact_{n}"].strip() for n in ("name", "phone", "address")}
        if not any(given.values()):
            return None
        return Contact(**given, anonymous_to_units=not self.cleaned_data["contact_open"])


def _severity() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Severity"),
        required=False,
        choices=[("", _("As usual for this category")), *labels("severity").items()],
        widget=forms.RadioSelect,
    )


def _source(actor: Actor) -> forms.ChoiceField:
    """Centres take calls; everybody else saw it themselves."""
    desk = {Role.COUNTY_OPERATOR, Role.DISPATCHER, Role.TOWNSHIP_OPERATOR}
    usual = Source.CALL if actor.roles & desk else Source.GRID_WORKER
    words = labels("source")
    return forms.ChoiceField(
        label=_("How it reached us"),
        choices=[(one, words[one]) for one in STATED],
        initial=usual,
    )


def _contact() -> dict[str, forms.Field]:
    def line(label: str, kind: str) -> forms.CharField:
        attrs = {"autocomplete": "off", "inputmode": kind}
        return forms.CharField(
            label=label, required=False, max_length=LIMIT, widget=forms.TextInput(attrs=attrs)
        )

    return {
        "contact_name": line(_("Name of the reporter"), "text"),
        "contact_phone": line(_("Telephone"), "tel"),
        "contact_address": line(_("Address of the reporter"), "text"),
        "contact_open": forms.BooleanField(
            label=_("The handling unit may know that somebody reported it"), required=False
        ),
    }
