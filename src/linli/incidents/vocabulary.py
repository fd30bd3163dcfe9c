"""What the code of incidents fixes for their process, told to `processes` in its own terms."""

from linli.access.permissions import Permission
from linli.incidents.enums import (
    FINAL_STATES,
    NOT_STEPS,
    STEPS_BY_NAME,
    Outcome,
    Satisfied,
    Severity,
    Solved,
    Source,
    State,
    VerificationKind,
)
from linli.processes import Field, Vocabulary

REPORTED = frozenset({Field.CATEGORY, Field.TEXT, Field.SOURCE})
ADOPTED = frozenset({Field.SOURCE_REFERENCE, Field.VERIFICATION_KIND, Field.OUTCOME})

INCIDENT = Vocabulary(
    process="incident",
    states={state.value: state in FINAL_STATES for state in State},
    severities=tuple(Severity.values),
    steps=frozenset(STEPS_BY_NAME),
    clocks=frozenset({"accept", "handle"}),  # of imported cases, and of a category's own times
    reserved=frozenset(kind.value for kind in NOT_STEPS),
    permissions=frozenset(
        right.value for right in Permission if right.value.startswith("incident.")
    ),
    choices={
        Field.VERIFICATION_KIND: tuple(VerificationKind.values),
        Field.OUTCOME: tuple(Outcome.values),
        Field.SOLVED: tuple(Solved.values),
        Field.SATISFIED: tuple(Satisfied.values),
        Field.SOURCE: tuple(Source.values),
        Field.SEVERITY: tuple(Severity.values),
    },
    must_ask={
        "report": REPORTED,
        "adopt_closed": ADOPTED,
    },
    may_ask={
        "report": REPORTED,
        "settle": frozenset({Field.RESULT, Field.EVIDENCE}),
        "adopt_closed": ADOPTED,
    },
    longest_key=30,
)
