"""Word (docx): every part is checked, and the archive written anew from what may stay.

Refused: macros, ActiveX, embedded objects, content fetched from elsewhere, fields that run or
fetch. Links that a reader clicks stay, and so do names in comments and tracked changes: content.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from xml.parsers import expat

from linli.attachments.enums import Kind, Refusal
from linli.attachments.processing.embedded import strip_jpeg, strip_png
from linli.attachments.processing.outcome import Cleaned
from linli.attachments.processing.word_xml import (
    XML_EXTENSIONS,
    Relationships,
    check_content_types,
    check_markup,
)
from linli.attachments.rules import MAX_MEMBERS, Refused, check_expansion

_CONTENT_TYPES = "[Content_Types].xml"
_DOCUMENT = "word/document.xml"
_PICTURES: dict[str, re.Pattern[bytes]] = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "gif": re.compile(rb"GIF8[79]a"),
    "bmp": re.compile(rb"BM"),
    "tif": re.compile(rb"II\*\x00|MM\x00\*"),
    "tiff": re.compile(rb"II\*\x00|MM\x00\*"),
    "wmf": re.compile(rb"\xd7\xcd\xc6\x9a|[\x01\x02]\x00\x09\x00"),
    "emf": re.compile(rb"\x01\x00\x00\x00.{36} EMF", re.DOTALL),
    "odttf": re.compile(rb""),  # an embedded font, scrambled
}
_STRIPPERS: dict[str, Callable[[bytes], bytes]] = {
    "png": strip_png,
    "jpg": strip_jpeg,
    "jpeg": strip_jpeg,
}
_BLANK_PROPERTIES = {
    "docProps/core.xml": b"<cp:coreProperties xmlns:cp="
    b'"http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docProps/app.xml": b"<Properties xmlns="
    b'"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": b"<Properties xmlns="
    b'"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
}
_NESTED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"MZ", b"%PDF", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_ENCRYPTED_FLAG = 0x1
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1024 * 1024


def clean(data: bytes, kind: Kind) -> Cleaned:  # noqa: ARG001 -- all cleaners have one signature
    """The same document without properties, thumbnail and what cameras wrote into its pictures."""
    try:
        parts = _read_parts(data)
        if _CONTENT_TYPES not in parts or _DOCUMENT not in parts:
            raise Refused(Refusal.UNSUPPORTED)
        check_content_types(parts[_CONTENT_TYPES])
        return Cleaned("docx", _write({name: _clean_part(name, parts[name]) for name in parts}))
    except (zipfile.BadZipFile, expat.ExpatError, zlib.error, NotImplementedError, EOFError):
        raise Refused(Refusal.DAMAGED) from None


def _read_parts(data: bytes) -> dict[str, bytes]:
    """Unpack within the limits, counting what comes out and not what the archive declares."""
    parts: dict[str, bytes] = {}
    expanded = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if len(archive.infolist()) > MAX_MEMBERS:
            raise Refused(Refusal.TOO_MANY_PARTS)
        for member in members:
            _check_member(member, parts)
            with archive.open(member) as file:
                chunks = []
                while chunk := file.read(_CHUNK):
                    chunks.append(chunk)
                    expanded += len(chunk)
                    check_expansion(expanded, len(data))
            parts[member.filename] = b"".join(chunks)
    return {name: part for name, part in parts.items() if not name.startswith("docProps/thumbnail")}


def _check_member(member: zipfile.ZipInfo, seen: dict[str, bytes]) -> None:
    name = member.filename
    if member.flag_bits & _ENCRYPTED_FLAG:
        raise Refused(Refusal.ENCRYPTED)
    strange = name.startswith("/") or "\\" in name or ":" in name or not name.isprintable()
    if strange or posixpath.normpath(name) != name or ".." in name.split("/"):
        raise Refused(Refusal.BAD_PART)
    if name.lower() in {other.lower() for other in seen}:
        raise Refused(Refusal.BAD_PART)  # two readers could see two different documents


def _clean_part(name: str, part: bytes) -> bytes:
    extension = name.rpartition(".")[2].lower()
    if extension == "psmdcp":  # what .NET calls docProps/core.xml
        name = "docProps/core.xml"
    if name in _BLANK_PROPERTIES:
        return _BLANK_PROPERTIES[name]
    if extension == "rels":
        return Relationships(part).rewritten()
    if extension in XML_EXTENSIONS:
        check_markup(part)
        return part
    return _clean_picture(extension, part)


def _clean_picture(extension: str, part: bytes) -> bytes:
    if extension == "bin":
        raise Refused(Refusal.ACTIVE_CONTENT)
    if part.startswith(_NESTED):
        raise Refused(Refusal.NESTED)
    if extension not in _PICTURES or not _PICTURES[extension].match(part):
        raise Refused(Refusal.BAD_PART)
    return _STRIPPERS.get(extension, bytes)(part)


def _write(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _FIXED_DATE), part, zipfile.ZIP_DEFLATED)
    return target.getvalue()
