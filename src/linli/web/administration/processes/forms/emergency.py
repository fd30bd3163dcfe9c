"""The path of emergencies: for which matters, who is alerted in turn, which reports are owed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.processes.labels import ALERTED
from linli.processes.vocabulary import Alerted
from linli.web.administration.processes.fields import BoxesField, DurationField, category_choices
from linli.web.administration.processes.forms.base import Group, Part, PartForm, RowForm, Setting
from linli.web.incidents.words import language


class AlertForm(RowForm):
    to = forms.ChoiceField(label=_("Who is alerted"), required=False)
    minutes = forms.IntegerField(
        label=_("Minutes to acknowledge"), min_value=1, max_value=240, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(one.value, ALERTED[one].in_language(language())) for one in Alerted]
        field: Any = self.fields["to"]
        field.choices = [("", "—"), *known]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if bool(given.get("to")) != bool(given.get("minutes")) and not self.errors:
            self.add_error("minutes", _("Say who, and how many minutes."))
        return given


class EmergencyForm(PartForm):
    zh = en = None  # type: ignore[assignment]

    severities = BoxesField(label=_("Severities"), required=False)
    categories = BoxesField(label=_("Categories"), required=False)
    record_within = DurationField(
        label=_("Time to record what was done first"),
        help_text=_("Act first, write it down afterwards."),
    )
    first_minutes = forms.IntegerField(
        label=_("Minutes to the first report"), min_value=1, max_value=1440
    )
    follow_up = DurationField(label=_("Time to the follow-up report"))
    final = DurationField(label=_("Time to the final report"))

    groups = (
        Group(
            _("Offered first for"),
            ("severities", "categories"),
            help=_("Anybody may take this path for any matter."),
        ),
        Group(
            _("Who is alerted in turn"),
            rows="rungs",
            help=_("Whoever does not acknowledge in time is followed by the next."),
        ),
        Group(_("What is owed"), ("record_within", "first_minutes", "follow_up", "final")),
    )
    row_forms = {"rungs": AlertForm}

    def prepare(self, setting: Setting) -> None:
        for name, choices in (
            ("severities", setting.severities()),
            ("categories", category_choices()),
        ):
            boxes: Any = self.fields[name]
            boxes.offer(choices, setting.part.get(name))

    def read(self, part: Part) -> dict[str, Any]:
        names = ("severities", "categories", "record_within")
        found = {name: part.get(name) for name in names}
        return found | {"first_minutes": 30} | (part.get("reports") or {})

    def read_rows(self, _name: str, part: Part) -> list[dict[str, Any]]:
        return list(part.get("rungs") or ())

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "severities": given["severities"],
            "categories": given["categories"],
            "rungs": [{"to": row["to"], "minutes": row["minutes"]} for row in self.filled("rungs")],
            "record_within": given["record_within"],
            "reports": {name: given[name] for name in ("first_minutes", "follow_up", "final")},
        }
