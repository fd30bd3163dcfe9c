"""Every write about staff. `flows.staff` asks for the rights before it calls these."""

from linli.accounts.actions.assignments import (
    assign_contact,
    assign_worker,
    end_assignment,
)
from linli.accounts.actions.duty import ShiftFacts, add_shift, change_shift, end_shift
from linli.accounts.actions.lists import forget_list, keep_list
from linli.accounts.actions.memberships import (
    Appointment,
    ask_for_role,
    decide_request,
    edit_phone,
    end_leave,
    end_membership,
    follow_areas,
    grant_membership,
    leave_areas,
    mark_handed_over,
    mark_lent,
    plan_leave,
)
from linli.accounts.actions.own import (
    change_own_password,
    choose_language,
    end_sessions,
    rename_oneself,
)
from linli.accounts.actions.users import (
    create_user,
    deactivate,
    edit_user,
    reactivate,
    set_password,
)

__all__ = [
    "Appointment",
    "ShiftFacts",
    "add_shift",
    "ask_for_role",
    "assign_contact",
    "assign_worker",
    "change_own_password",
    "change_shift",
    "choose_language",
    "create_user",
    "deactivate",
    "decide_request",
    "edit_phone",
    "edit_user",
    "end_assignment",
    "end_leave",
    "end_membership",
    "end_sessions",
    "end_shift",
    "follow_areas",
    "forget_list",
    "grant_membership",
    "keep_list",
    "leave_areas",
    "mark_handed_over",
    "mark_lent",
    "plan_leave",
    "reactivate",
    "rename_oneself",
    "set_password",
]
