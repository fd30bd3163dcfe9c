"""What the check finds: a code, what it is about, an example, and where it is mended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Code(StrEnum):
    """Kinds of gaps, in the order in which a person would mend them."""

    FAULT = "fault"
    UNKNOWN_AREA = "unknown_area"
    UNKNOWN_CATEGORY = "unknown_category"
    UNKNOWN_UNIT = "unknown_unit"
    UNKNOWN_TRADE = "unknown_trade"
    UNKNOWN_SOURCE = "unknown_source"
    UNKNOWN_RIGHT = "unknown_right"
    NOBODY_HOLDS = "nobody_holds"
    NO_CENTRE = "no_centre"
    NO_UNIT = "no_unit"
    NOBODY_ON_DUTY = "nobody_on_duty"
    NO_DEPUTY = "no_deputy"
    ROTA_ENDS = "rota_ends"
    RULE_NEVER_FITS = "rule_never_fits"
    RULE_FINDS_NOBODY = "rule_finds_nobody"
    RULE_SHADOWED = "rule_shadowed"
    NO_LADDER = "no_ladder"
    LADDER_ENDS_EARLY = "ladder_ends_early"
    RUNG_REACHES_NOBODY = "rung_reaches_nobody"
    NO_WHOLE = "no_whole"
    STEPS_TOO_LONG = "steps_too_long"
    ALERT_REACHES_NOBODY = "alert_reaches_nobody"
    TARGET_MISSING = "target_missing"
    RUNG_FALLS_THROUGH = "rung_falls_through"


WARNINGS = frozenset({Code.TARGET_MISSING, Code.RUNG_FALLS_THROUGH})
"""Nothing is left open, but less is done than is written: these do not bar publishing."""


class At(StrEnum):
    """What has to be changed to mend a gap; its key says which one."""

    UNIT = "unit"
    ROTA = "rota"
    STAFF = "staff"
    CATEGORY = "category"
    ROUTING = "routing"  # the whole table: a rule is missing
    RULE = "rule"
    STATE = "state"
    TRANSITION = "transition"
    CLOCK = "clock"
    LADDER = "ladder"
    WHOLE = "whole"
    EMERGENCY = "emergency"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Mend:
    at: At
    key: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """One case of the gap; what is empty does not matter. `hour` is of the week from `monday`."""

    place: str = ""
    category: str = ""
    severity: str = ""
    source: str = ""
    hour: int | None = None
    monday: date | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """All that a gap concerns, not one example of it; `hours` are those of a week, as bits.

    `areas` hold for everything within; none: everywhere.
    """

    areas: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    hours: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """`params` fill the sentence of the code; `cells` counts places x categories x hours."""

    code: Code
    mend: Mend
    params: Mapping[str, object] = field(default_factory=dict)
    example: Example | None = None
    cells: int = 0
    scope: Scope = Scope()

    @property
    def warns(self) -> bool:
        """It is told, and bars nothing."""
        return self.code in WARNINGS

    @property
    def key(self) -> str:
        """The same for the same gap tomorrow, whatever its example is then."""
        subject = self.params.get("subject", "")
        return ":".join(filter(None, [self.code, self.mend.at, self.mend.key, str(subject)]))
