"""Proves a county's audit log against its seals, and the seals against the anchors outside."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import permutations
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from linli.audit import anchors, sealing
from linli.audit.models import AuditPending, AuditSeal
from linli.database.context import county_context

Row = tuple[Any, ...]
MAX_STRAYS = 1_000
ANCHORED_WITHIN = timedelta(minutes=1)  # an anchor follows the commit of its seal
MAX_PAIRED = 200  # pairs are tried one by one


class Fault(StrEnum):
    ROW_EDITED = "row_edited"
    ROW_SWAPPED = "row_swapped"
    ROW_MISSING = "row_missing"
    ROW_LEFT_OUT = "row_left_out"  # neither sealed nor waiting: slipped in, or taken from the queue
    QUEUED_ROW_MISSING = "queued_row_missing"  # removed before it was sealed
    SEAL_EDITED = "seal_edited"
    SEAL_MISSING = "seal_missing"
    SEALS_CUT_OFF = "seals_cut_off"  # the anchors know later seals
    ANCHOR_DIFFERS = "anchor_differs"
    ANCHOR_UNREADABLE = "anchor_unreadable"
    ANCHORS_MISSING = "anchors_missing"  # without a single one no cut-off can be proven


@dataclass(frozen=True)
class Finding:
    """`seal` is its number; for an unreadable anchor it is the line of the file."""

    fault: Fault
    seal: int | None = None
    row: UUID | None = None


@dataclass
class Report:
    """`lag` is the age of the oldest unsealed row: a deletion is provable only after sealing."""

    county: str
    seals: int = 0
    rows: int = 0
    head: str = sealing.FIRST
    anchored: int = 0
    pending: int = 0
    lag: timedelta = timedelta()
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.findings


@dataclass(frozen=True)
class _Suspect:
    row_id: UUID
    at: datetime
    expected: bytes
    row: Row


def verify(county: str, *, anchor_file: Path, now: datetime) -> Report:
    """Walk the whole chain of `county`; every fault is named with its seal and row."""
    # Read before the seals: a seal made meanwhile is then only newer than its anchor.
    anchored = list(anchors.read(anchor_file))
    report = Report(county)
    with county_context(county):
        _measure_queue(report, now)
        _walk(report)
        _find_strays(report)
        _compare_anchors(report, anchored, now)
    return report


def _measure_queue(report: Report, now: datetime) -> None:
    waiting = AuditPending.objects.filter(county_id=report.county)
    oldest = waiting.order_by("at").values_list("at", flat=True).first()
    report.pending = waiting.count()
    report.lag = now - oldest if oldest else timedelta()


def _walk(report: Report) -> None:
    suspects: list[_Suspect] = []
    for seal in AuditSeal.objects.filter(county_id=report.county).order_by("number").iterator(50):
        report.findings += [
            Finding(Fault.SEAL_MISSING, seal=number)
            for number in range(report.seals + 1, seal.number)
        ]
        gap = seal.number != report.seals + 1
        expected = sealing.head(report.head, _link(seal))
        if expected != seal.head and not gap:
            report.findings.append(Finding(Fault.SEAL_EDITED, seal=seal.number))
        report.seals, report.head = seal.number, seal.head
        report.rows += len(seal.event_ids)
        _check_rows(report, seal, suspects)
    _tell_swapped(report, suspects)


def _link(seal: AuditSeal) -> sealing.Link:
    return sealing.Link(
        county=seal.county_id,
        number=seal.number,
        sealed_at=seal.sealed_at,
        ids=seal.event_ids,
        times=seal.event_times,
        digests=bytes(seal.digests),
    )


def _check_rows(report: Report, seal: AuditSeal, suspects: list[_Suspect]) -> None:
    rows = {row[sealing.ID]: row for row in _sealed_rows(seal)}
    digests = sealing.digests_of(bytes(seal.digests))
    for row_id, at, expected in zip(seal.event_ids, seal.event_times, digests, strict=False):
        row = rows.get(row_id) or _moved(seal.county_id, row_id)
        if row is None:
            report.findings.append(Finding(Fault.ROW_MISSING, seal.number, row_id))
        elif sealing.digest(row) != expected:
            report.findings.append(Finding(Fault.ROW_EDITED, seal.number, row_id))
            suspects.append(_Suspect(row_id, at, expected, row))


def _sealed_rows(seal: AuditSeal) -> list[Row]:
    if not seal.event_ids:
        return []
    return _rows(
        "AND at BETWEEN %s AND %s AND id = ANY(%s) AND at = ANY(%s)",
        seal.county_id,
        [min(seal.event_times), max(seal.event_times), seal.event_ids, seal.event_times],
    )


def _moved(county: str, row_id: UUID) -> Row | None:
    """A row whose time was changed lies elsewhere in the partitioned table."""
    found = _rows("AND id = %s LIMIT 1", county, [row_id])
    return found[0] if found else None


def _rows(condition: str, county: str, params: list[Any]) -> list[Row]:
    names = ", ".join(sealing.FIELDS)
    sql = f"SELECT {names} FROM audit_auditevent WHERE county_id = %s {condition}"  # noqa: S608 -- constants
    with connection.cursor() as cursor:
        cursor.execute(sql, [county, *params])
        return list(cursor.fetchall())


def _tell_swapped(report: Report, suspects: list[_Suspect]) -> None:
    """Edited rows that hold each other's content, or each other's id, were swapped."""
    if len(suspects) > MAX_PAIRED:
        return
    swapped = {
        one.row_id
        for one, other in permutations(suspects, 2)
        if _was(other, one.row) or _was(one, other.row)
    }
    report.findings = [
        Finding(Fault.ROW_SWAPPED, each.seal, each.row) if each.row in swapped else each
        for each in report.findings
    ]


def _was(sealed: _Suspect, row: Row) -> bool:
    """Whether `row`, given the id (and the time) of `sealed`, is what was sealed there."""
    for at in (sealed.at, row[sealing.AT]):
        placed = list(row)
        placed[sealing.ID], placed[sealing.AT] = sealed.row_id, at
        if sealing.digest(placed) == sealed.expected:
            return True
    return False


_STRAYS = """
SELECT event.id FROM audit_auditevent AS event WHERE event.county_id = %(county)s
AND NOT EXISTS (SELECT FROM audit_auditpending AS pending WHERE pending.county_id = %(county)s
    AND pending.id = event.id AND pending.at = event.at)
