"""Components around other content: `{% load linli_blocks %}`, `{% card %}...{% endcard %}`."""

from datetime import datetime

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


def _render(name: str, **context: object) -> SafeString:
    return render_to_string(f"components/{name}.html", context)


@register.simple_block_tag
def card(content: str, title: str = "", icon: str = "", id_: str = "", flush: bool = False) -> str:
    """A card; `flush` lets a table or a list reach its edges."""
    return _render("card", content=content, title=title, icon=icon, id=id_, flush=flush)


@register.simple_block_tag
def page_head(content: str, title: str, text: str = "") -> str:
    """The page's h1 and, inside, what can be done from here."""
    return _render("page_head", content=content, title=title, text=text)


@register.simple_block_tag
def data_table(content: str, caption: str = "", id_: str = "", foot: str = "") -> str:
    """A table with sticky head; on a phone rows become cards, words from `data-label`."""
    return _render("data_table", content=content, caption=caption, id=id_, foot=foot)


@register.simple_block_tag
def note(content: str, tone: str = "information", icon: str = "info-circle") -> str:
    """A message that stays: information, attention, overdue or done."""
    return _render("note", content=content, tone=tone, icon=icon)


@register.simple_block_tag
def timeline_item(
    content: str,
    at: datetime,
    who: str,
    what: str,
    icon: str = "circle-fill",
    tone: str = "neutral",
) -> str:
    """One event of a case; inside: the reason and attachments."""
    return _render(
        "timeline_item", content=content, at=at, who=who, what=what, icon=icon, tone=tone
    )


@register.simple_block_tag
def dialog(content: str, id_: str, title: str) -> str:
    """A native dialog, opened by any element with `data-dialog-open` naming its id."""
    return _render("dialog", content=content, id=id_, title=title)


@register.simple_block_tag
def disclosure(content: str, summary: str, open_: bool = False) -> str:
    """Details one click away."""
    return _render("disclosure", content=content, summary=summary, open=open_)


@register.simple_block_tag
def filter_bar(content: str, action: str = "", clear: str = "", target: str = "") -> str:
    """A GET form, so that the address holds the whole filter; `target` swaps that part."""
    return _render("filter_bar", content=content, action=action, clear=clear, target=target)


@register.simple_block_tag
def chart(content: str, title: str, kind: str = "line", emphasis: str = "") -> str:
    """A line or bar chart drawn from the table inside it, which stays one click away."""
    return _render("chart", content=content, title=title, kind=kind, emphasis=emphasis)


@register.simple_block_tag
def map_view(
    content: str,
    id_: str,
    areas: str = "",
    points: str = "",
    size: str = "",
    label: str = "",
    value: str = "",
    lon: str = "",
    lat: str = "",
) -> str:
    """Polygons and points (addresses of GeoJSON); inside: the list that says the same.

    `value` names the property 1-5 by which areas are coloured. Sizes: small, tall.
    With `lon` and `lat` (names of the form's inputs, WGS-84) a press sets a pin.
    """
    map_ = {"id": id_, "areas": areas, "points": points, "size": size, "label": label}
    return _render("map", content=content, value=value, lon=lon, lat=lat, **map_)
