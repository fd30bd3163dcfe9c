"""What may be attached, and why a file is refused."""

from enum import StrEnum


class Family(StrEnum):
    """What people call it; decided by the content, not by the container."""

    PHOTO = "photo"
    VOICE = "voice"
    VIDEO = "video"
    DOCUMENT = "document"


class Kind(StrEnum):
    """Formats told apart by their first bytes; MP4, WebM and Ogg may hold sound or pictures."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    MP4 = "mp4"
    WEBM = "webm"
    OGG = "ogg"
    MP3 = "mp3"
    AAC = "aac"
    WAV = "wav"
    AMR = "amr"
    PDF = "pdf"
    DOCX = "docx"


class Refusal(StrEnum):
    """Why a file is not taken; each has its message in `rules.MESSAGES`."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    HEIC = "heic"
    OLD_WORD = "old_word"
    DAMAGED = "damaged"
    TOO_COMPLEX = "too_complex"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_LONG = "too_long"
    NOTHING_TO_PLAY = "nothing_to_play"
    CODEC = "codec"
    ENCRYPTED = "encrypted"
    EXPANDS = "expands"
    TOO_MANY_PARTS = "too_many_parts"
    NESTED = "nested"
    BAD_PART = "bad_part"
    ACTIVE_CONTENT = "active_content"
    OUTSIDE_REFERENCE = "outside_reference"
    BUSY = "busy"
