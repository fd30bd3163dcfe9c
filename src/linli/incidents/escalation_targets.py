"""Whom a rung of an escalation ladder reaches: units with somebody present, and single people."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from linli.access.colleagues import holders_present, members_present
from linli.accounts.enums import Role
from linli.incidents import references
from linli.incidents.ladder import definition_of
from linli.incidents.models import Incident
from linli.notifications.actions import Word
from linli.processes import Owner
from linli.processes.ladders import Rung
from linli.processes.vocabulary import Target


def told_by(rung: Rung, incident: Incident, *, today: date) -> Iterator[Word]:
    """A notice for everybody whom the rung reaches today; none where nobody is there."""
    for target in rung.tell:
        yield from _told(target, incident, early=rung.before is not None, today=today)


def _told(target: Target, incident: Incident, *, early: bool, today: date) -> Iterator[Word]:
    holder = holder_of(incident)
    if target is Target.UNIT_HEAD:
        people = holders_present(Role.UNIT_HEAD, today=today, unit_id=holder) if holder else []
        yield from (Word("head.escalate", user=user) for user in people)
    elif target is Target.LEADER:
        people = holders_present(Role.LEADER, today=today)
        yield from (Word("leader.escalate", user=user) for user in people)
    else:
        audience, unit = _unit(target, incident, holder)
        if unit in references.units() and members_present(unit, today=today):
            yield Word(f"{audience}.{'remind' if early else 'escalate'}", unit=unit)


def _unit(target: Target, incident: Incident, holder: UUID | None) -> tuple[str, UUID | None]:
    if target is Target.DEPUTY:
        unit = references.units().get(holder) if holder else None
        return "deputy", unit.deputy_id if unit else None
    if target is Target.PLATFORM:
        return "platform", incident.platform_unit_id
    if target is Target.COUNTY:
        return "county", references.platform_of(None).id
    return "unit", holder


def holder_of(incident: Incident) -> UUID | None:
    """The unit that has to act in the present state."""
    owner = definition_of(incident).states[incident.state].owner
    if owner is Owner.LEAD_UNIT:
        return incident.lead_unit_id
    return incident.verifier_unit_id or incident.platform_unit_id
