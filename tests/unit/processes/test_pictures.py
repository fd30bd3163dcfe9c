"""The diagram is the same every time, legible, and says everything that the definition says."""

import re
from xml.etree import ElementTree as ET

import pytest

from linli.processes import Definition, load
from linli.processes.diagram import svg
from linli.processes.layout import lay_out
from linli.processes.lettering import width, wrap
from linli.processes.reading import read
from linli.processes.writing import markdown, mermaid

from .support import TEXT, incident

LANGUAGES = ("zh-Hans", "en")
SVG = "{http://www.w3.org/2000/svg}"


def picture(language: str) -> ET.Element:
    return ET.fromstring(svg(incident(), language))  # noqa: S314 - our own output


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_definition_gives_the_same_bytes(language: str) -> None:
    assert svg(incident(), language) == svg(load(TEXT), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_and_every_step_is_written_in_the_picture(language: str) -> None:
    words = " ".join(element.text or "" for element in picture(language).iter(f"{SVG}text"))
    words = words.replace(" ", "")
    parts = [*incident().states.values(), *incident().transitions.values()]
    inside = [one for one in parts if one.label.en not in {"Report", "Sampled check passed"}]
    for part in inside:
        assert part.label.in_language(language).replace(" ", "") in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_box_lies_on_another_and_no_text_leaves_its_box(language: str) -> None:
    root = picture(language)
    boxes = [
        tuple(float(element.attrib[name]) for name in ("x", "y", "width", "height"))
        for element in root.iter(f"{SVG}rect")
        if "rx" in element.attrib
    ]
    assert len(boxes) == len(incident().states)
    for number, (x, y, wide, high) in enumerate(boxes):
        for other_x, other_y, other_wide, other_high in boxes[number + 1 :]:
            assert (
                x + wide <= other_x
                or other_x + other_wide <= x
                or y + high <= other_y
                or other_y + other_high <= y
            )
    for element in root.iter(f"{SVG}text"):
        left, top = float(element.attrib["x"]), float(element.attrib["y"])
        if element.attrib.get("class") in {"m", "l"} and "text-anchor" not in element.attrib:
            for x, y, wide, high in boxes:
                if x <= left < x + wide and y <= top < y + high:
                    assert left + width(element.text or "") <= x + wide


def test_the_picture_needs_nothing_from_outside_and_runs_nothing() -> None:
    text = svg(incident(), "en").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|<script|<image|xlink|\son\w+=|@import|foreignObject", text)


def test_labels_cannot_break_out_of_the_picture() -> None:
    document = read(TEXT)
    document["states"]["reported"]["label"]["en"] = '"><script>alert(1)</script>'
    document["title"]["en"] = '"><script>'
    definition = Definition.model_validate(document)
    assert "<script" not in svg(definition, "en")


def test_states_without_a_place_are_laid_out_by_their_distance() -> None:
    document = read(TEXT)
    for state in document["states"].values():
        del state["at"]
    definition = Definition.model_validate(document)
    cells = lay_out(definition).cells
    assert len(set(cells.values())) == len(definition.states)
    assert cells["reported"] == (0, 0)
    assert cells["accepted"][1] < cells["dispatched"][1] < cells["handling"][1]
    assert svg(definition, "zh-Hans").count('rx="6"') == 15


def test_arrows_join_neighbours_and_everything_else_is_a_jump() -> None:
    layout = lay_out(incident())
    drawn = {(arrow.source, step.key) for arrow in layout.arrows for step in arrow.steps}
    jumps = {(name, step.key) for name, steps in layout.jumps.items() for step in steps}
    all_moves = {
        (source, step.key)
        for step in incident().transitions.values()
        if step.to
        for source in step.sources
    }
    assert drawn | jumps == all_moves
    assert not drawn & jumps


@pytest.mark.parametrize(
    ("text", "limit", "lines"),
    [
        ("ab cd ef", 40, ["ab cd", "ef"]),
        ("一二三四五", 40, ["一二三", "四五"]),
        ("退回 → 已受理", 50, ["退回 →", "已受理"]),
        ("incomprehensibilities", 40, ["incomprehensibilities"]),
        ("", 40, []),
    ],
)
def test_lines_break_between_words_and_between_characters(
    text: str, limit: float, lines: list[str]
) -> None:
    assert list(wrap(text, limit)) == lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_documents_name_every_state_and_step(language: str) -> None:
    text, graph = markdown(incident(), language), mermaid(incident(), language)
    assert graph in text
    for part in [*incident().states.values(), *incident().transitions.values()]:
        assert f"| {part.label.in_language(language)} |" in text
    for step in incident().transitions.values():
        for source in step.sources:
            if step.to:
                assert re.search(
                    rf"{source} --> {step.to}: .*{re.escape(step.label.in_language(language))}",
                    graph,
                )
