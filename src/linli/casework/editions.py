"""All calendars of a county as they stood at one version: its own, and those of its units."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from linli.calendars import CalendarChoice, CalendarDocument, UnitDocument, WorkCalendar
from linli.casework.models import CalendarVersion
from linli.organisations.models import Unit


@dataclass(frozen=True)
class Edition:
    """One version of a county's calendars (`calendars.Calendars`); keep and reuse it.

    `units` maps the ids of units that have a calendar of their own to what they do otherwise.
    """

    version: int
    document: CalendarDocument
    units: Mapping[UUID, UnitDocument]
    note: str = ""  # why it was published

    @cached_property
    def county(self) -> WorkCalendar:
        return self.document.calendar()

    def calendar_for(self, choice: CalendarChoice, unit: str, /) -> WorkCalendar:
        if choice is CalendarChoice.ROUND_THE_CLOCK:
            return WorkCalendar.round_the_clock(self.document.timezone)
        if choice is CalendarChoice.UNIT and unit:
            return self._of_units.get(unit, self.county)
        return self.county

    def whole(self, unit: UUID | None) -> CalendarDocument:
        """The calendar by which a unit (or the county, for None) works, written out."""
        own = self.units.get(unit) if unit else None
        return own.over(self.document) if own else self.document

    @cached_property
    def _of_units(self) -> Mapping[str, WorkCalendar]:
        return {str(unit): self.whole(unit).calendar() for unit in self.units}


def history(unit: Unit | None) -> list[CalendarVersion]:
    """The versions of one calendar, newest first, without their documents."""
    rows = CalendarVersion.objects.filter(unit=unit).defer("document")
    return list(rows.order_by("-version"))


def document_of(unit: Unit | None, version: int) -> CalendarDocument | UnitDocument | None:
    """What was published as this version of a calendar."""
    row = CalendarVersion.objects.filter(unit=unit, version=version).first()
    if row is None:
        return None
    kind = UnitDocument if unit else CalendarDocument
    return kind.model_validate(row.document)


def units_with_calendars(edition: Edition) -> list[Unit]:
    return list(Unit.objects.filter(pk__in=list(edition.units)).order_by("kind", "code"))


def read_edition(version: int) -> Edition:
    """The calendars of the current county at a version, read from the database."""
    rows = CalendarVersion.objects.filter(version__lte=version).order_by("unit_id", "-version")
    latest = CalendarVersion.objects.values_list("note", flat=True).get(version=version)
    newest: dict[UUID | None, object] = dict(
        rows.distinct("unit_id").values_list("unit_id", "document")
    )
    units = {unit: UnitDocument.model_validate(newest[unit]) for unit in newest if unit is not None}
    return Edition(
        version=version,
        document=CalendarDocument.model_validate(newest[None]),
        units={unit: own for unit, own in units.items() if not own.follows},
        note=latest,
    )
