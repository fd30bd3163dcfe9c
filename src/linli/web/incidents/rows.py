"""Rows of lists, worked out before the template: fifty of them render in a few milliseconds.

A badge or a deadline by a template of its own, fifty times over, would take longer than all else.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from linli.incidents.lines import Line, lines_of, named
from linli.incidents.models import Incident
from linli.web.incidents.words import label, language
from linli.web.templatetags.time_words import TimeLeft, time_left
from linli.web.templatetags.tones import severity_look, state_look


class Row(NamedTuple):
    """Everything that a line shows; badge and deadline as they stand in the page."""

    id: str
    number: str
    href: str
    title: str
    icon: SafeString
    category: str
    place: str
    state: SafeString
    severity: SafeString  # empty for an ordinary one
    left: SafeString
    left_due: SafeString  # the same with the moment itself below
    unit: str
    opened: str


def rows_of(incidents: Sequence[Incident], *, county: str, now: datetime) -> list[Row]:
    """The rows of a page, in the order given."""
    base = reverse("incidents:list", args=[county])
    return [_row(line, base, language(), now) for line in lines_of(incidents)]


def sprite() -> str:
    """Where the icons are; looked up once a page instead of once an icon."""
    return static("vendor/icons.svg")


@lru_cache(maxsize=512)
def icon(name: str) -> SafeString:
    """An icon beside a word, as `components/icon.html` writes it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        sprite(),
        name,
    )


@lru_cache(maxsize=128)
def state_html(state: str, _language: str) -> SafeString:
    name, tone = state_look(state)
    words = label("state", state)
    return format_html('<span class="state tone-{}">{}{}</span>', tone, icon(name), words)


@lru_cache(maxsize=64)
def severity_html(severity: str, _language: str) -> SafeString:
    name, tone = severity_look(severity)
    if tone == "neutral":
        return SafeString("")
    words = label("severity", severity)
    return format_html('<span class="severity tone-{}">{}{}</span>', tone, icon(name), words)


def left_html(left: TimeLeft, due: datetime | None = None) -> SafeString:
    """Time left in words with its bar; with `due` the moment itself stands below."""
    bar = moment = ""
    if left.used is not None:
        bar = f'<progress class="bar" max="100" value="{left.used}" aria-hidden="true"></progress>'
    if due is not None and left.due_words:
        at, when = due.isoformat(), escape(left.due_words)
        moment = f'<time class="time-left-due" datetime="{at}">{when}</time>'
    words = f'<span class="time-left-words">{icon(left.icon)}{escape(left.words)}</span>'
    return mark_safe(f'<span class="time-left tone-{left.tone}">{words}{bar}{moment}</span>')  # noqa: S308 -- words are escaped


def _row(line: Line, base: str, tongue: str, now: datetime) -> Row:
    incident = line.incident
    left = left_due = SafeString("")
    if incident.is_open:
        clock = line.clock
        found = time_left(incident.due_at, start=clock.started, now=now, calendar=clock.calendar)
        left, left_due = left_html(found), left_html(found, incident.due_at)
    return Row(
        id=str(incident.pk),
        number=incident.number,
        href=f"{base}/{incident.number}",
        title=incident.title,
        icon=icon(line.category.icon or "folder"),
        category=named(line.category),
        place=" / ".join(line.place) or incident.place_text,
        state=state_html(incident.state, tongue),
        severity=severity_html(incident.severity, tongue),
        left=left,
        left_due=left_due,
        unit=line.unit,
        opened=timezone.localtime(incident.opened_at).strftime("%m-%d %H:%M"),
    )
