"""What a cleaner hands back, and how it travels from the isolated process."""

import json
from dataclasses import dataclass
from typing import IO, Any

from linli.attachments.enums import Refusal
from linli.attachments.rules import Refused


@dataclass(frozen=True)
class Cleaned:
    """`form` is a key of `rules.OUTPUTS`; pixels of pictures and videos, seconds of recordings."""

    form: str
    data: bytes
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    thumbnail: bytes | None = None


def send(outcome: Cleaned | Refused, stream: IO[bytes]) -> None:
    """One line of JSON, then the bytes it counts."""
    if isinstance(outcome, Refused):
        header: dict[str, Any] = {"refused": outcome.code, "params": outcome.params}
        stream.write(json.dumps(header).encode() + b"\n")
        return
    thumbnail = outcome.thumbnail or b""
    header = {
        "form": outcome.form,
        "width": outcome.width,
        "height": outcome.height,
        "seconds": outcome.seconds,
        "sizes": [len(outcome.data), len(thumbnail)],
    }
    stream.write(json.dumps(header).encode() + b"\n" + outcome.data + thumbnail)


def receive(stream: IO[bytes]) -> Cleaned:
    """The other end of `send`; Refused is raised, a broken message is DAMAGED."""
    try:
        header = json.loads(stream.readline(10_000))
        if "refused" in header:
            refused = Refused(Refusal(header["refused"]), **header["params"])
        else:
            size, thumbnail_size = header.pop("sizes")
            data, thumbnail = stream.read(size), stream.read(thumbnail_size)
            if len(data) == size and len(thumbnail) == thumbnail_size:
                return Cleaned(data=data, thumbnail=thumbnail or None, **header)
            refused = Refused(Refusal.DAMAGED)
    except (ValueError, TypeError, KeyError):
        refused = Refused(Refusal.DAMAGED)
    raise refused
