import io

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from linli.attachments.enums import Kind, Refusal
from linli.attachments.processing import embedded, pdf, worker
from linli.attachments.processing.outcome import Cleaned
from linli.attachments.rules import MAX_MEMBERS, Refused

SECRET = "SECRET-THING"
SCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert('SECRET-THING')"))


def saved(document, **options):
    target = io.BytesIO()
    options = {"compress_streams": False} | options
    document.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable, **options)
    return target.getvalue()


def blank(pages=1):
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(200, 200))
    return document


def annotate(document, **keys):
    page = document.pages[0].obj
    if "/Annots" not in page:
        page.Annots = Array()
    made = document.make_indirect(Dictionary(Type=Name.Annot, F=4, **keys))
    page.Annots.append(made)
    return made


def appearance(document, content):
    return Dictionary(
        N=document.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 50, 50])
    )


def photo_with_position():
    exif = Image.Exif()
    exif[0x010E] = SECRET
    target = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(target, "jpeg", exif=exif)
    return target.getvalue()


def hostile():
    document = blank()
    root, page = document.Root, document.pages[0].obj
    root.OpenAction = SCRIPT
    root.AA = Dictionary(WC=SCRIPT)
    page.AA = Dictionary(O=SCRIPT)
    root.Names = Dictionary(JavaScript=Dictionary(Names=[String("a"), SCRIPT]))
    document.attachments["run.exe"] = b"MZ" + SECRET.encode()
    annotate(
        document,
        Subtype=Name.Link,
        Rect=[0, 0, 9, 9],
        A=Dictionary(S=Name.Launch, F=String(SECRET)),
    )
    annotate(document, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9], Contents=String(SECRET))
    page.PieceInfo = Dictionary(App=Dictionary(Private=String(SECRET)))
    root.Metadata = document.make_stream(f"<x>{SECRET}</x>".encode())
    document.docinfo[Name.Author] = SECRET
    font_file = document.make_stream(b"font", Metadata=document.make_stream(SECRET.encode()))
    page.Resources = Dictionary(Font=Dictionary(F1=Dictionary(Type=Name.Font, X=font_file)))
    image = document.make_stream(
        photo_with_position(),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=40,
        Height=30,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    page.Resources.XObject = Dictionary(Photo=image)
    return document


def reopened(data):
    return pikepdf.open(io.BytesIO(pdf.clean(data, Kind.PDF).data))


def test_nothing_that_runs_hides_or_names_survives():
    data = saved(hostile())
    assert SECRET.encode() in data
    cleaned = pdf.clean(data, Kind.PDF).data
    again = saved(pikepdf.open(io.BytesIO(cleaned)), stream_decode_level=None)
    assert SECRET.encode() not in again
    for name in (b"/JavaScript", b"/JS", b"/AA", b"/OpenAction", b"/Launch", b"/EmbeddedFile"):
        assert name not in again
    with reopened(data) as document:
        assert set(document.Root.keys()) == {"/Type", "/Pages"}
        assert len(document.pages) == 1
        photo = document.pages[0].obj.Resources.XObject.Photo
        assert Image.open(io.BytesIO(photo.read_raw_bytes())).size == (40, 30)


def test_stamps_and_seals_stay_visible_although_forms_and_signatures_go():
    document = blank()
    stamp = appearance(document, b"1 0 0 rg 0 0 50 50 re f % stamp")
    seal = appearance(document, b"1 0 0 RG 5 5 40 40 re S % seal")
    annotate(document, Subtype=Name.Stamp, Rect=[10, 10, 60, 60], AP=stamp)
    field = annotate(
        document,
        Subtype=Name.Widget,
        FT=Name.Sig,
        T=String("sig"),
        Rect=[100, 100, 150, 150],
        AP=seal,
    )
    form = Dictionary(Fields=Array([field]), SigFlags=3, NeedAppearances=True)
    document.Root.AcroForm = document.make_indirect(form)
    with reopened(saved(document)) as cleaned:
        page = cleaned.pages[0]
        assert "/Annots" not in page.obj
        drawn = [form.read_bytes() for form in page.form_xobjects.values()]
        assert any(b"% stamp" in content for content in drawn)
        assert any(b"% seal" in content for content in drawn)
        page.contents_coalesce()
        content = page.Contents.read_bytes()
        assert all(name.encode() + b" Do" in content for name in page.form_xobjects)


def test_text_and_size_of_a_page_stay_also_when_inherited():
    document = blank(2)
    for page in document.pages:
        page.Contents = document.make_stream(b"BT /F1 12 Tf (words) Tj ET")
        del page.obj["/MediaBox"]
    document.Root.Pages.MediaBox = Array([0, 0, 300, 400])
    document.Root.Pages.Rotate = 90
    with reopened(saved(document)) as cleaned:
        assert [list(page.mediabox) for page in cleaned.pages] == [[0, 0, 300, 400]] * 2
        assert cleaned.pages[1].obj.Rotate == 90
        assert b"(words) Tj" in cleaned.pages[1].Contents.read_bytes()


def test_the_tiniest_letters_of_a_resource_name_are_no_metadata_key():
    document = blank()
    names = {name: document.make_stream(b"% kept") for name in ("/A", "/F", "/PS", "/AA", "/JS")}
    document.pages[0].obj.Resources = Dictionary(XObject=Dictionary(names))
    with reopened(saved(document)) as cleaned:
        assert set(cleaned.pages[0].obj.Resources.XObject.keys()) == set(names)


def test_a_layer_that_is_switched_off_stays_off():
    document = blank()
    layer = document.make_indirect(Dictionary(Type=Name.OCG, Name=String("draft")))
    document.Root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(OFF=[layer]))
    document.pages[0].obj.Resources = Dictionary(Properties=Dictionary(L1=layer))
    with reopened(saved(document)) as cleaned:
        shown = cleaned.pages[0].obj.Resources.Properties.L1
        assert cleaned.Root.OCProperties.D.OFF[0].objgen == shown.objgen


