"""Parts that are kept or written once: by language, without anything of a request."""

import re

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from pytest_django.asserts import assertHTMLEqual

from linli.web.incidents.widgets import QuickDay, QuickSelect, QuickText, options_html
from linli.web.parts import badge, icon, stat
from linli.web.templatetags.linli_forms import field

pytestmark = pytest.mark.usefixtures("plain_static_files")


def _rendered(source: str, context: dict[str, object] | None = None) -> str:
    return Template("{% load linli_ui %}" + source).render(Context(context))


def test_a_constant_part_is_said_in_each_language() -> None:
    said = {}
    for language in ("en", "zh-hans", "en"):
        with translation.override(language):
            said.setdefault(language, set()).add(_rendered('{% constant "layout/helpers.html" %}'))
    assert "Try again" in said["en"].pop()
    assert "Try again" not in said["zh-hans"].pop()
    assert said == {"en": set(), "zh-hans": set()}


def test_a_constant_part_sees_nothing_of_the_page() -> None:
    names = ("head", "scripts", "helpers")
    page = _rendered(
        "".join(f'{{% constant "layout/{name}.html" %}}' for name in names),
        {
            "request": RequestFactory().get("/", {"q": "secret"}),
            "csrf_token": "secret",
            "shell": {"user_name": "secret"},
        },
    )
    assert "secret" not in page


def test_a_lazy_word_of_an_icon_is_said_in_the_language_of_the_moment() -> None:
    for language, word in (("en", "Notices"), ("zh-hans", "通知"), ("en", "Notices")):
        with translation.override(language):
            assert f'aria-label="{word}"' in _rendered('{% icon "bell" label=_("Notices") %}')


def test_an_icon_without_a_word_is_decoration() -> None:
    assert 'aria-hidden="true"' in icon("bell")
    assert "role" not in icon("bell")


def test_a_badge_escapes_its_word() -> None:
    assert "&lt;b&gt;" in badge("<b>", "done", "check-lg")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"value": 7}, '<div class="stat-value">7</div>'),
        ({"value": 93.7, "unit": "%"}, "93.7<small>%</small>"),
        ({"value": None, "unit": "%"}, "<span>–</span> <small>no data</small></div>"),
        ({"value": 7, "href": "?a=1&b=2"}, '<a href="?a=1&amp;b=2">7</a>'),
        ({"value": 5, "numerator": 0, "denominator": 3}, "<p>0 / 3</p>"),
        ({"value": "<i>"}, "&lt;i&gt;"),
    ],
)
def test_a_figure_says_its_parts(given, shown) -> None:
    with translation.override("en"):
        assert shown in stat("Share", **given)


CHOICES = [("", "Any"), ("a", "A & B"), ("Group", [("b<", '"quoted"')])]


@pytest.mark.parametrize("chosen", ["", "a", "b<"])
def test_a_quick_select_marks_the_chosen_option_alone(chosen) -> None:
    markup = QuickSelect(options_html(CHOICES)).render("x", chosen)
    options = dict(re.findall(r'<option value="([^"]*)"( selected)?>', markup))
    assert [key for key, mark in options.items() if mark] == [chosen.replace("<", "&lt;")]
    assert "A &amp; B" in markup
    assert "&quot;quoted&quot;" in markup


@pytest.mark.parametrize("typed", [None, "", "2026-05-01", 'a" onfocus="x', "<script>"])
@pytest.mark.parametrize("quick", [QuickText, QuickDay])
def test_a_quick_input_says_what_djangos_own_says(quick, typed) -> None:
    widget, attrs = quick(), {"id": "x", "class": "form-control", "maxlength": 60, "required": True}
    own = forms.TextInput if quick is QuickText else forms.DateInput
    theirs = own(attrs={"type": widget.input_type}).render("q", typed, attrs)
    assertHTMLEqual(widget.render("q", typed, attrs), theirs)


@pytest.mark.parametrize("typed", ["nobody", 'a" selected onfocus="x', "<script>"])
def test_a_quick_select_writes_nothing_of_a_choice_it_does_not_have(typed) -> None:
    assert QuickSelect(options_html(CHOICES)).render("x", typed) == QuickSelect(
        options_html(CHOICES)
    ).render("x", "missing")


class Asked(forms.Form):
    reason = forms.CharField(label="Why <b>?", help_text="A & B")


def test_a_field_keeps_what_stands_around_it_and_nothing_that_was_typed() -> None:
    filled, empty, missing = (
        field(Asked(data)["reason"]) for data in ({"reason": "13800"}, None, {})
    )
    assert "13800" in filled
    assert empty == filled.replace(' value="13800"', "")
    assert "Why &lt;b&gt;?" in empty
    assert "A &amp; B" in empty
    assert 'id="id_reason_error"' in missing
    assert "_error" not in empty
