"""The XML inside a Word document, read without entities: what would run, and what would fetch."""

import re
from typing import NoReturn
from urllib.parse import urlsplit
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from linli.attachments.enums import Refusal
from linli.attachments.rules import Refused

_ACTIVE = re.compile(r"macro|vba|activex|oleobject|ms-office.*control", re.IGNORECASE)
_EMBEDDED = re.compile(r"/(package|oleObject|aFChunk|subDocument|control)$")
_THUMBNAIL = re.compile(r"/thumbnail$")
_TEMPLATE = re.compile(r"/attachedTemplate$")
_LINK = re.compile(r"/hyperlink$")
_LINK_SCHEMES = {"http", "https", "mailto", "tel"}
# Fields that run a program or fetch a file. Word ignores case, and spaces before the name.
_FIELD = re.compile(
    r"^\s*(DDE|DDEAUTO|INCLUDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|RD|DATABASE|MACROBUTTON)\b",
    re.IGNORECASE | re.MULTILINE,
)
_EMBEDDING_TAGS = {"altChunk", "OLEObject", "control", "ocx", "object3d"}
_MAIN_TYPE = "wordprocessingml.document.main+xml"
_KEPT = ("Id", "Type", "Target", "TargetMode")
XML_EXTENSIONS = {"xml", "vml", "svg", "rels"}
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"


class _Reader:
    """expat with a refusal for any document type: no entities, no other files, no bombs."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self.text
        self._parser.buffer_text = True

    def read(self, part: bytes) -> None:
        self._parser.Parse(part, True)

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...

    def end(self, tag: str) -> None: ...

    def text(self, data: str) -> None: ...

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        plain = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        self.start(name.rpartition("}")[2], plain)

    def _end(self, name: str) -> None:
        self.end(name.rpartition("}")[2])

    def _refuse(self, *_: object) -> NoReturn:
        raise Refused(Refusal.BAD_PART)


class Relationships(_Reader):
    """Where the parts of a document point, checked as they are read."""

    def __init__(self, part: bytes) -> None:
        super().__init__()
        self._kept: list[dict[str, str]] = []
        self.read(part)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag != "Relationship":
            return
        kind, target = attributes.get("Type", ""), attributes.get("Target", "")
        external = attributes.get("TargetMode", "").lower() == "external"
        if _THUMBNAIL.search(kind):
            return
        if _TEMPLATE.search(kind):  # often a path on the writer's disk, or an attack
            attributes["Target"] = target = "Normal.dotm"
            self._kept.append(attributes)
            return
        if _ACTIVE.search(kind):
            raise Refused(Refusal.ACTIVE_CONTENT)
        if _EMBEDDED.search(kind):
            raise Refused(Refusal.NESTED)
        if external and not (_LINK.search(kind) and _scheme(target) in _LINK_SCHEMES):
            raise Refused(Refusal.OUTSIDE_REFERENCE)
        if not external and (_scheme(target) or target.startswith(("//", "\\"))):
            raise Refused(Refusal.OUTSIDE_REFERENCE)
        self._kept.append(attributes)

    def rewritten(self) -> bytes:
        rows = [
            " ".join(f"{key}={quoteattr(row[key])}" for key in _KEPT if key in row)
            for row in self._kept
        ]
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        body = "".join(f"<Relationship {row}/>" for row in rows)
        return f'{head}<Relationships xmlns="{_RELATIONSHIPS}">{body}</Relationships>'.encode()


class _Markup(_Reader):
    """Collects field instructions: Word joins those of several runs and paragraphs."""

    def __init__(self) -> None:
        super().__init__()
        self._instructions: list[str] = []
        self._inside = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _EMBEDDING_TAGS:
            raise Refused(Refusal.NESTED)
        if tag == "fldSimple":
            _check_field(attributes.get("instr", ""))
        elif tag == "fldChar" and attributes.get("fldCharType") == "begin":
            self._instructions.append("\n")
        elif tag == "instrText":
            self._inside = True

    def end(self, tag: str) -> None:
        if tag == "instrText":
            self._inside = False

    def text(self, data: str) -> None:
        if self._inside:
            self._instructions.append(data)

    def check_fields(self) -> None:
        _check_field("".join(self._instructions))


class _ContentTypes(_Reader):
    main = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 -- expat's
        kind = attributes.get("ContentType", "")
        if _ACTIVE.search(kind):
            raise Refused(Refusal.ACTIVE_CONTENT)
        place = attributes.get("Extension", attributes.get("PartName", ""))
        is_markup = kind.lower().endswith(("+xml", "/xml"))
        if is_markup and place.rpartition(".")[2].lower() not in XML_EXTENSIONS:
            raise Refused(Refusal.BAD_PART)  # markup under a name that is not read as markup
        self.main = self.main or kind.endswith(_MAIN_TYPE)


def check_content_types(part: bytes) -> None:
    """Refuse a document that declares macros, or is none of Word's."""
    types = _ContentTypes()
    types.read(part)
    if not types.main:
        raise Refused(Refusal.UNSUPPORTED)


def check_markup(part: bytes) -> None:
    """Refuse embedded objects, and fields that run a program or fetch a file."""
    markup = _Markup()
    markup.read(part)
    markup.check_fields()


def _check_field(instruction: str) -> None:
    if _FIELD.search(instruction):
        raise Refused(Refusal.OUTSIDE_REFERENCE)


def _scheme(target: str) -> str:
    try:
        return urlsplit(target.strip()).scheme.lower()
    except ValueError:
        return "invalid"
