"""docs/authorization.md: every endpoint beside every role, read from the code that decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from inspect import getclosurevars
from itertools import groupby
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

INTRODUCTION = """# Authorization

Written by `linli check --write` from the URLs and from `access/roles.py`; do not edit.

A request passes four gates: the county in the path must be one in which the person has a role
(else 404); the role must hold the endpoint's right (else 403); the row must lie in the person's
scope, a subtree of the territory and/or units (else 404); the database shows no row of another
county whatever the code asks (row-level security). A refused attempt is kept in the audit log.

What this does not stop: SQL that somebody runs as the database role `linli_app` can set its own
county. Whoever can run such SQL has the machine already; the audit log, its seals and the anchor
file outside the database show what was changed afterwards.

The three administrators are separated: none of them reads cases, none can do what another does.
"""
MARKS = {"public": "everybody", "own": "everybody who is signed in"}


@dataclass(frozen=True, order=True)
class Endpoint:
    path: str
    methods: str
    permission: str  # a right, "public", "own", or "" where nothing is declared


def endpoints() -> list[Endpoint]:
    return sorted(set(_walk(get_resolver().url_patterns, "/")))


def document() -> str:
    return "\n".join([INTRODUCTION, *_roles(), *_rights(), *_endpoints(endpoints())]) + "\n"


def _walk(patterns: list[Any], prefix: str) -> Iterator[Endpoint]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern) and pattern.name != "api-root":  # it only says 404
            yield from _of_view(path, pattern.callback)


def _of_view(path: str, view: Any) -> Iterator[Endpoint]:
    known = getclosurevars(view).nonlocals if hasattr(view, "__closure__") else {}
    operations = getattr(known.get("self"), "operations", None)
    if operations is None:
        methods = ", ".join(known.get("request_method_list", ["GET"]))
        yield Endpoint(path, methods, str(getattr(view, "linli_permission", "")))
        return
    for operation in operations:
        right = getattr(operation.view_func, "linli_permission", "")
        yield Endpoint(path, ", ".join(operation.methods), str(right))


def _roles() -> Iterator[str]:
    from linli.access.roles import ROLES

    yield from ("## Roles", "", "| role | what for | sees |", "|---|---|---|")
    for role, spec in ROLES.items():
        scope = "the whole county" if spec.countywide else "its areas and units"
        yield f"| `{role.value}` | {spec.about} | {scope} |"
    yield ""


def _rights() -> Iterator[str]:
    from linli.access.permissions import Permission
    from linli.access.roles import ROLES

    yield from ("## Rights", "", "| right | roles that hold it |", "|---|---|")
    for right in Permission:
        holders = [f"`{role.value}`" for role, spec in ROLES.items() if right in spec.permissions]
        yield f"| `{right.value}` | {', '.join(holders) or '(nobody)'} |"
    yield ""


def _endpoints(found: list[Endpoint]) -> Iterator[str]:
    from linli.access.roles import ROLES

    held = {role.value: {p.value for p in spec.permissions} for role, spec in ROLES.items()}
    yield from ("## Endpoints", "", "| address | methods | right | roles |", "|---|---|---|---|")
    for path, group in groupby(found, key=lambda one: one.path):
        for one in group:
            roles = [f"`{role}`" for role, rights in held.items() if one.permission in rights]
            who = MARKS.get(one.permission) or ", ".join(roles) or "nobody: nothing is declared"
            yield f"| `{path}` | {one.methods} | {one.permission or '–'} | {who} |"
