"""Saved views: a list's filter under a name, for one member of staff."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from linli.access.actor import Actor
from linli.casework.models import SavedView
from linli.counties.tenancy import new
from linli.database.context import current_county
from linli.database.pipeline import exchange

MOST = 20  # more are no help
NAME_MAX, QUERY_MAX = 60, 1000


class ViewRefusedError(ValueError):
    """A view that cannot be kept: `code` is empty_name, name_too_long, name_taken, too_long,
    too_many or gone.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# Every list asks this: a fixed text, which the server plans once a connection.
_VIEWS = """
SELECT name, query FROM casework_savedview
WHERE county_id = %s AND user_id = %s AND page = %s ORDER BY created_at, id
"""


class View(NamedTuple):
    """A filter under its name."""

    name: str
    query: str


def views_of(actor: Actor, *, page: str) -> list[View]:
    """The views that somebody keeps for a page, oldest first."""
    (rows,) = exchange((_VIEWS, [current_county(), actor.id, page]))
    return [View(*row) for row in rows]


@transaction.atomic
def save_view(*, page: str, name: str, query: str, by: Actor) -> None:
    """Keep a filter under a name; the same name replaces it. Raises ViewRefusedError."""
    name = _checked(name)
    if len(query) > QUERY_MAX:
        raise ViewRefusedError("too_long")
    if _own(by, page).exclude(name=name).count() >= MOST:
        raise ViewRefusedError("too_many")
    view = new(
        SavedView, user_id=by.id, page=page, name=name, query=query, created_at=timezone.now()
    )
    SavedView.objects.bulk_create(  # one statement, so that a twin of this save fits in as well
        [view],
        update_conflicts=True,
        unique_fields=["county", "user", "page", "name"],
        update_fields=["query", "created_at"],
    )


@transaction.atomic
def rename_view(*, page: str, old: str, name: str, by: Actor) -> None:
    """Give a view another name, never that of another view. Raises ViewRefusedError."""
    name = _checked(name)
    try:
        with transaction.atomic():
            renamed = _own(by, page).filter(name=old).update(name=name)
    except IntegrityError as error:
        raise ViewRefusedError("name_taken") from error
    if not renamed:
        raise ViewRefusedError("gone")


@transaction.atomic
def follow_areas(moved: Mapping[UUID, UUID]) -> None:
    """Filters that name an area with another code now (`moved`: old id -> new id) name the new."""
    for view in SavedView.objects.select_for_update():
        query = view.query
        for old, area_id in moved.items():
            query = query.replace(str(old), str(area_id))
        if query != view.query:
            view.query = query
            view.save(update_fields=["query"])


def delete_view(*, page: str, name: str, by: Actor) -> bool:
    """Forget a view; False where there was none."""
    gone, _by_model = _own(by, page).filter(name=name).delete()
    return bool(gone)


def _own(actor: Actor, page: str) -> QuerySet[SavedView]:
    rows: QuerySet[SavedView] = SavedView.objects.filter(page=page)
    return rows.filter(user_id=actor.id) if actor.id else rows.none()


def _checked(name: str) -> str:
    name = name.strip()
    if not name:
        raise ViewRefusedError("empty_name")
    if len(name) > NAME_MAX:
        raise ViewRefusedError("name_too_long")
    return name
