from linli.casework.models.cases import Case, CaseEvent, CaseTask
from linli.casework.models.counting import Tally, TallyDelta
from linli.casework.models.county import CalendarVersion, ProcessVersion
from linli.casework.models.drafts import DraftState, ProcessDraft, ProcessMove
from linli.casework.models.plumbing import IdempotencyKey, NumberBlock, SavedView
from linli.casework.models.runs import ProcessRun
from linli.casework.models.uncovered import UncoveredGap

__all__ = [
    "CalendarVersion",
    "Case",
    "CaseEvent",
    "CaseTask",
    "DraftState",
    "IdempotencyKey",
    "NumberBlock",
    "ProcessDraft",
    "ProcessMove",
    "ProcessRun",
    "ProcessVersion",
    "SavedView",
    "Tally",
    "TallyDelta",
    "UncoveredGap",
]
