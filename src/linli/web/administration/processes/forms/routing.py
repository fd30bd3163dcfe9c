"""A routing rule: for which matters, to which unit, with which time."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.processes.editing import Change, Shift
from linli.processes.labels import WEEKDAYS
from linli.processes.vocabulary import Weekday
from linli.web.administration.processes.fields import (
    BoxesField,
    DurationField,
    GridsField,
    PickField,
    area_choices,
    category_choices,
    is_grid,
    read_pick,
)
from linli.web.administration.processes.forms.base import Group, Part, PartForm, RowForm, Setting
from linli.web.incidents.words import labels, language

EVERY_DAY = [one.value for one in Weekday]


class WindowForm(RowForm):
    days = BoxesField(label=_("Days"), required=False)
    start = forms.IntegerField(label=_("From, o'clock"), min_value=0, max_value=23, required=False)
    end = forms.IntegerField(label=_("To, o'clock"), min_value=1, max_value=24, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boxes: Any = self.fields["days"]
        known = [(one.value, WEEKDAYS[one].in_language(language())) for one in Weekday]
        boxes.offer(known, self.initial.get("days"))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        hours = (given.get("start") is not None, given.get("end") is not None)
        if any(hours) != all(hours) and not self.errors:
            self.add_error("end", _("Give both hours."))
        if any(hours) and not given.get("days"):
            self.add_error("days", _("Choose the days."))
        return given


class BesideForm(RowForm):
    unit = PickField(label=_("Unit"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.offer(self.initial.get("unit"))


class RuleForm(PartForm):
    areas = BoxesField(label=_("Townships and villages"), required=False)
    grids = GridsField(
        label=_("Grids"), help_text=_("One a line, by name or code. They count beside the above.")
    )
    categories = BoxesField(label=_("Categories"), required=False)
    severities = BoxesField(label=_("Severities"), required=False)
    sources = BoxesField(label=_("Channels"), required=False)
    lead = PickField(label=_("Lead unit"))
    handle = DurationField(
        label=_("Time for handling"),
        required=False,
        help_text=_("Empty: that of the category or of the process."),
    )

    groups = (
        Group(_("Name"), ("zh", "en")),
        Group(_("The unit"), ("lead", "handle")),
        Group(_("Co-handling units"), rows="co_units"),
        Group(
            _("For matters of"),
            ("categories", "severities", "sources"),
            help=_("Nothing chosen is no condition."),
        ),
        Group(_("Where"), ("areas", "grids")),
        Group(
            _("When"),
            rows="hours",
            help=_("Whole hours, local time. 18 to 8 goes on into the next morning."),
        ),
    )
    row_forms = {"co_units": BesideForm, "hours": WindowForm}

    def prepare(self, setting: Setting) -> None:
        when = setting.part.get("when") or {}
        offers = {
            "areas": area_choices(),
            "categories": category_choices(),
            "severities": setting.severities(),
            "sources": list(labels("source").items()),
        }
        for name, choices in offers.items():
            boxes: Any = self.fields[name]
            chosen = [one for one in when.get(name) or () if name != "areas" or not is_grid(one)]
            boxes.offer(choices, chosen)
        lead: Any = self.fields["lead"]
        lead.offer(setting.part.get("lead"))

    def read(self, part: Part) -> dict[str, Any]:
        when = part.get("when") or {}
        areas = when.get("areas") or []
        return super().read(part) | {
            "areas": [one for one in areas if not is_grid(one)],
            "grids": [one for one in areas if is_grid(one)],
            "categories": when.get("categories"),
            "severities": when.get("severities"),
            "sources": when.get("sources"),
            "lead": part.get("lead"),
            "handle": part.get("handle"),
        }

    def read_rows(self, name: str, part: Part) -> list[dict[str, Any]]:
        if name == "co_units":
            return [{"unit": pick} for pick in part.get("co_units") or ()]
        windows = (part.get("when") or {}).get("hours") or ()
        return [
            {
                "days": one.get("days", EVERY_DAY),
                "start": one.get("start", 0),
                "end": one.get("end", 24),
            }
            for one in windows
        ]

    def changes(self) -> list[Change]:
        """A new rule comes last, but before a net: behind it, it would never decide."""
        found, rules = super().changes(), self.setting.definition.routing
        if not self.setting.name and rules and rules[-1].is_net:
            found.append(Shift(self.place(), -1))
        return found

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        when = {
            "areas": [*given["areas"], *given["grids"]],
            "categories": given["categories"],
            "severities": given["severities"],
            "sources": given["sources"],
            "hours": [_window(row) for row in self.filled("hours")],
        }
        return {
            "label": self.label(),
            "when": {name: value for name, value in when.items() if value},
            "lead": read_pick(given["lead"]),
            "co_units": [read_pick(row["unit"]) for row in self.filled("co_units")],
            "handle": given["handle"],
        }


def _window(row: dict[str, Any]) -> Part:
    found: Part = {} if row["days"] == EVERY_DAY else {"days": row["days"]}
    if row["start"] is not None:
        found |= {"start": row["start"], "end": row["end"]}
    return found
