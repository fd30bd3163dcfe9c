"""What `--help` says fits a terminal of 80 columns."""

from collections.abc import Iterator

import pytest
import typer
from typer.testing import CliRunner

from linli.cli.main import app


def _commands() -> Iterator[tuple[str, ...]]:
    """Every command and group, as it is called."""
    waiting = [((), typer.main.get_command(app))]
    while waiting:
        path, command = waiting.pop()
        yield path
        waiting += [((*path, name), one) for name, one in getattr(command, "commands", {}).items()]


@pytest.mark.parametrize("path", sorted(_commands()), ids=" ".join)
def test_nothing_is_cut_off_and_every_switch_says_what_it_does(path):
    told = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "80"}, prog_name="linli")
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert not [line for line in lines[1:] if line.endswith("...")]
    assert "--no-" not in told.stdout
