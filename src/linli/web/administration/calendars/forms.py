"""Forms of a calendar; what fits together is judged by the documents themselves."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from linli.calendars.documents import NAME_MAX, WrittenHours, read_shift, write_shift
from linli.calendars.hours import Hours
from linli.calendars.statutory import OFFICE
from linli.lib.errors import InputError
from linli.organisations.queries import units
from linli.web.administration.calendars.looks import NTH
from linli.web.administration.fields import UnitField
from linli.web.administration.forms import UploadForm
from linli.web.days import date_field

DAY_FIELDS = tuple(f"day{number}" for number in range(7))
OFFICE_WORDS = ", ".join(OFFICE)
PRESETS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "office": (_("Office hours"), (OFFICE_WORDS,) * 5 + ("", "", OFFICE_WORDS)),
    "saturday": (
        _("Office hours and Saturday morning"),
        (OFFICE_WORDS,) * 5 + ("08:30-12:00", "", OFFICE_WORDS),
    ),
    "round": (_("Round the clock"), ("00:00-24:00",) * 8),
}
"""Seven weekdays and the make-up workday."""
KINDS = [("off", _("Day off")), ("work", _("Make-up workday"))]
NTH_CHOICES = [("", "—"), *((str(nth), words) for nth, words in NTH.items())]


class ShiftsField(forms.CharField):
    """The shifts of a day as text, such as "08:30-12:00, 14:00-17:30"; empty for none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=100, required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        written = re.split(r"[,，、;；\s]+", super().clean(value).replace("：", ":"))
        try:
            return tuple(read_shift(text) for text in written if text)
        except InputError as error:
            raise ValidationError(error.translated(translated)) from error


class HoursForm(forms.Form):
    says_optional = False

    since = date_field(
        label=_("These hours hold from"),
        required=False,
        help_text=_("Empty: from the very beginning. Days before this one stay as they were."),
    )
    day0 = ShiftsField(label=WEEKDAYS[0])
    day1 = ShiftsField(label=WEEKDAYS[1])
    day2 = ShiftsField(label=WEEKDAYS[2])
    day3 = ShiftsField(label=WEEKDAYS[3])
    day4 = ShiftsField(label=WEEKDAYS[4])
    day5 = ShiftsField(label=WEEKDAYS[5])
    day6 = ShiftsField(label=WEEKDAYS[6])
    makeup = ShiftsField(label=_("Make-up workday"))

    def hours(self) -> WrittenHours:
        """What was typed; the documents judge it when they are built."""
        values = self.cleaned_data
        return WrittenHours.model_construct(
            since=values["since"] or date.min,
            week=tuple(values[name] for name in DAY_FIELDS),
            makeup=values["makeup"],
        )


class UnitHoursForm(HoursForm):
    own = forms.ChoiceField(
        label=_("Hours of this unit"),
        widget=forms.RadioSelect,
        choices=[("", _("the county's")), ("own", _("its own, as below"))],
        required=False,
    )
    observes = forms.BooleanField(
        label=_("The county's days off, make-up workdays and festivals hold here too"),
        required=False,
    )
    field_order = ("own", "observes", "since", *DAY_FIELDS, "makeup")


def hours_initial(hours: Hours) -> dict[str, Any]:
    """The fields of a form that shows these hours."""
    lists = [", ".join(map(write_shift, shifts)) for shifts in hours.lists]
    found: dict[str, Any] = dict(zip((*DAY_FIELDS, "makeup"), lists, strict=True))
    return found | {"since": None if hours.since == date.min else hours.since}


def preset_initial(key: str) -> dict[str, Any]:
    if key not in PRESETS:
        return {}
    return dict(zip((*DAY_FIELDS, "makeup"), PRESETS[key][1], strict=True))


class DaysForm(forms.Form):
    first = date_field(label=_("First day"))
    last = date_field(label=_("Last day"), required=False, help_text=_("Empty: one day."))
    kind = forms.ChoiceField(label=_("What it is"), choices=KINDS, widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("Name"), max_length=NAME_MAX, help_text=_("Such as 国庆节 or 县庆.")
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        first = values.get("first")
        values["last"] = values.get("last") or first
        if first and values["last"] and not 0 <= (values["last"] - first).days <= 366:
            self.add_error("last", _("The last day lies up to a year after the first one."))
        return values


class FestivalForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=NAME_MAX, help_text=_("Such as 火把节 or 花山节.")
    )
    kind = forms.ChoiceField(
        label=_("It begins on"),
        widget=forms.RadioSelect,
        choices=[
            ("lunar", _("a day of the lunar calendar")),
            ("solar", _("a date")),
            ("weekday", _("a weekday of a month, such as the second Saturday")),
        ],
    )
    month = forms.TypedChoiceField(
        label=_("Month"), coerce=int, choices=lambda: [(n, MONTHS[n]) for n in range(1, 13)]
    )
    day = forms.IntegerField(
        label=_("Day of the month"),
        required=False,
        min_value=1,
        max_value=31,
        help_text=_("The 30th of a lunar month is its last day."),
    )
    nth = forms.ChoiceField(
        label=_("Which one"),
        choices=NTH_CHOICES,
        required=False,
        help_text=_("Only for a weekday of a month."),
    )
    weekday = forms.ChoiceField(
        label=_("Weekday"),
        required=False,
        help_text=_("Only for a weekday of a month."),
        choices=lambda: [("", "—"), *((n + 1, WEEKDAYS[n]) for n in range(7))],
    )
    days = forms.IntegerField(label=_("Days off"), min_value=1, max_value=15, initial=1)
    since = forms.IntegerField(label=_("From the year"), min_value=2000, max_value=2200)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        weekday = values.get("kind") == "weekday"
        for name in ("nth", "weekday") if weekday else ("day",):
            if not values.get(name) and name not in self.errors:
                self.add_error(name, _("This is needed here."))
        return values

    def written(self) -> dict[str, Any]:
        values = self.cleaned_data
        on: dict[str, Any] = {"kind": values["kind"], "month": values["month"]}
        if values["kind"] == "weekday":
            on |= {"nth": int(values["nth"]), "weekday": int(values["weekday"])}
        else:
            on["day"] = values["day"]
        named = {name: values[name] for name in ("name", "days", "since")}
        return named | {"on": on}


class NoticeForm(forms.Form):
    year = forms.IntegerField(
        label=_("Year"),
        min_value=2000,
        max_value=2200,
        help_text=_("For dates without a year, where the notice has no heading."),
    )
    text = forms.CharField(
        label=_("Text of the notice"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("As it was published, all of it: what is not understood will be shown."),
    )
    file = forms.FileField(
        label=_("Or a table"),
        required=False,
        help_text=_("Columns date, kind (holiday or workday) and name; xlsx, xls or csv."),
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if bool(values.get("text")) is bool(values.get("file")) and not self.errors:
            self.add_error("text", _("Paste the text, or choose a table."))
        return values

    clean_file = UploadForm.clean_file
    MAX_BYTES = UploadForm.MAX_BYTES


class YearForm(forms.Form):
    year = forms.IntegerField(label=_("Announced year"), min_value=2004, max_value=2200)


class PublishForm(forms.Form):
    note = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Such as the notice's number. It is shown wherever a deadline moves."),
    )


class UnitChoice(forms.Form):
    unit = UnitField(label=_("Give a unit a calendar of its own"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.offer(units())
