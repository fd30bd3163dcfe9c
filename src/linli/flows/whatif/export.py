"""The changed cases of a replay as rows of a sheet: matters, places and units, no person."""

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any, BinaryIO

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.access.actor import Actor, require
from linli.access.permissions import Permission
from linli.audit import actions as audit
from linli.calendars.timeline import instant_at
from linli.casework.runs import sees_cases
from linli.incidents.enums import Severity
from linli.lib.spreadsheets import Cell, Column, write_csv, write_xlsx
from linli.whatif.report import Changed


class NoExportError(Exception):
    """Somebody who does not see every case of the county takes no list of them."""


def columns() -> list[Column]:
    return [
        Column(_("Number"), 14),
        Column(_("Reported at"), 18),
        Column(_("Category"), 22),
        Column(_("Severity"), 12),
        Column(_("Township"), 18),
        Column(_("Unit before"), 28),
        Column(_("Unit under the draft"), 28),
        Column(_("Was given the case"), 12),
        Column(_("Rule before"), 24),
        Column(_("Rule of the draft"), 24),
        Column(_("Late before"), 24),
        Column(_("Late under the draft"), 24),
    ]


def write_rows(
    target: Path | BinaryIO, result: dict[str, Any], rows: Sequence[Any], *, by: Actor,
    csv: bool = False,
) -> int:  # fmt: skip
    """Write the changed cases, logged before the first leaves; returns how many.

    Raises PermissionRefusedError or NoExportError.
    """
    require(by, Permission.INCIDENT_EXPORT)
    if not sees_cases(by):
        raise NoExportError
    span = f"{result['since']} - {result['until']}"
    audit.record(by=by, action="whatif.exported", subject=("process_run", None, "replay"),
                 reason=span)  # fmt: skip
    zone, sheet = timezone.get_current_timezone(), columns()
    cells = _cells(result["labels"], rows)
    if isinstance(target, Path):
        with target.open("wb") as file:
            return _write(file, sheet, cells, zone, csv=target.suffix == ".csv")
    return _write(target, sheet, cells, zone, csv=csv)


def _write(
    target: BinaryIO, sheet: list[Column], cells: Iterator[tuple[Cell, ...]], zone: tzinfo, *,
    csv: bool,
) -> int:  # fmt: skip
    if csv:
        return write_csv(target, columns=sheet, rows=cells, time_zone=zone)
    return write_xlsx(target, title=_("Changed cases"), columns=sheet, rows=cells, time_zone=zone)


def _cells(labels: dict[str, Any], rows: Sequence[Any]) -> Iterator[tuple[Cell, ...]]:
    def word(kind: str, key: str) -> str:
        return say(labels, kind, key)

    for stored in rows:
        one = Changed(*stored)
        yield (
            one.number,
            instant_at(one.opened),
            word("categories", one.category),
            str(Severity(one.severity).label) if one.severity in Severity.values else one.severity,
            word("areas", one.township),
            *(word("units", key) for key in one.units),
            _("yes") if one.given else _("no, suggested only"),
            *(word("rules", key) for key in one.rules),
            *(", ".join(word("clocks", key) for key in keys) for keys in one.late),
        )


def say(labels: dict[str, Any], kind: str, key: str) -> str:
    """A name as it was when the run was made, in the reader's language."""
    found = labels[kind].get(key)
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return str(found[language]) if found else key
