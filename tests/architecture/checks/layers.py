"""The order of packages: import-linter's contract is the one place where it stands."""

import configparser
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CONFIG = ROOT / ".importlinter"
RUN = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"


def layers() -> list[list[str]]:
    """Packages from top to bottom; those of one row are siblings."""
    config = configparser.ConfigParser()
    config.read(CONFIG, encoding="utf-8")
    rows = config["importlinter:contract:layers"]["layers"].split("\n")
    return [[name.strip(" ()") for name in row.split("|")] for row in rows if row.strip()]


def rank(package: str) -> int:
    """0 is the top."""
    return next(number for number, row in enumerate(layers()) if package in row)


def lint(source: Path) -> tuple[bool, str]:
    """Run import-linter over `source`/linli with the project's contracts."""
    found = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=ROOT if source == ROOT / "src" else source,
        env={"PYTHONPATH": str(source), "PATH": "", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return found.returncode == 0, found.stdout + found.stderr
