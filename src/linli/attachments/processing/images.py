"""Photos: decoded, turned upright, and encoded anew, so that nothing but pixels survives."""

import io

from PIL import Image, ImageCms, ImageOps

from linli.attachments.enums import Kind, Refusal
from linli.attachments.processing.outcome import Cleaned
from linli.attachments.rules import MAX_BYTES, MAX_PIXELS, Refused

THUMBNAIL_SIDE = 480
_QUALITY = 88
_OPAQUE_MODES = {"L", "RGB"}

Image.MAX_IMAGE_PIXELS = None  # the limit is checked below, before a pixel is unpacked


def clean(data: bytes, kind: Kind) -> Cleaned:
    """The photo in its own format: the first picture of several, in sRGB, without metadata."""
    form = kind.value
    with Image.open(io.BytesIO(data), formats=[form]) as source:
        if source.width * source.height > MAX_PIXELS:
            raise Refused(Refusal.TOO_MANY_PIXELS)
        source.load()
        picture = _plain(_in_srgb(ImageOps.exif_transpose(source)), alpha=kind is not Kind.JPEG)
    encoded = _encode(picture, form)
    if len(encoded) > MAX_BYTES:
        raise Refused(Refusal.TOO_LARGE)
    return Cleaned(form, encoded, picture.width, picture.height, thumbnail=thumbnail(picture))


def thumbnail(picture: Image.Image) -> bytes:
    """A JPEG of at most THUMBNAIL_SIDE pixels; what was transparent is white."""
    small = picture.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), reducing_gap=3.0)
    if small.mode == "RGBA":
        paper = Image.new("RGB", small.size, "white")
        paper.paste(small, mask=small.getchannel("A"))
        small = paper
    return _encode(small, "jpeg")


def _plain(picture: Image.Image, *, alpha: bool) -> Image.Image:
    """Pixels alone: a new picture carries none of the info, profile or palette of the old one."""
    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda value: value / 256).convert("L")
    if alpha and picture.has_transparency_data:
        mode = "RGBA"
    else:
        mode = picture.mode if picture.mode in _OPAQUE_MODES else "RGB"
    pixels = picture.convert(mode)
    bare = Image.new(mode, pixels.size)
    bare.paste(pixels)
    return bare


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Colours as their profile means them, since the profile itself does not survive."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "CMYK"}:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return converted or picture


def _encode(picture: Image.Image, form: str) -> bytes:
    target = io.BytesIO()
    options = {"method": 2} if form == "webp" else {}
    picture.save(target, format=form, quality=_QUALITY, **options)
    return target.getvalue()
