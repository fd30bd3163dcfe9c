"""What goes in and out: explicit inputs, closed outputs. No reporter's contact ever goes out."""

from collections import namedtuple
from datetime import date
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from linli.api.fields import Input, Json, Line, LocalMoment, Moment, Text, Title, Word
from linli.attachments.models import Attachment
from linli.incidents.models import Incident

Ids = Annotated[list[UUID], Field(max_length=20)]


class SpotIn(Input):
    """A point (WGS-84 unless `crs` says otherwise), a chosen area, or words."""

    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    crs: Literal["wgs84", "gcj02", "bd09", "cgcs2000"] = "wgs84"
    area_id: UUID | None = None
    text: Line = ""

    @model_validator(mode="after")
    def _whole_point(self) -> Self:
        if (self.longitude is None) != (self.latitude is None):
            raise PydanticCustomError("half_a_point", "half a point")
        return self


class ContactIn(Input):
    """How the reporter can be reached. Sealed at once; only the contacts endpoint opens it."""

    name: Title = ""
    phone: Title = ""
    address: Title = ""
    anonymous_to_units: bool = True


class SettledIn(Input):
    """Settled on the spot while reporting it."""

    result: Text
    evidence: Ids = []


class IncidentIn(Input):
    text: Text
    category_id: UUID
    source: Word = "grid_worker"
    place: SpotIn = SpotIn()
    further_places: Annotated[list[SpotIn], Field(max_length=20)] = []
    title: Title = ""
    severity: Word = ""
    contact: ContactIn | None = None
    attachment_ids: Ids = []
    occurred_at: Moment | None = None
    settled: SettledIn | None = None


class StepIn(Input):
    """The fields that the step asks for; `GET …/incidents/{id}` lists them per possible step."""

    fields: Annotated[dict[Word, Json], Field(max_length=20)] = {}
    occurred_at: Moment | None = None


class ReasonIn(Input):
    reason: Line


class IncidentOut(BaseModel):
    """An incident as lists show it."""

    id: UUID
    number: str
    version: int
    state: str
    is_open: bool
    title: str
    category_id: UUID
    severity: str
    source: str
    platform: str
    lead_unit_id: UUID | None
    area_id: UUID | None
    township_id: UUID | None
    village_id: UUID | None
    longitude: float | None
    latitude: float | None
    place_text: str
    place_quality: str
    opened_at: LocalMoment
    due_at: LocalMoment | None
    closed_at: LocalMoment | None
    outcome: str
    on_time: bool | None


# The columns of an incident that go out, as they are read.
Brief: Any = namedtuple("Brief", [*IncidentOut.model_fields])  # type: ignore[misc]  # noqa: PYI024


class IncidentPage(BaseModel):
    items: list[IncidentOut]
    next: str | None
    count: int | None
    count_exact: bool


class AttachmentOut(BaseModel):
    """A cleaned file; its content is a request of its own."""

    id: UUID
    kind: str
    media_type: str
    file_name: str
    size: int
    sha256: str
    width: int | None
    height: int | None
    seconds: float | None
    thumbnail: bool


class LineOut(BaseModel):
    version: int
    kind: str
    from_state: str
    to_state: str
    by: str
    unit_id: UUID | None
    reason: str
    occurred_at: LocalMoment
    recorded_at: LocalMoment
    due_at: LocalMoment | None
    attachments: list[AttachmentOut]


class OfferOut(BaseModel):
    step: str
    label: str
    allowed: bool
    primary: bool
    why_not: str | None
    required: list[str]
    optional: list[str]
    choices: dict[str, list[str]]


class PlaceOut(BaseModel):
    """A further place of a matter that touches several."""

    area_id: UUID
    township_id: UUID | None
    longitude: float | None
    latitude: float | None
    place_text: str


class TaskOut(BaseModel):
    unit_id: UUID
    lead: bool
    state: str
    assigned_at: LocalMoment
    signed_at: LocalMoment | None
    due_at: LocalMoment | None
    done_at: LocalMoment | None


class SuggestionOut(BaseModel):
    """`rule` is the key of the routing rule, `note` its words, `reason` how it found the unit."""

    unit_id: UUID
    name: str
    rule: str
    reason: str
    note: str
    co_unit_ids: list[UUID]


class IncidentDetail(IncidentOut):
    text: str
    verification: str
    review_on: date | None
    supervised: bool
    solved: str
    satisfied: str
    merged_into_id: UUID | None
    merged_ids: list[UUID]
    has_contact: bool
    timeline: list[LineOut]
    tasks: list[TaskOut]
    further_places: list[PlaceOut]
    steps: list[OfferOut]
    suggestion: SuggestionOut | None


class ContactOut(BaseModel):
    """What a reporter left. The only place where it goes out, each time with an audit row."""

    name: str
    phone: str
    address: str
    anonymous_to_units: bool


class ContactsOut(BaseModel):
    contacts: list[ContactOut]


class NearOut(BaseModel):
    """An open matter that may be the same; `likeness` of the words from 0 to 1."""

    incident: IncidentOut
    likeness: float
    metres: float | None


class NearPage(BaseModel):
    items: list[NearOut]


_BRIEF = tuple(IncidentOut.model_fields)


def brief(incident: Incident) -> IncidentOut:
    return IncidentOut.model_construct(**{name: getattr(incident, name) for name in _BRIEF})


def file_out(file: Attachment) -> AttachmentOut:
    own = {name: getattr(file, name) for name in AttachmentOut.model_fields if name != "thumbnail"}
    return AttachmentOut.model_construct(**own, thumbnail=bool(file.thumbnail_key))
