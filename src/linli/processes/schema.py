"""The published JSON Schema of a process definition, for editors and other programs."""

import json
from typing import Any

from linli.processes.definition import Definition

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The shape of a document. What it means together is checked by `load` and `process check`."""
    return {
        "$schema": DIALECT,
        **Definition.model_json_schema(by_alias=True),
        "title": "Linli process definition",
    }


def json_schema_text() -> str:
    return json.dumps(json_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
