"""What forms offer to choose from: units and categories with their search keys."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.incidents import references
from linli.incidents.duplicates import Near
from linli.incidents.lines import area_names, lines_of, named
from linli.incidents.models import Category
from linli.lib.pinyin import search_text
from linli.organisations.models import Unit, UnitKind

Grouped = list[tuple[str, Any]]


def unit_choices(*, first: Unit | None = None) -> Grouped:
    """Every active unit by kind; the suggested one stands at the top."""
    return _by_kind(references.units().values(), first)


def handling_choices(*, first: Unit | None = None) -> Grouped:
    """The same for those that matters are sent to."""
    return _by_kind(filter(references.handles, references.units().values()), first)


def _by_kind(units: Iterable[Unit], first: Unit | None) -> Grouped:
    groups: dict[str, list[tuple[str, str]]] = {}
    for unit in units:
        if first is None or unit.pk != first.pk:
            kind = str(UnitKind(unit.kind).label)
            groups.setdefault(kind, []).append((str(unit.pk), named(unit)))
    top: Grouped = [(str(first.pk), named(first))] if first else []
    return [*top, *groups.items()]


def area_choices(ids: Iterable[str]) -> list[tuple[str, str]]:
    names = area_names(UUID(one) for one in ids)
    return [(str(key), name) for key, name in sorted(names.items())]


def unit_keys() -> dict[str, str]:
    units = references.units().values()
    return {str(one.pk): _keys(one.name, one.name_en, one.code) for one in units}


def categories_in_use() -> list[Category]:
    """What may be chosen: leaves of the tree, in its order."""
    rows = [row for row in references.categories().values() if not row.hidden]
    parents = {row.parent_id for row in rows}
    return sorted((row for row in rows if row.pk not in parents), key=lambda row: row.order)


def category_choices() -> Grouped:
    """Leaves under the names of their parents."""
    known = references.categories()
    groups: dict[UUID | None, list[tuple[str, str]]] = {}
    for row in categories_in_use():
        groups.setdefault(row.parent_id, []).append((str(row.pk), named(row)))
    found: Grouped = []
    for parent_id, rows in groups.items():
        parent = known.get(parent_id) if parent_id else None
        found += [(named(parent), rows)] if parent else rows
    return found


def category_keys() -> dict[str, str]:
    return {str(one.pk): _keys(one.name, one.name_en, one.code) for one in categories_in_use()}


_made: dict[tuple[str, ...], str] = {}


def _keys(*words: str) -> str:
    """Name, pinyin and initials; kept, since reading a name takes a while."""
    if words not in _made:
        if len(_made) > 5_000:
            _made.clear()
        _made[words] = " ".join([search_text(words[0]), *filter(None, words[1:])]).casefold()
    return _made[words]


def near_choices(near: Sequence[Near]) -> list[tuple[str, str]]:
    """Matters that may be the same, by number: title, where, how far away, since when."""
    choices = []
    for one, line in zip(near, lines_of([one.incident for one in near]), strict=True):
        incident, opened = one.incident, timezone.localtime(one.incident.opened_at)
        far = _("%(metres)d m away") % {"metres": one.metres} if one.metres is not None else ""
        title, place = f"{incident.number} {incident.title}", " / ".join(line.place)
        words = filter(None, (title, place, far, opened.strftime("%m-%d %H:%M")))
        choices.append((incident.number, " · ".join(words)))
    return choices
