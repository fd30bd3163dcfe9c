"""The API by its own description: every endpoint, a body that fits it, every id inside a body."""

from collections.abc import Iterator
from typing import Any

from linli.api.app import api
from linli.api.openapi import document
from linli.api.openapi import operations as operations_of

Schema = dict[str, Any]
DESCRIBED = document(api)


def operations() -> Iterator[tuple[str, str, Schema]]:
    """Path, method and description of every endpoint."""
    return operations_of(DESCRIBED)


def at(path: str, **ids: str) -> str:
    """The path below the county."""
    known = {"county": "", "step": "urge", "key": "incident"} | ids
    return path.format(**known).removeprefix("/api/v1//")


def ids_in(path: str) -> list[str]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [one for one in names if one not in {"county", "step", "key"}]


def json_schema(operation: Schema) -> Schema:
    """Of the body; empty where it takes none."""
    content = operation.get("requestBody", {}).get("content", {})
    return content.get("application/json", {}).get("schema", {})


def body_of(operation: Schema, report: dict[str, Any]) -> dict[str, Any]:
    """A body that fits, out of a report that does."""
    names = shape(json_schema(operation)).get("properties", ())
    return {name: value for name, value in (report | {"reason": "误报"}).items() if name in names}


def shape(schema: Schema) -> Schema:
    """The object behind a reference, or behind one that may be null."""
    for one in (schema, *schema.get("anyOf", ()), *schema.get("allOf", ())):
        if "$ref" in one:
            return shape(DESCRIBED["components"]["schemas"][one["$ref"].rsplit("/", 1)[1]])
        if one.get("type") in {"object", "array"} or one.get("format"):
            return one
    return schema


def slots(schema: Schema, *way: str | int) -> Iterator[tuple[str | int, ...]]:
    """The way to every id inside a body."""
    found = shape(schema)
    if found.get("format") == "uuid":
        yield way
    elif found.get("type") == "array":
        yield from slots(found["items"], *way, 0)
    for name, one in found.get("properties", {}).items():
        yield from slots(one, *way, name)


def with_id(body: Any, way: tuple[str | int, ...], value: str) -> Any:
    """A copy of the body with this id in it; what must stand beside it is added."""
    if not way:
        return value
    name, *rest = way
    if isinstance(name, int):
        return [with_id(None, tuple(rest), value)]
    beside = {"settled": {"result": "已修好"}}.get(name) if rest else None
    inner = (body or {}).get(name, beside)
    return (body or {}) | {name: with_id(inner, tuple(rest), value)}
