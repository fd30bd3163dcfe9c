"""The path of emergencies 突发事件: who is alerted in turn, and which reports are owed."""

from pydantic import Field as Described

from linli.processes.parts import Code, Key, Part, WrittenDuration
from linli.processes.vocabulary import Alerted


class AlertRung(Part):
    """Who is alerted, and how many minutes they have to acknowledge before the next one is."""

    to: Alerted
    minutes: int = Described(ge=1, le=240)


class Reports(Part):
    """First, follow-up and final report 初报、续报、终报: by when each is owed."""

    first_minutes: int = Described(default=30, ge=1, le=1440)
    follow_up: WrittenDuration
    final: WrittenDuration


class EmergencyPath(Part):
    """`severities` and `categories` (codes) are those in which the path is offered first; anybody
    may take it for any matter. `record_within` is the time to write down what was done first.
    """

    severities: tuple[Key, ...] = ()
    categories: tuple[Code, ...] = ()
    rungs: tuple[AlertRung, ...] = Described(min_length=1)
    record_within: WrittenDuration
    reports: Reports
