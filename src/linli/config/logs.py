"""What a server writes of its own faults: where it broke and in which request, and no values."""

import logging
import traceback
from types import TracebackType
from typing import Any

Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class FaultFormatter(logging.Formatter):
    """Frames and classes of exceptions, the last one last. Their messages are left out: that of a
    database quotes the row.
    """

    def format(self, record: logging.LogRecord) -> str:
        key = getattr(getattr(record, "request", None), "request_id", "")
        return f"{super().format(record)}\nrequest {key}" if key else super().format(record)

    def formatException(self, ei: Raised) -> str:  # noqa: N802 -- the library's name
        parts, raised = [], ei[1]
        while raised is not None:
            frames = "".join(traceback.format_tb(raised.__traceback__))
            parts.append(f"{frames}{type(raised).__module__}.{type(raised).__qualname__}")
            raised = raised.__cause__ or raised.__context__
        return "\nled to\n".join(reversed(parts))


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"fault": {"()": FaultFormatter, "format": "{asctime} {message}", "style": "{"}},
    "handlers": {"faults": {"class": "logging.StreamHandler", "formatter": "fault"}},
    "loggers": {"django.request": {"handlers": ["faults"], "level": "ERROR", "propagate": False}},
}
