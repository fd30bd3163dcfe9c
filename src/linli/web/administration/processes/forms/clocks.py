"""Deadlines: clocks, reasons for which they stand still, the whole, extensions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.calendars import CalendarChoice
from linli.processes.labels import CALENDARS, FIELDS
from linli.processes.vocabulary import Field
from linli.web.administration.processes.fields import BoxesField, DurationField
from linli.web.administration.processes.forms.base import (
    Group,
    Part,
    PartForm,
    Setting,
    add_durations,
    durations,
    read_durations,
)
from linli.web.incidents.words import language


class ClockForm(PartForm):
    runs_in = BoxesField(label=_("It runs in"))
    paused_in = BoxesField(label=_("It stands still in"), required=False)
    calendar = forms.ChoiceField(
        label=_("By whose working time"),
        help_text=_("Of a duration in hours every hour counts, whatever is chosen here."),
    )
    until = forms.ChoiceField(
        label=_("Set by"),
        required=False,
        help_text=_("Then no time is given below: the step that asks for the date sets it."),
    )

    def prepare(self, setting: Setting) -> None:
        dated = setting.part.get("until")
        times = () if dated else add_durations(self, setting, required=bool(setting.name))
        self.initial.update(read_durations(setting.part))
        date: Any = self.fields["until"]
        review = FIELDS[Field.REVIEW_DATE].in_language(language())
        date.choices = [("", _("the time below")), (Field.REVIEW_DATE.value, review)]
        if setting.name and not dated:
            del self.fields["until"]
        calendars = [(one.value, CALENDARS[one].in_language(language())) for one in CalendarChoice]
        field: Any = self.fields["calendar"]
        field.choices = calendars
        for name in ("runs_in", "paused_in"):
            boxes: Any = self.fields[name]
            boxes.offer(setting.states(), setting.part.get(name))
        own = _("A category with times of its own goes before these.")
        self.groups = (
            Group(_("Name"), ("zh", "en")),
            Group(_("How long"), ("until", *times), help=own if setting.name == "handle" else ""),
            Group(_("In which states"), ("runs_in", "paused_in", "calendar")),
        )

    def read(self, part: Part) -> dict[str, Any]:
        return super().read(part) | {
            "runs_in": part.get("runs_in"),
            "paused_in": part.get("paused_in"),
            "calendar": part.get("calendar", CalendarChoice.COUNTY.value),
            "until": part.get("until", ""),
        }

    def clean(self) -> dict[str, Any]:
        """What no date sets has a time for each severity."""
        given = super().clean() or {}
        times = [name for name in self.fields if name.startswith("time_")]
        for name in () if given.get("until") else times:
            if name not in self.errors and not given.get(name):
                self.add_error(name, self.fields[name].error_messages["required"])
        return given

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        calendar = given["calendar"]
        found = {
            "label": self.label(),
            "runs_in": given["runs_in"],
            "paused_in": given["paused_in"],
            "calendar": None if calendar == CalendarChoice.COUNTY.value else calendar,
        }
        if given.get("until"):
            return found | {"until": given["until"]}
        return found | {"by_severity": durations(given)}


class StopClockForm(PartForm):
    clocks = BoxesField(label=_("Deadlines that stand still"))
    at_most = DurationField(
        label=_("At most"), help_text=_("After this time they go on by themselves.")
    )

    groups = (
        Group(_("Reason"), ("zh", "en")),
        Group(_("What stands still"), ("clocks", "at_most")),
    )

    def prepare(self, setting: Setting) -> None:
        boxes: Any = self.fields["clocks"]
        boxes.offer(setting.clocks(), setting.part.get("clocks"))

    def read(self, part: Part) -> dict[str, Any]:
        found = {"clocks": part.get("clocks"), "at_most": part.get("at_most")}
        return super().read(part) | found

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"label": self.label(), "clocks": given["clocks"], "at_most": given["at_most"]}


class WholeForm(PartForm):
    zh = en = None  # type: ignore[assignment]

    along = BoxesField(
        label=_("Stages"),
        help_text=_("Deadlines that follow each other from report to closing, and have to fit in."),
    )

    def prepare(self, setting: Setting) -> None:
        times = add_durations(self, setting, required=True)
        self.initial.update(read_durations(setting.part))
        boxes: Any = self.fields["along"]
        boxes.offer(setting.clocks(), setting.part.get("along"))
        self.groups = (
            Group(_("From report to closing"), times),
            Group(_("What has to fit in"), ("along",)),
        )

    def read(self, part: Part) -> dict[str, Any]:
        return {"along": part.get("along")}

    def values(self) -> dict[str, Any]:
        return {"by_severity": durations(self.cleaned_data), "along": self.cleaned_data["along"]}


class ExtensionsForm(PartForm):
    zh = en = None  # type: ignore[assignment]

    clock = forms.ChoiceField(label=_("Deadline that is lengthened"))
    at_most = DurationField(label=_("At most at a time"))

    groups = (
        Group(
            _("Extensions"),
            ("clock", "at_most"),
            help=_("How often, and who grants them, is said by the steps that ask and grant."),
        ),
    )

    def prepare(self, setting: Setting) -> None:
        field: Any = self.fields["clock"]
        field.choices = setting.clocks()

    def read(self, part: Part) -> dict[str, Any]:
        return {"clock": part.get("clock"), "at_most": part.get("at_most")}

    def values(self) -> dict[str, Any]:
        return {"clock": self.cleaned_data["clock"], "at_most": self.cleaned_data["at_most"]}
