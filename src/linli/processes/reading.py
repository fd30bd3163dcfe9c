"""Between YAML text and a document: what comes from outside is hostile until it has been read."""

import re
import unicodedata
from copy import deepcopy
from functools import lru_cache
from typing import Any

import yaml

from linli.processes.faults import Fault

Document = dict[str, Any]

MOST_BYTES = 200_000  # ten times the shipped definition
DEEPEST = 12
_PLAIN_TAGS = frozenset({"!"})  # what the parser puts where nothing was written
_VERSION = re.compile(r"^version:.*$", re.MULTILINE)


class UnreadableError(ValueError):
    """A text that is no document; `fault` says where."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class _Loader(yaml.SafeLoader):
    """Refuses what is hostile as it meets it, and a key that is written twice: the second would
    silently replace the first.
    """

    depth = 0

    def get_event(self) -> yaml.Event:
        event: yaml.Event = super().get_event()  # type: ignore[no-untyped-call]
        self._look_at(event)
        return event

    def _look_at(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise UnreadableError(_at(event, "shape_alias"))
        if (getattr(event, "tag", None) or "!") not in _PLAIN_TAGS:
            raise UnreadableError(_at(event, "shape_tag"))
        if isinstance(event, yaml.CollectionStartEvent):
            self.depth += 1
            if self.depth > DEEPEST:
                raise UnreadableError(_at(event, "shape_too_deep", limit=DEEPEST))
        elif isinstance(event, yaml.CollectionEndEvent):
            self.depth -= 1
        elif isinstance(event, yaml.ScalarEvent) and not _printable(event.value):
            raise UnreadableError(_at(event, "shape_unprintable"))

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[object] = set()
        for key, _value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name in seen:
                raise UnreadableError(_at(key, "shape_twice", name=name))
            seen.add(name)
        return super().construct_mapping(node, deep)


def read(text: str) -> Document:
    """One YAML document as plain data. Raises UnreadableError.

    Aliases, tags, deep nesting, unprintable characters and large texts are refused before anything
    is built from them.
    """
    return deepcopy(_read(text))


@lru_cache(maxsize=64)
def _read(text: str) -> Document:
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise UnreadableError(Fault((), "shape_too_large", {"limit": MOST_BYTES // 1000}))
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 -- a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        params = {"line": line, "column": column, "problem": str(error.problem)[:200]}
        raise UnreadableError(Fault((), "shape_no_yaml", params)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise UnreadableError(Fault((), "shape_unprintable", {"line": line})) from error
    except ValueError as error:
        if isinstance(error, UnreadableError):
            raise
        # A date such as 2026-13-45 is read by the loader itself.
        params = {"line": 0, "column": 0, "problem": str(error)[:200]}
        raise UnreadableError(Fault((), "shape_no_yaml", params)) from error
    if not isinstance(document, dict):
        raise UnreadableError(Fault((), "shape_no_mapping"))
    return document


def write(document: Document) -> str:
    """A document as YAML: order and both languages stay, comments are not part of it."""
    return yaml.safe_dump(
        document, allow_unicode=True, sort_keys=False, width=100, default_flow_style=None
    )


def numbered(text: str, version: int) -> str:
    """The same text as another version; its comments stay where they are."""
    document = read(text)
    if document.get("version") == version:
        return text
    document["version"] = version
    replaced = _VERSION.sub(f"version: {version}", text, count=1)
    return replaced if read(replaced) == document else write(document)


def _printable(text: str) -> bool:
    """No control characters (NUL among them), no halves of surrogate pairs, no invisible marks
    that turn the direction of what follows.
    """
    return not any(
        unicodedata.category(one) in {"Cc", "Cs"} or one in "\u202a\u202b\u202d\u202e\u2066\u2067"
        for one in text
        if one not in "\n\t"
    )


def _at(node: Any, code: str, **params: object) -> Fault:
    return Fault((), code, {"line": node.start_mark.line + 1} | params)
