"""A day in a form."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from linli.lib.days import FIRST, LAST


def date_field(widget: forms.DateInput | None = None, **kwargs: Any) -> forms.DateField:
    """A day that somebody can mean."""
    return forms.DateField(
        widget=widget or forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        validators=[MinValueValidator(FIRST), MaxValueValidator(LAST)],
        **kwargs,
    )
