"""The list of cases, and saving, renaming and forgetting its views."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.access.permissions import Permission
from linli.casework.views import (
    MOST,
    NAME_MAX,
    ViewRefusedError,
    delete_view,
    rename_view,
    save_view,
)
from linli.web.http import StaffRequest, page
from linli.web.incidents.listing import LIST, RefusedName, address, listed

REFUSED = {
    "empty_name": gettext_lazy("The view needs a name."),
    "name_too_long": gettext_lazy("The name may have %(limit)d characters at most."),
    "name_taken": gettext_lazy("Another view has this name already."),
    "gone": gettext_lazy("This view is no longer there."),
    "too_long": gettext_lazy("This filter is too long to be kept."),
    "too_many": gettext_lazy("There are %(most)d views already; delete one first."),
}


@page(Permission.INCIDENT_VIEW, methods=("GET", "POST"))
def cases(request: StaffRequest) -> HttpResponse:
    """The list; what is posted to it changes its views."""
    return _change(request) if request.method == "POST" else listed(request)


def _change(request: StaffRequest) -> HttpResponse:
    """`do` is save, rename or delete; back to the list afterwards, or to the name refused."""
    name, old = request.POST.get("name", ""), request.POST.get("old", "")
    query = address(request.GET).removeprefix("?")
    try:
        words = _changed(request, request.POST.get("do", ""), name, old, query)
        messages.success(request, words)
    except ViewRefusedError as refused:
        words = str(REFUSED[refused.code]) % {"limit": NAME_MAX, "most": MOST}
        if refused.code != "gone":
            return listed(request, RefusedName(name, old, words))
        messages.error(request, words)
    return HttpResponseRedirect(f"{request.path}?{query}" if query else request.path)


def _changed(request: StaffRequest, what: str, name: str, old: str, query: str) -> str:
    if what == "rename":
        rename_view(page=LIST, old=old, name=name, by=request.actor)
        return _("The view is now called “%(name)s”.") % {"name": name}
    if what == "delete":
        delete_view(page=LIST, name=old, by=request.actor)
        return _("The view “%(name)s” is gone.") % {"name": old}
    save_view(page=LIST, name=name, query=query, by=request.actor)
    return _("The view “%(name)s” is kept.") % {"name": name}
