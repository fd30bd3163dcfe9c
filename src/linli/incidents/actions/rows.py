"""Writing an incident back after a step."""

from linli.database.batch import Batch
from linli.incidents.enums import FINAL_STATES
from linli.incidents.models import Incident

# Everything that a step may change; the rest of the row is never sent back.
CHANGING = (
    "version",
    "state",
    "is_open",
    "due_at",
    "closed_at",
    "lead_unit",
    "handler_ids",
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
    "supervised",
    "ruling_binds",
    "sampled",
    "solved",
    "satisfied",
    "merged_into",
)


def store(incident: Incident, *, batch: Batch) -> None:
    incident.is_open = incident.state not in FINAL_STATES
    batch.update(incident, CHANGING)
