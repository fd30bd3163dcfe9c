"""Runs the worker on a hostile file: a process of its own that can be slow or die by itself."""

import logging
import subprocess
import sys
import tempfile
import threading
from typing import BinaryIO

from linli.attachments.enums import Kind, Refusal
from linli.attachments.processing.outcome import Cleaned, receive
from linli.attachments.rules import Refused

# Together less than the database's patience with an idle transaction (60 s).
WAIT_SECONDS, WALL_SECONDS = 15, 40
_AT_ONCE = threading.BoundedSemaphore(2)  # a 40 megapixel photo takes up to 1 GB while it is worked
_log = logging.getLogger(__name__)
_WORKER = "linli.attachments.processing.worker"


def run(file: BinaryIO, kind: Kind) -> Cleaned:
    """Clean a real file (it is handed over by its descriptor) in the worker; or Refused."""
    command = [sys.executable, "-I", "-m", _WORKER, kind.value]
    if not _AT_ONCE.acquire(timeout=WAIT_SECONDS):
        raise Refused(Refusal.BUSY)
    try:
        return _run(command, file, kind)
    finally:
        _AT_ONCE.release()


def _run(command: list[str], file: BinaryIO, kind: Kind) -> Cleaned:
    with tempfile.TemporaryFile() as answer:
        try:
            # An empty environment: no password of the database reaches the worker.
            code = subprocess.run(
                command,
                stdin=file,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                timeout=WALL_SECONDS,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            code = None
        if code != 0:
            _log.warning("the worker for %s ended with %s", kind, code or "a timeout")
            raise Refused(Refusal.TOO_COMPLEX)
        answer.seek(0)
        return receive(answer)
