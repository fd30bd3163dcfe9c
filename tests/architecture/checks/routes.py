"""Every address says which right it needs."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver
from ninja.operation import PathView

from linli.access.permissions import Permission

# `public`: anybody; `own`: one's own account, signing in is enough.
OTHER = frozenset({"public", "own"})
# Addresses that a library adds: name -> what it answers.
OF_LIBRARIES = {"api-root": "404 without content"}

Route = tuple[str, Any]


def routes(patterns: Iterable[Any], prefix: str = "") -> Iterator[Route]:
    """Path and view of every address; an API path gives one entry per operation."""
    for pattern in patterns:
        path = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern) and pattern.name not in OF_LIBRARIES:
            yield from ((path, view) for view in _views(pattern))


def _views(pattern: URLPattern) -> list[Any]:
    operations = getattr(getattr(pattern.callback, "__self__", None), "operations", None)
    if operations is None:
        operations = getattr(_path_view(pattern.callback), "operations", None)
    return [each.view_func for each in operations] if operations else [pattern.callback]


def _path_view(callback: Any) -> Any:
    """Ninja hides its PathView in the closure of the view that Django calls."""
    cells = (cell.cell_contents for cell in getattr(callback, "__closure__", None) or ())
    return next((content for content in cells if isinstance(content, PathView)), None)


def undeclared(found: Iterable[Route]) -> list[str]:
    """Ninja lists a path once per method, hence each is named once here."""
    rights = ((path, getattr(view, "linli_permission", None)) for path, view in found)
    bare = (path for path, right in rights if not (isinstance(right, Permission) or right in OTHER))
    return list(dict.fromkeys(bare))
