"""Kinds of values that come in. A text that PostgreSQL cannot keep is refused at the border."""

from datetime import UTC, datetime
from typing import Annotated, Any

from django.utils import timezone
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer
from pydantic_core import PydanticCustomError

DEEPEST = 6


class Input(BaseModel):
    """What a client sends: nothing but what is declared."""

    model_config = ConfigDict(extra="forbid")


def storable(value: str) -> str:
    """A text without NUL characters and halves of a surrogate pair, which UTF-8 cannot write."""
    if "\x00" in value:
        raise PydanticCustomError("nul_character", "NUL character")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise PydanticCustomError("string_unicode", "half a surrogate pair") from error
    return value


def known(values: list[str]) -> AfterValidator:
    """One of the values, or nothing at all."""

    def check(value: str) -> str:
        if value and value not in values:
            words = {"expected": ", ".join(values)}
            raise PydanticCustomError("literal_error", "one of: {expected}", words)
        return value

    return AfterValidator(check)


def plain_json(value: Any, depth: int = 0) -> Any:
    """Any JSON value of storable texts, not nested deeper than a step's fields ever are."""
    if depth > DEEPEST:
        raise PydanticCustomError("too_deep", "nested too deeply")
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(key): plain_json(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [plain_json(one, depth + 1) for one in value]
    return value


Text = Annotated[str, Field(max_length=4000), AfterValidator(storable)]
Line = Annotated[str, Field(max_length=200), AfterValidator(storable)]
Title = Annotated[str, Field(max_length=120), AfterValidator(storable)]
Word = Annotated[str, Field(max_length=40), AfterValidator(storable)]
Json = Annotated[Any, AfterValidator(plain_json)]
# Days beside these are no slip of a pen, and no calendar reaches them.
Moment = Annotated[
    AwareDatetime, Field(ge=datetime(1900, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))
]
# What goes out: the same moment by the county's clock, with its offset.
LocalMoment = Annotated[
    datetime, PlainSerializer(timezone.localtime, return_type=datetime, when_used="json")
]
