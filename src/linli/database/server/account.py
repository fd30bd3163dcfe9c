"""The operating-system account that PostgreSQL runs as; PostgreSQL refuses root."""

import os
import pwd
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from linli.database.server.errors import ServerError

NOBODY = 65534
PREFERRED = ("postgres", "nobody")


class Identity(TypedDict, total=False):
    """The keywords of subprocess.Popen that change the account."""

    user: int
    group: int
    extra_groups: Iterable[int]


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int
    drops: bool  # we are root, and the server must not be

    def identity(self) -> Identity:
        if not self.drops:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def reaches(self, path: Path) -> bool:
        """Asked of the kernel by a process of that account: modes alone say too little."""
        if not self.drops:
            return os.access(path, os.X_OK)
        command = ["test", "-x", str(path)]
        return subprocess.run(command, check=False, cwd="/", **self.identity()).returncode == 0

    def give(self, path: Path) -> None:
        if self.drops:
            os.chown(path, self.uid, self.gid)


def choose(data: Path) -> Account:
    """The owner of existing data; else ourselves; else, as root, an account without privileges."""
    me = os.geteuid()
    owner = data.stat() if data.exists() else None
    if me != 0:
        if owner and owner.st_uid != me:
            raise ServerError(
                f"{data} belongs to the account {owner.st_uid}, you are {me}: "
                "run linli as the account that created it, or as root."
            )
        return Account(me, os.getegid(), drops=False)
    if owner and owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, drops=True)
    return _unprivileged()


def _unprivileged() -> Account:
    for name in PREFERRED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, drops=True)
    return Account(NOBODY, NOBODY, drops=True)
