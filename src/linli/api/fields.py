"""Kinds of values that come in. A text that PostgreSQL cannot keep is refused at the border."""

from datetime import datetime
from typing import Annotated, Any

from django.utils import timezone
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer
from pydantic_core import PydanticCustomError

DEEPEST = 6


class Input(BaseModel):
    """What a client sends: nothing but what is declared."""

    model_config = ConfigDict(extra="forbid")


def no_nul(value: str) -> str:
    if "\x00" in value:
        raise PydanticCustomError("nul_character", "NUL character")
    return value


def plain_json(value: Any, depth: int = 0) -> Any:
    """Any JSON value without NUL characters, not nested deeper than a step's fields ever are."""
    if depth > DEEPEST:
        raise PydanticCustomError("too_deep", "nested too deeply")
    if isinstance(value, str):
        return no_nul(value)
    if isinstance(value, dict):
        return {no_nul(key): plain_json(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [plain_json(one, depth + 1) for one in value]
    return value


Text = Annotated[str, Field(max_length=4000), AfterValidator(no_nul)]
Line = Annotated[str, Field(max_length=200), AfterValidator(no_nul)]
Title = Annotated[str, Field(max_length=120), AfterValidator(no_nul)]
Word = Annotated[str, Field(max_length=40), AfterValidator(no_nul)]
Json = Annotated[Any, AfterValidator(plain_json)]
Moment = AwareDatetime
# What goes out: the same moment by the county's clock, with its offset.
LocalMoment = Annotated[
    datetime, PlainSerializer(timezone.localtime, return_type=datetime, when_used="json")
]
