import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from linli.attachments.enums import Kind, Refusal
from linli.attachments.processing import docx, worker
from linli.attachments.processing.outcome import Cleaned
from linli.attachments.rules import MAX_MEMBERS, Refused

SECRET = "SECRET-AUTHOR"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def content_types(main=MAIN, extra=""):
    return (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/'
        f'xml"/><Override PartName="/word/document.xml" ContentType="{main}"/>{extra}</Types>'
    )


def relationships(*rows):
    body = "".join(
        f'<Relationship Id="r{i}" Type="{kind}" Target="{target}" {mode}/>'
        for i, (kind, target, mode) in enumerate(rows)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{body}</Relationships>'


def document(body="<w:p><w:r><w:t>盖章的证明</w:t></w:r></w:p>"):
    return f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'


def png():
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET)
    target = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(target, "png", pnginfo=text)
    return target.getvalue()


def packed(parts=None, **changes):
    parts = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relationships(
            (f"{OFFICE}/officeDocument", "word/document.xml", ""),
            (f"{PACKAGE}/relationships/metadata/thumbnail", "docProps/thumbnail.jpeg", ""),
        ),
        "docProps/core.xml": f"<x>{SECRET}</x>",
        "docProps/app.xml": f"<x>{SECRET}</x>",
        "docProps/thumbnail.jpeg": SECRET,
        "word/document.xml": document(),
        "word/media/seal.png": png(),
        "word/_rels/document.xml.rels": relationships(
            (f"{OFFICE}/image", "media/seal.png", ""),
            (f"{OFFICE}/hyperlink", "https://example.org/?a=1&amp;b=2", 'TargetMode="External"'),
        ),
        **(parts or {}),
        **changes,
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            if part is not None:
                archive.writestr(name, part)
    return target.getvalue()


