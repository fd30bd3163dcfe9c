"""Giving a county its categories, from the shipped tree or by name."""

from collections.abc import Mapping

from linli.counties.tenancy import new
from linli.incidents import references
from linli.incidents.data.categories import CategorySpec, CategoryTree, shipped_categories
from linli.incidents.models import Category


def load_shipped() -> None:
    """Give the current county the tree that ships with the project."""
    tree = shipped_categories()
    rows: dict[str, Category] = {}
    for order, spec in enumerate(tree.categories):
        rows[spec.code] = _row(tree, spec, order, rows.get(spec.parent))
    Category.objects.bulk_create(rows.values())
    references.forget()


def ensure_named(names: Mapping[str, str]) -> dict[str, Category]:
    """Make a plain category for each code and name (for imports); returns them by code."""
    first = Category.objects.count()
    made = {
        code: new(
            Category, code=code, name=name, name_en=name, place="optional", order=first + order
        )
        for order, (code, name) in enumerate(names.items())
    }
    Category.objects.bulk_create(made.values())
    references.forget()
    return made


def _row(tree: CategoryTree, spec: CategorySpec, order: int, parent: Category | None) -> Category:
    return new(
        Category,
        code=spec.code,
        parent=parent,
        name=spec.name,
        name_en=spec.name_en,
        icon=spec.icon,
        function=spec.function,
        unit_level=spec.level,
        verification=spec.verification.value,
        place=spec.place,
        severity=spec.severity.value,
        deadlines=tree.times(spec),
        on_the_spot=spec.on_the_spot,
        sample_rate=spec.sample,
        order=order,
    )
