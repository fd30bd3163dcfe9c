"""Fixed vocabulary of incidents. A retired value stays here, marked hidden, so that old cases read.

States are keys of the process definition too: the pure engine compares them as strings.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    REPORTED = "reported", _("Reported")
    ACCEPTED = "accepted", _("Accepted")
    NOT_ACCEPTED = "not_accepted", _("Not accepted")
    DISPATCHED = "dispatched", _("Dispatched")
    RETURNED = "returned", _("Returned")
    HANDLING = "handling", _("Being handled")
    EXTENSION_ASKED = "extension_asked", _("Extension asked")
    AWAITING_VERIFICATION = "awaiting_verification", _("Awaiting verification")
    REWORK = "rework", _("Rework")
    PENDING = "pending", _("On the pending list")
    CLOSED = "closed", _("Closed")
    SETTLED_ON_THE_SPOT = "settled_on_the_spot", _("Settled on the spot")
    MERGED = "merged", _("Merged")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ARCHIVED = "archived", _("Archived")


FINAL_STATES = frozenset(
    {
        State.NOT_ACCEPTED,
        State.CLOSED,
        State.SETTLED_ON_THE_SPOT,
        State.MERGED,
        State.WITHDRAWN,
        State.ARCHIVED,
    }
)
# Whose step is next while a matter is in one of them: the platform's, the lead unit's.
PLATFORM_STATES = (State.REPORTED, State.ACCEPTED, State.RETURNED, State.EXTENSION_ASKED)
UNIT_STATES = (State.DISPATCHED, State.HANDLING, State.REWORK)


class Source(TextChoices):
    """How a matter reached the centre."""

    GRID_WORKER = "grid_worker", _("Grid worker")
    VISIT = "visit", _("Visit")
    LETTER = "letter", _("Letter")
    CALL = "call", _("Telephone call")
    HOTLINE = "hotline", _("Hotline 12345")
    FROM_ABOVE = "from_above", _("From above")
    DEPARTMENT = "department", _("From a department")
    LEADER_MESSAGE = "leader_message", _("Message to a leader")
    PROPOSAL = "proposal", _("Proposal")
    DEVICE = "device", _("Device")
    RESIDENT = "resident", _("Resident, online")
    IMPORT = "import", _("Taken over from another system")


class Severity(TextChoices):
    """Of the matter, never of a person; mildest first."""

    GENERAL = "general", _("Ordinary")
    CONSIDERABLE = "considerable", _("Considerable")
    MAJOR = "major", _("Major")
    CRITICAL = "critical", _("Especially major")


class VerificationKind(TextChoices):
    ON_SITE = "on_site", _("On site")
    CALL_BACK = "call_back", _("By calling back")
    DOCUMENT = "document", _("By document")
    SOURCE_RECORD = "source_record", _("By the record of the source system")


VERIFICATION_AT_LEAST = {
    VerificationKind.ON_SITE: frozenset({VerificationKind.ON_SITE}),
    VerificationKind.CALL_BACK: frozenset({VerificationKind.CALL_BACK, VerificationKind.ON_SITE}),
    VerificationKind.DOCUMENT: frozenset(
        {VerificationKind.DOCUMENT, VerificationKind.CALL_BACK, VerificationKind.ON_SITE}
    ),
}
"""Who is asked to read a document may also go and look; never the other way round."""


class Outcome(TextChoices):
    """With what result a verified case was closed."""

    SOLVED = "solved", _("Solved")
    PARTLY_SOLVED = "partly_solved", _("Partly solved")
    EXPLAINED = "explained", _("Cannot be solved, explained to the reporter")
    REFERRED = "referred", _("Referred to the responsible body")
    UNFOUNDED = "unfounded", _("Not as reported")
    AT_SOURCE = "at_source", _("Closed in the source system")


class Solved(TextChoices):
    YES = "yes", _("Solved")
    PARTLY = "partly", _("Partly solved")
    NO = "no", _("Not solved")


class Satisfied(TextChoices):
    YES = "yes", _("Satisfied")
    FAIRLY = "fairly", _("Fairly satisfied")
    NO = "no", _("Not satisfied")


STEPS_BY_NAME = ("report", "dispatch", "settle", "adopt_closed")
"""Steps that pages and imports take by their key: no version of the process may leave them out."""


class EventKind(TextChoices):
    """What a line of the timeline says. The keys are those of the process's transitions."""

    REPORT = "report", _("Report")
    CHECK_FACTS = "check_facts", _("Check before acceptance")
    ACCEPT = "accept", _("Accept")
    NOT_ACCEPT = "not_accept", _("Do not accept")
    REPORT_UP = "report_up", _("Report up")
    SEND_DOWN = "send_down", _("Send down")
    DISPATCH = "dispatch", _("Dispatch")
    SIGN_FOR = "sign_for", _("Sign for")
    RETURN = "return", _("Return")
    RETURN_AGAIN = "return_again", _("Return again")
    RULE = "rule", _("Rule")
    RECALL = "recall", _("Recall")
    ASK_EXTENSION = "ask_extension", _("Ask for an extension")
    GRANT_EXTENSION = "grant_extension", _("Grant the extension")
    REFUSE_EXTENSION = "refuse_extension", _("Refuse the extension")
    STOP_CLOCK = "stop_clock", _("Stop the clock")
    START_CLOCK = "start_clock", _("Start the clock again")
    CO_RESULT = "co_result", _("Co-handler's result")
    HAND_IN = "hand_in", _("Hand in the result")
    VERIFY_PASS = "verify_pass", _("Verify and close")
    VERIFY_FAIL = "verify_fail", _("Back for rework")
    SET_PENDING = "set_pending", _("Put on the pending list")
    TAKE_BACK = "take_back", _("Take off the pending list")
    SETTLE = "settle", _("Settle on the spot")
    SAMPLE_CONFIRM = "sample_confirm", _("Sampled check passed")
    SAMPLE_REJECT = "sample_reject", _("Sampled check failed")
    EVALUATE = "evaluate", _("Evaluate")
    REOPEN = "reopen", _("Reopen")
    ARCHIVE = "archive", _("Archive")
    URGE = "urge", _("Urge")
    SUPERVISE = "supervise", _("Supervise")
    INSTRUCT = "instruct", _("Leader's instruction")
    CORRECT_CATEGORY = "correct_category", _("Correct the category")
    CORRECT_PLACE = "correct_place", _("Correct the place")
    MERGE = "merge", _("Merge a duplicate")
    WITHDRAW = "withdraw", _("Withdraw")
    COMMENT = "comment", _("Comment")
    TOLD = "told", _("The reporter was told")
    ADOPT_CLOSED = "adopt_closed", _("Closed in the source system")
    # Lines that no step of the process writes.
    ABSORB = "absorb", _("A duplicate was merged into this")
    ATTACH = "attach", _("Attachment added")
    ESCALATE = "escalate", _("Escalated")
    HAND_OVER = "hand_over", _("Handed over to a successor")
    RECALCULATE = "recalculate", _("Deadline recalculated")
    AREA_CHANGED = "area_changed", _("The divisions changed")
    EMERGENCY = "emergency", _("Emergency raised")
    ALERT = "alert", _("Alerted")
    TAKE_EMERGENCY = "take_emergency", _("Emergency taken")
    ALARM = "alarm", _("Alarm at the county centre")
    TAKE_ALARM = "take_alarm", _("Alarm taken")
    RECORD_LATE = "record_late", _("Recorded afterwards")
    EMERGENCY_REPORT = "emergency_report", _("Emergency report sent")
    END_EMERGENCY = "end_emergency", _("Emergency over")
    PROMISE = "promise", _("Call promised")
    PROMISE_KEPT = "promise_kept", _("Promised call made")
    PROCESS_CHANGED = "process_changed", _("Another version of the process")


BY_THE_CLOCK = frozenset({EventKind.ESCALATE, EventKind.RECALCULATE})
"""Lines that somebody who acts at the same moment need not have seen."""

NOT_STEPS = frozenset(
    {
        EventKind.ABSORB,
        EventKind.ALARM,
        EventKind.ALERT,
        EventKind.AREA_CHANGED,
        EventKind.ATTACH,
        EventKind.EMERGENCY,
        EventKind.EMERGENCY_REPORT,
        EventKind.END_EMERGENCY,
        EventKind.ESCALATE,
        EventKind.HAND_OVER,
        EventKind.PROCESS_CHANGED,
        EventKind.PROMISE,
        EventKind.PROMISE_KEPT,
        EventKind.RECALCULATE,
        EventKind.RECORD_LATE,
        EventKind.TAKE_ALARM,
        EventKind.TAKE_EMERGENCY,
    }
)
"""Lines of a timeline that no step of the process wrote."""
