"""Forms of an emergency: whom to send, what was done, a report, its end."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.incidents.actions.emergencies import ReportText
from linli.incidents.detail import Detail
from linli.incidents.emergencies.queries import Whole
from linli.incidents.rules import TEXT_MAX
from linli.web.incidents.choices import unit_choices, unit_keys
from linli.web.incidents.widgets import KeyedBoxes, KeyedRadios
from linli.web.late import AT, late_fields, moment_field

NO_PERSON = gettext_lazy("No names or telephone numbers of residents.")


def text_field(**kwargs: Any) -> forms.CharField:
    rows = kwargs.pop("rows", 3)
    return forms.CharField(
        max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
    )


class DispatchForm(forms.Form):
    def __init__(self, found: Detail, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "send_%s")  # stands beside the form of the record
        super().__init__(*args, **kwargs)
        first = found.suggestion.unit if found.suggestion else None
        choices, keys = unit_choices(first=first), unit_keys()
        self.fields["unit"] = forms.ChoiceField(
            label=_("Unit that goes there now"),
            choices=choices,
            initial=str(first.pk) if first else None,
            widget=KeyedRadios(keys=keys),
        )
        self.fields["co_units"] = forms.MultipleChoiceField(
            label=_("Further units"), choices=choices, required=False, widget=KeyedBoxes(keys=keys)
        )
        self.fields["text"] = text_field(label=_("What to do"), required=False, rows=2)
        self.fields |= {AT: late_fields()[AT]}

    def units(self) -> list[UUID]:
        chosen = [self.cleaned_data["unit"], *self.cleaned_data["co_units"]]
        return [UUID(one) for one in dict.fromkeys(chosen)]


class RecordForm(forms.Form):
    text = text_field(label=gettext_lazy("What was done"), help_text=NO_PERSON)
    happened_at = moment_field(
        label=gettext_lazy("When it was done"),
        required=False,
        help_text=gettext_lazy("Empty: now."),
    )
    complete = forms.BooleanField(label=gettext_lazy("The record is complete now"), required=False)


class EndForm(forms.Form):
    reason = text_field(label=gettext_lazy("Why it is over"), rows=2)


class EmergencyReportForm(forms.Form):
    happened = text_field(
        label=gettext_lazy("What happened"),
        help_text=gettext_lazy(
            "When, where, what, how bad. No names or telephone numbers of residents."
        ),
        rows=5,
    )
    measures = text_field(label=gettext_lazy("What was done"), rows=4)
    next_steps = text_field(label=gettext_lazy("What comes next"), required=False)
    sent_to = forms.CharField(
        label=gettext_lazy("Sent to"),
        max_length=120,
        help_text=gettext_lazy("The body that gets it, such as the county's duty office."),
    )
    happened_at = moment_field(
        label=gettext_lazy("Sent at"),
        required=False,
        help_text=gettext_lazy("Empty: now. If it went by telephone before, when that was."),
    )

    def report(self) -> ReportText:
        given = self.cleaned_data
        return ReportText(*(given[n] for n in ("happened", "measures", "next_steps", "sent_to")))


def start_of(whole: Whole) -> dict[str, Any]:
    """What the next report begins with: the case's words, or those of the report before."""
    if whole.reports:
        last = whole.reports[-1]
        names = ("happened", "measures", "next_steps", "sent_to")
        return {name: getattr(last, name) for name in names}
    incident = whole.incident
    at = timezone.localtime(incident.opened_at).strftime("%Y-%m-%d %H:%M")
    where = f" {incident.place_text}" if incident.place_text else ""
    return {"happened": f"{at}{where} {incident.text}"}
