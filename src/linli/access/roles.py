"""What each role may do. The three administrators are separated: none of them reads cases,
and none can do what another does (system, security, audit).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from linli.access.permissions import Permission as P
from linli.accounts.enums import Role

STAFF = frozenset({P.TERRITORY_VIEW, P.UNIT_VIEW, P.TOKEN_OWN})
READER = STAFF | {P.INCIDENT_VIEW, P.ATTACHMENT_VIEW, P.FIGURES_VIEW}
REPORTER = READER | {P.INCIDENT_REPORT, P.INCIDENT_EVALUATE, P.INCIDENT_CORRECT}
PLATFORM = REPORTER | {
    P.INCIDENT_ACCEPT,
    P.INCIDENT_DISPATCH,
    P.INCIDENT_SETTLE,
    P.INCIDENT_EXTEND,
    P.INCIDENT_VERIFY,
    P.INCIDENT_CLOSE,
    P.INCIDENT_URGE,
    P.INCIDENT_MERGE,
    P.INCIDENT_CONTACT,
    P.INCIDENT_EXPORT,
}
EDITOR = frozenset({P.PROCESS_VIEW, P.PROCESS_EDIT})


@dataclass(frozen=True)
class RoleSpec:
    """`countywide` roles see the whole county, whatever area their membership names."""

    permissions: frozenset[P]
    about: str
    countywide: bool = False


ROLES: Mapping[Role, RoleSpec] = {
    Role.COUNTY_OPERATOR: RoleSpec(
        PLATFORM
        | EDITOR
        | {P.PROCESS_APPROVE, P.CATEGORY_EDIT, P.CALENDAR_EDIT, P.INCIDENT_IMPORT}
        | {P.TERRITORY_EDIT, P.UNIT_EDIT, P.STAFF_VIEW, P.STAFF_EDIT, P.DUTY_EDIT},
        "Runs the county centre's desk: takes calls, keeps territory, units, calendars and staff "
        "lists, drafts the process and approves what somebody else drafted.",
        countywide=True,
    ),
    Role.DISPATCHER: RoleSpec(
        PLATFORM | EDITOR | {P.INCIDENT_RULE},
        "Dispatches at the county centre, rules which unit must take a matter, drafts the process.",
        countywide=True,
    ),
    Role.VERIFIER: RoleSpec(
        READER | {P.INCIDENT_VERIFY, P.INCIDENT_CLOSE, P.INCIDENT_EVALUATE, P.INCIDENT_CONTACT},
        "Verifies results on site, by calling back or by document; handles nothing.",
        countywide=True,
    ),
    Role.LEADER: RoleSpec(
        READER
        | {P.INCIDENT_REPORT, P.INCIDENT_URGE, P.INCIDENT_SUPERVISE, P.INCIDENT_INSTRUCT}
        | {P.INCIDENT_EXPORT, P.STAFF_VIEW, P.PROCESS_VIEW, P.PROCESS_APPROVE},
        "Watches over the whole, supervises single matters, gives instructions, approves the "
        "process.",
        countywide=True,
    ),
    Role.TOWNSHIP_OPERATOR: RoleSpec(
        PLATFORM | {P.INCIDENT_HANDLE, P.STAFF_VIEW, P.DUTY_EDIT},
        "Runs a township platform: accepts, dispatches to its units, handles what falls to the "
        "platform itself, reports up.",
    ),
    Role.VILLAGE_OPERATOR: RoleSpec(
        REPORTER | {P.INCIDENT_SETTLE, P.INCIDENT_HANDLE, P.INCIDENT_CONTACT},
        "The village's officer: receives matters, settles what can be settled, reports up.",
    ),
    Role.UNIT_HANDLER: RoleSpec(
        REPORTER | {P.INCIDENT_HANDLE, P.INCIDENT_SETTLE},
        "Signs for, handles and answers the matters sent to the unit.",
    ),
    Role.UNIT_HEAD: RoleSpec(
        REPORTER
        | {P.INCIDENT_HANDLE, P.INCIDENT_SETTLE, P.INCIDENT_URGE, P.STAFF_VIEW, P.DUTY_EDIT},
        "Answers for a unit and its sub-units: sees their work, asks for extensions.",
    ),
    Role.GRID_WORKER: RoleSpec(
        REPORTER | {P.INCIDENT_SETTLE, P.INCIDENT_HANDLE},
        "Collects and settles matters in the assigned grids.",
    ),
    Role.SYSTEM_ADMINISTRATOR: RoleSpec(
        STAFF | {P.SYSTEM_OPERATE, P.STAFF_VIEW, P.STAFF_EDIT, P.PROCESS_VIEW},
        "Keeps the installation and its accounts; grants no role, reads no case.",
        countywide=True,
    ),
    Role.SECURITY_ADMINISTRATOR: RoleSpec(
        STAFF | {P.STAFF_VIEW, P.ROLE_GRANT},
        "Grants and withdraws roles; makes no account, reads no case.",
        countywide=True,
    ),
    Role.AUDIT_ADMINISTRATOR: RoleSpec(
        STAFF | {P.AUDIT_VIEW, P.STAFF_VIEW},
        "Reads the audit log; changes nothing.",
        countywide=True,
    ),
}
