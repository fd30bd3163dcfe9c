"""Draws the demo's evidence: plain scenes that say in their corner that they are no photographs."""

import io
from collections.abc import Callable, Iterator
from random import Random

from PIL import Image, ImageDraw

SIZE = (480, 360)
COUNT = 12
GROUND = 230  # where the sky ends
SKIES = ((196, 220, 240), (222, 226, 228), (250, 226, 190))
FIELDS = ((150, 180, 120), (190, 170, 120), (170, 175, 165))

# 演示, stroke by stroke in a square of 100: no Chinese font is needed.
YAN = (
    ((8, 10), (20, 20)), ((5, 36), (17, 45)), ((4, 92), (20, 60)),
    ((62, 2), (66, 12)), ((34, 30), (34, 18), (94, 18), (94, 30)), ((46, 32), (84, 32)),
    ((40, 44), (40, 78)), ((40, 44), (90, 44), (90, 78)), ((40, 60), (90, 60)),
    ((40, 77), (90, 77)), ((65, 32), (65, 77)), ((54, 80), (38, 97)), ((76, 80), (92, 97)),
)  # fmt: skip
SHI = (
    ((22, 14), (78, 14)), ((6, 40), (94, 40)), ((50, 40), (50, 94), (38, 86)),
    ((28, 56), (12, 84)), ((72, 56), (88, 82)),
)  # fmt: skip

Draw = ImageDraw.ImageDraw
Scene = Callable[[Draw, Random], None]


def pictures() -> Iterator[bytes]:
    """Twelve PNG pictures, always the same."""
    for number in range(COUNT):
        yield _picture(number)


def _picture(number: int) -> bytes:
    rng = Random(number)  # noqa: S311 - a demo, not a secret
    image = Image.new("RGB", SIZE, SKIES[number % len(SKIES)])
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, GROUND, *SIZE), fill=FIELDS[number // 3 % len(FIELDS)])
    SCENES[number % len(SCENES)](pen, rng)
    _label(pen)
    target = io.BytesIO()
    image.save(target, format="png", optimize=True)
    return target.getvalue()


def _label(pen: Draw) -> None:
    pen.rectangle((8, 8, 92, 52), fill=(255, 255, 255), outline=(160, 40, 30), width=2)
    for left, strokes in ((14, YAN), (52, SHI)):
        for stroke in strokes:
            line = [(left + x * 0.34, 13 + y * 0.34) for x, y in stroke]
            pen.line(line, fill=(160, 40, 30), width=3, joint="curve")


def _road(pen: Draw, rng: Random) -> None:
    bend = rng.randint(180, 300)
    pen.polygon([(bend - 12, GROUND), (bend + 12, GROUND), (420, 360), (60, 360)], fill="dimgray")
    for step in range(4):
        y = GROUND + 20 + step * 30
        pen.line([(bend, y), (bend, y + 14)], fill="white", width=4)


def _houses(pen: Draw, rng: Random) -> None:
    for left in (60, 190, 330):
        top = rng.randint(140, 175)
        pen.rectangle((left, top, left + 90, GROUND + 20), fill=(214, 196, 170))
        pen.polygon(
            [(left - 10, top), (left + 100, top), (left + 45, top - 40)], fill=(120, 84, 70)
        )
        pen.rectangle((left + 35, GROUND - 25, left + 55, GROUND + 20), fill=(96, 70, 56))


def _slope(pen: Draw, rng: Random) -> None:
    pen.polygon([(0, 150), (260, 110), (480, 200), (480, 260), (0, 300)], fill=(120, 140, 96))
    for _ in range(14):
        x, y, r = rng.randint(150, 330), rng.randint(180, 300), rng.randint(5, 14)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=(140, 130, 120))


def _channel(pen: Draw, rng: Random) -> None:
    width = rng.randint(60, 110)
    pen.polygon(
        [(220, GROUND), (250, GROUND), (250 + width, 360), (220 - width, 360)], fill=(96, 140, 170)
    )
    for x in (90, 400):
        pen.rectangle((x - 4, 180, x + 4, 250), fill=(96, 70, 56))
        pen.ellipse((x - 34, 130, x + 34, 200), fill=(86, 128, 76))


SCENES: tuple[Scene, ...] = (_road, _houses, _slope, _channel)
