"""What emergencies ask of somebody, in words: the first lines of My work."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from linli.incidents.emergencies.duties import Duty
from linli.incidents.models import Emergency, ReportKind


@dataclass(frozen=True)
class Asked:
    words: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Row:
    emergency: Emergency
    asked: list[Asked]
    writes: str  # the report that is to be written, empty for none


def rows_of(duties: list[Duty], now: datetime) -> list[Row]:
    return [
        Row(one.emergency, list(_asked(one, now)), _kind(one) if one.report else "")
        for one in duties
    ]


def _asked(duty: Duty, now: datetime) -> Iterator[Asked]:
    """The most urgent first; that it is under way where nothing else is to be done."""
    found = False
    if duty.answer_by is not None:
        found = True
        yield _by(_("Take it"), duty.answer_by, now)
    if duty.report is not None:
        found = True
        yield _by(_kind(duty), duty.report.due_at, now)
    if duty.record_by is not None:
        found = True
        yield _by(_("Complete the record"), duty.record_by, now)
    if not found and duty.emergency.taken_at is None:
        yield Asked(_("nobody has taken it yet"), "overdue", "bell-fill")
    elif not found:
        yield Asked(_("being handled"), "done", "check-circle")


def _by(what: str, due: datetime, now: datetime) -> Asked:
    given = {"what": what, "moment": _moment(due, now)}
    if due < now:
        return Asked(_("%(what)s: was due %(moment)s") % given, "overdue", "exclamation-octagon")
    return Asked(_("%(what)s by %(moment)s") % given, "attention", "hourglass-split")


def _moment(due: datetime, now: datetime) -> str:
    local = timezone.localtime(due)
    clock = formats.date_format(local, "H:i")
    if local.date() == timezone.localdate(now):
        return clock
    return f"{formats.date_format(local, 'MONTH_DAY_FORMAT')} {clock}"


def _kind(duty: Duty) -> str:
    return str(ReportKind(duty.report.kind).label) if duty.report else ""
