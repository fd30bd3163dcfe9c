"""Colours are readable in both schemes, and no rule names a token that does not exist."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[3] / "src/linli/web/static/linli/css"
SHEETS = sorted(CSS.glob("*.css"))
TEXT = (CSS / "tokens.css").read_text()
LIGHT = TEXT[: TEXT.index("@media")]
DARK = TEXT[TEXT.index("@media") : TEXT.index("/* Bootstrap sets")]
TONES = ["attention", "overdue", "done", "information"]
PAIRS = [
    *[("ink", ground) for ground in ("paper", "card", "sunken", "primary-soft")],
    *[("muted", ground) for ground in ("paper", "card", "sunken")],
    *[(tone, ground) for tone in TONES for ground in (f"{tone}-soft", "paper", "card")],
    *[("ink", f"{tone}-soft") for tone in TONES],
    *[(name, "card") for name in ("primary", "primary-strong")],
    ("primary", "paper"),
    ("primary-strong", "primary-soft"),
    ("on-primary", "primary"),
    ("on-primary", "primary-strong"),
    ("card", "overdue"),
    ("card", "ink"),
]


def _colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_has_contrast_of_at_least_four_and_a_half(scheme, ink, ground) -> None:
    colours = _colours(scheme)
    assert _contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_border_of_an_input_is_seen(scheme) -> None:
    colours = _colours(scheme)
    assert _contrast(colours["line-strong"], colours["card"]) >= 3


def test_both_schemes_define_the_same_colours() -> None:
    assert _colours(LIGHT).keys() == _colours(DARK).keys()


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_token_that_is_used_exists(sheet) -> None:
    everything = "".join(s.read_text() for s in SHEETS)
    used = set(re.findall(r"var\(--([\w-]+)", sheet.read_text()))
    assert {name for name in used if not re.search(rf"--{name}:", everything)} == set()
