"""Figures: totals by state, month, township and category, each with how it is counted."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.access.permissions import Permission
from linli.incidents import references
from linli.incidents.lines import area_names, unit_name
from linli.statistics.incidents import Share, by_lead_unit, figures
from linli.web.http import StaffRequest, page
from linli.web.incidents.words import category_name, labels
from linli.web.templatetags.tones import state_look

PERIODS = (3, 12, 36)
UNITS = 100  # rows; `linli incidents summary --by unit` has all


@page(Permission.FIGURES_VIEW)
def figures_page(request: StaffRequest) -> HttpResponse:
    months = _months(request.GET.get("months", ""))
    found = figures(request.actor, since=_since(months))
    by_unit = request.GET.get("by") == "unit"
    units = by_lead_unit(request.actor, since=_since(months)) if by_unit else None
    by_month = [(month.strftime("%Y-%m"), share) for month, share in found.months.items()]
    context = {
        "total": found.total,
        "states": _states(found.total),
        "months": by_month,
        "rates": [{"label": month, "rates": _rates(share)} for month, share in by_month[::-1]],
        "categories": _named(found.categories, _category),
        "townships": _rated(_named(found.townships, None)),
        "units": _rated(_named(units, _unit)[:UNITS]),
        "by_unit": by_unit,
        "period": months,
        "tabs": _tabs(months),
        "whole": found.categories is not None,
    }
    return render(request, "incidents/figures.html", context)


def _months(text: str) -> int:
    """How many months back; 0 is everything."""
    return int(text) if text in {str(one) for one in (0, *PERIODS)} else PERIODS[1]


def _since(months: int) -> date | None:
    if not months:
        return None
    today = timezone.localdate()
    total = today.year * 12 + today.month - months
    return date(total // 12, total % 12 + 1, 1)


def _tabs(months: int) -> list[dict[str, Any]]:
    words = {n: _("%(months)d months") % {"months": n} for n in PERIODS} | {0: _("Everything")}
    return [
        {"url": f"?months={n}", "label": label, "active": n == months} for n, label in words.items()
    ]


def _states(total: Share) -> list[dict[str, Any]]:
    """Every state that occurs, in the order of the process."""
    found = []
    for key, label in labels("state").items():
        if number := total.by_state.get(key):
            icon, tone = state_look(key)
            found.append({"key": key, "label": label, "number": number, "icon": icon, "tone": tone})
    return found


def _named(shares: Mapping[UUID, Share] | None, name: Any) -> list[dict[str, Any]]:
    """Rows with their words, the most cases first."""
    if shares is None:
        return []
    names = {} if name else area_names(shares)
    rows = [
        {"key": key, "label": name(key) if name else names.get(key, str(key)), "share": share}
        for key, share in shares.items()
    ]
    return sorted(rows, key=lambda row: -row["share"].opened)


def _rated(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"rates": _rates(row["share"])} for row in rows]


def _rates(share: Share) -> list[str]:
    """On time, rework, extended: as words, since a page has hundreds of them."""
    percents = (share.on_time_percent, share.rework_percent, share.extension_percent)
    return ["—" if one is None else f"{one}%" for one in percents]


def _unit(key: UUID) -> str:
    return unit_name(key) or str(key)


def _category(key: UUID) -> str:
    found = references.categories().get(key)
    return category_name(found) if found else str(key)
