"""Pages of a list: fifty rows, the filter in the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

T = TypeVar("T")
SIZE = 50


@dataclass(frozen=True)
class Page(Generic[T]):
    rows: Sequence[T]
    words: str
    previous: str
    following: str


def page_of(rows: Any, request: HttpRequest, total: int) -> Page[Any]:
    """The page that the address asks for; `rows` is a list or a queryset."""
    try:
        number = max(1, min(int(request.GET.get("page", "1")), 10_000))
    except ValueError:
        number = 1
    first = (number - 1) * SIZE
    shown = list(rows[first : first + SIZE])
    words = _("%(first)d to %(last)d of %(total)d") % {
        "first": first + 1 if shown else 0,
        "last": first + len(shown),
        "total": total,
    }
    previous = _address(request, number - 1) if number > 1 else ""
    following = _address(request, number + 1) if first + SIZE < total else ""
    return Page(shown, words, previous, following)


def chosen(request: HttpRequest, name: str) -> UUID | None:
    """An id from the address; None where it is empty or none at all."""
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def _address(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"
