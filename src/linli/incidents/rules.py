"""What a report must be like. Pure: no Django, no clock, no database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

TEXT_MAX = 4_000
TITLE_MAX = 120
PLACE_TEXT_MAX = 200
LATE_ENTRY_MAX = timedelta(days=60)
CLOCK_SKEW = timedelta(minutes=5)  # phones are not exact
SENTENCE_ENDS = "。！？!?\n"

# Code -> English message (translated by whoever shows it).
MESSAGES = {
    "text_empty": "Say in a sentence what the matter is.",
    "text_too_long": "At most {limit} characters; shorten the text or attach a document.",
    "title_too_long": "At most {limit} characters.",
    "place_text_too_long": "At most {limit} characters.",
    "place_required": "This kind of matter needs a place: set a pin or choose a grid.",
    "place_outside": "This place lies outside the county. Move the pin or choose a grid.",
    "place_of_neighbour": "This place is not ours but in {neighbour}. Tell them, or move the pin.",
    "places_too_many": "This kind of matter has one place.",
    "source_unknown": "Unknown source “{value}”.",
    "severity_unknown": "Unknown severity “{value}”.",
    "category_unknown": "This category does not exist or is no longer used.",
    "area_unknown": "This area does not exist or is no longer used.",
    "unit_unknown": "This unit does not exist or is no longer active.",
    "centre_verifies": "The county centre verifies what others hand in: choose who does the work.",
    "not_taken_over": "This matter was not taken over from another system.",
    "cursor_unknown": "This page address is not complete; start from the first page.",
    "in_the_future": "The time of the report lies in the future.",
    "too_late": "A late entry may reach back {days} days.",
    "duplicate_unknown": "The other matter does not exist or is out of your sight.",
    "duplicate_self": "A matter cannot be merged into itself.",
    "duplicate_merged": "The other matter was itself merged into another one.",
    "attachment_unknown": "An attachment does not exist, or belongs elsewhere.",
    "contact_empty": "A contact needs a telephone number or an address.",
    "contact_closed": "The key of this contact is not here: tell whoever looks after the server.",
    "contact_too_long": "At most {limit} characters.",
    "too_many": "At most {limit} cases at once.",
    "not_open": "This matter has ended; reopen it first, or report a new one.",
    "no_emergency": "There is no emergency here, or it is over.",
    "no_unit": "Choose the unit that goes there now.",
    "report_order": "This report is not due now: the first comes first, the final one at the end.",
    "before_report": "This lies before what it follows.",
    "number_in_text": "No telephone number here: it stands with the reporter's contact.",
    "in_the_past": "This time has passed already.",
    "sent_to_empty": "Say to whom it was sent.",
}


class Invalid(ValueError):  # noqa: N818 -- reads as "raises Invalid"
    """A value that cannot be taken. `field` names it, `code` is a key of MESSAGES."""

    def __init__(self, field: str, code: str, **params: object) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code
        self.params: dict[str, object] = params


class SpotLike(Protocol):
    @property
    def empty(self) -> bool: ...
    @property
    def text(self) -> str: ...


class DraftLike(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def spot(self) -> SpotLike: ...
    @property
    def further(self) -> Sequence[SpotLike]: ...
    @property
    def emergency(self) -> bool: ...


class CategoryLike(Protocol):
    @property
    def place(self) -> str: ...


def check_draft(
    draft: DraftLike,
    category: CategoryLike,
    *,
    sources: frozenset[str],
    severities: frozenset[str],
) -> None:
    """Raise Invalid for the first thing that is wrong with a report."""
    _check_texts(draft)
    if draft.source not in sources:
        raise Invalid("source", "source_unknown", value=draft.source)
    if draft.severity and draft.severity not in severities:
        raise Invalid("severity", "severity_unknown", value=draft.severity)
    needs_place = category.place in {"required", "several"} and not draft.emergency
    if needs_place and draft.spot.empty:
        raise Invalid("place", "place_required")
    if draft.further and category.place != "several" and not draft.emergency:
        raise Invalid("further_places", "places_too_many")


def happened_at(given: datetime | None, *, now: datetime) -> datetime:
    """When something happened; a phone's clock that is a little ahead says now."""
    if given is not None and given > now + CLOCK_SKEW:
        raise Invalid("at", "in_the_future")
    return min(given or now, now)


def opened_at(given: datetime | None, *, now: datetime) -> datetime:
    """When a report was made: it may be entered late, not ahead of time."""
    if given is not None and given < now - LATE_ENTRY_MAX:
        raise Invalid("at", "too_late", days=LATE_ENTRY_MAX.days)
    return happened_at(given, now=now)


def title_of(text: str) -> str:
    """The first sentence of a report, cut to what a list can show."""
    line = text.strip()
    ends = [at for end in SENTENCE_ENDS if (at := line.find(end)) > 0]
    first = line[: min(ends)] if ends else line
    return first if len(first) <= 60 else first[:59] + "…"


def _check_texts(draft: DraftLike) -> None:
    if not draft.text.strip():
        raise Invalid("text", "text_empty")
    for field, value, limit in (
        ("text", draft.text, TEXT_MAX),
        ("title", draft.title, TITLE_MAX),
        ("place_text", draft.spot.text, PLACE_TEXT_MAX),
    ):
        if len(value) > limit:
            raise Invalid(field, f"{field}_too_long", limit=limit)
