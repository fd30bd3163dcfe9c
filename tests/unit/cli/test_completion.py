"""What a shell offers when Tab is pressed."""

import pytest
from typer.testing import CliRunner

from linli.cli.main import app


def _offered(line: str) -> list[str]:
    words = line.split(" ")
    asked = {
        "_LINLI_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    return CliRunner().invoke(app, [], env=asked, prog_name="linli").stdout.split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("linli terr", ["territory"]),
        ("linli territory import-", ["import-divisions", "import-areas"]),
        ("linli territory import-areas --cr", ["--crs"]),
        ("linli territory import-areas --crs ", ["wgs84", "gcj02", "cgcs2000"]),
        ("linli territory locate --crs b", ["bd09"]),
        ("linli incidents summary --by c", ["category"]),
        ("linli incidents import x.csv --profile ", ["boston311", "open311"]),
        ("linli incidents import x.csv --profile ./m", []),
    ],
)
def test_commands_options_and_their_values_are_offered(line, offered):
    assert _offered(line) == offered
