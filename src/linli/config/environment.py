"""What an installation may set, read once from the environment."""

from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

OWN_MACHINE = ("localhost", "127.0.0.1", "[::1]")


class Environment(BaseSettings):
    """Every variable is `LINLI_<NAME>`; `DATABASE_URL` keeps its customary name."""

    model_config = SettingsConfigDict(env_prefix="LINLI_", extra="ignore")

    home: Path = Path.home() / ".local/share/linli"
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    prepared_statements: bool = True
    owner_password: str = ""
    backup_password: str = ""
    secret_key: str = ""
    production: bool = False
    debug: bool = False
    demo: bool = False
    hosts: str = ""
    secure_origin: str = ""
    session_hours: int = Field(default=10, ge=1, le=24)
    session_idle_minutes: int = Field(default=120, ge=5)
    api_rate: float = Field(default=50, ge=0)  # requests a second by one key; 0 is no limit
    api_burst: int = Field(default=100, ge=1)

    @property
    def host_names(self) -> list[str]:
        """What people type."""
        return [name.strip() for name in self.hosts.split(",") if name.strip()]

    @property
    def served_hosts(self) -> list[str]:
        """Also this machine's own: its monitoring, and whoever sits at it before a proxy stands."""
        return list(dict.fromkeys((*self.host_names, *OWN_MACHINE)))


@cache
def environment() -> Environment:
    return Environment.model_validate({})
