"""Pictures inside documents: their pixels stay as they are, what camera and program wrote goes."""

import struct

from linli.attachments.enums import Refusal
from linli.attachments.rules import Refused

_JPEG_KEPT = {0xE0, 0xEE}  # of APP0-APP15: JFIF and Adobe's colour transform
_JPEG_COMMENT = 0xFE
_JPEG_SCAN = 0xDA
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"pHYs"}


def strip_jpeg(data: bytes) -> bytes:
    """A JPEG without EXIF (position!), XMP, comments and whatever follows the picture."""
    if data[:2] != b"\xff\xd8":
        raise Refused(Refusal.DAMAGED)
    kept, at = [data[:2]], 2
    while True:
        while data[at : at + 2] == b"\xff\xff":  # padding
            at += 1
        marker, length = _jpeg_segment(data, at)
        if marker == _JPEG_SCAN:
            end = data.rfind(b"\xff\xd9")
            return b"".join([*kept, data[at : end + 2] if end > at else data[at:]])
        application = 0xE0 <= marker <= 0xEF
        if marker != _JPEG_COMMENT and (not application or marker in _JPEG_KEPT):
            kept.append(data[at : at + 2 + length])
        at += 2 + length


def strip_png(data: bytes) -> bytes:
    """A PNG with the chunks that make its picture, and nothing after the end."""
    if not data.startswith(_PNG_SIGNATURE):
        raise Refused(Refusal.DAMAGED)
    kept, at = [_PNG_SIGNATURE], len(_PNG_SIGNATURE)
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        chunk = data[at : at + 12 + length]
        if name in _PNG_KEPT:
            kept.append(chunk)
        if name == b"IEND":
            return b"".join(kept)
        at += 12 + length
    raise Refused(Refusal.DAMAGED)


def _jpeg_segment(data: bytes, at: int) -> tuple[int, int]:
    if at + 4 > len(data) or data[at] != 0xFF:
        raise Refused(Refusal.DAMAGED)
    _, marker, length = struct.unpack_from(">BBH", data, at)
    if length < 2:
        raise Refused(Refusal.DAMAGED)
    return marker, length
