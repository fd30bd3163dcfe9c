"""The minute's round: unanswered alerts go on; handovers that nobody accepted are told."""

import structlog
from django.utils import timezone

from linli.access.actor import system
from linli.counties.opening import open_county
from linli.counties.queries import county_codes
from linli.flows import shift_handover
from linli.incidents.actions.emergencies import climb_if_due
from linli.incidents.emergencies.queries import due_to_climb
from linli.jobs.upkeep import each_county

log = structlog.get_logger(__name__)


def climb() -> int:
    """One emergency's trouble must not stop the others; returns how many climbed."""
    count = 0
    for code in county_codes():
        with open_county(code):
            due = due_to_climb(now=timezone.now())
        for emergency in due:
            try:
                with open_county(code):
                    count += climb_if_due(emergency, by=system(), now=timezone.now())
            except Exception:
                log.exception("emergency did not climb", county=code, emergency=str(emergency))
    return count


def remind() -> None:
    """Of handovers: whoever heads a unit hears that nobody has accepted one."""
    each_county("remind", lambda: shift_handover.remind(now=timezone.now()))
