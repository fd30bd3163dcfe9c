"""The embedded PostgreSQL: found, started, watched over, stopped. No Django here."""

from linli.database.server.address import Address, external
from linli.database.server.binaries import Binaries, find_binaries
from linli.database.server.errors import (
    BinariesMissingError,
    HeldError,
    ServerError,
    VersionError,
)
from linli.database.server.locks import Holder
from linli.database.server.supervisor import Supervisor, holder, prepare, running

__all__ = [
    "Address",
    "Binaries",
    "BinariesMissingError",
    "HeldError",
    "Holder",
    "ServerError",
    "Supervisor",
    "VersionError",
    "external",
    "find_binaries",
    "holder",
    "prepare",
    "running",
]
