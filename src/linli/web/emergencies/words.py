"""Seats, reports and calls of an emergency in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.incidents.emergencies.queries import Whole
from linli.incidents.emergencies.rules import Due
from linli.incidents.models import EmergencyCall, ReportKind
from linli.web.incidents.seats import SEATS
from linli.web.time_words import span


@dataclass(frozen=True)
class CallWords:
    seat: str
    who: str
    at: datetime
    words: str
    tone: str
    icon: str


@dataclass(frozen=True)
class DueWords:
    kind: str
    label: str
    due_at: datetime
    sent_at: datetime | None
    words: str
    tone: str
    icon: str
    id: object = None
    sent_to: str = ""


def calls_of(whole: Whole, now: datetime) -> list[CallWords]:
    """Who was alerted when, and what became of it."""
    last = len(whole.calls) - 1
    return [_call(one, whole, now, last=n == last) for n, one in enumerate(whole.calls)]


def _call(call: EmergencyCall, whole: Whole, now: datetime, *, last: bool) -> CallWords:
    seat = str(SEATS.get(call.seat, call.seat))
    at = timezone.localtime(call.called_at)
    if not call.label:
        return CallWords(seat, _("nobody"), at, _("passed over"), "neutral", "dash-circle")
    if last and whole.emergency.rung_due_at:
        left = call.due_at - now
        if left.total_seconds() > 0:
            words = _("has %s left") % span(left)
            return CallWords(seat, call.label, at, words, "attention", "hourglass-split")
        words = _("the next one is alerted")
        return CallWords(seat, call.label, at, words, "overdue", "exclamation-octagon")
    taken = whole.emergency.taken_at
    if last and taken and not whole.alarm:
        return CallWords(seat, call.label, at, _("alerted last"), "done", "check-circle")
    return CallWords(seat, call.label, at, _("did not answer in time"), "neutral", "dash-circle")


def reports_of(whole: Whole) -> list[DueWords]:
    """Every report, sent or due, in its order."""
    kept = iter(whole.reports)
    return [_due(one, next(kept, None) if one.sent_at else None) for one in whole.due]


def _due(due: Due, report: Any) -> DueWords:
    label = str(ReportKind(due.kind).label)
    due_at = timezone.localtime(due.due_at)
    sent_at = timezone.localtime(due.sent_at) if due.sent_at else None
    if sent_at:
        late = sent_at - due_at
        words = _("sent %s late") % span(late) if due.late else _("sent in time")
        look = ("attention", "clock-history") if due.late else ("done", "check-circle")
    else:
        words = _("overdue") if due.late else _("due")
        look = ("overdue", "exclamation-octagon") if due.late else ("attention", "hourglass-split")
    tail = (report.pk, report.sent_to) if report else (None, "")
    return DueWords(due.kind, label, due_at, sent_at, words, *look, *tail)