def test_a_password_is_refused_but_mere_restrictions_are_lifted():
    locked = saved(blank(), encryption=pikepdf.Encryption(owner="a", user="b"))
    assert worker.clean(locked, Kind.PDF).code is Refusal.ENCRYPTED
    restricted = saved(blank(), encryption=pikepdf.Encryption(owner="a", user=""))
    with reopened(restricted) as cleaned:
        assert not cleaned.is_encrypted


def test_an_earlier_revision_does_not_survive():
    data = saved(blank()) + b"\n9 0 obj\n(" + SECRET.encode() + b")\nendobj\n"
    assert SECRET.encode() not in pdf.clean(data, Kind.PDF).data


def test_a_stream_that_unpacks_too_far_is_refused():
    document = blank()
    document.pages[0].Contents = document.make_stream(b" " * 30_000_000)
    data = saved(document, compress_streams=True)
    assert len(data) < 100_000
    assert worker.clean(data, Kind.PDF).code is Refusal.EXPANDS


def test_packing_a_stream_twice_is_refused():
    document = blank()
    twice = document.make_stream(b"x")
    twice.write(b"x", filter=Array([Name.FlateDecode, Name.FlateDecode]))
    document.pages[0].Contents = twice
    assert worker.clean(saved(document), Kind.PDF).code is Refusal.BAD_PART


def test_an_image_of_too_many_pixels_is_refused():
    document = blank()
    image = document.make_stream(b"", Subtype=Name.Image, Width=100_000, Height=100_000)
    document.pages[0].obj.Resources = Dictionary(XObject=Dictionary(I=image))
    assert worker.clean(saved(document), Kind.PDF).code is Refusal.TOO_MANY_PIXELS


def test_too_many_pages_are_refused():
    assert worker.clean(saved(blank(MAX_MEMBERS + 1)), Kind.PDF).code is Refusal.TOO_MANY_PARTS


def test_a_page_tree_that_goes_in_circles_ends():
    document = blank()
    document.Root.Pages.Parent = document.Root.Pages
    assert isinstance(worker.clean(saved(document), Kind.PDF), Cleaned | Refused)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_pdf_cut_off_is_cleaned_or_refused(part):
    data = saved(hostile())
    outcome = worker.clean(data[: int(len(data) * part)], Kind.PDF)
    if isinstance(outcome, Cleaned):
        assert SECRET.encode() not in outcome.data


HOSTILE = saved(hostile())


@settings(deadline=None)
@given(st.data())
def test_an_altered_pdf_is_cleaned_or_refused(data):
    altered = bytearray(HOSTILE)
    for _ in range(data.draw(st.integers(1, 8))):
        altered[data.draw(st.integers(0, len(altered) - 1))] = data.draw(st.integers(0, 255))
    assert isinstance(worker.clean(bytes(altered), Kind.PDF), Cleaned | Refused)


@given(st.binary())
def test_arbitrary_bytes_are_refused(data):
    assert isinstance(worker.clean(b"%PDF-1.7\n" + data, Kind.PDF), Refused)


def test_pictures_inside_documents_lose_metadata_and_keep_their_pixels():
    data = photo_with_position()
    bare = embedded.strip_jpeg(data + b"PK-trailer")
    assert SECRET.encode() in data
    assert SECRET.encode() not in bare
    assert not bare.endswith(b"trailer")
    before, after = (Image.open(io.BytesIO(each)).convert("RGB") for each in (data, bare))
    assert before.tobytes() == after.tobytes()


@given(st.binary(max_size=200), st.sampled_from([b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b""]))
def test_stripping_arbitrary_bytes_ends_or_refuses(data, head):
    for strip in (embedded.strip_jpeg, embedded.strip_png):
        try:
            assert isinstance(strip(head + data), bytes)
        except Refused as refused:
            assert refused.code is Refusal.DAMAGED  # noqa: PT017 -- both ends are right
