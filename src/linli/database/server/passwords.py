"""The passwords of this installation's database roles, in one file that only we can read."""

import json
import os
import secrets
from pathlib import Path

from linli.database.server.errors import ServerError

SUPERUSER = "superuser"
KEYS = (SUPERUSER, "owner", "app", "backup")


def make(path: Path) -> dict[str, str]:
    """Keeps the passwords that exist, adds those that are missing."""
    found = load(path) if path.exists() else {}
    complete = {key: found.get(key) or secrets.token_urlsafe(24) for key in KEYS}
    if complete != found:
        _write(path, json.dumps(complete, indent=1))
    return complete


def load(path: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(path.read_text())
        if not found[SUPERUSER]:
            raise ValueError("one is empty")
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ServerError(
            f"The passwords of the database cannot be read from {path} ({error}): "
            "put the file back from a copy of this home, or restore a backup into an empty home."
        ) from error
    return found


def _write(path: Path, text: str) -> None:
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(handle)
    unfinished.rename(path)
