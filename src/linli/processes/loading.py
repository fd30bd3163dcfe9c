"""From YAML text to a definition that has passed every check."""

from collections.abc import Iterable
from typing import Any

import yaml
from pydantic import ValidationError

from linli.processes.checks import find_faults
from linli.processes.definition import Definition


class DefinitionError(ValueError):
    """A definition that cannot be used; `faults` says what and where, one line each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def load(
    text: str, *, states: Iterable[str] | None = None, steps: Iterable[str] = ()
) -> Definition:
    """Read one YAML document. Raises DefinitionError with everything that is wrong.

    `states` is the domain's fixed vocabulary: a definition may leave states out, never add any.
    `steps` are transitions that the domain's pages and imports take by their key.
    """
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise DefinitionError([f"no YAML: {error}"]) from error
    if not isinstance(document, dict):
        raise DefinitionError(["a definition is a mapping of key, states, transitions, ..."])
    return from_document(document, states=states, steps=steps)


def from_document(
    document: dict[str, Any], *, states: Iterable[str] | None = None, steps: Iterable[str] = ()
) -> Definition:
    try:
        definition = Definition.model_validate(document)
    except ValidationError as error:
        raise DefinitionError([_line(fault) for fault in error.errors()]) from error
    faults = find_faults(definition)
    if states is not None:
        added = [name for name in definition.states if name not in set(states)]
        faults += [f"state {name}: not in the fixed vocabulary" for name in added]
    missing = [key for key in steps if key not in definition.transitions]
    faults += [
        f"transition {key}: is taken by pages and imports and cannot be left out" for key in missing
    ]
    if faults:
        raise DefinitionError(faults)
    return definition


def _line(fault: Any) -> str:
    where = ".".join(str(part) for part in fault["loc"])
    return f"{where}: {fault['msg']}" if where else str(fault["msg"])
