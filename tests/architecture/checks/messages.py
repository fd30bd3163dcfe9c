"""Every message of the source is in a Chinese catalogue, complete and with the same places."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from tests.architecture.checks.source import python_files, templates

# Which arguments of a call are messages (1 is the first); `c` marks a context.
KEYWORDS: Mapping[str, tuple[int | tuple[int, str], ...]] = {
    "_": (1,),
    "gettext": (1,),
    "gettext_lazy": (1,),
    "gettext_noop": (1,),
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "InputError": (1,),  # its message is the key of its translation
}
_CALL = re.compile(rf"\b(?:{'|'.join(KEYWORDS)})\s*\(")
PLACE = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")
# What a county office would not say: a matter is 事件 or 工单; 案件 is a case of the police.
NEVER = ("案件", "案子")

Key = tuple[str, str]  # context, message (the singular)


@dataclass(frozen=True)
class Used:
    context: str
    message: str
    plural: str
    place: str

    @property
    def key(self) -> Key:
        return (self.context, self.message)


def used_in(folder: Path) -> Iterator[Used]:
    for file in python_files(folder):
        code = file.read_text(encoding="utf-8")
        if _CALL.search(code):  # most files call none: reading their tokens takes long
            yield from _extract(code, str(file.relative_to(folder)))
    for name, file in templates(folder).items():
        if file.suffix in {".html", ".txt", ".xml"}:
            code = templatize(file.read_text(encoding="utf-8"), origin=name)
            # Blanked-out HTML keeps its indentation, which would be no valid Python.
            flat = re.sub(r"(?m)^[ \t]+", "", code)
            yield from _extract(flat, str(file.relative_to(folder)))


def _extract(code: str, place: str) -> Iterator[Used]:
    stream = io.BytesIO(code.encode())
    for line, function, arguments, _ in extract_python(stream, KEYWORDS, (), {"encoding": "utf-8"}):
        given = arguments if isinstance(arguments, tuple) else (arguments,)
        used = _used(KEYWORDS[str(function)], given, f"{place}:{line}")
        if used.message:
            yield used


def _used(spec: tuple[int | tuple[int, str], ...], given: tuple[str | None, ...], at: str) -> Used:
    context, messages = "", []
    for part in spec:
        number = part[0] if isinstance(part, tuple) else part
        text = (given[number - 1] if number <= len(given) else None) or ""
        if isinstance(part, tuple):
            context = text
        else:
            messages.append(text)
    return Used(context, messages[0], messages[1] if len(messages) > 1 else "", at)


def catalogues(folder: Path, locale: str = "zh_Hans") -> dict[Path, Catalog]:
    found = {}
    for file in sorted(folder.rglob(f"locale/{locale}/LC_MESSAGES/*.po")):
        with file.open("rb") as stream:
            found[file] = read_po(stream, locale=locale, abort_invalid=True)
    return found


def entries(read: Iterable[Catalog]) -> dict[Key, Message]:
    """Finished translations of all catalogues: fuzzy and empty ones do not count."""
    return {
        (message.context or "", _first(message.id)): message
        for catalogue in read
        for message in catalogue
        if message.id and not message.fuzzy and all(_strings(message))
    }


def _first(text: object) -> str:
    return str(text[0]) if isinstance(text, list | tuple) else str(text)


def _strings(message: Message) -> list[str]:
    given = message.string
    return [str(text) for text in given] if isinstance(given, list | tuple) else [str(given or "")]


def missing(used: Iterable[Used], translated: Mapping[Key, Message]) -> dict[str, str]:
    """Message -> where it stands, for what has no finished translation."""
    found: dict[str, str] = {}
    for each in used:
        if each.key not in translated:
            found.setdefault(each.message, each.place)
    return found


def wrong_places(translated: Mapping[Key, Message]) -> list[str]:
    """Translations that lost or invented a place such as %(count)s."""
    return [
        _first(message.id)
        for message in translated.values()
        for text in _strings(message)
        if not _places(text) <= _all_places(message) or _named(message) - _places(text)
    ]


def _places(text: str) -> set[str]:
    return {name for pair in PLACE.findall(text) for name in pair if name}


def _all_places(message: Message) -> set[str]:
    ids = message.id if isinstance(message.id, list | tuple) else [message.id]
    return set().union(*(_places(str(text)) for text in ids))


def _named(message: Message) -> set[str]:
    """Places that the translation must have: those of every form of the message."""
    ids = message.id if isinstance(message.id, list | tuple) else [message.id]
    return set.intersection(*(_places(str(text)) for text in ids))


def clashes(read: Mapping[Path, Catalog]) -> dict[str, list[str]]:
    """Message -> its translations, where catalogues differ: Django merges them, one would win.

    A message that means two things says which by a context.
    """
    found: dict[Key, set[str]] = {}
    for message in (one for catalogue in read.values() for one in catalogue if one.id):
        key = (message.context or "", _first(message.id))
        found.setdefault(key, set()).add(" | ".join(_strings(message)))
    return {key[1]: sorted(words) for key, words in found.items() if len(words) > 1}


def wrong_words(translated: Mapping[Key, Message]) -> list[str]:
    return [
        text
        for message in translated.values()
        for text in _strings(message)
        if any(word in text for word in NEVER)
    ]
