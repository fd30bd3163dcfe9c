"""How a stored file is handed out: headers, ranges and conditions, for pages and API alike.

Only what we made ourselves (photos, sound, video, thumbnails) may be shown in a browser, in a
sandbox; documents are downloads. Nothing is kept by shared caches, and a browser asks again each
time, so that a withdrawn right ends at once.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

from django.utils.http import content_disposition_header, parse_etags

from linli.attachments.enums import Family
from linli.attachments.models import Attachment
from linli.attachments.store import FileStore

CHUNK = 64 * 1024
INLINE = frozenset({Family.PHOTO, Family.VOICE, Family.VIDEO})
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; sandbox"
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


@dataclass(frozen=True)
class Wish:
    """The parts of a request that matter: the thumbnail or the file, and its headers."""

    thumbnail: bool = False
    range: str = ""
    if_range: str = ""
    if_none_match: str = ""
    head: bool = False

    @classmethod
    def read(cls, meta: Mapping[str, str], *, thumbnail: bool) -> Self:
        """From the variables of a request (`REQUEST_METHOD`, `HTTP_RANGE` and so on)."""
        return cls(
            thumbnail,
            meta.get("HTTP_RANGE", ""),
            meta.get("HTTP_IF_RANGE", ""),
            meta.get("HTTP_IF_NONE_MATCH", ""),
            meta.get("REQUEST_METHOD") == "HEAD",
        )


@dataclass(frozen=True)
class Served:
    """An answer without a framework: 200, 206, 304 or 416."""

    status: int
    headers: dict[str, str]
    chunks: Iterator[bytes] = field(default_factory=lambda: iter(()))
    head: bool = False

    @property
    def read(self) -> bool:
        """Whether bytes of the file go out: any part of it is a reading, asking about it is not."""
        return not self.head and self.status in {200, 206}


def serve(file: Attachment, wish: Wish, store: FileStore) -> Served | None:
    """Answer a wish for a file; None where it is not (or no longer) in the store."""
    small = wish.thumbnail
    key = file.thumbnail_key if small else file.store_key
    if not key:
        return None
    headers = _headers(file, small=small)
    if _matches(headers["ETag"], wish.if_none_match):
        return Served(304, headers)
    try:
        size = store.size(key)
    except FileNotFoundError:
        return None
    span = _span(wish, headers["ETag"], size)
    if span is None:
        return Served(416, headers | {"Content-Range": f"bytes */{size}"})
    start, end = span
    headers["Content-Length"] = str(end - start)
    partial = wish.range != "" and (start, end) != (0, size)
    if partial:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return Served(206 if partial else 200, headers, _chunks(store, key, start, end), wish.head)


def _headers(file: Attachment, *, small: bool) -> dict[str, str]:
    inline = small or file.kind in INLINE
    return {
        "Content-Type": "image/jpeg" if small else file.media_type,
        "Content-Disposition": content_disposition_header(not inline, file.file_name) or "inline",
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
        "Accept-Ranges": "bytes",
        "ETag": f'"{file.sha256}{"-small" if small else ""}"',
    }


def _matches(tag: str, wanted: str) -> bool:
    return bool(wanted) and (
        wanted.strip() == "*" or tag in [one.removeprefix("W/") for one in parse_etags(wanted)]
    )


def _span(wish: Wish, tag: str, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last; None where the range lies outside.

    A range that cannot be read, several ranges, and one for another version mean the whole file.
    """
    found = _RANGE.fullmatch(wish.range.replace(" ", ""))
    if not found or (wish.if_range and wish.if_range != tag) or found.groups() == ("", ""):
        return 0, size
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
        return (start, end) if start < end else None
    start = int(first)
    end = min(size, int(last) + 1) if last else size
    if last and int(last) < start:
        return 0, size
    return (start, end) if start < size else None


def _chunks(store: FileStore, key: str, start: int, end: int) -> Iterator[bytes]:
    with store.open(key) as content:  # opened by whoever reads: an answer to HEAD is never read
        content.seek(start)
        left = end - start
        while left > 0 and (data := content.read(min(CHUNK, left))):
            left -= len(data)
            yield data
