"""The list of cases: filter, search, count, pages by cursor, saved views, choosing for dispatch."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.access.actor import can
from linli.access.permissions import Permission
from linli.casework.views import views_of
from linli.incidents.filters import Filter
from linli.incidents.lines import Listed
from linli.incidents.paging import Count, Cursor, Page, count, listed_page
from linli.incidents.rules import Invalid
from linli.web.http import StaffRequest, page
from linli.web.incidents.filter_form import FilterForm, unit_options
from linli.web.incidents.rows import list_rows
from linli.web.incidents.words import invalid_words
from linli.web.parts import number as grouped

LIST = "incidents"
UNPROCESSABLE = 422


class RefusedName(NamedTuple):
    """What was typed as the name of a view (of `old`, else of a new one), and why it cannot be."""

    name: str
    old: str
    why: str


def listed(request: StaffRequest, refused: RefusedName | None = None) -> HttpResponse:
    """The list that the address asks for; with the name that was refused to a view of it."""
    form = FilterForm(request.GET)
    wanted = form.chosen()
    found, problem = _found(request, form, wanted)
    shown = _shown(request, form, wanted, found)
    if problem:
        shown["count_words"] = ""
    context = {"form": form, "problem": problem, "refused": refused, **shown}
    status = UNPROCESSABLE if problem or refused else 200
    return render(request, "incidents/list.html", context, status=status)


def _found(request: StaffRequest, form: FilterForm, wanted: Filter) -> tuple[Page[Listed], str]:
    """A page, or why there is none: without what cannot be read it would be another list."""
    nothing = Page[Listed]([], None)
    if form.errors:
        return nothing, _("Part of the filter cannot be read, so that no cases are shown.")
    try:
        return listed_page(request.actor, wanted, after=_after(request.GET)), ""
    except Invalid as error:
        return nothing, invalid_words(error)


@page(Permission.INCIDENT_VIEW)
def units(request: StaffRequest) -> HttpResponse:
    """What the filter offers as units; a browser keeps it from one list to the next."""
    answer = HttpResponse(unit_options(request.GET.get("unit", "")))
    answer["Cache-Control"] = "private, max-age=600"
    return answer


def _after(query: QueryDict) -> Cursor | None:
    text = query.get("after", "")
    return Cursor.decode(text) if text else None


def _shown(
    request: StaffRequest, form: FilterForm, wanted: Filter, found: Page[Listed]
) -> dict[str, Any]:
    actor, code = request.actor, request.county.code
    may_dispatch = can(actor, Permission.INCIDENT_DISPATCH)
    first = not request.GET.get("after")
    return {
        "rows": list_rows(found.rows, county=code, now=timezone.now(), choose=may_dispatch),
        "chips": form.chips(request.GET),
        "count_words": count_words(count(actor, wanted), found, first=first),
        "first": "" if first else address(request.GET),
        "following": address(request.GET, after=found.next.encode()) if found.next else "",
        "views": views_of(actor, page=LIST),
        "query": address(request.GET).removeprefix("?"),
        "narrowed": wanted != Filter(),
        "may_dispatch": may_dispatch,
        "may_export": can(actor, Permission.INCIDENT_EXPORT),
    }


def count_words(counted: Count | None, found: Page[Listed], *, first: bool) -> str:
    """Such as "128 cases", "more than 50,000 cases"; for a search what this page holds."""
    if counted is not None:
        words = {"number": grouped(counted.number)}
        return (_("%(number)s cases") if counted.exact else _("more than %(number)s cases")) % words
    if first and found.next is None:
        return _("%(number)s cases") % {"number": len(found.rows)}
    return _("newest first, %(number)s on this page") % {"number": len(found.rows)}


def address(query: QueryDict, **changed: str) -> str:
    """The same filter from the first page, or from where `after` says."""
    pairs = [(k, v) for k, values in query.lists() for v in values if v and k != "after"]
    return "?" + urlencode([*pairs, *changed.items()])
