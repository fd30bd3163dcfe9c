"""Forms: `{% load linli_forms %}{% form_errors form %}{% form_fields form %}`."""

from functools import lru_cache

from django import forms, template
from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

HERE = SafeString("\0")
CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, CHOICES):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.FileInput):
        return "upload"
    return "select" if isinstance(widget, forms.Select) else "text"


CLASSES = {"text": "form-control", "select": "form-select", "check": "form-check-input"}


def _rendered(bound: BoundField, kind: str) -> SafeString:
    own = bound.field.widget.attrs.get("class", "")
    invalid = "is-invalid" if bound.errors and kind in CLASSES else ""
    names = " ".join(filter(None, (CLASSES.get(kind, ""), own, invalid)))
    attrs: dict[str, str | bool] = {"class": names} if names else {}
    # Django leaves it to a fieldset; where a value takes two inputs, each says it.
    if isinstance(bound.field.widget, forms.MultiWidget) and bound.aria_describedby:
        attrs["aria-describedby"] = bound.aria_describedby
    return bound.as_widget(attrs=attrs)


def _anchor(bound: BoundField) -> str:
    """Where the error summary's link goes: the input itself, the first choice, or what sets it."""
    if bound.is_hidden:
        return str(bound.field.widget.attrs.get("data-at", bound.auto_id))
    return f"{bound.auto_id}_0" if _kind(bound) == "choices" else bound.id_for_label


@register.simple_tag
def field(bound: BoundField, inline: bool = False) -> SafeString:
    """One field: label, help, error, input. `inline` sets choices beside each other."""
    kind = _kind(bound)
    around = {  # looked up once: each attribute of a bound field is worked out anew
        "id": bound.id_for_label,
        "auto_id": bound.auto_id,
        "label": conditional_escape(bound.label),
        "help": conditional_escape(bound.help_text),
        "described": bound.aria_describedby if kind == "choices" else "",
        "kind": kind,
        "inline": inline,
        "optional": not bound.field.required and kind != "check" and _says_optional(bound),
        "limit": getattr(bound.field, "max_length", None) if kind == "text" else None,
        "several": getattr(bound.field.widget, "allow_multiple_selected", False),
        "long": isinstance(bound.field.widget, forms.Textarea),
    }
    written = _rendered(bound, kind)
    if errors := bound.errors:
        return _field(input=written, errors=errors, **around)
    before, after = _frame(get_language(), **around)
    return before + written + after


def _field(**given: object) -> SafeString:
    return render_to_string("components/field.html", given)


@lru_cache(maxsize=2048)
def _frame(_language: str | None, **around: object) -> tuple[SafeString, SafeString]:
    """What stands before and after an input without errors; never the input or what is in it."""
    before, _here, after = _field(input=HERE, **around).partition(HERE)
    return SafeString(before), SafeString(after)


def _says_optional(bound: BoundField) -> bool:
    """In a filter nothing is required, and a choice of "none" says it; more would be noise."""
    if isinstance(bound.field.widget, forms.RadioSelect):
        return all(value != "" for value, _words in bound.field.widget.choices)
    return getattr(bound.form, "says_optional", True)


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: BaseForm) -> dict[str, object]:
    """Every field of the form, in its order."""
    return {"form": form}


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, object]:
    """The summary at the top: each error links to its field."""
    linked = [(_anchor(bound), bound.label, error) for bound in form for error in bound.errors]
    return {"general": form.non_field_errors() if form.is_bound else [], "linked": linked}
