"""A fault of the server is written down where it runs, without what anybody typed."""

import logging

from django.test import RequestFactory

from linli.config.logs import FaultFormatter


def _written(error: Exception) -> str:
    request = RequestFactory().get("/530128/")
    request.request_id = "r-1"
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 0, "Internal Server Error: %s", ("/530128/",),
        (type(error), error, error.__traceback__),
    )  # fmt: skip
    record.request = request
    return FaultFormatter("{message}", style="{").format(record)


PHONE, NAME = "13800000001", "张三"


def _raise() -> None:
    try:
        raise ValueError(PHONE)
    except ValueError as error:
        raise RuntimeError(NAME) from error


def test_a_fault_is_written_with_its_place_and_request_and_no_values():
    try:
        _raise()
    except RuntimeError as error:
        text = _written(error)
    assert "in _raise" in text
    assert text.index("builtins.ValueError") < text.index("builtins.RuntimeError")
    assert text.endswith("request r-1")
    assert PHONE not in text
    assert NAME not in text


def test_a_server_in_use_writes_its_faults(settings):
    assert settings.DEBUG is False
    handlers = logging.getLogger("django.request").handlers
    (own,) = (one for one in handlers if isinstance(one.formatter, FaultFormatter))
    assert not own.filters, "Django's own handler writes with DEBUG only"
