"""How to reach the invented reporters of cases that somebody may still want to call about."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from random import Random

from linli.access.actor import system
from linli.database.batch import Batch
from linli.flows.demo.histories import CONTACTED
from linli.flows.demo.names import SURNAMES
from linli.flows.demo.people import invented_phone
from linli.flows.demo.told import Told
from linli.incidents.contacts import Contact, keep_contact
from linli.incidents.models import Incident


def keep_contacts(told: Iterable[Told], *, since: datetime) -> None:
    """Seal a contact beside what is open or was closed after `since`."""
    batch, by = Batch(), system("linli demo")
    for incident in _reachable(told, since):
        keep_contact(incident, _contact(incident), by=by, batch=batch)
    batch.send()


def _reachable(told: Iterable[Told], since: datetime) -> Iterator[Incident]:
    for one in told:
        incident = one.incident
        fresh = incident.closed_at is None or incident.closed_at >= since
        if fresh and incident.source in CONTACTED:
            yield incident


def _contact(incident: Incident) -> Contact:
    rng = Random(incident.number)  # noqa: S311 - a demo, not a secret
    name = rng.choice(SURNAMES) + rng.choice(("先生", "女士", "大爷", "大妈"))
    return Contact(name=name, phone=invented_phone(rng.randrange(7000, 9999)))
