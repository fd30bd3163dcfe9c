import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from linli.attachments.enums import Kind, Refusal
from linli.attachments.processing import images, worker
from linli.attachments.processing.outcome import Cleaned
from linli.attachments.rules import Refused

SECRET = "GPS-25.55-102.45"
ORIENTATION, DESCRIPTION, GPS = 0x0112, 0x010E, 0x8825


def picture(mode="RGB", size=(64, 48)):
    made = Image.new(mode, size, "white" if mode != "P" else 0)
    made.paste("red" if mode in {"RGB", "RGBA"} else 1, (0, 0, 8, 8))  # top left corner
    return made


def encoded(image, form, **options):
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def exif(orientation=1):
    made = Image.Exif()
    made[ORIENTATION], made[DESCRIPTION] = orientation, SECRET
    made.get_ifd(GPS)[2] = (25.0, 33.0, 0.0)
    return made


def reopened(cleaned):
    return Image.open(io.BytesIO(cleaned.data))


@pytest.mark.parametrize("kind", [Kind.JPEG, Kind.PNG, Kind.WEBP])
def test_position_and_every_other_metadata_is_gone(kind):
    options = {
        "exif": exif(),
        "icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    }
    data = encoded(picture(), kind.value, **options)
    assert SECRET.encode() in data
    cleaned = images.clean(data, kind)
    assert SECRET.encode() not in cleaned.data
    again = reopened(cleaned)
    assert again.format == kind.name
    assert not again.getexif()
    assert not {"exif", "icc_profile", "xmp", "comment"} & set(again.info)


def test_png_text_and_jpeg_comments_are_gone():
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET)
    for kind, data in (
        (Kind.PNG, encoded(picture(), "png", pnginfo=text)),
        (Kind.JPEG, encoded(picture(), "jpeg", comment=SECRET)),
    ):
        assert SECRET.encode() in data
        assert SECRET.encode() not in images.clean(data, kind).data


@pytest.mark.parametrize(("orientation", "corner"), [(1, (4, 4)), (6, (44, 4)), (3, (60, 44))])
def test_a_photo_is_turned_upright(orientation, corner):
    cleaned = images.clean(encoded(picture(), "jpeg", exif=exif(orientation)), Kind.JPEG)
    red, green, _ = reopened(cleaned).getpixel(corner)
    assert red > 200
    assert green < 100
    assert (cleaned.width, cleaned.height) == ((48, 64) if orientation == 6 else (64, 48))


def test_the_thumbnail_is_a_small_jpeg_on_white():
    clear = Image.new("RGBA", (2000, 1000), (0, 0, 0, 0))
    thumbnail = Image.open(io.BytesIO(images.clean(encoded(clear, "png"), Kind.PNG).thumbnail))
    assert (thumbnail.format, thumbnail.size) == ("JPEG", (480, 240))
    assert min(thumbnail.getpixel((5, 5))) > 250


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_colour_mode_of_png_is_understood(mode):
    cleaned = images.clean(encoded(picture(mode), "png"), Kind.PNG)
    assert reopened(cleaned).mode in {"L", "RGB", "RGBA"}


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_every_colour_mode_of_jpeg_is_understood(mode):
    assert reopened(images.clean(encoded(Image.new(mode, (9, 9)), "jpeg"), Kind.JPEG)).size == (
        9,
        9,
    )


def test_sixteen_bit_grey_keeps_its_brightness():
    grey = Image.new("I;16", (4, 4), 0x8000)
    assert reopened(images.clean(encoded(grey, "png"), Kind.PNG)).getpixel((1, 1)) == 0x80


def test_only_the_first_picture_of_an_animation_stays():
    data = encoded(picture(), "webp", save_all=True, append_images=[Image.new("RGB", (64, 48))])
    assert getattr(reopened(images.clean(data, Kind.WEBP)), "n_frames", 1) == 1


def test_what_hides_behind_the_picture_is_gone():
    data = encoded(picture(), "jpeg") + b"PK\x03\x04<script>alert(1)</script>"
    assert b"<script>" not in images.clean(data, Kind.JPEG).data


def bomb(width, height):
    def chunk(name, body):
        crc = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + crc

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + width // 8)) for _ in range(height)) + packer.flush()
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [6_400, 20_000])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(side):
    outcome = worker.clean(bomb(side, side), Kind.PNG)
    assert isinstance(outcome, Refused)
    assert outcome.code is Refusal.TOO_MANY_PIXELS


@pytest.mark.parametrize("kind", [Kind.JPEG, Kind.PNG, Kind.WEBP])
def test_a_picture_cut_off_is_damaged(kind):
    noise = Image.effect_noise((200, 200), 80).convert("RGB")
    data = encoded(noise, kind.value)
    outcome = worker.clean(data[: len(data) // 2], kind)
    assert isinstance(outcome, Refused)
    assert outcome.code is Refusal.DAMAGED


@settings(deadline=None)
@given(st.sampled_from([Kind.JPEG, Kind.PNG, Kind.WEBP]), st.data())
def test_altered_pictures_are_cleaned_or_refused(kind, data):
    altered = bytearray(encoded(picture(), kind.value, exif=exif()))
    for _ in range(data.draw(st.integers(1, 8))):
        altered[data.draw(st.integers(0, len(altered) - 1))] = data.draw(st.integers(0, 255))
    outcome = worker.clean(bytes(altered), kind)
    assert isinstance(outcome, Cleaned | Refused)
    if isinstance(outcome, Cleaned):
        assert SECRET.encode() not in outcome.data


@given(st.sampled_from([Kind.JPEG, Kind.PNG, Kind.WEBP]), st.binary())
def test_arbitrary_bytes_are_refused(kind, data):
    assert isinstance(worker.clean(data, kind), Refused)
