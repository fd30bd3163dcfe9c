"""From YAML text to a definition that has passed every check."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from linli.processes.checks import find_faults
from linli.processes.definition import Definition
from linli.processes.faults import MESSAGES, SHAPE, Fault
from linli.processes.reading import Document, UnreadableError, read
from linli.processes.vocabularies import Vocabulary, outside

_NAMED = ("input", "expected", "max_length", "ge", "le")


class DefinitionError(ValueError):
    """A definition that cannot be used; `faults` says what and where."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True)
class Examined:
    """A document as it was read: None where its shape is wrong, else with all other faults."""

    definition: Definition | None
    faults: tuple[Fault, ...]

    @property
    def sound(self) -> bool:
        return not self.faults


def load(text: str, *, fixed: Vocabulary | None = None) -> Definition:
    """Read one YAML document. Raises DefinitionError with everything that is wrong.

    `fixed` is what the domain's code needs of it.
    """
    found = examine(text, fixed=fixed)
    if found.definition is None or found.faults:
        raise DefinitionError(list(found.faults))
    return found.definition


def examine(text: str, *, fixed: Vocabulary | None = None) -> Examined:
    """As `load`, for a document that may have faults still."""
    try:
        document = read(text)
    except UnreadableError as error:
        return Examined(None, (error.fault,))
    return examine_document(document, fixed=fixed)


def examine_document(document: Document, *, fixed: Vocabulary | None = None) -> Examined:
    try:
        definition = Definition.model_validate(document)
    except ValidationError as error:
        return Examined(None, tuple(_fault(one) for one in error.errors()))
    faults = find_faults(definition)
    if fixed is not None:
        faults = [*faults, *outside(definition, fixed)]
    return Examined(definition, tuple(faults))


@lru_cache(maxsize=64)
def shape_of(text: str) -> Definition | None:
    """The definition that a text describes, sound or not; None where it cannot be read."""
    return examine(text).definition


def _fault(error: Any) -> Fault:
    place = tuple(str(part) for part in error["loc"])
    code = SHAPE + str(error["type"])
    context: Mapping[str, Any] = error.get("ctx", {})
    params = {name: context[name] for name in _NAMED if name in context}
    if code == "shape_string_pattern_mismatch":
        code = "shape_key"
    if code not in MESSAGES:
        return Fault(place, "shape_other", {"problem": str(error["msg"])})
    return Fault(place, code, {"input": str(error["input"])[:60]} | params)
