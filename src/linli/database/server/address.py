"""Where the database is and how each role logs in."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

ROLES = {"owner": "linli_owner", "app": "linli_app", "backup": "linli_backup"}


@dataclass(frozen=True)
class Address:
    host: str  # a folder with the Unix socket, or a host name
    port: int
    dbname: str
    passwords: Mapping[str, str] = field(repr=False)  # by "owner", "app", "backup"
    version: int  # the server's major version
    options: Mapping[str, str] = field(
        default_factory=dict
    )  # an outer server's sslmode and the like

    def params(self, role: str) -> dict[str, Any]:
        """The keywords of psycopg.connect."""
        return {
            **self.options,
            "host": self.host,
            "port": self.port,
            "dbname": self.dbname,
            "user": ROLES[role],
            "password": self.passwords[role],
        }

    def django(self, role: str) -> dict[str, Any]:
        """The entries of one Django database, without its engine."""
        return {
            "HOST": self.host,
            "PORT": self.port,
            "NAME": self.dbname,
            "USER": ROLES[role],
            "PASSWORD": self.passwords[role],
            "OPTIONS": dict(self.options),
        }

    def dsn(self, role: str, dbname: str | None = None) -> str:
        params = self.params(role)
        return make_conninfo(**(params | {"dbname": dbname or self.dbname}))

    def database(self, name: str) -> "Address":
        """Another database of the same server."""
        return replace(self, dbname=name)


def external(url: str, passwords: Mapping[str, str]) -> Address:
    """An outer server; asks it for its version with the login of `url`."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    with psycopg.connect(url) as connection:
        info = connection.info
        version = info.server_version // 10000
        parts = {"host": info.host, "port": str(info.port), "dbname": info.dbname} | parts
    options = {
        key: parts[key] for key in parts.keys() - {"host", "port", "dbname", "user", "password"}
    }
    host, port, dbname = parts["host"], int(parts["port"]), parts["dbname"]
    return Address(host, port, dbname, dict(passwords), version, options)
