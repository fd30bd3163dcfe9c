"""Writing an incident back after a step."""

from collections.abc import Iterable

from linli.counties.tenancy import new
from linli.database.batch import Batch
from linli.incidents.actions.taken import Before, areas_of
from linli.incidents.enums import FINAL_STATES
from linli.incidents.models import Incident, IncidentText
from linli.incidents.search_text import words_of
from linli.incidents.sight import Placed, follow, seen_by

# Everything that a step may change; the rest of the row is never sent back.
CHANGING = (
    "version",
    "state",
    "is_open",
    "due_at",
    "closed_at",
    "lead_unit",
    "handler_ids",
    "unit_ids",
    "progress",
    "platform",
    "platform_unit",
    "verifier_unit",
    "category",
    "severity",
    "verification",
    "area",
    "township_id",
    "village_id",
    "longitude",
    "latitude",
    "place_text",
    "place_quality",
    "accepted_at",
    "dispatched_at",
    "signed_at",
    "handled_at",
    "verified_at",
    "review_on",
    "outcome",
    "on_time",
    "rungs_taken",
    "next_rung_at",
    "supervised",
    "ruling_binds",
    "sampled",
    "solved",
    "satisfied",
    "merged_into",
)


def store(incident: Incident, *, batch: Batch, was: Before | None = None) -> None:
    """The row; with its place that `was`, the words by which it is found and who sees it."""
    incident.is_open = incident.state not in FINAL_STATES
    batch.update(incident, CHANGING)
    if was and incident.place_text != was.place_text:
        batch.update(text_of(incident), ["tokens"])
    if was is None or areas_of(incident) != was.areas:
        follow([incident.pk], batch=batch)


def text_of(incident: Incident, further: Iterable[Placed] = ()) -> IncidentText:
    """Its search text, as it has to be now; who sees it, as long as no unit has a task."""
    return new(
        IncidentText,
        id=incident.pk,
        opened_at=incident.opened_at,
        tokens=words_of(incident),
        seen_by=seen_by([incident, *further], reporter=incident.reporter_id),
    )
