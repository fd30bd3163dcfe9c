"""What the audit log calls each act, in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.audit.models import AuditEvent
from linli.incidents.enums import EventKind
from linli.web.incidents.words import labels

STEP = "incident."
GROUPS: Mapping[str, Promise] = {
    "access": gettext_lazy("Refused attempts"),
    "account": gettext_lazy("Signing in and own account"),
    "user": gettext_lazy("Accounts"),
    "role": gettext_lazy("Roles and leave"),
    "area": gettext_lazy("Grid workers"),
    "unit": gettext_lazy("Units and lists"),
    "duty": gettext_lazy("Duty rotas"),
    "incident": gettext_lazy("Cases"),
    "contact": gettext_lazy("Reporters' contacts and files"),
    "territory": gettext_lazy("Territory"),
    "whatif": gettext_lazy("What-if runs"),
    "process": gettext_lazy("Processes"),
    "county": gettext_lazy("County, keys and the log"),
}
ACTS: Mapping[str, Mapping[str, Promise]] = {
    "access": {"access.refused": gettext_lazy("Refused: the role does not include it")},
    "account": {
        "account.signed_in_by_password": gettext_lazy("Signed in with a password"),
        "account.signed_in_by_totp": gettext_lazy("Signed in with password and one-time code"),
        "account.signed_in_by_recovery_codes": gettext_lazy("Signed in with a recovery code"),
        "account.signed_in_by_passkey": gettext_lazy("Signed in with a passkey"),
        "account.signed_out": gettext_lazy("Signed out"),
        "account.locked_out": gettext_lazy("Locked out after wrong passwords"),
        "account.edited": gettext_lazy("Changed the own account"),
        "account.password_changed": gettext_lazy("Changed the own password"),
        "account.sessions_ended": gettext_lazy("Signed out on other devices"),
        "account.totp_added": gettext_lazy("Added one-time codes"),
        "account.passkey_added": gettext_lazy("Added a passkey"),
        "account.recovery_codes_made": gettext_lazy("Made new recovery codes"),
        "account.second_factor_removed": gettext_lazy("Removed a second factor"),
    },
    "user": {
        "user.created": gettext_lazy("Opened an account"),
        "user.edited": gettext_lazy("Changed an account"),
        "user.password_set": gettext_lazy("Set a new password for an account"),
        "user.deactivated": gettext_lazy("Closed an account"),
        "user.reactivated": gettext_lazy("Opened an account again"),
        "staff.imported": gettext_lazy("Imported a list of staff"),
    },
    "role": {
        "role.asked": gettext_lazy("Asked for a role"),
        "role.granted": gettext_lazy("Granted a role"),
        "role.refused": gettext_lazy("Refused a role"),
        "role.ended": gettext_lazy("Ended a role"),
        "role.followed": gettext_lazy("Moved a role to the new code of its area"),
        "role.phone": gettext_lazy("Changed the phone of a role"),
        "leave.planned": gettext_lazy("Planned a leave"),
        "leave.ended": gettext_lazy("Ended a leave"),
    },
    "area": {
        "area.worker_assigned": gettext_lazy("Assigned a grid worker"),
        "area.contact_named": gettext_lazy("Named a contact of a grid"),
        "area.assignment_ended": gettext_lazy("Ended an assignment"),
        "area.assignment_followed": gettext_lazy("Moved an assignment to the new code of its area"),
        "assignments.imported": gettext_lazy("Imported a list of assignments"),
    },
    "unit": {
        "unit.created": gettext_lazy("Set up a unit"),
        "unit.edited": gettext_lazy("Changed a unit"),
        "unit.followed": gettext_lazy("Moved a unit to the new code of its area"),
        "unit.displaced": gettext_lazy("Took a unit off an area whose code was given anew"),
        "units.imported": gettext_lazy("Imported a list of units"),
        "list.uploaded": gettext_lazy("Uploaded a list"),
    },
    "duty": {
        "duty.shift_added": gettext_lazy("Put a shift on a rota"),
        "duty.shift_changed": gettext_lazy("Changed a shift of a rota"),
        "duty.shift_ended": gettext_lazy("Ended a shift of a rota"),
        "rota.imported": gettext_lazy("Imported a rota"),
        "duty.handover_opened": gettext_lazy("Opened a handover of a shift"),
        "duty.handover_accepted": gettext_lazy("Accepted a handover of a shift"),
        "duty.handover_late": gettext_lazy("Told that nobody accepted a handover"),
    },
    "incident": {
        "incident.exported": gettext_lazy("Exported cases"),
        "incident.imported": gettext_lazy("Imported cases"),
        "incident.generated": gettext_lazy("Generated cases"),
    },
    "contact": {
        "contact.kept": gettext_lazy("Kept a reporter's contact"),
        "contact.opened": gettext_lazy("Opened a reporter's contact"),
        "attachment.taken_in": gettext_lazy("Took in a file"),
        "attachment.opened": gettext_lazy("Opened a file"),
        "attachment.swept": gettext_lazy("Removed a file that nothing used"),
    },
    "territory": {
        "territory.areas_imported": gettext_lazy("Imported areas"),
        "territory.divisions_applied": gettext_lazy("Applied a list of divisions"),
        "territory.geometry_replaced": gettext_lazy("Replaced a border"),
        "territory.file_kept": gettext_lazy("Uploaded a map or list"),
        "territory.file_dropped": gettext_lazy("Dropped an uploaded map or list"),
    },
    "whatif": {
        "whatif.asked": gettext_lazy("Asked for a what-if run"),
        "whatif.begun": gettext_lazy("Began a what-if run"),
        "whatif.cancelled": gettext_lazy("Cancelled a what-if run"),
        "whatif.done": gettext_lazy("Finished a what-if run"),
        "whatif.failed": gettext_lazy("A what-if run failed"),
        "whatif.exported": gettext_lazy("Exported the changed cases of a replay"),
    },
    "process": {
        "process.draft_started": gettext_lazy("Began a draft of the process"),
        "process.draft_saved": gettext_lazy("Changed a draft of the process"),
        "process.proposed": gettext_lazy("Proposed a draft of the process"),
        "process.sent_back": gettext_lazy("Took or sent back a draft of the process"),
        "process.discarded": gettext_lazy("Discarded a draft of the process"),
        "process.published": gettext_lazy("Approved and published a process"),
        "process.move_asked": gettext_lazy("Asked to move open cases to another version"),
        "process.moved": gettext_lazy("Moved open cases to another version"),
        "process.watched": gettext_lazy("Noted what the process does not cover"),
    },
    "county": {
        "county.created": gettext_lazy("Set up the county"),
        "calendar.published": gettext_lazy("Published a calendar"),
        "token.issued": gettext_lazy("Issued a key of the API"),
        "token.revoked": gettext_lazy("Withdrew a key of the API"),
        "audit.viewed": gettext_lazy("Looked at the audit log"),
        "retention.delete": gettext_lazy("Deleted what was no longer needed"),
        "retention.blank": gettext_lazy("Blanked what was no longer needed"),
    },
}
CONDITIONS = {
    "group": gettext_lazy("Course"),
    "states": gettext_lazy("State"),
    "township": gettext_lazy("Township"),
    "village": gettext_lazy("Village"),
    "area": gettext_lazy("Grid"),
    "category": gettext_lazy("Category"),
    "unit": gettext_lazy("Lead unit"),
    "severity": gettext_lazy("Severity"),
    "source": gettext_lazy("Source"),
    "overdue": gettext_lazy("Overdue"),
    "supervised": gettext_lazy("Supervised"),
    "sampled": gettext_lazy("Drawn for a check"),
    "unplaced": gettext_lazy("Without a place"),
    "opened_from": gettext_lazy("Reported from"),
    "opened_to": gettext_lazy("Reported to"),
}
_FLAT = {code: words for acts in ACTS.values() for code, words in acts.items()}


def act_label(code: str) -> str:
    """The words of an act. A step that a county invented keeps its key."""
    if code in _FLAT:
        return str(_FLAT[code])
    step = code.removeprefix(STEP)
    return labels("event").get(step, step) if code.startswith(STEP) else code


def act_choices() -> list[tuple[str, object]]:
    """For a filter: every act, grouped by what it is about."""
    steps = {STEP + kind: act_label(STEP + kind) for kind in EventKind}
    groups = {str(GROUPS[key]): {code: act_label(code) for code in ACTS[key]} for key in ACTS}
    groups[str(GROUPS["incident"])] |= steps
    return [("", _("All")), *((name, list(acts.items())) for name, acts in groups.items())]


def about(row: AuditEvent) -> str:
    """What an act was about, and why; of an exported list by what it was narrowed."""
    if row.action != "incident.exported":
        return " · ".join(filter(None, (row.subject_label, row.reason)))
    named = [str(CONDITIONS.get(one, one)) for one in row.reason.split(",") if one]
    return _("The list, narrowed by: {conditions}").format(conditions=_(", ").join(named) or "—")
