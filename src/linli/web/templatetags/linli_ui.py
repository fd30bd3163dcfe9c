"""The components of every page: `{% load linli_ui %}`. Usage lines: docs/components.md."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from linli.incidents.lines import Named, named
from linli.web import parts, time_words
from linli.web.parts import attributes
from linli.web.translated import translate

register = template.Library()
register.tag(translate)  # in place of the one of i18n, loaded before
for part in (parts.icon, parts.badge, parts.state_badge, parts.severity, parts.stat):
    register.simple_tag(part)

Look = dict[str, object]


@register.filter
def capped(count: int, limit: int) -> str:
    """A count that stays short: 1286 with limit 99 is "99+"."""
    return f"{limit}+" if count > limit else str(count)


@register.filter(name="named")
def name_of(thing: Named | None) -> str:
    """The name of a unit or area in the reader's language; empty where there is none."""
    return named(thing) if thing else ""


@register.simple_tag
def constant(template_name: str) -> SafeString:
    """A template that is the same on every page in one language: rendered once a process.

    It is given no context, so nothing of a request can stay in it.
    """
    return _constant(template_name, get_language() or "")


@lru_cache(maxsize=64)
def _constant(template_name: str, _language: str) -> SafeString:
    return render_to_string(template_name)


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
        "attributes": attributes(extra),
    }


@register.simple_tag
def time_left(
    due: datetime | None,
    start: datetime | None = None,
    finished: datetime | None = None,
    stopped: bool = False,
) -> SafeString:
    """Time left in words with a thin bar; the bar needs `start`."""
    left = time_words.time_left(due, start=start, finished=finished, stopped=stopped)
    return parts.left_html(left, due)


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
        "left": time_left(due, start=start),
        "unit": unit,
        "icon": icon,
    }
