"""What every part of a definition is built of: keys, words in two languages, durations."""

from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic import Field as Described
from pydantic_core import PydanticCustomError

from linli.calendars import Duration

Key = Annotated[str, Described(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Code = Annotated[str, Described(min_length=1, max_length=60)]


def _read_duration(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return Duration.parse(value)
    except ValueError as error:
        # The message of a fault is in `faults.MESSAGES`; this one is pydantic's own.
        raise PydanticCustomError("duration", "no duration") from error


WrittenDuration = Annotated[
    Duration,
    BeforeValidator(_read_duration),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{1,5} ?(working hours?|working days?|hours?|wh|wd|h)$",
            "examples": ["5 working hours", "3 working days", "24 hours"],
        }
    ),
]


def _not_blank(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "is empty")
    return text


Words = Annotated[str, Described(min_length=1, max_length=200), AfterValidator(_not_blank)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Part):
    zh: Words
    en: Words

    def in_language(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en
