"""Figures: totals by state, month, township and category, each with how it is counted."""

from collections.abc import Collection, Mapping
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
from linli.statistics.incidents import Part, Share, figures
from linli.web.http import StaffRequest, page
from linli.web.incidents.figure_tables import Named, month_rows, rate_rows, share_rows, state_chips
from linli.web.incidents.words import category_names

PERIODS = (3, 12, 36)
MOST = 100  # rows; `linli incidents summary --by unit` has all


@page(Permission.FIGURES_VIEW)
def figures_page(request: StaffRequest) -> HttpResponse:
    months, by = _months(request.GET.get("months", "")), _part(request.GET.get("by", ""))
    found = figures(request.actor, since=_since(months), by=by)
    by_month = [(month.strftime("%Y-%m"), share) for month, share in found.months.items()]
    url = reverse("incidents:list", args=[request.county.code])
    parts = _parts()
    rows = _named(found.parts or {}, by)
    context = {
        "total": found.total,
        "states": state_chips(found.total, url=f"{url}?state="),
        "months": month_rows(by_month),
        "rates": rate_rows(by_month[::-1]),
        "part": parts[by],
        "parts": [_tab(months, one, label, active=one == by) for one, label in parts.items()],
        "rows": share_rows(rows[:MOST], url=f"{url}?{by}="),
        "more": len(rows) > MOST,
        "tabs": [_tab(n, by, label, active=n == months) for n, label in _periods().items()],
        "months_back": months,
        "whole": found.parts is not None,
    }
    return render(request, "incidents/figures.html", context)


def _part(text: str) -> Part:
    return Part(text) if text in list(Part) else Part.TOWNSHIP


def _months(text: str) -> int:
    """How many months back; 0 is everything."""
    return int(text) if text in {str(one) for one in (0, *PERIODS)} else PERIODS[1]


def _since(months: int) -> date | None:
    if not months:
        return None
    today = timezone.localdate()
    total = today.year * 12 + today.month - months
    return date(total // 12, total % 12 + 1, 1)


def _periods() -> dict[int, str]:
    return {n: _("%(months)d months") % {"months": n} for n in PERIODS} | {0: _("Everything")}


def _parts() -> dict[Part, str]:
    return {
        Part.TOWNSHIP: _("By township"),
        Part.CATEGORY: _("By category"),
        Part.UNIT: _("By lead unit"),
    }


def _tab(months: int, by: Part, label: str, *, active: bool) -> dict[str, Any]:
    return {"url": f"?months={months}&by={by}", "label": label, "active": active}


def _named(shares: Mapping[UUID, Share], by: Part) -> list[Named]:
    """Rows with their words, the most cases first."""
    names = _names(shares, by)
    rows = [Named(str(key), names.get(key) or str(key), one) for key, one in shares.items()]
    return sorted(rows, key=lambda row: -row.share.opened)


def _names(keys: Collection[UUID], by: Part) -> Mapping[UUID, str]:
    if by == Part.UNIT:
        return {key: unit_name(key) for key in keys}
    return area_names(keys) if by == Part.TOWNSHIP else category_names()
