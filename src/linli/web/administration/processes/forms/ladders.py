"""A ladder: who is told, rung by rung, as a deadline comes near and passes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.processes.labels import TARGETS
from linli.processes.vocabulary import Target
from linli.web.administration.processes.fields import BoxesField, DurationField
from linli.web.administration.processes.forms.base import Group, Part, PartForm, RowForm
from linli.web.incidents.words import language

AT, BEFORE, AFTER = "at", "before", "after"


class RungForm(RowForm):
    when = forms.ChoiceField(
        label=_("When"),
        choices=[
            ("", "—"),
            (BEFORE, _("before the deadline")),
            (AT, _("at the deadline")),
            (AFTER, _("after the deadline")),
        ],
        required=False,
    )
    span = DurationField(label=_("By how much"), required=False)
    tell = BoxesField(label=_("Tell"), required=False)
    takes_over = forms.BooleanField(label=_("The county takes over"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boxes: Any = self.fields["tell"]
        known = [(one.value, TARGETS[one].in_language(language())) for one in Target]
        boxes.offer(known, self.initial.get("tell"))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        when, tell = given.get("when"), given.get("tell")
        if when and not tell:
            self.add_error("tell", _("Say who is told, or choose no time."))
        if tell and not when:
            self.add_error("when", _("Say when."))
        if when in {BEFORE, AFTER} and not given.get("span") and "span" not in self.errors:
            self.add_error("span", _("Say how much before or after."))
        return given

    def empty(self) -> bool:
        return not self.cleaned_data.get("when")


class LadderForm(PartForm):
    groups = (
        Group(_("Name"), ("zh", "en")),
        Group(
            _("Rungs"),
            rows="rungs",
            help=_(
                "In the order of their time. With nobody left to tell, the county centre gets the "
                "case and an alarm: that cannot be changed."
            ),
        ),
    )
    row_forms = {"rungs": RungForm}

    def read_rows(self, _name: str, part: Part) -> list[dict[str, Any]]:
        return [_row(rung) for rung in part.get("rungs") or ()]

    def values(self) -> dict[str, Any]:
        return {"label": self.label(), "rungs": [_rung(row) for row in self.filled("rungs")]}


def _row(rung: Part) -> dict[str, Any]:
    when = next((name for name in (BEFORE, AFTER) if rung.get(name)), AT)
    return {
        "when": when,
        "span": rung.get(when),
        "tell": rung.get("tell"),
        "takes_over": rung.get("takes_over", False),
    }


def _rung(row: dict[str, Any]) -> Part:
    found: Part = {} if row["when"] == AT else {row["when"]: row["span"]}
    found["tell"] = row["tell"]
    return found | ({"takes_over": True} if row["takes_over"] else {})
