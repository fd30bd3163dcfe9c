"""A scratch installation for a benchmark: embedded server, migrated, thrown away afterwards."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def installation(keep: str = "") -> Iterator[Any]:
    """Yield the database's address in a home of its own; `keep` names a home to use again.

    Must run before anything reads Django's settings. The process works as the role `app`.
    """
    home = Path(keep) if keep else Path(tempfile.mkdtemp(prefix="linli-bench-"))
    os.environ["LINLI_HOME"] = str(home)
    os.environ.setdefault("LINLI_PG", "embedded")
    from linli.cli.session import ready

    try:
        with ready() as address:
            from linli.database.migrating import migrate

            migrate(address)
            yield address
    finally:
        if not keep:
            shutil.rmtree(home, ignore_errors=True)
