"""Which database role this process works as: `app`, except in a migration or a backup."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from linli.database.server import Address

KEYS = ("HOST", "PORT", "NAME", "USER", "PASSWORD")


def connect_as(address: Address, role: str) -> None:
    """Point Django's connection at `address` with the login of `role`; the old one is closed."""
    connection.close()
    values = address.django(role)
    connection.settings_dict.update({key: values[key] for key in KEYS})
    connection.settings_dict["OPTIONS"] = {
        **connection.settings_dict["OPTIONS"],
        **values["OPTIONS"],
    }


@contextmanager
def acting_as(address: Address, role: str) -> Iterator[None]:
    """Work as `role` for a block."""
    before: dict[str, Any] = {key: connection.settings_dict[key] for key in KEYS}
    connect_as(address, role)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
