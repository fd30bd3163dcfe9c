"""Every write about incidents."""

from linli.incidents.actions.report import Draft, report
from linli.incidents.actions.settling import report_settled
from linli.incidents.actions.step import Conflict, NotFound, take_step

__all__ = ["Conflict", "Draft", "NotFound", "report", "report_settled", "take_step"]
