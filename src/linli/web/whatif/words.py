"""What codes of runs are called, and figures as people read them."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.casework.models.runs import RunState

PROBLEMS: Mapping[str, Promise] = {
    "too_many": gettext_lazy("Three runs are under way already: wait for one, or cancel one."),
    "backwards": gettext_lazy("The last day lies before the first."),
    "too_far_back": gettext_lazy("At most twenty years of the past: begin later."),
    "too_long": gettext_lazy("At most 120 days ahead, and 2 to 100 repetitions."),
    "draft": gettext_lazy("The draft cannot be used. Each line says where and why."),
    "calendar": gettext_lazy("The calendar cannot be used."),
    "scenario": gettext_lazy("The scenario does not fit this county."),
    "past_too_short": gettext_lazy(
        "The past is too short: at least eight weeks of cases that have come to an end are needed."
    ),
    "broken": gettext_lazy("The run broke off by a fault of the program. It is in the log."),
}
STATES: Mapping[str, tuple[Promise, str, str]] = {
    RunState.WAITING: (gettext_lazy("Waiting"), "clock", "neutral"),
    RunState.RUNNING: (gettext_lazy("Under way"), "hourglass-split", "information"),
    RunState.DONE: (gettext_lazy("Finished"), "check-circle", "done"),
    RunState.FAILED: (gettext_lazy("Failed"), "exclamation-circle", "overdue"),
    RunState.CANCELLED: (gettext_lazy("Cancelled"), "x-lg", "neutral"),
}
STAGES: Mapping[str, Promise] = {
    "": gettext_lazy("Waiting for its turn"),
    "read": gettext_lazy("Reading the past"),
    "replay": gettext_lazy("Putting it through the draft"),
    "simulate": gettext_lazy("Playing days to come through"),
}


def problem(code: str) -> str:
    return str(PROBLEMS.get(code, PROBLEMS["broken"]))


def signed(value: float | None, digits: int = 1) -> str:
    """A difference with its sign; a real minus, and no sign at zero."""
    if value is None:
        return "—"
    rounded = round(value, digits)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded):.{digits}f}"


def between(interval: Mapping[str, Any], digits: int = 1) -> str:
    """The bounds of an interval; empty where there is none."""
    if interval["low"] is None:
        return ""
    low, high = (signed(interval[name], digits) for name in ("low", "high"))
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def plain_between(interval: Mapping[str, Any], digits: int = 1) -> str:
    """The bounds of a figure that is never below nothing."""
    if interval["low"] is None:
        return ""
    low, high = (f"{max(interval[name], 0):.{digits}f}" for name in ("low", "high"))
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def percent(late: int, of: int) -> float | None:
    return round(100 * late / of, 1) if of else None
