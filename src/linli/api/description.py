"""The API about itself: openapi.json and a page that needs nothing from outside."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router

from linli.api.openapi import PROBLEMS, document, operations
from linli.api.requests import public

_described: list[NinjaAPI] = []
router = Router(tags=["description"])


@dataclass(frozen=True)
class Endpoint:
    id: str
    method: str
    path: str
    title: str
    text: str
    parameters: list[dict[str, Any]]
    body: str  # name of a schema
    file: bool
    answer: str
    status: str


@dataclass(frozen=True)
class Field:
    name: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True)
class Shape:
    name: str
    text: str
    fields: list[Field]


@router.get("/openapi.json", auth=None, include_in_schema=False)
@public
def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- the same for everybody
    return JsonResponse(_document(), json_dumps_params={"ensure_ascii": False})


@router.get("/docs", auth=None, include_in_schema=False)
@public
def docs(request: HttpRequest) -> HttpResponse:
    """Endpoints, schemas and problems, rendered here: no script, nothing from elsewhere."""
    found = _document()
    groups: dict[str, list[Endpoint]] = {}
    for path, method, operation in operations(found):
        groups.setdefault(operation["tags"][0], []).append(_endpoint(path, method, operation))
    context = {
        "groups": groups,
        "shapes": [_shape(*pair) for pair in sorted(found["components"]["schemas"].items())],
        "problems": {code: _(words) for code, words in PROBLEMS.items()},
        "origin": request.build_absolute_uri("/")[:-1],
        "version": found["info"]["version"],
    }
    return render(request, "api/docs.html", context)


def describe(api: NinjaAPI) -> None:
    """Say which API the two addresses describe; `app.py` calls it once."""
    _described.append(api)


def _document() -> dict[str, Any]:
    return document(_described[-1])


def _endpoint(path: str, method: str, operation: dict[str, Any]) -> Endpoint:
    content = operation.get("requestBody", {}).get("content", {})
    status = next(iter(operation["responses"]))
    answer = operation["responses"][status].get("content", {}).get("application/json", {})
    return Endpoint(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        title=_say(operation.get("summary", "")),
        text=_say(operation.get("description", "")),
        parameters=[
            {**one, "kind": kind_of(one["schema"]), "text": _say(one.get("description", ""))}
            for one in operation["parameters"]
        ],
        body=_name(content.get("application/json", {}).get("schema", {})),
        file="multipart/form-data" in content,
        answer=_name(answer.get("schema", {})),
        status=status,
    )


def _shape(name: str, schema: dict[str, Any]) -> Shape:
    required = set(schema.get("required", ()))
    fields = [
        Field(key, kind_of(one), key in required, _say(one.get("description", "")))
        for key, one in schema.get("properties", {}).items()
    ]
    return Shape(name, _say(schema.get("description", "")), fields)


def _say(text: str) -> str:
    return _(text) if text else ""


def kind_of(schema: dict[str, Any]) -> str:
    """A schema in a few words: `uuid`, `text ≤ 200`, `list of IncidentOut`, `date or null`."""
    if name := _name(schema):
        return name
    if "anyOf" in schema:
        return " | ".join(kind_of(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"])
    if schema.get("type") == "array":
        return f"[{kind_of(schema.get('items', {}))}]"
    kinds = schema.get("type", "any")
    kind = " | ".join(kinds) if isinstance(kinds, list) else kinds
    words = schema.get("format") or kind
    limits = [f"≤ {schema[key]}" for key in ("maxLength", "maximum", "maxItems") if key in schema]
    return " ".join([str(words), *limits])


def _name(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]
