"""Units, staff, roles, assignments, lists, calendars and the audit log, under the county's code."""

from collections.abc import Iterator

from django.urls import URLPattern, path

from linli.accounts.enums import ListKind
from linli.web.account import tokens
from linli.web.administration import assignments, audit, imports, roles, staff, units
from linli.web.administration.calendars import editing, notices
from linli.web.administration.calendars import pages as calendar_pages
from linli.web.administration.processes import coverage
from linli.web.administration.processes import urls as processes


def _lists() -> Iterator[URLPattern]:
    """Each kind of list under the right that it needs."""
    only, view = ("GET",), imports.guarded
    for kind in ListKind:
        at, given = f"lists/{kind.value}", {"kind": kind.value}
        yield path(f"{at}/", view(imports.upload, kind), given, name="import")
        template = view(imports.template, kind, methods=only)
        yield path(f"{at}/template/", template, given, name="import_template")
        yield path(
            f"{at}/<uuid:list_id>/", view(imports.preview, kind), given, name="import_preview"
        )
        rejects = view(imports.rejects, kind, methods=only)
        yield path(f"{at}/<uuid:list_id>/rejects/", rejects, given, name="import_rejects")


def _calendars() -> Iterator[URLPattern]:
    """The county's calendar, and the same pages for each unit."""
    pages = {
        "": calendar_pages.year,
        "hours": editing.hours,
        "days": editing.days,
        "festivals": editing.festivals,
        "notice": notices.notice,
        "library": notices.library,
        "publish": notices.publish,
        "restore": notices.restore,
        "history": calendar_pages.history,
        "compare": calendar_pages.differences,
    }
    for root in ("calendar/", "calendar/units/<uuid:unit_id>/"):
        for name, view in pages.items():
            at = f"{root}{name}/" if name else root
            yield path(at, view, name=f"calendar_{name}" if name else "calendar")


app_name = "administration"
urlpatterns = [
    path("units/", units.unit_list, name="units"),
    path("units/new/", units.unit_new, name="unit_new"),
    path("units/<uuid:unit_id>/", units.unit_card, name="unit"),
    path("units/<uuid:unit_id>/edit/", units.unit_edit, name="unit_edit"),
    path("staff/", staff.staff_list, name="staff"),
    path("staff/new/", staff.account_new, name="account_new"),
    path("staff/requests/", roles.requests, name="requests"),
    path("staff/<uuid:user_id>/", staff.person_card, name="person"),
    path("staff/<uuid:user_id>/edit/", staff.account_edit, name="account_edit"),
    path("staff/<uuid:user_id>/role/grant/", roles.role_grant, name="role_grant"),
    path("staff/<uuid:user_id>/role/ask/", roles.role_ask, name="role_ask"),
    *(
        path(
            f"staff/<uuid:user_id>/{act}/",
            staff.account_act,
            {"act": act},
            name=f"account_{act}",
        )
        for act in ("password", "factors", "close", "reopen")
    ),
    path("roles/<uuid:membership_id>/end/", roles.role_end, name="role_end"),
    path("roles/<uuid:membership_id>/withdraw/", roles.role_withdraw, name="role_withdraw"),
    path("roles/<uuid:membership_id>/leave/", roles.leave, name="leave"),
    path("roles/<uuid:membership_id>/back/", roles.leave_end, name="leave_end"),
    path("roles/<uuid:membership_id>/phone/", roles.phone, name="role_phone"),
    path("assignments/", assignments.assignment_list, name="assignments"),
    path("assignments/<uuid:area_id>/", assignments.assignment_card, name="assignment"),
    path("assignments/<uuid:area_id>/worker/", assignments.assign, name="assign"),
    path("assignments/<uuid:area_id>/contact/", assignments.name_contact, name="name_contact"),
    path(
        "assignments/<uuid:area_id>/<uuid:assignment_id>/end/",
        assignments.end,
        name="assignment_end",
    ),
    *_lists(),
    *processes.urlpatterns,
    path("process/check/", coverage.check, name="process-check"),
    *_calendars(),
    path("calendar/units/", notices.of_unit, name="calendar_of_unit"),
    path("audit/", audit.log, name="audit"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<uuid:token_id>/revoke/", tokens.revoke, name="token_revoke"),
]
