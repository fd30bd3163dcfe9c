"""The words of incident pages: labels of states, steps, fields and codes, in one language."""

from collections.abc import Mapping
from functools import lru_cache
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as translated

from linli.attachments.rules import Refused as FileRefused
from linli.casework.definitions import newest_process
from linli.database.context import current_county
from linli.incidents import references
from linli.incidents.enums import EventKind, Severity, Source, State
from linli.incidents.lines import named
from linli.incidents.models import Category
from linli.incidents.rules import MESSAGES, Invalid
from linli.lib.derived import Derived
from linli.lib.errors import InputError
from linli.processes import Definition, Refused, explain
from linli.processes.definition import Transition
from linli.processes.vocabulary import Field


def language() -> str:
    return get_language() or "zh-hans"


@lru_cache(maxsize=8)
def _labels(_language: str) -> Mapping[str, Mapping[str, str]]:
    tables = {"state": State, "severity": Severity, "source": Source, "event": EventKind}
    return {
        name: {str(value): str(label) for value, label in table.choices}
        for name, table in tables.items()
    }


def label(table: str, key: str) -> str:
    """The word for a code of `state`, `severity`, `source` or `event`; an unknown one stays."""
    return labels(table).get(key, key)


def labels(table: str) -> Mapping[str, str]:
    """States and severities have the names that the county's process gives them."""
    if table not in OF_PROCESS:
        return _labels(language())[table]
    newest = newest_process("incident")
    return _OF_PROCESS.of(newest, current_county(), language())[table]


def _of_process(definition: Definition) -> Mapping[str, Mapping[str, str]]:
    """A state that the definition leaves out keeps its own name: old cases rest there."""
    known, language_ = _labels(language()), language()
    states = {key: one.label.in_language(language_) for key, one in definition.states.items()}
    severities = {
        key: capfirst(text.in_language(language_)) for key, text in definition.severities.items()
    }
    return {"state": {**known["state"], **states}, "severity": {**known["severity"], **severities}}


OF_PROCESS = frozenset({"state", "severity"})
_OF_PROCESS = Derived[Mapping[str, Mapping[str, str]]](_of_process)


def step_label(step: Transition) -> str:
    return step.label.in_language(language())


def event_label(definition: Definition, kind: str) -> str:
    """What a line of the timeline says: the process's own word, where it has one."""
    step = definition.transitions.get(kind)
    return step_label(step) if step else label("event", kind)


def category_name(category: Category) -> str:
    """A category below its parent, such as "Hazard / Landslide"."""
    parent = references.categories().get(category.parent_id) if category.parent_id else None
    return f"{named(parent)} / {named(category)}" if parent else named(category)


def category_names() -> Mapping[UUID, str]:
    """Every category below its parent; kept, since figures and forms name a hundred of them."""
    return _CATEGORIES.of(references.categories(), current_county(), language())


_CATEGORIES = Derived[Mapping[UUID, str]](
    lambda known: {key: category_name(one) for key, one in known.items()}
)


def invalid_words(error: Invalid) -> str:
    return translated(MESSAGES[error.code]).format(**error.params)


def refused_words(error: Refused, definition: Definition) -> str:
    return explain(error, definition, language())


def error_at(
    error: Refused | Invalid | InputError, definition: Definition | None = None
) -> tuple[str | None, str]:
    """The field that an action's refusal is about (None: the whole), and its words."""
    if isinstance(error, Invalid):
        return error.field, invalid_words(error)
    if isinstance(error, FileRefused):
        return str(Field.EVIDENCE), error.translated(translated)
    if isinstance(error, InputError):
        return str(Field.PLACE), error.translated(translated)
    return error.field, refused_words(error, definition or newest_process("incident"))
