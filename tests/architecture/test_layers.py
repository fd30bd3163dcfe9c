import shutil
from pathlib import Path

import pytest

from tests.architecture.checks.layers import CONFIG, ROOT, layers, lint

PLANTED = {
    "a sibling import": {"incidents/models.py": "", "web/x.py": "import linli.api"},
    "an import upwards": {"territory/models.py": "from linli.incidents import models"},
    "an import hidden in a function": {"lib/ids.py": "def f():\n    import linli.audit"},
    "Django in rules": {"incidents/rules.py": "from django.utils import timezone"},
    "Django in nested rules": {"incidents/imports/rules.py": "import django"},
    "Django in processes": {"processes/engine.py": "import django.conf"},
    "Django behind rules": {
        "incidents/rules.py": "import linli.incidents.words",
        "incidents/words.py": "import django",
    },
    "Django in the library": {"lib/ids.py": "from django.db import models"},
    "a package without a layer": {"sudoku/__init__.py": ""},
    "a cycle inside a package": {
        "incidents/actions.py": "import linli.incidents.queries",
        "incidents/queries.py": "import linli.incidents.actions",
    },
}


def test_the_imports_of_the_project_keep_every_contract():
    kept, report = lint(ROOT / "src")
    assert kept, report


def _skeleton(folder: Path, files: dict[str, str]) -> Path:
    shutil.copy(CONFIG, folder / CONFIG.name)
    bare = {f"{name}/__init__.py": "" for row in layers() for name in row}
    for name, text in (
        {"__init__.py": "", "incidents/imports/__init__.py": ""} | bare | files
    ).items():
        path = folder / "linli" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_a_skeleton_without_faults_keeps_every_contract(tmp_path):
    kept, report = lint(_skeleton(tmp_path, {"incidents/models.py": "import linli.territory"}))
    assert kept, report


@pytest.mark.parametrize("files", PLANTED.values(), ids=PLANTED)
def test_a_planted_import_is_found(tmp_path, files):
    kept, report = lint(_skeleton(tmp_path, files))
    assert not kept
    assert "1 broken" in report, report
