"""What each right is called where somebody chooses among their own."""

from django.utils.translation import gettext_lazy as _

from linli.access.permissions import Permission as P

WORDS = {
    P.INCIDENT_VIEW: _("Read cases"),
    P.INCIDENT_REPORT: _("Report cases"),
    P.INCIDENT_ACCEPT: _("Accept cases"),
    P.INCIDENT_DISPATCH: _("Dispatch cases"),
    P.INCIDENT_RULE: _("Rule which unit must take a case"),
    P.INCIDENT_HANDLE: _("Handle cases of the unit"),
    P.INCIDENT_SETTLE: _("Settle cases on the spot"),
    P.INCIDENT_EXTEND: _("Grant extensions"),
    P.INCIDENT_VERIFY: _("Verify results"),
    P.INCIDENT_CLOSE: _("Close cases"),
    P.INCIDENT_EVALUATE: _("Record evaluations"),
    P.INCIDENT_URGE: _("Urge"),
    P.INCIDENT_SUPERVISE: _("Supervise"),
    P.INCIDENT_INSTRUCT: _("Give instructions"),
    P.INCIDENT_CORRECT: _("Correct category and place"),
    P.INCIDENT_MERGE: _("Merge duplicates"),
    P.INCIDENT_CONTACT: _("See how to reach the reporter"),
    P.INCIDENT_EXPORT: _("Export lists of cases"),
    P.INCIDENT_IMPORT: _("Import cases from other systems"),
    P.ATTACHMENT_VIEW: _("Open attachments"),
    P.TERRITORY_VIEW: _("Read territory and grids"),
    P.TERRITORY_EDIT: _("Change territory and grids"),
    P.UNIT_VIEW: _("Read units"),
    P.UNIT_EDIT: _("Change units"),
    P.DUTY_EDIT: _("Change duty rotas"),
    P.STAFF_VIEW: _("Read the staff list"),
    P.STAFF_EDIT: _("Change the staff list"),
    P.ROLE_GRANT: _("Grant roles"),
    P.CATEGORY_EDIT: _("Change categories"),
    P.PROCESS_VIEW: _("Read the process and what it covers"),
    P.PROCESS_EDIT: _("Draft changes of the process"),
    P.PROCESS_APPROVE: _("Approve changes of the process"),
    P.FIGURES_VIEW: _("Read figures"),
    P.TOKEN_OWN: _("Make keys for programs"),
    P.SYSTEM_OPERATE: _("Operate the system"),
    P.AUDIT_VIEW: _("Read the audit log"),
}
