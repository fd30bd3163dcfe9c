"""The components of every page: `{% load linli_ui %}`. Usage lines: docs/components.md."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from linli.incidents.lines import Named, named
from linli.web.templatetags import time_words
from linli.web.templatetags.tones import severity_look, state_look

register = template.Library()

Look = dict[str, object]


def _attributes(extra: Mapping[str, object]) -> SafeString:
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


@register.filter
def capped(count: int, limit: int) -> str:
    """A count that stays short: 1286 with limit 99 is "99+"."""
    return f"{limit}+" if count > limit else str(count)


@register.filter(name="named")
def name_of(thing: Named | None) -> str:
    """The name of a unit or area in the reader's language; empty where there is none."""
    return named(thing) if thing else ""


@register.inclusion_tag("components/icon.html")
def icon(name: str, label: str = "", size: str = "") -> Look:
    """An icon of the sprite. Without a label it is decoration for the word beside it."""
    return {"name": name, "label": label, "size": size}


@register.inclusion_tag("components/button.html")
def button(
    text: str, kind: str = "primary", icon: str = "", href: str = "", key: str = "", **extra: object
) -> Look:
    """A button, or a link that looks like one. Kinds: primary, secondary, quiet, danger."""
    if not href:
        extra.setdefault("type", "submit")
    return {
        "text": text,
        "kind": kind,
        "icon": icon,
        "href": href,
        "key": key,
        "attributes": _attributes(extra),
    }


@register.inclusion_tag("components/state.html")
def state_badge(state: str, label: str = "") -> Look:
    """A case's state as icon, word and colour; `label` is the domain's word for it."""
    name, tone = state_look(str(state))
    return {"label": label or getattr(state, "label", state), "icon": name, "tone": tone}


@register.inclusion_tag("components/state.html")
def badge(label: str, tone: str = "neutral", icon: str = "") -> Look:
    """Any other state. Tones: neutral, information, attention, overdue, done, primary."""
    return {"label": label, "icon": icon, "tone": tone}


@register.inclusion_tag("components/severity.html")
def severity(severity: str, label: str = "") -> Look:
    """How serious the matter is, as sign, word and colour."""
    name, tone = severity_look(str(severity))
    return {"label": label or getattr(severity, "label", severity), "icon": name, "tone": tone}


@register.inclusion_tag("components/time_left.html")
def time_left(
    due: datetime | None,
    start: datetime | None = None,
    finished: datetime | None = None,
    stopped: bool = False,
) -> Look:
    """Time left in words with a thin bar; the bar needs `start`."""
    left = time_words.time_left(due, start=start, finished=finished, stopped=stopped)
    return {"left": left, "due": due}


@register.inclusion_tag("components/chip.html")
def chip(text: str, href: str = "", remove: str = "", current: bool = False) -> Look:
    """A small fact or filter: `href` chooses it, `remove` is the address without it."""
    return {"text": text, "href": href, "remove": remove, "current": current}


@register.inclusion_tag("components/pager.html")
def pager(words: str = "", previous: str = "", following: str = "") -> Look:
    """Below a list: how many there are, and the addresses of the pages beside this one."""
    return {"words": words, "previous": previous, "following": following}


@register.inclusion_tag("components/empty.html")
def empty_state(
    title: str, text: str = "", icon: str = "inbox", action: str = "", href: str = ""
) -> Look:
    """Why a list is empty and what can be done about it."""
    return {"title": title, "text": text, "icon": icon, "action": action, "href": href}


@register.inclusion_tag("components/stat.html")
def stat(
    label: str,
    value: object,
    unit: str = "",
    numerator: object = None,
    denominator: object = None,
    definition: str = "",
    href: str = "",
) -> Look:
    """A figure with its definition, numerator and denominator one click away.

    `value` None is said as "no data": a zero denominator is never 100%.
    """
    return {
        "label": label,
        "value": value,
        "unit": unit,
        "numerator": numerator,
        "denominator": denominator,
        "definition": definition,
        "href": href,
    }


@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Mapping[str, object]], label: str = "") -> Look:
    """Links to sibling views: dicts of url, label, active and perhaps count."""
    return {"items": list(items), "label": label}


@register.inclusion_tag("components/facts.html")
def facts(pairs: Iterable[tuple[str, object]]) -> Look:
    """Pairs of (word, value) as a description list; empty values are left out."""
    return {"pairs": [(word, value) for word, value in pairs if value not in (None, "")]}


@register.inclusion_tag("components/crumbs.html")
def crumbs(items: Iterable[tuple[str, str]]) -> Look:
    """The way here, such as township, village, grid: pairs of (word, address or "")."""
    return {"items": list(items)}


@register.inclusion_tag("components/skeleton.html")
def skeleton(rows: int = 4, id_: str = "") -> Look:
    """Shown while htmx loads, after 300 ms; name it in `hx-indicator` or put it inside."""
    return {"rows": range(rows), "id": id_}


@register.inclusion_tag("components/work_row.html")
def work_row(
    href: str,
    title: str,
    place: str,
    state: str,
    state_label: str,
    due: datetime | None,
    start: datetime | None = None,
    unit: str = "",
    icon: str = "folder",
) -> Look:
    """One line of work: category icon, title, place, state, time left, unit; nothing else."""
    return {
        "href": href,
        "title": title,
        "place": place,
        "state": state,
        "state_label": state_label,
        "left": time_words.time_left(due, start=start),
        "due": due,
        "unit": unit,
        "icon": icon,
    }
