"""The installation's own secrets: made at the first start, kept outside the database."""

import os
import secrets
from pathlib import Path


def secret_key(home: Path) -> str:
    """Return Django's secret key of this installation, making it (mode 0600) when absent."""
    file = home / "secrets" / "django.key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return file.read_text()
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_urlsafe(50))
    return file.read_text()
