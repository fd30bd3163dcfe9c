"""The seats of a rota that an emergency alerts, and the report that is due of it, in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from linli.incidents.emergencies.queries import Whole
from linli.incidents.models import ReportKind
from linli.processes.vocabulary import Alerted

SEATS: Mapping[str, str | Promise] = {
    Alerted.DUTY_OFFICER: gettext_lazy("Duty officer"),
    Alerted.DEPUTY: gettext_lazy("Deputy"),
    Alerted.DUTY_LEADER: gettext_lazy("Duty leader"),
}


def report_due(whole: Whole) -> str:
    """Which report has to be written next; empty where all are sent."""
    due = whole.next_report
    return str(ReportKind(due.kind).label) if due else ""
