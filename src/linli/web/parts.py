"""Small parts of pages, for templates (`{% load linli_ui %}`) and for rows written in Python."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from django.templatetags.static import static
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linli.web.markup import written
from linli.web.time_words import TimeLeft
from linli.web.tones import severity_look, state_look


def attributes(extra: Mapping[str, object]) -> SafeString:
    """`hx_post="/x"` becomes ` hx-post="/x"`; True is a bare attribute, None and False none."""
    given = {
        key.rstrip("_").replace("_", "-"): value
        for key, value in extra.items()
        if value is not None and value is not False and value != ""
    }
    parts = [
        format_html(" {}", key) if value is True else format_html(' {}="{}"', key, value)
        for key, value in given.items()
    ]
    return format_html_join("", "{}", ((part,) for part in parts))


def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """An icon of the sprite. Without a label it is decoration for the word beside it."""
    return _icon(name, str(label), size)


@lru_cache(maxsize=512)
def _icon(name: str, label: str, size: str) -> SafeString:
    return format_html(
        '<svg class="icon{}"{}><use href="{}#{}"></use></svg>',
        f" icon-{size}" if size else "",
        attributes({"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}),
        static("vendor/icons.svg"),
        name,
    )


def state_badge(state: str, label: str = "") -> SafeString:
    """A case's state as icon, word and colour; `label` is the domain's word for it."""
    name, tone = state_look(str(state))
    return badge(label or getattr(state, "label", state), tone, name)


def badge(label: str, tone: str = "neutral", icon: str = "") -> SafeString:
    """Any other state. Tones: neutral, information, attention, overdue, done, primary."""
    return _marked("state", str(label), tone, icon)


def severity(severity: str, label: str = "") -> SafeString:
    """How serious the matter is, as sign, word and colour."""
    name, tone = severity_look(str(severity))
    return _marked("severity", str(label or getattr(severity, "label", severity)), tone, name)


@lru_cache(maxsize=512)
def _marked(kind: str, label: str, tone: str, name: str) -> SafeString:
    sign = icon(name) if name else ""
    return format_html('<span class="{} tone-{}">{}{}</span>', kind, tone, sign, label)


TIME_LEFT = (
    '<span class="time-left tone-{tone}">'
    '<span class="time-left-words">{icon}{words}</span>{bar}{moment}</span>'
)
BAR = '<progress class="bar" max="100" value="{used}" aria-hidden="true"></progress>'
MOMENT = '<time class="time-left-due" datetime="{at}">{words}</time>'


def left_html(left: TimeLeft, due: datetime | None = None) -> SafeString:
    """Time left in words with its bar; with `due` the moment itself stands below."""
    bar = moment = ""
    if left.used is not None:
        bar = written(BAR, used=left.used)
    if due is not None and left.due_words:
        moment = written(MOMENT, at=due.isoformat(), words=left.due_words)
    return written(
        TIME_LEFT, tone=left.tone, icon=icon(left.icon), words=left.words, bar=bar, moment=moment
    )


STAT = """<div class="stat"><div class="stat-label">{label}</div>
<div class="stat-value">{value}{unit}</div>{more}</div>"""
LINKED = '<a href="{href}">{value}</a>'
NO_DATA = "<span>–</span> <small>{words}</small>"
UNIT = "<small>{unit}</small>"
HOW = '<details class="disclosure"><summary>{icon}{words}</summary>{definition}{parts}</details>'
DEFINITION = "<p>{words}</p>"
PARTS = "<p>{numerator} / {denominator}</p>"
NOTHING = SafeString("")


def number(value: float | str | None) -> str:
    """A count in groups of three digits; everything else as the language writes it."""
    return f"{value:,}" if type(value) is int else str(localize(value))


def stat(
    label: str,
    value: float | str | None,
    unit: str = "",
    numerator: int | None = None,
    denominator: int | None = None,
    definition: str = "",
    href: str = "",
) -> SafeString:
    """A figure with its definition, numerator and denominator one click away.

    `value` None is said as "no data": a zero denominator is never 100%.
    """
    if value is None:
        shown, unit = written(NO_DATA, words=_("no data")), ""
    else:
        shown = written(LINKED if href else "{value}", href=href, value=number(value))
    return written(
        STAT,
        label=label,
        value=shown,
        unit=written(UNIT, unit=unit) if unit else NOTHING,
        more=_how(definition, numerator, denominator),
    )


def _how(definition: str, numerator: int | None, denominator: int | None) -> SafeString:
    if not definition and denominator is None:
        return NOTHING
    parts = {"numerator": number(numerator), "denominator": number(denominator)}
    return written(
        HOW,
        icon=icon("chevron-right"),
        words=_("How counted"),
        definition=written(DEFINITION, words=definition) if definition else NOTHING,
        parts=written(PARTS, **parts) if denominator is not None else NOTHING,
    )
