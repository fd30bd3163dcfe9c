"""When something was done that is recorded only now, and why so late: 先处置后补录."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

AT, WHY = "happened_at", "late_reason"
LATE = timedelta(minutes=30)  # from then on it needs a reason
FORMAT = "%Y-%m-%dT%H:%M"


def moment_field(**kwargs: Any) -> forms.DateTimeField:
    """A time by the county's clock."""
    return forms.DateTimeField(
        input_formats=[FORMAT, "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(format=FORMAT, attrs={"type": "datetime-local"}),
        **kwargs,
    )


def late_fields() -> dict[str, forms.Field]:
    return {
        AT: moment_field(
            label=_("Done at"),
            required=False,
            help_text=_("Empty: now. In an emergency what was done first is recorded afterwards."),
        ),
        WHY: forms.CharField(label=_("Why it is recorded late"), required=False, max_length=200),
    }


def check_late(form: forms.Form) -> None:
    """What lies back longer than half an hour says why."""
    at: datetime | None = form.cleaned_data.get(AT)
    if at is not None and timezone.now() - at > LATE and not form.cleaned_data.get(WHY):
        form.add_error(WHY, _("Say why it is recorded only now."))
