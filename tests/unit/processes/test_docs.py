"""The page about processes says what the default definition says."""

from pathlib import Path

from linli.processes.diagram import svg
from linli.processes.schema import json_schema_text
from linli.processes.writing import generated_part, replace_generated

from .support import incident

DOCS = Path(__file__).resolve().parents[3] / "docs"
AGAIN = "out of date: run python scripts/write_process_docs.py"


def test_the_page_is_up_to_date() -> None:
    page = (DOCS / "processes.md").read_text(encoding="utf-8")
    assert page == replace_generated(page, generated_part(incident())), AGAIN


def test_the_pictures_are_up_to_date() -> None:
    for language in ("en", "zh"):
        picture = DOCS / "images" / f"incident-process.{language}.svg"
        assert picture.read_text(encoding="utf-8") == svg(incident(), language), AGAIN


def test_the_published_schema_is_up_to_date() -> None:
    published = (DOCS / "process.schema.json").read_text(encoding="utf-8")
    assert published == json_schema_text(), AGAIN


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    page = "a\n<!-- generated: begin -->\nold\n<!-- generated: end -->\nz\n"
    new = replace_generated(page, "new\n")
    assert new == "a\n<!-- generated: begin -->\n\nnew\n<!-- generated: end -->\nz\n"