AND NOT EXISTS (SELECT FROM (SELECT unnest(event_ids) AS id, unnest(event_times) AS at
    FROM audit_auditseal WHERE county_id = %(county)s) AS sealed
    WHERE sealed.id = event.id AND sealed.at = event.at)
LIMIT %(limit)s
"""
_QUEUED_WITHOUT_ROW = """
SELECT pending.id FROM audit_auditpending AS pending WHERE pending.county_id = %(county)s
AND NOT EXISTS (SELECT FROM audit_auditevent AS event WHERE event.county_id = %(county)s
    AND event.id = pending.id AND event.at = pending.at)
LIMIT %(limit)s
"""


def _find_strays(report: Report) -> None:
    """Each is one statement, hence one snapshot: a sealer at work raises no false alarm."""
    known = {finding.row for finding in report.findings}
    for fault, sql in (
        (Fault.ROW_LEFT_OUT, _STRAYS),
        (Fault.QUEUED_ROW_MISSING, _QUEUED_WITHOUT_ROW),
    ):
        with connection.cursor() as cursor:
            cursor.execute(sql, {"county": report.county, "limit": MAX_STRAYS})
            ids = [row_id for (row_id,) in cursor.fetchall()]
        report.findings += [Finding(fault, row=row_id) for row_id in ids if row_id not in known]


def _compare_anchors(report: Report, anchored: list[anchors.Anchor | int], now: datetime) -> None:
    for line in anchored:
        if isinstance(line, int):
            report.findings.append(Finding(Fault.ANCHOR_UNREADABLE, seal=line))
    own = {each.number: each.head for each in _of_county(report.county, anchored)}
    report.anchored = max(own, default=0)
    if report.anchored > report.seals:
        report.findings.append(Finding(Fault.SEALS_CUT_OFF, seal=report.seals + 1))
    seals = AuditSeal.objects.filter(county_id=report.county)
    if not own and seals.filter(sealed_at__lt=now - ANCHORED_WITHIN).exists():
        report.findings.append(Finding(Fault.ANCHORS_MISSING))
    for number, head in seals.filter(number__in=own).values_list("number", "head"):
        if own[number] != head:
            report.findings.append(Finding(Fault.ANCHOR_DIFFERS, seal=number))


def _of_county(county: str, anchored: list[anchors.Anchor | int]) -> Iterator[anchors.Anchor]:
    return (each for each in anchored if isinstance(each, anchors.Anchor) and each.county == county)
