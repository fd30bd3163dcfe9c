"""Every write about emergencies."""

from linli.incidents.actions.alarms import Taken
from linli.incidents.actions.emergencies.answering import end_emergency, take_emergency
from linli.incidents.actions.emergencies.climbing import climb_if_due
from linli.incidents.actions.emergencies.dispatching import emergency_dispatch, record_late
from linli.incidents.actions.emergencies.raising import (
    raise_emergency,
    raise_on,
    report_emergency,
)
from linli.incidents.actions.emergencies.reporting import ReportText, send_report

__all__ = [
    "ReportText",
    "Taken",
    "climb_if_due",
    "emergency_dispatch",
    "end_emergency",
    "raise_emergency",
    "raise_on",
    "record_late",
    "report_emergency",
    "send_report",
    "take_emergency",
]
