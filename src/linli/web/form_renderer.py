"""Django's own widgets without its template engine, which took a third of the page of a new report.

The markup is Django's, but for white space; what is not listed here goes the usual way.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape as said
from django.utils.safestring import mark_safe

Widget = Mapping[str, Any]
Groups = Iterable[tuple[Any, list[Widget], int]]
INPUTS = ("text", "number", "email", "url", "tel", "search", "password", "hidden", "checkbox")
FURTHER = ("date", "datetime", "time", "file")


class Renderer(DjangoTemplates):
    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        write = WRITERS.get(template_name)
        if write is None:
            return super().render(template_name, context, request)
        return mark_safe(write(context["widget"]))  # noqa: S308 -- every value is escaped below


def _attributes(given: Mapping[str, Any]) -> str:
    return "".join(
        f" {said(name)}" if value is True else f' {said(name)}="{said(value)}"'
        for name, value in given.items()
        if value is not False
    )


def _input(widget: Widget) -> str:
    given = {"type": widget["type"], "name": widget["name"]}
    if widget["value"] is not None:
        given["value"] = widget["value"]
    return f"<input{_attributes(given | widget['attrs'])}>"


def _textarea(widget: Widget) -> str:
    given = {"name": widget["name"], **widget["attrs"]}
    return f"<textarea{_attributes(given)}>\n{said(widget['value'] or '')}</textarea>"


def _select(widget: Widget) -> str:
    given = {"name": widget["name"], **widget["attrs"]}
    return f"<select{_attributes(given)}>{''.join(_options(widget['optgroups']))}</select>"


def _options(groups: Groups) -> Iterator[str]:
    for group, options, _index in groups:
        inside = "".join(
            f"<option{_attributes({'value': one['value'], **one['attrs']})}>"
            f"{said(one['label'])}</option>"
            for one in options
        )
        yield f'<optgroup label="{said(group)}">{inside}</optgroup>' if group else inside


def _choices(widget: Widget) -> str:
    given = {name: widget["attrs"].get(name) or False for name in ("id", "class")}
    return f"<div{_attributes(given)}>{''.join(_boxes(widget['optgroups']))}</div>"


def _boxes(groups: Groups) -> Iterator[str]:
    for group, options, _index in groups:
        inside = "".join(_box(one) for one in options)
        yield f"<div><label>{said(group)}</label>{inside}</div>" if group else inside


def _box(option: Widget) -> str:
    named = {"for": option["attrs"].get("id") or False}
    return f"<div><label{_attributes(named)}>{_input(option)} {said(option['label'])}</label></div>"


WRITERS: Mapping[str, Callable[[Widget], str]] = {
    f"django/forms/widgets/{name}.html": write
    for name, write in (
        *((name, _input) for name in (*INPUTS, *FURTHER)),
        ("textarea", _textarea),
        ("select", _select),
        ("radio", _choices),
        ("checkbox_select", _choices),
    )
}
