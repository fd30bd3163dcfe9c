"""Inputs of the editor: durations, units by name, areas and categories from their trees."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from linli.calendars import Duration, Unit
from linli.incidents import references
from linli.incidents.lines import named
from linli.organisations.lists import area_lookup
from linli.organisations.models import UnitKind
from linli.processes.labels import REACHES
from linli.processes.routing_table import Pick
from linli.processes.vocabulary import OWN_TRADE, Reach
from linli.territory.models import Level
from linli.territory.snapshots import snapshot
from linli.web.administration.processes.naming import area_name, trades
from linli.web.incidents.widgets import KeyedBoxes, QuickSelect
from linli.web.incidents.words import language

SPANS = [
    (Unit.WORKING_HOURS.value, _("working hours")),
    (Unit.WORKING_DAYS.value, _("working days")),
    (Unit.HOURS.value, _("hours")),
]
NONE = [("", "—")]


class DurationInput(forms.MultiWidget):
    """A number and its unit; the field's label names the number."""

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        number = forms.NumberInput({"min": 1, "max": 99_999, "inputmode": "numeric"})
        unit = forms.Select({"aria-label": _("Unit of time")}, choices=SPANS)
        super().__init__([number, unit], dict(attrs or {}))

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """The unit looks like every other list."""
        context = super().get_context(name, value, attrs)
        unit = context["widget"]["subwidgets"][1]["attrs"]
        unit["class"] = unit.get("class", "").replace("form-control", "form-select")
        return context

    def decompress(self, value: Any) -> list[Any]:
        if not value:
            return [None, Unit.WORKING_DAYS.value]
        span = value if isinstance(value, Duration) else Duration.parse(str(value))
        return [span.amount, span.unit.value]


class DurationField(forms.MultiValueField):
    """As a definition writes it, such as "5 working days"; None where no number is given."""

    widget = DurationInput

    def __init__(self, **kwargs: Any) -> None:
        parts = (
            forms.IntegerField(min_value=1, max_value=99_999, required=False),
            forms.ChoiceField(choices=SPANS, required=False),
        )
        super().__init__(parts, require_all_fields=False, **kwargs)

    def clean(self, value: Any) -> Any:
        """The unit alone is no duration: it has always one."""
        given = list(value or [None, None])
        if given[0] in (None, ""):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        return super().clean(given)

    def compress(self, data_list: list[Any]) -> Any:
        if not data_list or data_list[0] is None:
            return None
        return str(Duration(data_list[0], Unit(data_list[1])))


class BoxesField(forms.MultipleChoiceField):
    """Check boxes. What a definition names and nobody offers stays until it is unchecked; what was
    chosen before keeps its order.
    """

    widget = KeyedBoxes
    before: Sequence[str] = ()

    def offer(self, choices: Sequence[tuple[Any, Any]], chosen: Sequence[str] | None) -> None:
        self.before = list(chosen or ())
        known = set(_values(choices))
        strange = [(one, one) for one in self.before if one not in known]
        self.choices = [*choices, *strange]

    def clean(self, value: Any) -> list[str]:
        given: list[str] = super().clean(value)
        kept = [one for one in self.before if one in given]
        return [*kept, *(one for one in given if one not in kept)]


class PickField(forms.ChoiceField):
    """A unit by name, by trade, or the centre: one list, one choice."""

    widget = QuickSelect

    def offer(self, value: Any) -> None:
        """The county's units and trades, and what the definition names and the county lacks."""
        known = pick_choices() if self.required else [*NONE, *pick_choices()]
        text = written_pick(value) if isinstance(value, dict) else ""
        strange = [(text, text.partition(":")[2])] if text and text not in _values(known) else []
        self.choices = [*known, *strange]

    def prepare_value(self, value: Any) -> Any:
        return written_pick(value) if isinstance(value, dict) else value


def written_pick(pick: Mapping[str, Any]) -> str:
    """`centre`, `trade:<trade>:<reach>` or `unit:<code>`."""
    if pick.get("centre"):
        return "centre"
    if pick.get("unit"):
        return f"unit:{pick['unit']}"
    return f"trade:{pick.get('function', OWN_TRADE)}:{pick.get('reach', Reach.NEAREST.value)}"


def read_pick(text: str) -> dict[str, Any] | None:
    kind, _colon, rest = text.partition(":")
    if kind == "centre":
        return {"centre": True}
    if kind == "unit":
        return {"unit": rest}
    if kind == "trade":
        trade, _colon, reach = rest.rpartition(":")
        found = {"function": trade}
        return found if reach == Pick.model_fields["reach"].default else {**found, "reach": reach}
    return None


def pick_choices() -> list[tuple[Any, Any]]:
    reaches = [(one.value, REACHES[one].in_language(language())) for one in Reach]
    category = _("of the matter's own category")
    own = [(f"trade:{OWN_TRADE}:{one}", f"{category} ({words})") for one, words in reaches]
    by_trade = [
        (f"trade:{trade}:{one}", f"{name} ({words})")
        for trade, name in trades().items()
        for one, words in reaches
    ]
    units: dict[str, list[tuple[str, str]]] = {}
    for unit in references.units().values():
        kind = str(UnitKind(unit.kind).label)
        units.setdefault(kind, []).append((f"unit:{unit.code}", named(unit)))
    return [
        ("centre", _("The centre that holds the matter")),
        (str(_("The unit of a trade")), [*own, *by_trade]),
        *units.items(),
    ]


def category_choices() -> list[tuple[Any, Any]]:
    """Every category under its parent, which can be chosen as a whole."""
    rows = [row for row in references.categories().values() if not row.hidden]
    rows.sort(key=lambda row: (row.order, row.code))
    found: list[tuple[Any, Any]] = []
    for parent in (row for row in rows if row.parent_id is None):
        below = [(row.code, named(row)) for row in rows if row.parent_id == parent.pk]
        whole = (parent.code, _("%(name)s (all)") % {"name": named(parent)})
        found.append((named(parent), [whole, *below]))
    return found


def area_choices() -> list[tuple[Any, Any]]:
    """Townships, each with its villages; grids are named below."""
    map_ = snapshot()
    found: list[tuple[Any, Any]] = []
    root = map_.root
    for township in map_.children.get(root.id if root else None, []):
        whole = (township.code, _("%(name)s (all)") % {"name": named(township)})
        below = [(one.code, named(one)) for one in map_.children.get(township.id, [])]
        found.append((named(township), [whole, *below]))
    return found


def is_grid(code: str) -> bool:
    node = snapshot().by_code.get(code)
    return node is None or node.level == Level.GRID


class GridsField(forms.CharField):
    """Grids, one a line, by name or code."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea({"rows": 3}))
        super().__init__(required=False, max_length=4_000, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        map_ = snapshot()
        return "\n".join(area_name(map_, code) for code in value)

    def clean(self, value: Any) -> Any:
        text, lookup, codes = super().clean(value), area_lookup(), []
        for line in filter(None, (line.strip() for line in str(text).splitlines())):
            found = lookup.match(line)
            if len(found) != 1:
                raise ValidationError(
                    _("“%(line)s”: %(count)d areas are called so; give the code."),
                    params={"line": line[:60], "count": len(found)},
                )
            codes.append(found[0].code)
        return codes


def _values(choices: Sequence[tuple[Any, Any]]) -> list[str]:
    found: list[str] = []
    for value, words in choices:
        found += _values(words) if isinstance(words, list) else [str(value)]
    return found
