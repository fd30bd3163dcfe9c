"""Inputs written without templates say what Django's own templates say, whatever was typed."""

from decimal import Decimal

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template.base import Template
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from pytest_django.asserts import assertHTMLEqual

from linli.web.form_renderer import WRITERS, Renderer

CHOICES = [
    ("", gettext_lazy("Any")),
    ("a", "A & B"),
    (7, SafeString("<b>seven</b>")),
    ("Group <i>", [('b<"', '"quoted"'), ("", "again nothing")]),
]
ONE = (
    forms.TextInput,
    forms.NumberInput,
    forms.EmailInput,
    forms.URLInput,
    forms.TelInput,
    forms.SearchInput,
    forms.PasswordInput,
    forms.HiddenInput,
    forms.CheckboxInput,
    forms.DateInput,
    forms.DateTimeInput,
    forms.TimeInput,
    forms.FileInput,
    forms.Textarea,
)
CHOOSING = (forms.Select, forms.SelectMultiple, forms.RadioSelect, forms.CheckboxSelectMultiple)
TYPED = (None, "", 0, 7, True, Decimal("1.50"), "a", '" onfocus="x', "<script>&amp;", "两行\n字")
ATTRIBUTES = {"id": 'x"', "class": "form-control", "maxlength": 60, "required": True, "lang": False}


DJANGOS, OURS = DjangoTemplates(), Renderer()
WIDGETS = [
    *(widget() for widget in ONE),
    *(widget(choices=CHOICES) for widget in CHOOSING),
    forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
]


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: type(widget).__name__)
def test_every_input_says_what_djangos_template_says(widget, typed, monkeypatch) -> None:
    if getattr(widget, "allow_multiple_selected", False):
        typed = [typed, "a", 'b<"']
    for attrs in ({}, ATTRIBUTES):
        theirs = widget.render("q[]", typed, attrs, renderer=DJANGOS)
        with monkeypatch.context() as patched:
            patched.setattr(Template, "render", None)  # none is asked
            ours = widget.render("q[]", typed, attrs, renderer=OURS)
        assertHTMLEqual(ours, theirs)


def test_what_is_not_written_here_goes_the_usual_way() -> None:
    several = forms.SplitDateTimeWidget()
    assert several.template_name not in WRITERS
    ours, theirs = (several.render("q", None, {}, renderer=one) for one in (OURS, DJANGOS))
    assert ours == theirs
