"""The forms of the editor, by section: each reads a part of a document and gives changes of it."""

from collections.abc import Mapping

from linli.web.administration.processes.forms.base import PartForm
from linli.web.administration.processes.forms.clocks import (
    ClockForm,
    ExtensionsForm,
    StopClockForm,
    WholeForm,
)
from linli.web.administration.processes.forms.emergency import EmergencyForm
from linli.web.administration.processes.forms.general import GeneralForm
from linli.web.administration.processes.forms.ladders import LadderForm
from linli.web.administration.processes.forms.routing import RuleForm
from linli.web.administration.processes.forms.states import StateForm
from linli.web.administration.processes.forms.steps import StepForm

FORMS: Mapping[str, type[PartForm]] = {
    "states": StateForm,
    "transitions": StepForm,
    "clocks": ClockForm,
    "stop_clocks": StopClockForm,
    "ladders": LadderForm,
    "routing": RuleForm,
    "emergency": EmergencyForm,
    "whole": WholeForm,
    "extensions": ExtensionsForm,
    "general": GeneralForm,
}
SINGLE = frozenset({"emergency", "whole", "extensions", "general"})
"""Sections that are one part."""