def unpacked(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def refusal(**changes):
    outcome = worker.clean(packed(changes), Kind.DOCX)
    assert isinstance(outcome, Refused), outcome
    return outcome.code


def test_text_and_pictures_stay_and_what_names_the_author_goes():
    parts = unpacked(docx.clean(packed(), Kind.DOCX).data)
    assert "盖章的证明".encode() in parts["word/document.xml"]
    assert Image.open(io.BytesIO(parts["word/media/seal.png"])).size == (20, 20)
    assert "docProps/thumbnail.jpeg" not in parts
    assert b"thumbnail" not in parts["_rels/.rels"]
    assert b"https://example.org/?a=1&amp;b=2" in parts["word/_rels/document.xml.rels"]
    assert all(SECRET.encode() not in part for part in parts.values())


def test_what_surrounds_the_archive_is_gone():
    data = packed()
    cleaned = docx.clean(b"GIF89a<script>" + data, Kind.DOCX).data
    assert cleaned.startswith(b"PK\x03\x04")
    assert b"<script>" not in cleaned


@pytest.mark.parametrize(
    ("name", "part", "code"),
    [
        ("word/vbaProject.bin", "x", Refusal.ACTIVE_CONTENT),
        ("word/activeX/activeX1.bin", "x", Refusal.ACTIVE_CONTENT),
        ("word/embeddings/sheet.xlsx", "PK\x03\x04", Refusal.NESTED),
        ("word/embeddings/other.docx", "PK\x03\x04", Refusal.NESTED),
        ("word/media/seal2.png", "MZ", Refusal.NESTED),
        ("word/media/page.html", "<html>", Refusal.BAD_PART),
        ("word/media/run.exe", "x", Refusal.BAD_PART),
        ("word/media/fake.png", "no picture", Refusal.BAD_PART),
        ("../outside.xml", "<a/>", Refusal.BAD_PART),
        ("/etc/passwd.xml", "<a/>", Refusal.BAD_PART),
        ("word/../../x.xml", "<a/>", Refusal.BAD_PART),
        ("C:/x.xml", "<a/>", Refusal.BAD_PART),
        ("WORD/DOCUMENT.XML", "<a/>", Refusal.BAD_PART),
        ("word/bomb.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', Refusal.BAD_PART),
        ("word/broken.xml", "<a>", Refusal.DAMAGED),
    ],
)
def test_a_part_that_may_do_harm_is_refused(name, part, code):
    assert refusal(**{name: part}) is code


@pytest.mark.parametrize(
    ("kind", "target", "external", "code"),
    [
        ("image", "http://example.org/track.png", True, Refusal.OUTSIDE_REFERENCE),
        ("hyperlink", "file://server/share", True, Refusal.OUTSIDE_REFERENCE),
        ("hyperlink", "ms-msdt:/id", True, Refusal.OUTSIDE_REFERENCE),
        ("hyperlink", "javascript:alert(1)", True, Refusal.OUTSIDE_REFERENCE),
        ("frame", "http://example.org/a.htm", True, Refusal.OUTSIDE_REFERENCE),
        ("image", "file:///etc/passwd", False, Refusal.OUTSIDE_REFERENCE),
        ("oleObject", "http://example.org/a.html!", True, Refusal.ACTIVE_CONTENT),
        ("aFChunk", "chunk.xml", False, Refusal.NESTED),
        ("package", "embeddings/a.xml", False, Refusal.NESTED),
        ("vbaProject", "a.xml", False, Refusal.ACTIVE_CONTENT),
    ],
)
def test_a_reference_that_fetches_or_runs_is_refused(kind, target, external, code):
    mode = 'TargetMode="External"' if external else ""
    rels = relationships((f"{OFFICE}/{kind}", target, mode))
    assert refusal(**{"word/_rels/document.xml.rels": rels}) is code


def test_a_template_elsewhere_is_forgotten():
    rels = relationships(
        (f"{OFFICE}/attachedTemplate", "http://a/evil.dotm", "TargetMode='External'")
    )
    cleaned = docx.clean(packed({"word/_rels/settings.xml.rels": rels}), Kind.DOCX).data
    assert b'Target="Normal.dotm"' in unpacked(cleaned)["word/_rels/settings.xml.rels"]
    assert b"evil" not in unpacked(cleaned)["word/_rels/settings.xml.rels"]


def field(*runs):
    parts = "".join(f"<w:r><w:instrText>{run}</w:instrText></w:r>" for run in runs)
    return f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{parts}</w:p>'


@pytest.mark.parametrize(
    "body",
    [
        field(" DDEAUTO c:\\\\cmd.exe "),
        field(" D", "DE", "AUTO cmd"),
        field(" PAGE ") + field("includepicture \\d http://a"),
        '<w:fldSimple w:instr=" INCLUDETEXT file "/>',
    ],
)
def test_a_field_that_runs_or_fetches_is_refused(body):
    assert refusal(**{"word/document.xml": document(body)}) is Refusal.OUTSIDE_REFERENCE


def test_ordinary_fields_stay():
    body = field(" PAGE  \\* MERGEFORMAT ") + field(" HYPERLINK ", '"https://a" ') + field("TOC")
    assert docx.clean(packed({"word/document.xml": document(body)}), Kind.DOCX).data


def test_an_embedded_object_is_refused():
    assert refusal(**{"word/document.xml": document("<w:altChunk/>")}) is Refusal.NESTED


@pytest.mark.parametrize(
    ("types", "code"),
    [
        (
            content_types("application/vnd.ms-word.document.macroEnabled.main+xml"),
            Refusal.ACTIVE_CONTENT,
        ),
        (content_types("application/vnd.ms-excel.sheet.main+xml"), Refusal.UNSUPPORTED),
        (
            content_types(extra=f'<Default Extension="odttf" ContentType="{MAIN}"/>'),
            Refusal.BAD_PART,
        ),
        (None, Refusal.UNSUPPORTED),
    ],
)
def test_a_package_that_is_no_plain_word_document_is_refused(types, code):
    assert refusal(**{"[Content_Types].xml": types}) is code


def test_an_archive_that_unpacks_too_far_is_refused_while_unpacking():
    assert refusal(**{"word/big.xml": " " * 30_000_000}) is Refusal.EXPANDS


def test_too_many_parts_are_refused():
    parts = {f"word/{i}.xml": "<a/>" for i in range(MAX_MEMBERS)}
    assert refusal(**parts) is Refusal.TOO_MANY_PARTS


def test_a_false_size_in_the_directory_does_not_deceive():
    data = bytearray(packed({"word/big.xml": " " * 30_000_000}))
    at = data.rindex(b"word/big.xml") - 46
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert isinstance(worker.clean(bytes(data), Kind.DOCX), Refused)


PACKED = packed()


@settings(deadline=None)
@given(st.data())
def test_an_altered_document_is_cleaned_or_refused(data):
    altered = bytearray(PACKED)
    for _ in range(data.draw(st.integers(1, 8))):
        altered[data.draw(st.integers(0, len(altered) - 1))] = data.draw(st.integers(0, 255))
    assert isinstance(worker.clean(bytes(altered), Kind.DOCX), Cleaned | Refused)


@given(st.binary())
def test_arbitrary_bytes_are_refused(data):
    assert isinstance(worker.clean(b"PK\x03\x04" + data, Kind.DOCX), Refused)


def test_a_second_target_mode_in_a_foreign_namespace_is_not_written():
    rels = relationships(
        (f"{OFFICE}/image", "http://a", 'x:TargetMode="Internal" xmlns:x="x" TargetMode="External"')
    )
    assert refusal(**{"word/_rels/document.xml.rels": rels}) is Refusal.OUTSIDE_REFERENCE
    quoted = relationships(
        (f"{OFFICE}/hyperlink", "https://a&quot;&lt;/&gt;", "TargetMode='External'")
    )
    parts = unpacked(docx.clean(packed({"word/_rels/x.rels": quoted}), Kind.DOCX).data)
    assert docx.Relationships(parts["word/_rels/x.rels"]).rewritten() == parts["word/_rels/x.rels"]
