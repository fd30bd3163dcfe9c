"""The rota of a unit, a week at a time: on a phone a card for each day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from linli.access.permissions import Permission
from linli.accounts.duty.book import Cover, hours_in
from linli.accounts.duty.queries import Rotas
from linli.accounts.duty.rules import Line, Turn, instant
from linli.casework.duty import DutyHours, duty_hours, rotas
from linli.flows.duty import may_edit
from linli.flows.shift_handover import may_hand_over
from linli.organisations.models import Unit
from linli.organisations.queries import unit as find_unit
from linli.web.duty.words import hours_of, line_words
from linli.web.http import StaffRequest, page
from linli.web.on_duty import name_of, now_of, why

ONE_DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class Slot:
    """A turn as its day shows it; `acting` answers instead of an absent officer."""

    hours: str
    name: str
    line: Line | None
    dated: bool
    officer: str
    acting: str
    nobody: bool
    reasons: list[str]
    deputy: str
    leader: str
    now: bool


@dataclass(frozen=True)
class Day:
    day: date
    today: bool
    slots: list[Slot]


@page(Permission.UNIT_VIEW)
def rota(request: StaffRequest, unit_id: UUID) -> HttpResponse:
    unit = unit_or_404(unit_id)
    today = timezone.localdate()
    monday = _monday(request.GET.get("week", ""), today)
    read, now = rotas([unit_id], begin=min(monday, today)), timezone.now()
    hours = duty_hours([unit_id], day=monday)[unit_id]
    lines = [line for line in read.lines(unit_id) if line.valid_to is None or line.valid_to > today]
    context = {
        "unit": unit,
        "told": now_of([unit_id], at=now)[unit_id],
        "days": list(_days(read, unit_id, monday, now)),
        "monday": monday,
        "sunday": monday + WEEK - ONE_DAY,
        "earlier": monday - WEEK,
        "later": monday + WEEK,
        "this_week": monday <= today < monday + WEEK,
        "weekly": [line_words(one, read) for one in lines if not one.dated],
        "dated": [line_words(one, read) for one in lines if one.dated],
        "gap": _gap(hours),
        "runs_out": hours.runs_out,
        "may_edit": may_edit(request.actor, unit),
        "may_hand_over": may_hand_over(request.actor, unit_id),
    }
    return render(request, "duty/rota.html", context)


def unit_or_404(unit_id: UUID) -> Unit:
    unit = find_unit(unit_id)
    if unit is None:
        raise Http404(unit_id)
    return unit


def _monday(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = today
    return day - timedelta(days=day.weekday())


def _days(read: Rotas, unit: UUID, monday: date, now: datetime) -> Iterator[Day]:
    zone = read.book.zone
    found = read.turns(unit, instant(monday, 0, zone), instant(monday + WEEK, 0, zone))
    for number in range(7):
        day = monday + number * ONE_DAY
        begun = [turn for turn in found if turn.begin.astimezone(zone).date() == day]
        slots = [_slot(turn, read, unit, now) for turn in begun]
        yield Day(day, day == timezone.localdate(now), slots)


def _slot(turn: Turn, read: Rotas, unit: UUID, now: datetime) -> Slot:
    """Judged at its beginning: leave may begin at midnight, which the next day shows."""
    line = turn.line
    answer = read.at(unit, turn.begin)
    own = answer.basis is not None and answer.unit == unit
    acting = name_of(answer.person, read) if own else ""
    officer = name_of(line.officer, read) if line else ""
    return Slot(
        hours=hours_of(turn, read.book.zone),
        name=line.name if line else "",
        line=line,
        dated=bool(line and line.dated),
        officer=officer,
        acting=acting if acting != officer else "",
        nobody=not own,
        reasons=[why(one, read) for one in answer.passed if one.unit == unit],
        deputy=name_of(line.deputy, read) if line else "",
        leader=name_of(line.leader, read) if line else "",
        now=turn.begin <= now < turn.end,
    )


def _gap(hours: DutyHours) -> dict[str, Any]:
    """The first hour of the week in which nobody answers, and how many there are."""
    cover: Cover = hours.cover
    first = hours.example
    return {
        "own": len(hours_in(cover.own)),
        "count": len(hours.uncovered),
        "day": first[0] if first else None,
        "hour": f"{first[1]:02}:00" if first else "",
    }
