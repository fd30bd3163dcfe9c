"""The audit log, for the audit administrator; looking at it is itself recorded."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from linli.access.permissions import Permission
from linli.audit import queries
from linli.audit.actions import record
from linli.audit.queries import Filters, Position
from linli.counties.opening import instants
from linli.web.administration.acts import about, act_choices, act_label
from linli.web.days import date_field
from linli.web.http import StaffRequest, page


class AuditFilter(forms.Form):
    says_optional = False

    action = forms.ChoiceField(label=_("Act"), required=False, choices=act_choices)
    since = date_field(label=_("From"), required=False)
    until = date_field(label=_("Until"), required=False)
    outcome = forms.ChoiceField(
        label=_("Done or refused"),
        required=False,
        choices=[("", _("All")), ("done", _("done")), ("refused", _("refused"))],
    )


@dataclass(frozen=True)
class Log:
    rows: list[Any]
    following: str


@page(Permission.AUDIT_VIEW)
def log(request: StaffRequest) -> HttpResponse:
    form = AuditFilter(request.GET)
    filters = _filters(form) if form.is_valid() else Filters()
    rows = queries.events(filters, after=_position(request.GET.get("after", "")))
    record(by=request.actor, action="audit.viewed", subject=("audit", None, ""))
    following = ""
    if len(rows) == queries.PAGE:
        query = request.GET.copy()
        query["after"] = f"{rows[-1].at.isoformat()}~{rows[-1].pk}"
        following = f"?{query.urlencode()}"
    shown = Log([(row, act_label(row.action), about(row)) for row in rows], following)
    context = {"form": form, "log": shown, "seal": queries.latest_seal()}
    return render(request, "administration/audit.html", context)


def _filters(form: AuditFilter) -> Filters:
    values = form.cleaned_data
    since, until = instants(values["since"], values["until"])
    return Filters(action=values["action"], outcome=values["outcome"], since=since, until=until)


def _position(text: str) -> Position | None:
    at, _sign, row = text.partition("~")
    try:
        return Position(datetime.fromisoformat(at), UUID(row))
    except ValueError:
        return None
