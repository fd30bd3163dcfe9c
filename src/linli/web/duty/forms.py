"""Forms of a rota: a weekly shift, an exception of some days."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from linli.accounts.actions.duty import ShiftFacts
from linli.accounts.models import DutyShift, Membership
from linli.web.administration.fields import MemberField
from linli.web.days import date_field

ONE_DAY = timedelta(days=1)


class BoardFilter(forms.Form):
    says_optional = False

    q = forms.CharField(
        label=_("Name, pinyin, initials, code or phone"), required=False, max_length=60
    )


def time_field(**kwargs: Any) -> forms.TimeField:
    return forms.TimeField(widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}), **kwargs)


class _PeopleForm(forms.Form):
    """What both kinds of lines have."""

    starts = time_field(label=_("From (hour)"))
    ends = time_field(
        label=_("Until (hour)"),
        help_text=_("Up to the beginning: it goes over midnight; the same hour: 24 hours."),
    )
    officer = MemberField(label=_("On duty"))
    deputy = MemberField(
        label=_("Deputy"),
        required=False,
        help_text=_("Answers when the person on duty is away, and is alerted second."),
    )
    leader = MemberField(
        label=_("Duty leader"), required=False, help_text=_("Is alerted last, in emergencies.")
    )

    def __init__(self, members: list[Membership], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for seat in ("officer", "deputy", "leader"):
            field: Any = self.fields[seat]
            field.offer(members)


class ShiftForm(_PeopleForm):
    name = forms.CharField(label=_("Name of the shift"), max_length=20, required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days of the week"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    valid_from = date_field(label=_("First day"))
    last_day = date_field(
        label=_("Last day"), required=False, help_text=_("Empty: until further notice.")
    )
    field_order = (
        "name", "weekdays", "starts", "ends", "officer", "deputy", "leader", "valid_from",
        "last_day",
    )  # fmt: skip

    def facts(self) -> ShiftFacts:
        given = dict(self.cleaned_data)
        last = given.pop("last_day")
        given["weekdays"] = tuple(given["weekdays"])
        return ShiftFacts(**given, valid_to=last + ONE_DAY if last else None)


class ExceptionForm(_PeopleForm):
    """Other people on some days, such as a swap; without anybody the duty is called off."""

    officer = MemberField(
        label=_("On duty"),
        required=False,
        help_text=_("Empty: the duty is called off in these hours; the deputy unit answers."),
    )
    valid_from = date_field(label=_("First day"))
    last_day = date_field(label=_("Last day"))
    field_order = (
        "valid_from", "last_day", "starts", "ends", "officer", "deputy", "leader",
    )  # fmt: skip

    def facts(self) -> ShiftFacts:
        given = dict(self.cleaned_data)
        last = given.pop("last_day")
        return ShiftFacts(**given, valid_to=last + ONE_DAY)


def values_of(shift: DutyShift) -> dict[str, Any]:
    """What the forms show of a line."""
    names = ("name", "starts", "ends", "weekdays")
    found: dict[str, Any] = {name: getattr(shift, name) for name in names}
    found |= {seat: getattr(shift, f"{seat}_id") for seat in ("officer", "deputy", "leader")}
    found["valid_from"] = max(shift.valid_from, timezone.localdate())
    found["last_day"] = shift.valid_to - ONE_DAY if shift.valid_to else None
    return found
