"""What every part of a definition is built of: keys, words in two languages, durations."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema
from pydantic import Field as Described

from linli.calendars import Duration

Key = Annotated[str, Described(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Code = Annotated[str, Described(min_length=1, max_length=60)]


def _read_duration(value: object) -> object:
    return Duration.parse(value) if isinstance(value, str) else value


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


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Part):
    zh: str = Described(min_length=1)
    en: str = Described(min_length=1)

    def in_language(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en
