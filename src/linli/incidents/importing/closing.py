"""Incidents that the source closed after they were taken over."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from linli.access.actor import Actor
from linli.incidents.actions.step import Conflict, take_step
from linli.incidents.enums import FINAL_STATES, Outcome, State, VerificationKind
from linli.incidents.imports import ImportedIncident
from linli.processes import Refused

ADOPT = "adopt_closed"


class Known(NamedTuple):
    """What stands here already of a record."""

    source_ref: str
    id: UUID
    state: str
    opened_at: datetime


class Closing(NamedTuple):
    """A record that is closed in the file and open here."""

    incident: Known
    closed_at: datetime

    @property
    def untouched(self) -> bool:
        """Nobody here has begun with it: the record of the source may close it."""
        return self.incident.state == State.REPORTED


def closings(items: Iterable[ImportedIncident], known: Iterable[Known]) -> list[Closing]:
    """The known incidents that are open here and closed in the file."""
    here = {one.source_ref: one for one in known if one.state not in FINAL_STATES}
    return [
        Closing(here[item.source_id], max(item.closed_at, here[item.source_id].opened_at))
        for item in items
        if item.closed_at and item.state in FINAL_STATES and item.source_id in here
    ]


def close(found: Iterable[Closing], *, by: Actor) -> int:
    """Close the untouched ones as of their day; returns how many.

    Where work has begun here meanwhile, it decides.
    """
    done = 0
    for one in found:
        if not one.untouched:
            continue
        fields = {
            "source_reference": one.incident.source_ref,
            "verification_kind": VerificationKind.SOURCE_RECORD.value,
            "outcome": Outcome.AT_SOURCE.value,
        }
        try:
            with transaction.atomic():
                take_step(one.incident.id, ADOPT, fields, version=None, by=by, at=one.closed_at)
        except (Refused, Conflict):
            continue
        done += 1
    return done
