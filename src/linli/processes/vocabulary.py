"""The words that a definition may use. Definitions are data; what these words do is code."""

from enum import StrEnum

HANDLE = "handle"
"""The clock that a category's or a routing rule's own time sets."""

CLOSED = "closed"
"""The state that only a verification may enter, whatever a definition says."""


class StateKind(StrEnum):
    OPEN = "open"
    PAUSED = "paused"  # waits for a date; the handling clock stands still
    FINAL = "final"


class Owner(StrEnum):
    """Who must act while a case rests in a state."""

    PLATFORM = "platform"  # the township or county centre that holds it
    LEAD_UNIT = "lead_unit"
    VERIFIER = "verifier"  # the holding platform, or the county where nobody there may verify
    NOBODY = "nobody"  # final states only


class TransitionKind(StrEnum):
    START = "start"
    MOVE = "move"
    NOTE = "note"  # recorded on the timeline, the state stays
    VERIFICATION = "verification"
    REOPENING = "reopening"
    ARCHIVING = "archiving"
    SAMPLE = "sample"  # a check of a matter that was settled on the spot


class Platform(StrEnum):
    TOWNSHIP = "township"
    COUNTY = "county"


class Relation(StrEnum):
    """What the actor must be to the case, beside holding a permission."""

    PLATFORM = "platform"  # works at the platform that holds the case
    COUNTY = "county"  # works at the county's platform, whoever holds the case
    LEAD_UNIT = "lead_unit"
    CO_HANDLER = "co_handler"
    REPORTER = "reporter"
    NOT_HANDLER = "not_handler"  # neither handled it nor belongs to a unit that does


OWN_TRADE = "category"
"""As the function of a routing rule: the trade that the matter's own category names."""


class Reach(StrEnum):
    """Where a unit of a trade is looked for."""

    NEAREST = "nearest"  # at the grid, then village, township, then county-wide
    COUNTY = "county"


class Weekday(StrEnum):
    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class Target(StrEnum):
    """Whom a rung of an escalation ladder tells."""

    HOLDER = "holder"  # the unit or centre that has to act
    UNIT_HEAD = "unit_head"
    DEPUTY = "deputy"  # the unit that stands in
    PLATFORM = "platform"
    COUNTY = "county"
    LEADER = "leader"


class Alerted(StrEnum):
    """Whom an emergency alerts."""

    DUTY_OFFICER = "duty_officer"
    DEPUTY = "deputy"
    DUTY_LEADER = "duty_leader"


class Field(StrEnum):
    """What a transition may ask for."""

    REASON = "reason"
    TEXT = "text"
    RESULT = "result"
    UNIT = "unit"
    CO_UNITS = "co_units"
    EVIDENCE = "evidence"
    REVIEW_DATE = "review_date"
    EXTRA_TIME = "extra_time"
    VERIFICATION_KIND = "verification_kind"
    OUTCOME = "outcome"
    DUTY_REFERENCE = "duty_reference"
    CATEGORY = "category"
    SEVERITY = "severity"
    PLACE = "place"
    SOURCE = "source"
    DUPLICATE_OF = "duplicate_of"
    SOLVED = "solved"
    SATISFIED = "satisfied"
    SOURCE_REFERENCE = "source_reference"
    TOWNSHIP = "township"
    CONDITION = "condition"


class Effect(StrEnum):
    """What the caller carries out in the same transaction, beside storing the new state."""

    ASSIGN = "assign"
    UNASSIGN = "unassign"
    MOVE_TO_COUNTY = "move_to_county"
    MOVE_TO_TOWNSHIP = "move_to_township"
    EXTEND = "extend"
    SET_CATEGORY = "set_category"
    SET_PLACE = "set_place"
    LINK_DUPLICATE = "link_duplicate"
    RECORD_EVALUATION = "record_evaluation"
    DRAW_SAMPLE = "draw_sample"
    MARK_SUPERVISED = "mark_supervised"
    TELL_REPORTER = "tell_reporter"
    TELL_UNIT = "tell_unit"
    TELL_PLATFORM = "tell_platform"
    TELL_COUNTY = "tell_county"
    REPORTER_TOLD = "reporter_told"  # answers every tell_reporter before it
    STOP_CLOCKS = "stop_clocks"  # for a named condition, until it ends
    START_CLOCKS = "start_clocks"


NEEDS_FIELD = {
    Effect.ASSIGN: Field.UNIT,
    Effect.EXTEND: Field.EXTRA_TIME,
    Effect.SET_CATEGORY: Field.CATEGORY,
    Effect.SET_PLACE: Field.PLACE,
    Effect.LINK_DUPLICATE: Field.DUPLICATE_OF,
    Effect.RECORD_EVALUATION: Field.SOLVED,
    Effect.STOP_CLOCKS: Field.CONDITION,
}
"""An effect that has nothing to work with is a mistake in the definition."""


class ClockAction(StrEnum):
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    CORRECT = "correct"  # another category or severity has another deadline
    STOP = "stop"
