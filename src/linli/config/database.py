"""DATABASE_URL as Django wants it."""

from typing import Any

from psycopg.conninfo import conninfo_to_dict

ENGINE = "linli.database.backend"


def database(url: str, *, name: str = "linli", prepared: bool = True) -> dict[str, Any]:
    """Django's settings for one PostgreSQL; an empty URL is filled in later by the command line.

    `prepared`: whether connections keep the statements of `database.pipeline` (docs/adr/0011).
    """
    parts = conninfo_to_dict(url) if url else {}
    return {
        "ENGINE": ENGINE,
        "NAME": parts.get("dbname", name),
        "USER": parts.get("user", "linli_app"),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "application_name": "linli",
            "prepare_threshold": 0 if prepared else None,  # Django's own are never prepared
        },
        "TEST": {"NAME": "test_linli"},
    }
