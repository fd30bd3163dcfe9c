"""What is never built: a file on a person, in the schema or in the API."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from django.db import models

from tests.architecture.checks.models import label, links

# Words of a field, table, property or path. `rank` and `score` of units would be named here
# with the reason; of persons there are none.
FORBIDDEN = frozenset(
    """
    ethnicity ethnic race nationality religion faith politics political petition petitions
    petitioner association associations affiliation affiliations education marital sexuality
    biometric biometrics fingerprint fingerprints face faces facial iris dna voiceprint gait
    plate plates imei imsi
    idcard passport hukou ssn
    trail trails track tracks tracking trajectory trajectories whereabouts itinerary
    travel travels footprint mileage odometer
    score scores scoring rank ranks ranking credit blacklist watchlist
    loyalty sentiment opinion opinions
    """.split()  # noqa: SIM905 -- a list of words is read more easily so
)
FORBIDDEN_PAIRS = frozenset(
    {
        ("id", "card"), ("identity", "card"), ("identity", "number"), ("citizen", "number"),
        ("national", "id"), ("global", "id"), ("person", "id"), ("resident", "id"),
        ("citizen", "id"), ("household", "id"), ("location", "history"), ("position", "history"),
        ("location", "log"), ("position", "log"), ("last", "position"), ("last", "location"),
        ("watch", "list"), ("black", "list"), ("risk", "grade"), ("risk", "level"),
        ("risk", "score"), ("person", "tag"), ("person", "tags"), ("person", "status"),
        ("person", "type"), ("person", "grade"), ("social", "credit"), ("key", "person"),
        ("key", "persons"), ("license", "plate"), ("online", "posts"), ("step", "count"),
        ("party", "member"), ("party", "membership"), ("mac", "address"),
    }
)  # fmt: skip

# Links to a person's table, each with its reason. Everyone here is staff.
LINKS_TO_PERSONS: Mapping[str, str] = {
    "accounts.Membership.user": "which role a member of staff holds",
    "accounts.Membership.stand_in": "who has the open work during a leave",
    "accounts.Membership.successor": "who takes over open work",
    "accounts.GridAssignment.membership": "who works a grid",
    "accounts.GridAssignment.stands_in_for": "who is replaced while absent",
    "accounts.DutyShift.officer": "who answers for a unit in these hours",
    "accounts.DutyShift.deputy": "who answers when that one is away",
    "accounts.DutyShift.leader": "who leads in these hours and is alerted last",
    "accounts.RoleRequest.user": "for whom a role is asked",
    "accounts.ApiToken.user": "for whom a program acts",
    "casework.SavedView.user": "whose filter it is",
    "notifications.Notice.user": "a member of staff who is told about work",
    "incidents.Incident.reporter": "a member of staff who reported as part of the work",
}
PERSONS = ("accounts.User", "accounts.Membership", "accounts.GridAssignment")


def words(name: str) -> list[str]:
    """`IncidentEvent`, `place_text` and `/staff/{id}` in single small words."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]


def forbidden(name: str) -> bool:
    parts = words(name)
    pairs = pairwise(parts)
    return bool(FORBIDDEN & set(parts)) or any(pair in FORBIDDEN_PAIRS for pair in pairs)


def forbidden_fields(checked: Iterable[type[models.Model]]) -> list[str]:
    found = []
    for model in checked:
        names = [field.name for field in model._meta.get_fields() if field.concrete]
        found += [label(model)] if forbidden(model.__name__) else []
        found += [f"{label(model)}.{name}" for name in names if forbidden(name)]
    return found


def forbidden_in_api(schema: Mapping[str, Any]) -> list[str]:
    """Paths, parameters and properties of an OpenAPI description."""
    return sorted({name for name in _names(schema) if forbidden(name)})


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        for key in ("paths", "properties"):
            if isinstance(node.get(key), Mapping):
                yield from node[key]
        if "in" in node and isinstance(node.get("name"), str):
            yield node["name"]
        for value in node.values():
            yield from _names(value)
    elif isinstance(node, list):
        for value in node:
            yield from _names(value)


def links_to_persons(checked: Iterable[type[models.Model]]) -> list[str]:
    """Links to a table of persons that nobody has justified: by them programmes could be joined."""
    return [
        label(model, field)
        for model in checked
        for field in links(model)
        if _is_person(field.related_model, model) and label(model, field) not in LINKS_TO_PERSONS
    ]


def _is_person(target: type[models.Model], source: type[models.Model]) -> bool:
    """A table of staff, or another package's table that holds a contact or a name of a person."""
    if label(target) in PERSONS:
        return True
    personal = {"sealed", "contact_name", "person_name", "phone"} & set(
        getattr(target, "sensitive", ())
    )
    return bool(personal) and target._meta.app_label != source._meta.app_label
