"""Says what an action or a list refused, in the reader's language and at the field."""

from django import forms
from django.utils.translation import gettext as translated

from linli.lib.errors import InputError


def say(error: InputError) -> str:
    text = translated(error.message)
    return text % error.params if error.params else text


def add_to(form: forms.Form, error: InputError) -> None:
    """Put a refusal beside the field that it names, or at the top of the form."""
    field = error.params.get("field")
    form.add_error(field if field in form.fields else None, say(error))
