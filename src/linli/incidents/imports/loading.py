"""Loads a profile by name or from a file, and names the key and line of every fault."""

from collections.abc import Iterator, Mapping, Sequence
from errno import EFBIG
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from linli.incidents.imports.errors import ImportProfileError, ProfileFault
from linli.incidents.imports.profile import Profile

WORDS = {
    "extra_forbidden": "there is no such key; all of them are in docs/imports.md",
    "missing": "this key is required",
}
_LONGEST = 100_000  # bytes
_SHIPPED = files(__package__) / "profiles"


def shipped_profiles() -> list[str]:
    """Names of the profiles that come with the project."""
    entries = (entry.name for entry in _SHIPPED.iterdir())
    return sorted(name.removesuffix(".yaml") for name in entries if name.endswith(".yaml"))


def load_profile(name_or_path: str | Path) -> Profile:
    """A shipped profile by its name, or a YAML file of one's own."""
    shipped = shipped_profiles()
    if str(name_or_path) in shipped:
        text = (_SHIPPED / f"{name_or_path}.yaml").read_text("utf-8")
        return parse_profile(text, origin=f"profile {name_or_path}")
    path = Path(name_or_path)
    try:
        text = _content(path).decode("utf-8-sig")
    except FileNotFoundError:
        fault = f"no such file, and no shipped profile; shipped are {', '.join(shipped)}"
        raise ImportProfileError(str(path), [ProfileFault("(file)", 0, fault)]) from None
    except OSError as error:
        fault = error.strerror or str(error)
        raise ImportProfileError(str(path), [ProfileFault("(file)", 0, fault)]) from None
    except UnicodeDecodeError:
        fault = "save it as UTF-8"
        raise ImportProfileError(str(path), [ProfileFault("(file)", 0, fault)]) from None
    return parse_profile(text, origin=str(path))


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(_LONGEST + 1)
    if len(content) > _LONGEST:
        raise OSError(EFBIG, f"a profile has at most {_LONGEST // 1000} kB")
    return content


def parse_profile(text: str, *, origin: str = "profile") -> Profile:
    """A profile from YAML. Scalars stay strings, so `no`, `on` and `0123` mean what they say."""
    root, raw = _read_yaml(text, origin)
    if not isinstance(raw, dict):
        raise ImportProfileError(origin, [ProfileFault("(file)", 1, "write key: value lines")])
    try:
        return Profile.model_validate(_shorthand(raw))
    except ValidationError as error:
        faults = [
            _fault(entry["loc"], WORDS.get(entry["type"], entry["msg"]), root)
            for entry in error.errors()
        ]
        raise ImportProfileError(origin, faults) from None


def _read_yaml(text: str, origin: str) -> tuple[yaml.Node | None, object]:
    loader = yaml.BaseLoader(text)
    try:
        root = loader.get_single_node()
        if twins := [*_twins(root)]:
            raise ImportProfileError(origin, twins)
        return root, loader.construct_document(root) if root else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        line = mark.line + 1 if mark else 1
        raise ImportProfileError(origin, [ProfileFault("(YAML)", line, problem)]) from None
    finally:
        loader.dispose()


def _twins(node: yaml.Node | None) -> Iterator[ProfileFault]:
    """Keys that stand twice: YAML would take the last one and say nothing."""
    if isinstance(node, yaml.SequenceNode):
        for entry in node.value:
            yield from _twins(entry)
    if not isinstance(node, yaml.MappingNode):
        return
    first: dict[str, int] = {}
    for name, value in node.value:
        line, key = name.start_mark.line + 1, str(name.value)
        if key in first:
            yield ProfileFault(key, line, f"stands already in line {first[key]}")
        first.setdefault(key, line)
        yield from _twins(value)


def _shorthand(raw: Mapping[str, Any]) -> dict[str, Any]:
    """`text: a` stands for `text: {columns: [a]}`, `opened: a` for `opened: {column: a}`."""
    full = dict(raw)
    for key in ("opened", "closed", "updated"):
        if isinstance(full.get(key), str):
            full[key] = {"column": full[key]}
    if "text" in full:
        full["text"] = _text(full["text"])
    if isinstance(full.get("place"), dict) and "address" in full["place"]:
        full["place"] = {**full["place"], "address": _text(full["place"]["address"])}
    return full


def _text(given: Any) -> Any:
    if isinstance(given, str):
        return {"columns": [given]}
    return {"columns": given} if isinstance(given, list) else given


def _fault(loc: Sequence[str | int], message: str, root: yaml.Node | None) -> ProfileFault:
    message = message.removeprefix("Value error, ")
    key, line = ".".join(str(step) for step in loc), 1
    if not loc and ": " in message and message.split(": ")[0] in Profile.model_fields:
        key, message = message.split(": ", 1)
        loc = (key,)
    node = root
    for step in loc:
        found = _child(node, step)
        if found is None:
            break
        line, node = found
    return ProfileFault(key or "(profile)", line, message)


def _child(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == str(step):
                return name.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    return None
