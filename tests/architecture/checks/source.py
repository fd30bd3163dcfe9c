"""Read off the source: writes in the wrong place, sizes, open ends, unused templates."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
SRC = ROOT / "src" / "linli"
CALLERS = ("web", "api", "cli", "jobs")
FILE_LINES, TEST_LINES, FUNCTION_LINES = 400, 600, 50
TEXT = {".py", ".html", ".js", ".css", ".yaml", ".md", ".po", ".toml", ".cfg", ".sh", ".txt"}
OPEN_ENDS = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(*folders: Path) -> list[Path]:
    return sorted(
        file
        for folder in folders
        for file in folder.rglob("*.py")
        if not {"migrations", "static", ".venv"} & set(file.parts)
    )


# ORM in the layers that only call


WRITES = {"save", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
WRITES |= {f"a{name}" for name in WRITES}
MANAGERS = {"objects", "_base_manager", "_default_manager"}
SESSION = {"session", "cache"}  # what `delete` and `save` of these do is no ORM write


def orm_calls(source: str) -> list[tuple[int, str]]:
    """Line and name of every use of a manager, write of a row, or SQL cursor."""
    tree = ast.parse(source)
    decorators = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, Function)
        for decorator in node.decorator_list
        for part in ast.walk(decorator)
    }
    nodes = (node for node in ast.walk(tree) if id(node) not in decorators)
    return sorted((node.lineno, node.attr) for node in nodes if _touches_rows(node))


def _touches_rows(node: ast.AST) -> Any:
    if not isinstance(node, ast.Attribute):
        return False
    if node.attr in MANAGERS or node.attr == "cursor":
        return True
    return node.attr in WRITES and _name(node.value) not in SESSION


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


# Sizes


def too_long(files: Iterable[Path], limit: int) -> list[str]:
    counted = ((file, len(file.read_text(encoding="utf-8").splitlines())) for file in files)
    return [f"{file.name}: {lines} lines" for file, lines in counted if lines > limit]


def long_functions(source: str, limit: int = FUNCTION_LINES) -> list[str]:
    return [
        f"{node.name}: {length} lines"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, Function)
        for length in [(node.end_lineno or 0) - node.lineno + 1]
        if length > limit
    ]


# Open ends


def open_ends(text: str) -> list[str]:
    return OPEN_ENDS.findall(text)


def own_texts(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        for file in folder.rglob("*"):
            if file.suffix in TEXT and "vendor" not in file.parts and file.is_file():
                yield file


# Templates


_USE = re.compile(r"""{%-?\s*(?:include|extends|constant)\s+["']([^"']+)["']""")
_PATTERN = re.compile(r"\{[^}]*\}")


def templates(folder: Path) -> dict[str, Path]:
    """Template names as Django knows them -> file."""
    return {
        str(file.relative_to(root)): file
        for root in folder.rglob("templates")
        if root.is_dir()
        for file in root.rglob("*")
        if file.is_file()
    }


def unused_templates(folder: Path, called_by_django: Iterable[str] = ()) -> list[str]:
    """Templates that no Python string and no include, extends or constant names."""
    found = templates(folder)
    used = set(called_by_django)
    for file in found.values():
        used |= set(_USE.findall(file.read_text(encoding="utf-8")))
    for file in python_files(folder):
        used |= set(_names_in(file.read_text(encoding="utf-8"), found))
    return sorted(set(found) - used)


def _names_in(source: str, names: Iterable[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        if isinstance(node, ast.JoinedStr):  # f"components/{name}.html" names all of its kind
            parts = ["[^/]+" if isinstance(p, ast.FormattedValue) else re.escape(_constant(p))
                     for p in node.values]  # fmt: skip
            pattern = re.compile("".join(parts))
            if pattern.pattern.endswith(r"\.html"):
                yield from (name for name in names if pattern.fullmatch(name))


def _constant(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


# Lock files and code lists


def unlocked(text: str) -> list[str]:
    """Entries of a lock file without a hash or version, and every address."""
    entries = re.split(r"\n(?=\S)", text.replace("\\\n", " "))
    found = [entry for entry in entries if re.search(r"https?://|git\+| @ |--\w*index-url", entry)]
    for entry in entries:
        line = entry.strip()
        if line and not line.startswith("#") and not _LOCKED.match(line):
            found.append(line)
    return found


_LOCKED = re.compile(r"[\w.\[\],-]+==[\w.+!-]+(?:\s*;[^-]+)?(?:\s+--hash=sha256:[0-9a-f]{64})+")


def without_source(document: Any) -> list[str]:
    """A code list names its source at the top, or the basis of each entry (headings apart)."""
    if isinstance(document, dict) and document.get("source"):
        return []
    entries = {str(entry["code"]): entry for entry in _entries(document)}
    return [
        code
        for code, entry in entries.items()
        if not entry.get("basis")
        and not any(other != code and other.startswith(code) for other in entries)
    ] or ([] if entries else ["no source"])


def _entries(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "code" in node:
            yield node
        for value in node.values():
            yield from _entries(value)
    elif isinstance(node, list):
        for value in node:
            yield from _entries(value)
