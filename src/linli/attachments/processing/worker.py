"""The process in which hostile files are opened: limited in memory, time, files and network.

`python -I -m linli.attachments.processing.worker KIND`; the file on stdin, the outcome on stdout.
"""

import ctypes
import os
import resource
import sys
from collections.abc import Callable

from linli.attachments.enums import Kind, Refusal
from linli.attachments.processing import docx, images, media, pdf
from linli.attachments.processing.outcome import Cleaned, send
from linli.attachments.rules import MAX_BYTES, MAX_EXPANDED_BYTES, Refused

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 30
_NEW_USER_AND_NETWORK = 0x10000000 | 0x40000000  # CLONE_NEWUSER | CLONE_NEWNET

_CLEANERS: dict[Kind, Callable[[bytes, Kind], Cleaned]] = {
    Kind.JPEG: images.clean,
    Kind.PNG: images.clean,
    Kind.WEBP: images.clean,
    Kind.PDF: pdf.clean,
    Kind.DOCX: docx.clean,
}


def main() -> None:
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not mix with the answer
    limit_resources()
    leave_network()
    outcome = clean(sys.stdin.buffer.read(MAX_BYTES + 1), Kind(sys.argv[1]))
    send(outcome, answer)
    answer.close()


def clean(data: bytes, kind: Kind) -> Cleaned | Refused:
    """Whatever a hostile file makes a library raise, the answer is one of two."""
    try:
        return _CLEANERS.get(kind, media.clean)(data, kind)
    except Refused as refused:
        return refused
    except MemoryError:
        return Refused(Refusal.TOO_COMPLEX)
    except Exception:  # noqa: BLE001 -- four parsers on hostile bytes: any error means damaged
        return Refused(Refusal.DAMAGED)


def limit_resources() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, MAX_EXPANDED_BYTES),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def leave_network() -> bool:
    """Move into an empty network, where the kernel lets an ordinary process do so."""
    unshare = getattr(ctypes.CDLL(None), "unshare", None)
    return unshare is not None and unshare(_NEW_USER_AND_NETWORK) == 0


if __name__ == "__main__":
    main()
