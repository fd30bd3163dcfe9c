"""Write what docs/ holds of processes from the code: the page's generated part, its pictures, the
JSON Schema of a document.
"""

from importlib.resources import files
from pathlib import Path

from linli.processes import load
from linli.processes.diagram import svg
from linli.processes.schema import json_schema_text
from linli.processes.writing import generated_part, replace_generated

DOCS = Path(__file__).resolve().parent.parent / "docs"


def main() -> None:
    source = files("linli.incidents") / "processes" / "incident.yaml"
    definition = load(source.read_text(encoding="utf-8"))
    page = DOCS / "processes.md"
    text = replace_generated(page.read_text(encoding="utf-8"), generated_part(definition))
    page.write_text(text, encoding="utf-8")
    for language in ("en", "zh"):
        (DOCS / "images").mkdir(exist_ok=True)
        picture = DOCS / "images" / f"incident-process.{language}.svg"
        picture.write_text(svg(definition, language), encoding="utf-8")
    (DOCS / "process.schema.json").write_text(json_schema_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
