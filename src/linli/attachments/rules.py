"""Which files are taken: limits, formats by first bytes, names, and the words of a refusal."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from linli.attachments.enums import Family, Kind, Refusal
from linli.lib.errors import InputError, gettext_noop

MAX_BYTES = 20 * 1024 * 1024
MAX_EXPANDED_BYTES = 100 * 1024 * 1024
MAX_RATIO = 100  # expanded : packed
RATIO_FLOOR_BYTES = 1024 * 1024  # small files of blank paper pack better and do no harm
MAX_MEMBERS = 1_000
MAX_PIXELS = 40_000_000
MAX_SECONDS = 60.0
MAX_NAME = 120
HEAD_BYTES = 64

MESSAGES: dict[Refusal, str] = {
    Refusal.EMPTY: gettext_noop("The file is empty."),
    Refusal.TOO_LARGE: gettext_noop("The file is too large: at most %(limit_mb)d MB."),
    Refusal.UNSUPPORTED: gettext_noop(
        "This kind of file is not accepted. Accepted are photos (JPEG, PNG, WebP), voice (M4A, AAC,"
        " MP3, OGG, WebM, WAV, AMR), short videos (MP4, WebM), PDF and Word (docx)."
    ),
    Refusal.HEIC: gettext_noop(
        "Photos in the HEIC or AVIF format are not accepted. Set the camera to “most compatible”,"
        " or send the photo as JPEG."
    ),
    Refusal.OLD_WORD: gettext_noop(
        "Old Office files (doc, wps, xls) are not accepted, since they can hide macros."
        " Save it as docx or PDF and attach that."
    ),
    Refusal.DAMAGED: gettext_noop("The file is damaged or cut off, and cannot be read."),
    Refusal.TOO_COMPLEX: gettext_noop("The file takes too much time or memory to be checked."),
    Refusal.TOO_MANY_PIXELS: gettext_noop(
        "The picture is too large: at most %(limit_megapixels)d megapixels."
    ),
    Refusal.TOO_LONG: gettext_noop("The recording is too long: at most %(limit_seconds)d seconds."),
    Refusal.NOTHING_TO_PLAY: gettext_noop("There is no sound or picture in this recording."),
    Refusal.CODEC: gettext_noop(
        "The recording uses an encoding that is not accepted (%(codec)s). Record it as MP4 (H.264)."
    ),
    Refusal.ENCRYPTED: gettext_noop("The file is protected by a password. Save it without one."),
    Refusal.EXPANDS: gettext_noop("The file unpacks to more than is allowed."),
    Refusal.TOO_MANY_PARTS: gettext_noop(
        "The document has too many parts or pages: at most %(limit)d."
    ),
    Refusal.NESTED: gettext_noop("The document contains another file. Attach that one by itself."),
    Refusal.BAD_PART: gettext_noop("The document contains a part that is not accepted."),
    Refusal.ACTIVE_CONTENT: gettext_noop(
        "The document contains macros or other programs. Save it without them, or as PDF."
    ),
    Refusal.OUTSIDE_REFERENCE: gettext_noop(
        "The document fetches content from elsewhere. Save it with its content, or as PDF."
    ),
    Refusal.BUSY: gettext_noop("Many files are being checked just now. Try again in a minute."),
}

# What a message may need to say; the same for every refusal, so none can lack a value.
_LIMITS = {
    "limit_mb": MAX_BYTES // 1024 // 1024,
    "limit_megapixels": MAX_PIXELS // 1_000_000,
    "limit_seconds": int(MAX_SECONDS),
    "limit": MAX_MEMBERS,
    "codec": "?",
}


class Refused(InputError):  # noqa: N818 -- a refusal is an answer, not a fault
    """The file is not taken: `code` for programs, `message` and `params` for people."""

    def __init__(self, code: Refusal, **params: Any) -> None:
        super().__init__(MESSAGES[code], **{**_LIMITS, **params})
        self.code = code


@dataclass(frozen=True)
class Output:
    """What a cleaned file is: its family, media type and extension."""

    family: Family
    media_type: str
    extension: str


OUTPUTS: dict[str, Output] = {
    "jpeg": Output(Family.PHOTO, "image/jpeg", "jpg"),
    "png": Output(Family.PHOTO, "image/png", "png"),
    "webp": Output(Family.PHOTO, "image/webp", "webp"),
    "m4a": Output(Family.VOICE, "audio/mp4", "m4a"),
    "mp4": Output(Family.VIDEO, "video/mp4", "mp4"),
    "webm": Output(Family.VIDEO, "video/webm", "webm"),
    "pdf": Output(Family.DOCUMENT, "application/pdf", "pdf"),
    "docx": Output(
        Family.DOCUMENT,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
    ),
}

_BEGINNINGS: list[tuple[re.Pattern[bytes], Kind | Refusal]] = [
    (re.compile(rb"\xff\xd8\xff"), Kind.JPEG),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), Kind.PNG),
    (re.compile(rb"RIFF....WEBPVP8", re.DOTALL), Kind.WEBP),
    (re.compile(rb"RIFF....WAVE", re.DOTALL), Kind.WAV),
    (
        re.compile(rb"....ftyp(heic|heix|heim|heis|hevc|hevx|mif1|msf1|avif|avis)", re.DOTALL),
        Refusal.HEIC,
    ),
    (re.compile(rb"....ftyp", re.DOTALL), Kind.MP4),
    (re.compile(rb"\x1a\x45\xdf\xa3.{0,48}\x42\x82.webm", re.DOTALL), Kind.WEBM),
    (re.compile(rb"OggS\x00"), Kind.OGG),
    (re.compile(rb"#!AMR(-WB)?\n"), Kind.AMR),
    (re.compile(rb"\xff[\xf0\xf1\xf8\xf9]"), Kind.AAC),
    (re.compile(rb"ID3[\x02-\x04]|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]"), Kind.MP3),
    (re.compile(rb"%PDF-[12]\."), Kind.PDF),
    (re.compile(rb"PK\x03\x04"), Kind.DOCX),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), Refusal.OLD_WORD),
]


def kind_of(head: bytes, size: int) -> Kind:
    """The format of a file by its first HEAD_BYTES and its size, never by its name; or Refused."""
    if size == 0:
        raise Refused(Refusal.EMPTY)
    if size > MAX_BYTES:
        raise Refused(Refusal.TOO_LARGE)
    for beginning, found in _BEGINNINGS:
        if beginning.match(head):
            if isinstance(found, Refusal):
                raise Refused(found)
            return found
    raise Refused(Refusal.UNSUPPORTED)


def check_expansion(expanded: int, packed: int) -> None:
    """Refuse what unpacks to more than the limits allow; both in bytes."""
    ratio_matters = expanded > RATIO_FLOOR_BYTES
    if expanded > MAX_EXPANDED_BYTES or (ratio_matters and expanded > packed * MAX_RATIO):
        raise Refused(Refusal.EXPANDS)


def clean_name(declared: str, extension: str) -> str:
    """The name to show and to save under: one line, no path, the extension of the true format."""
    base = re.split(
        r"[/\\]", unicodedata.normalize("NFC", declared.encode("utf-8", "ignore").decode())
    )[-1]
    visible = "".join(c for c in base if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    stem = re.sub(r"\.[^.\s]{1,8}$", "", visible.strip(" .")).strip(" .") or "file"
    return f"{stem[: MAX_NAME - len(extension) - 1].rstrip(' .')}.{extension}"
