"""What the frame of every page shows: places in the rail, who is here, and live counts."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import NoReverseMatch, reverse
from django.utils.cache import get_conditional_response
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from linli.access.actor import Actor, can
from linli.access.permissions import Permission
from linli.accounts.enums import Role
from linli.database.context import current_county_or_none
from linli.incidents.emergencies.waiting import Frame, frame_of
from linli.incidents.lines import unit_name
from linli.web.account.sessions import passive
from linli.web.banner import stamp_of
from linli.web.http import StaffRequest, page


class Spot(NamedTuple):
    """One entry of the rail; `view` is the name of its page, whose namespace it lights up for."""

    key: str
    view: str
    label: str | Promise
    icon: str
    permission: Permission
    about: str | Promise = ""


PLACES = (
    Spot("work", "incidents:home", _("My work"), "house-door", Permission.TERRITORY_VIEW),
    Spot("cases", "incidents:list", _("Cases"), "card-checklist", Permission.INCIDENT_VIEW),
    Spot("map", "incidents:map", _("Map"), "map", Permission.INCIDENT_VIEW),
    Spot(
        "figures",
        "incidents:figures",
        _("Figures"),
        "bar-chart-line",
        Permission.FIGURES_VIEW,
        _("Totals and rates by month, township, category and unit."),
    ),
    Spot(
        "whatif",
        "whatif:home",
        _("What if"),
        "signpost",
        Permission.PROCESS_VIEW,
        _("Last year's cases under a draft, and days to come, before anybody is bound by them."),
    ),
    Spot(
        "territory",
        "territory:home",
        _("Territory"),
        "grid-3x3",
        Permission.TERRITORY_VIEW,
        _("Townships, villages and grids, their boundaries and who works there."),
    ),
    Spot(
        "units",
        "administration:units",
        _("Units"),
        "building",
        Permission.UNIT_VIEW,
        _("Departments, centres and offices: areas of work, phones, deputies."),
    ),
    Spot(
        "duty",
        "duty:board",
        _("On duty"),
        "clock",
        Permission.UNIT_VIEW,
        _("Who answers for a unit now; rotas and handovers."),
    ),
    Spot(
        "processes",
        "administration:processes",
        _("Processes"),
        "diagram-3",
        Permission.PROCESS_VIEW,
        _("How a matter runs, who may do what and by when; drafts, checks and versions."),
    ),
    Spot(
        "calendar",
        "administration:calendar",
        _("Calendar"),
        "calendar-event",
        Permission.UNIT_VIEW,
        _("Working days and hours, holidays and festivals, by which deadlines count."),
    ),
    Spot(
        "staff",
        "administration:staff",
        _("Staff"),
        "people",
        Permission.STAFF_VIEW,
        _("Accounts, roles, leave, and who takes over."),
    ),
    Spot(
        "audit",
        "administration:audit",
        _("Audit log"),
        "shield-check",
        Permission.AUDIT_VIEW,
        _("Every act with who, when and why, sealed against changes."),
    ),
)


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `nav` and `shell` for whoever has a role in the county of the path."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return {"nav": [], "shell": _outside(request)}
    staff = cast("StaffRequest", request)
    known: int | None = getattr(request, "waiting", None)  # a page may have counted it already
    asked = cache(lambda: _frame(actor, working=known is None))  # a part of a page asks nothing
    shell = _shell(staff) | {"notices": lambda: asked().unread}
    alarms = {"alarms": lambda: asked().waiting, "stamp": lambda: stamp_of(asked().waiting)}
    work = {"work": lambda: asked().work if known is None else known}
    return {"nav": list(_nav(staff, work)), "shell": shell, **alarms}


@passive
@page(Permission.TERRITORY_VIEW)
def counts(request: StaffRequest) -> HttpResponse:
    """The numbers of the rail as JSON; 304 while they stay the same."""
    asked = _frame(request.actor, working=True)
    waiting = {"work": asked.work, "notices": asked.unread}
    body = {"counts": waiting, "alarms": stamp_of(asked.waiting)}
    tag = f'"{hashlib.sha256(json.dumps(body).encode()).hexdigest()[:16]}"'
    answer = get_conditional_response(request, etag=tag) or JsonResponse(body)
    answer["ETag"], answer["Cache-Control"] = tag, "private, no-cache"
    return answer


def _nav(request: StaffRequest, counts: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    here = request.resolver_match.view_name if request.resolver_match else ""
    for spot in PLACES:
        address = _address(spot.view, request.county.code)
        if address and can(request.actor, spot.permission):
            active = here == spot.view or here.startswith(_BELOW.get(spot.key, "-"))
            active = active or (spot.key == "cases" and here in _CASE_PAGES)
            yield {
                "key": spot.key,
                "url": address,
                "label": str(spot.label),
                "icon": spot.icon,
                "about": spot.about,
                "active": active,
                "count": counts.get(spot.key),
            }


_BELOW = {"processes": "administration:process"}  # pages that light up a place by their names
_CASE_PAGES = frozenset({"incidents:case", "incidents:step", "incidents:contact"})


def _shell(request: StaffRequest) -> dict[str, Any]:
    actor, code = request.actor, request.county.code
    held = actor.held[0]
    sees = can(actor, Permission.INCIDENT_VIEW)
    return {
        **_outside(request),
        "county_name": str(request.county),
        "role_name": Role(held.role).label,
        "unit_name": unit_name(held.unit_id) if _in_county() else "",
        "user_name": actor.label,
        "user_key": str(actor.id),
        "home_url": _address("incidents:home", code),
        "search_url": _address("incidents:list", code) if sees else "",
        "search_text": request.GET.get("q", "")[:100],
        "report_url": _address("incidents:new", code)
        if can(actor, Permission.INCIDENT_REPORT)
        else "",
        "counts_url": _address("incidents:counts", code),
        "alarms_url": _address("emergencies:waiting", code),
        "emergency_url": f"{_address('incidents:new', code)}?emergency=1"
        if can(actor, Permission.INCIDENT_REPORT)
        else "",
        "notices_url": _address("notices:list", code),
        "session_seconds": settings.SESSION_IDLE_AGE,
    }


def _outside(request: HttpRequest) -> dict[str, Any]:
    """What needs no county."""
    signed_in = getattr(request, "user", None) is not None and request.user.is_authenticated
    others = _languages_beside(get_language() or "")
    shell = {"language_url": _address("account:language"), "languages": others}
    if signed_in:
        shell |= {
            "user_name": str(request.user),
            "account_url": _address("account:overview"),
            "logout_url": _address("account:logout"),
        }
    return shell


@lru_cache
def _languages_beside(current: str) -> list[Any]:
    """The languages that a reader of this one may change to."""
    codes = [code for code, _name in settings.LANGUAGES if code != current]
    return [get_language_info(code) for code in codes]


def _in_county() -> bool:
    return current_county_or_none() is not None


def _frame(actor: Actor, *, working: bool) -> Frame:
    """Nothing where an error page is made after the transaction."""
    return frame_of(actor, working=working) if _in_county() else Frame()


@lru_cache(maxsize=4096)
def _address(view: str, *args: str) -> str:
    """The address of a page, empty where this installation has no such page."""
    try:
        return reverse(view, args=args)
    except NoReverseMatch:
        return ""
