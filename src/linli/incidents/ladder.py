"""Where a case stands on the escalation ladder of its state."""

from datetime import datetime

from linli.calendars import Calendars, WorkCalendar
from linli.casework.definitions import calendars, process
from linli.incidents.models import Incident
from linli.processes import Definition
from linli.processes.escalation import Due, next_at, rungs
from linli.processes.facts import Stopped

PROCESS = "incident"


def stand(incident: Incident, *, taken: int, calendar: Calendars | None = None) -> None:
    """Note that the first `taken` rungs of the present deadline have been taken.

    `calendar` are those of an edition, where the one that the case names is not yet published.
    """
    incident.rungs_taken = taken
    stopped = stopped_of(incident)
    if stopped is not None:
        incident.next_rung_at = stopped.until  # then the clock goes on by itself
    else:
        incident.next_rung_at = next_at(ladder_of(incident, calendar), taken=taken)


def catch_up(incident: Incident, *, now: datetime) -> None:
    """Count the rungs that lie in the past as taken: they were climbed elsewhere, or not at all."""
    stand(incident, taken=sum(due.at <= now for due in ladder_of(incident)))


def ladder_of(incident: Incident, calendar: Calendars | None = None) -> tuple[Due, ...]:
    if incident.due_at is None or not incident.is_open:
        return ()
    working = working_time(incident, calendar or calendars(incident.calendar_version))
    return rungs(definition_of(incident), incident.state, incident.due_at, working)


def working_time(incident: Incident, calendar: Calendars) -> WorkCalendar:
    """What everything of its state counts by: the ladder, limits, what stops the clock."""
    unit = incident.lead_unit_id
    return definition_of(incident).working_time(
        incident.state, str(unit) if unit else None, calendar
    )


def stopped_of(incident: Incident) -> Stopped | None:
    """The condition under which its clocks stand still, without reading all of its progress."""
    stored = incident.progress.get("stopped")
    return Stopped.from_json(stored) if stored else None


def definition_of(incident: Incident) -> Definition:
    """The process that the case runs under."""
    return process(PROCESS, incident.process_version)
