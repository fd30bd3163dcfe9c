"""Areas together with the people and units that answer for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linli.accounts.models import GridAssignment
from linli.accounts.queries import Responsible, contacts, responsible_worker, responsible_workers
from linli.organisations.models import Unit, UnitKind
from linli.territory.models import Level
from linli.territory.snapshots import Node, Snapshot


@dataclass(frozen=True)
class Card:
    """What a county publishes of a grid: name, worker, phones, who accepts, who supervises."""

    node: Node
    path: Sequence[Node]
    worker: Responsible | None
    worker_of: Node | None  # where an inherited worker is named
    contacts: Sequence[GridAssignment]
    accepting: Unit | None
    supervision: Unit | None
    office: Unit | None


@dataclass(frozen=True)
class Coverage:
    """What is missing. `units`: townships whose matters only the county centre can accept."""

    workers: Sequence[Node]
    units: Sequence[Node]
    centre: bool


@dataclass(frozen=True)
class Acceptance:
    """Where nobody nearer than the county centre accepts, or nobody at all."""

    bare: frozenset[UUID]
    centre: bool

    def lacks(self, then: Snapshot, node: Node) -> bool:
        """Whether matters of this area find no unit of their township."""
        township = then.above(node.id, Level.TOWNSHIP)
        return node.level >= Level.TOWNSHIP and (township is None or township in self.bare)


def acceptance(then: Snapshot) -> Acceptance:
    """Which townships have no platform, and whether the county has a centre."""
    units = _units()
    bare = (
        node.id
        for node in then.nodes.values()
        if node.level == Level.TOWNSHIP
        and not node.statistical
        and (node.id, UnitKind.TOWNSHIP_PLATFORM) not in units
    )
    return Acceptance(frozenset(bare), (None, UnitKind.COUNTY_CENTRE) in units)


def card(then: Snapshot, area_id: UUID, *, on: date) -> Card | None:
    """An area's public card on a day; None where the area did not exist then."""
    node = then.nodes.get(area_id)
    if node is None:
        return None
    worker = responsible_worker(area_id, on)
    by_area = _units()
    township = then.above(area_id, Level.TOWNSHIP)
    village = then.above(area_id, Level.VILLAGE)
    centre = by_area.get((None, UnitKind.COUNTY_CENTRE))
    platform = by_area.get((township, UnitKind.TOWNSHIP_PLATFORM)) if township else None
    return Card(
        node=node,
        path=then.path(area_id),
        worker=worker,
        worker_of=then.nodes.get(worker.area_id) if worker and worker.inherited else None,
        contacts=contacts(area_id, on),
        accepting=platform or centre,
        supervision=centre,
        office=by_area.get((village, UnitKind.VILLAGE_OFFICE)) if village else None,
    )


def coverage(then: Snapshot, *, on: date) -> Coverage:
    """Lowest areas without any worker, and townships without a platform of their own.

    Nothing is missing in a reference layer: nobody works by it.
    """
    if not then.state.governing:
        return Coverage(workers=[], units=[], centre=True)
    lowest = [
        node
        for node in then.nodes.values()
        if node.id not in then.children and node.level and not _counted_only(then, node)
    ]
    named = responsible_workers([node.id for node in lowest], on)
    accepted = acceptance(then)
    return Coverage(
        workers=[node for node in lowest if named[node.id] is None],
        units=[then.nodes[township] for township in then.nodes if township in accepted.bare],
        centre=accepted.centre,
    )


def _counted_only(then: Snapshot, node: Node) -> bool:
    return any(step.statistical for step in then.path(node.id))


def _units() -> dict[tuple[UUID | None, str], Unit]:
    """Accepting units by area and kind; the centre stands under None."""
    kinds = (UnitKind.COUNTY_CENTRE, UnitKind.TOWNSHIP_PLATFORM, UnitKind.VILLAGE_OFFICE)
    found: dict[tuple[UUID | None, str], Unit] = {}
    for unit in Unit.objects.filter(active=True, kind__in=kinds).order_by("-code"):
        area = None if unit.kind == UnitKind.COUNTY_CENTRE else unit.area_id
        found[area, unit.kind] = unit
    return found
