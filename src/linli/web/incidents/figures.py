"""Figures: totals by state, month, township and category, each with how it is counted."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.access.permissions import Permission
from linli.incidents.lines import area_names, unit_name
from linli.statistics.incidents import Share, by_lead_unit, figures
from linli.web.http import StaffRequest, page
from linli.web.incidents.figure_tables import Named, month_rows, rate_rows, share_rows, state_chips
from linli.web.incidents.words import category_names

PERIODS = (3, 12, 36)
UNITS = 100  # rows; `linli incidents summary --by unit` has all


@page(Permission.FIGURES_VIEW)
def figures_page(request: StaffRequest) -> HttpResponse:
    months = _months(request.GET.get("months", ""))
    found = figures(request.actor, since=_since(months))
    by_unit = request.GET.get("by") == "unit"
    units = by_lead_unit(request.actor, since=_since(months)) if by_unit else None
    by_month = [(month.strftime("%Y-%m"), share) for month, share in found.months.items()]
    url = reverse("incidents:list", args=[request.county.code])
    categories = _named(found.categories, category_names())
    towns = _named(found.townships, area_names(found.townships or ()))
    context = {
        "total": found.total,
        "states": state_chips(found.total, url=f"{url}?state="),
        "months": month_rows(by_month),
        "rates": rate_rows(by_month[::-1]),
        "townships": share_rows(towns, url=f"{url}?township=", rated=True),
        "units": share_rows(_units(units), url=f"{url}?unit=", rated=True),
        "categories": share_rows(categories, url=f"{url}?category=", rated=False),
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


def _named(shares: Mapping[UUID, Share] | None, names: Mapping[UUID, str]) -> list[Named]:
    """Rows with their words, the most cases first."""
    rows = [Named(str(key), names.get(key, str(key)), one) for key, one in (shares or {}).items()]
    return sorted(rows, key=lambda row: -row.share.opened)


def _units(shares: Mapping[UUID, Share] | None) -> list[Named]:
    return _named(shares, {key: unit_name(key) or str(key) for key in shares or ()})[:UNITS]
