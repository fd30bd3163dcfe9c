"""What ends a command, in words for whoever can mend it."""

from typing import Any

from linli.cli.session import with_cure


def words_of(problem: Exception) -> str | None:
    """What a person can do about it; None for a mistake of ours."""
    import psycopg
    from django.db import DataError, OperationalError, ProgrammingError
    from psycopg.errors import UndefinedTable
    from pydantic import ValidationError

    from linli.database.roles import UnsafeRoleError
    from linli.database.server.errors import ServerError
    from linli.lib.keyring import KeyringError

    match problem:
        case ServerError() | UnsafeRoleError() | KeyringError():
            return str(problem)
        case OSError():  # a folder that is not there, no right, no room
            where = f"{problem.filename}: " if problem.filename else ""
            return f"{where}{problem.strerror or problem}"
        case ValidationError(title="Environment"):
            return _misset(problem)
        case OperationalError() | psycopg.OperationalError():
            return with_cure(f"The database does not answer: {problem}")
        case UndefinedTable() | ProgrammingError(__cause__=UndefinedTable()):
            return "The database lacks tables of this version: run `linli migrate`."
        case psycopg.ProgrammingError():  # before any statement
            return f"DATABASE_URL cannot be read: {problem}"
        case DataError():
            return f"The database cannot keep one of these values: {problem}"
        case _:
            return None


def _misset(problem: Any) -> str:
    """Which variables of the environment are set to what they cannot be."""
    found = [(str(one["loc"][0]).upper(), one["input"], one["msg"]) for one in problem.errors()]
    return "\n".join(f"LINLI_{name} cannot be {value!r}: {words}." for name, value, words in found)
