"""The schema of the project itself, with its counties, comes back with every row and right."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from linli.database.backup import backup, restore
from linli.database.server import Address, running
from tests.conftest import FLAVOUR

Picture = Callable[[Address], list[tuple[object, ...]]]
KEY = bytes(range(32))


@pytest.mark.slow
def test_a_whole_installation_comes_back_into_an_empty_home(
    committed: Address, templates: Callable[[str], Path], tmp_path: Path, picture: Picture
) -> None:
    home = tmp_path / "home"
    subprocess.run(["cp", "-a", templates(FLAVOUR), home], check=True)
    backup(committed, tmp_path / "out.linli", KEY)
    wanted = picture(committed)
    with running(home) as target:
        restore(tmp_path / "out.linli", target, KEY)
        assert picture(target) == wanted
    assert len(wanted) > 500
