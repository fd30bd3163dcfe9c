"""The OpenAPI description: ninja's own, with what it cannot know (county, keys, problems)."""

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

from ninja import NinjaAPI

Schema = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
# Writes that keep no answer, each with the reason in its description.
WITHOUT_KEY = frozenset({"near", "contacts"})

COUNTY: Schema = {
    "name": "county",
    "in": "path",
    "required": True,
    "description": "Code of the county, e.g. 530128. A key is good for one county.",
    "schema": {"type": "string", "pattern": "^[0-9a-z][0-9a-z-]{1,11}$"},
}
LANGUAGE: Schema = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "Of problems and labels: zh-Hans (default) or en.",
    "schema": {"type": "string", "enum": ["zh-Hans", "en"]},
}
KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "The same key gives the same answer; with another body it is refused (422).",
    "schema": {"type": "string", "pattern": "^[!-~]{1,80}$"},
}
VERSION: Schema = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The version that you saw, as ETag gave it. Another one now: 409.",
    "schema": {"type": "string", "pattern": '^"?[0-9]{1,9}"?$'},
}
PROBLEM: Schema = {
    "title": "Problem",
    "type": "object",
    "description": "RFC 9457. `code` is for programs, `detail` for people, `field` is at fault.",
    "required": ["type", "code", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "code": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "field": {"type": ["string", "null"]},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldProblem"}},
        "version": {"type": "integer", "description": "409: the version now"},
        "since": {
            "type": "array",
            "items": {"type": "object"},
            "description": "409: what happened",
        },
    },
}
FIELD_PROBLEM: Schema = {
    "title": "FieldProblem",
    "type": "object",
    "required": ["field", "message"],
    "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
}
PROBLEMS = {
    "400": "a header or the body cannot be read",
    "401": "no valid key of this county",
    "403": "the key or role lacks a right",
    "404": "not there, or out of sight",
    "409": "somebody was faster, or the step is not possible now",
    "413": "too large",
    "415": "the body is of another type",
    "422": "a field is wrong",
    "429": "this key asks too fast: Retry-After says how long to wait",
    "503": "the database restarts, or many files are being checked: try again",
}
READING = ("401", "403", "404", "422", "429", "503")


@cache
def document(api: NinjaAPI) -> Schema:
    """The whole description; the same for every county."""
    made: Schema = deepcopy(dict(api.get_openapi_schema()))
    made["servers"] = [{"url": "/"}]
    made["security"] = [{"key": []}]
    parts = made.setdefault("components", {})
    parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    schemas = parts.setdefault("schemas", {})
    schemas["Problem"], schemas["FieldProblem"] = PROBLEM, FIELD_PROBLEM
    for path, method, operation in operations(made):
        _complete(path, method, operation)
    return made


def operations(schema: Schema) -> Iterator[tuple[str, str, Schema]]:
    """Path, method and description of every endpoint."""
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, method, methods[method]


def _complete(path: str, method: str, operation: Schema) -> None:
    extra = [COUNTY, LANGUAGE]
    writes = method != "get"
    if writes and path.rsplit("/", 1)[-1] not in WITHOUT_KEY:
        extra.append(KEY)
    if path.endswith("/steps/{step}"):
        extra.append(VERSION)
    given = [one for one in operation.get("parameters", []) if one["name"] != "county"]
    operation["parameters"] = [*extra, *given]
    answers = operation["responses"]
    operation["responses"] = {str(code): answer for code, answer in answers.items()}
    if operation["tags"] == ["attachments"] and method == "get":
        operation["responses"] = _file(path)
    for code in PROBLEMS if writes else READING:
        operation["responses"][code] = {
            "description": PROBLEMS[code],
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }


def _file(path: str) -> Schema:
    kind = "image/jpeg" if path.endswith("thumbnail") else "*/*"
    content = {kind: {"schema": {"type": "string", "format": "binary"}}}
    return {
        "200": {"description": "The file", "content": content},
        "206": {"description": "The range that was asked for", "content": content},
        "304": {"description": "You have it already"},
        "416": {"description": "The range lies outside"},
    }
