"""What can go wrong with the embedded server; every message ends with its cure."""


class ServerError(Exception):
    """The database server cannot be used. The text says why and what to do."""


class BinariesMissingError(ServerError):
    """No PostgreSQL of a usable version is installed."""


class VersionError(ServerError):
    """The data folder was written by a PostgreSQL that is not installed here."""


class HeldError(ServerError):
    """Another process holds the data folder."""
