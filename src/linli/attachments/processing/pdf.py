"""PDF: its pages are copied into a new document that has nothing else.

Stamps and seals are drawn into the page first, so they stay visible; scripts, actions, links,
forms, embedded files, earlier revisions and metadata are left behind, and digital signatures too.
"""

import io
import zlib
from collections.abc import Iterable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from linli.attachments.enums import Kind, Refusal
from linli.attachments.processing.embedded import strip_jpeg
from linli.attachments.processing.outcome import Cleaned
from linli.attachments.rules import (
    MAX_EXPANDED_BYTES,
    MAX_MEMBERS,
    MAX_PIXELS,
    Refused,
    check_expansion,
)

_PAGE_KEYS = {
    "/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents",
    "/Group",
}  # fmt: skip
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_METADATA = ("/Metadata", "/PieceInfo", "/AF")
# Of streams: content kept in other files, PostScript, other versions of an image.
_STREAM_EXTRAS = ("/F", "/FFilter", "/FDecodeParms", "/Ref", "/OPI", "/PS", "/Alternates")
_PACKED = {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"}
_PIXELS = {"/DCTDecode", "/DCT", "/JPXDecode", "/CCITTFaxDecode", "/CCF", "/JBIG2Decode"}
_TEXTUAL = {"/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx"}
_CHUNK = 1024 * 1024


def clean(data: bytes, kind: Kind) -> Cleaned:  # noqa: ARG001 -- all cleaners have one signature
    """The pages of a PDF without password, as one sees them."""
    try:
        source = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError:
        raise Refused(Refusal.ENCRYPTED) from None
    with source, pikepdf.new() as copy:
        if not 0 < len(source.pages) <= MAX_MEMBERS:
            raise Refused(Refusal.TOO_MANY_PARTS)
        _check_streams(source, len(data))
        _draw_annotations(source)
        for page in source.pages:
            _keep_page_keys(page.obj)
        copy.pages.extend(source.pages)
        _copy_layers(source, copy)
        for item in list(copy.objects):
            _scrub(item)
        target = io.BytesIO()
        copy.save(target, min_version=source.pdf_version)
    return Cleaned("pdf", target.getvalue())


def _check_streams(source: pikepdf.Pdf, packed: int) -> None:
    """Refuse what unpacks to too much: text and drawings together, each image by itself."""
    expanded = 0
    for item in source.objects:
        if not isinstance(item, Stream):
            continue
        size = _expanded_size(item)
        if item.get("/Subtype") == Name.Image:
            if int(item.get("/Width", 0)) * int(item.get("/Height", 0)) > MAX_PIXELS:
                raise Refused(Refusal.TOO_MANY_PIXELS)
        else:
            expanded += size
            check_expansion(expanded, packed)


def _expanded_size(stream: Stream) -> int:
    filters = _filters(stream)
    unknown = set(filters) - _PACKED - _PIXELS - _TEXTUAL
    if unknown or sum(name in _PACKED for name in filters) > 1:
        raise Refused(Refusal.BAD_PART)
    raw = stream.read_raw_bytes()
    if not filters or filters[0] not in {"/FlateDecode", "/Fl"}:
        return len(raw)
    return sum(len(chunk) for chunk in _inflate(raw))


def _inflate(raw: bytes) -> list[bytes]:
    """Chunks of at most MAX_EXPANDED_BYTES in all; what follows a fault is left out."""
    chunks, size, unpacker = [], 0, zlib.decompressobj()
    try:
        while raw and not unpacker.eof:
            chunks.append(unpacker.decompress(raw, _CHUNK))
            size += len(chunks[-1])
            if size > MAX_EXPANDED_BYTES:
                raise Refused(Refusal.EXPANDS)
            raw = unpacker.unconsumed_tail
    except zlib.error:
        pass
    return chunks


def _filters(stream: Stream) -> list[str]:
    found = stream.get("/Filter", Array())
    return [str(name) for name in (found if isinstance(found, Array) else [found])]


def _draw_annotations(source: pikepdf.Pdf) -> None:
    form = source.Root.get("/AcroForm")
    if isinstance(form, Dictionary) and "/NeedAppearances" in form:
        del form["/NeedAppearances"]  # it would keep fields, and seals among them, from being drawn
    source.flatten_annotations("all")


def _keep_page_keys(page: Any) -> None:
    for key in _INHERITED:
        value = _inherited(page, key)
        if value is not None:
            page[key] = value
    for key in set(page.keys()) - _PAGE_KEYS:
        del page[key]


def _inherited(page: Any, key: str) -> Any:
    node = page
    for _ in range(50):  # a hostile tree may go in circles
        if node is None or key in node:
            break
        node = node.get("/Parent")
    return None if node is None else node.get(key)


def _copy_layers(source: pikepdf.Pdf, copy: pikepdf.Pdf) -> None:
    """Layers that are switched off stay off."""
    layers = source.Root.get("/OCProperties")
    if not isinstance(layers, Dictionary) or "/OCGs" not in layers:
        return
    shown = layers.get("/D", Dictionary())
    kept = {key: shown[key] for key in ("/BaseState", "/ON", "/OFF") if key in shown}
    bare = source.make_indirect(Dictionary(OCGs=layers["/OCGs"], D=Dictionary(kept)))
    copy.Root["/OCProperties"] = copy.copy_foreign(bare)


def _scrub(item: Any) -> None:
    """Take metadata out of an object and of what lies directly in it; what it refers to follows."""
    if isinstance(item, Stream):
        _delete(item, _STREAM_EXTRAS)
        _scrub_photo(item)
        _scrub(item.stream_dict)
    elif isinstance(item, Dictionary):
        _delete(item, _METADATA)
        _scrub_direct(item[key] for key in list(item.keys()))
    elif isinstance(item, Array):
        _scrub_direct(item)


def _scrub_direct(values: Iterable[Any]) -> None:
    for value in values:
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            _scrub(value)


def _delete(item: Any, keys: Iterable[str]) -> None:
    for key in keys:
        if key in item:
            del item[key]


def _scrub_photo(stream: Stream) -> None:
    filters = _filters(stream)
    if filters in (["/DCTDecode"], ["/DCT"]):
        stream.write(strip_jpeg(stream.read_raw_bytes()), filter=Name.DCTDecode)
    elif filters in (["/FlateDecode", "/DCTDecode"], ["/Fl", "/DCT"]):
        raw = strip_jpeg(b"".join(_inflate(stream.read_raw_bytes())))
        stream.write(raw, filter=Name.DCTDecode)
