"""Which matters that were settled on the spot are looked at again."""

import secrets

from linli.casework.definitions import process
from linli.incidents import references
from linli.incidents.models import Incident

PARTS = 1_000_000


def draw_sample(incident: Incident) -> bool:
    """Decide by lot, at the category's rate or, where it has none, the process's."""
    category = references.category(incident.category_id)
    rate = category.sample_rate or process("incident", incident.process_version).sampling_rate
    return secrets.randbelow(PARTS) < rate * PARTS
