"""Processes as data: one definition feeds the guard, the buttons, the errors and the diagram."""

from linli.processes.clockwork import ClockChange
from linli.processes.definition import Definition, Transition
from linli.processes.engine import Decision, Offer, available, decide, impartial_platform
from linli.processes.facts import ActorFacts, CaseFacts, EventFacts, Progress
from linli.processes.faults import Fault
from linli.processes.fields import choices_of, required_of
from linli.processes.loading import DefinitionError, load
from linli.processes.refusals import MESSAGES, Refused, explain
from linli.processes.replay import Violation, replay, replay_parts
from linli.processes.vocabularies import Vocabulary
from linli.processes.vocabulary import ClockAction, Effect, Field, Owner, Platform

__all__ = [
    "MESSAGES",
    "ActorFacts",
    "CaseFacts",
    "ClockAction",
    "ClockChange",
    "Decision",
    "Definition",
    "DefinitionError",
    "Effect",
    "EventFacts",
    "Fault",
    "Field",
    "Offer",
    "Owner",
    "Platform",
    "Progress",
    "Refused",
    "Transition",
    "Violation",
    "Vocabulary",
    "available",
    "choices_of",
    "decide",
    "explain",
    "impartial_platform",
    "load",
    "replay",
    "replay_parts",
    "required_of",
]
