import subprocess
import sys
import tomllib

import pytest
import yaml

from tests.architecture.checks import source as checks
from tests.architecture.checks.source import CALLERS, ROOT, SRC

CALLED_BY_DJANGO = {"400.html", "403.html", "404.html", "500.html", "403_csrf.html"}


@pytest.mark.parametrize("package", CALLERS)
def test_callers_leave_rows_to_actions_and_queries(package):
    found = {
        str(file.relative_to(SRC)): calls
        for file in checks.python_files(SRC / package)
        if (calls := checks.orm_calls(file.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        "Incident.objects.create(text='x')",
        "Incident.objects.filter(pk=1).update(state='closed')",
        "list(Incident.objects.all())",
        "incident.save()",
        "form.save()",
        "incident.delete()",
        "await incident.asave()",
        "Incident._base_manager.count()",
        "with connection.cursor() as cursor: pass",
    ],
)
def test_planted_use_of_rows_is_found(line):
    assert checks.orm_calls(f"async def view(request):\n    {line}\n")


@pytest.mark.parametrize(
    "code",
    [
        "context.update(a=1)",
        "request.session.save()",
        "@router.delete('/x')\ndef view(request):\n    return incidents.close(by=request.actor)",
    ],
)
def test_harmless_calls_are_not_taken_for_writes(code):
    assert checks.orm_calls(code) == []


def test_files_and_functions_stay_small():
    source = checks.python_files(SRC, ROOT / "benchmarks", ROOT / "scripts")
    assert checks.too_long(source, checks.FILE_LINES) == []
    assert checks.too_long(checks.python_files(ROOT / "tests"), checks.TEST_LINES) == []
    assert {
        str(file.relative_to(ROOT)): found
        for file in source
        if (found := checks.long_functions(file.read_text(encoding="utf-8")))
    } == {}


def test_planted_length_is_found(tmp_path):
    body = "\n".join("    pass" for _ in range(50))
    file = tmp_path / "long.py"
    file.write_text("\n" * 401)
    assert checks.too_long([file], 400) == ["long.py: 401 lines"]
    assert checks.long_functions(f"class A:\n  async def f(self):\n{body}") == ["f: 51 lines"]
    assert checks.long_functions(f"def f():\n{body[:-9]}") == []


def test_ruff_keeps_functions_simple_and_frameworks_in_their_place():
    branches = "\n".join(f"    if a == {n}:\n        return {n}" for n in range(8))
    complex_function = f"def f(a: int) -> int:\n{branches}\n    return 9\n"
    assert "C901" in _ruff("src/linli/incidents/planted.py", complex_function)
    for module in ("django.http", "django.forms", "django.template", "django.contrib.admin"):
        assert "TID251" in _ruff("src/linli/incidents/planted.py", f"import {module}\n")
    assert "TID251" not in _ruff("src/linli/web/planted.py", "import django.http\n")
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    assert settings["select"] == ["ALL"]
    assert settings["mccabe"]["max-complexity"] <= 8


def _ruff(name: str, text: str) -> str:
    ruff = [sys.executable, "-m", "ruff", "check", "--no-cache", "--stdin-filename", name, "-"]
    done = subprocess.run(
        ruff, input=text, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30
    )
    return done.stdout


def test_whoever_works_in_a_county_opens_it_with_its_clock():
    """`county_context` alone leaves the server's time zone; a proof of the log shows no times."""
    bare = [
        file.relative_to(SRC).as_posix()
        for file in checks.python_files(SRC)
        if "county_context(" in file.read_text(encoding="utf-8")
    ]
    assert bare == ["audit/verification.py", "counties/opening.py", "database/context.py"]


def test_nothing_is_left_open():
    folders = [ROOT / name for name in ("src", "tests", "docs", "benchmarks", "scripts")]
    found = {
        str(file.relative_to(ROOT)): ends
        for file in checks.own_texts(*folders)
        if (ends := checks.open_ends(file.read_text(encoding="utf-8", errors="replace")))
    }
    assert found == {}


def test_a_planted_open_end_is_found():
    assert checks.open_ends("x = 1  # TO" + "DO later") == ["TO" + "DO"]
    assert checks.open_ends("Mastodon's hacked fixes, xxx") == []


def test_every_template_is_used():
    assert checks.unused_templates(SRC, CALLED_BY_DJANGO) == []


def test_a_planted_template_without_use_is_found(tmp_path):
    folder = tmp_path / "templates" / "components"
    folder.mkdir(parents=True)
    for name in ("used", "included", "by_pattern_a", "forgotten"):
        (folder / f"{name}.html").write_text("{% include 'components/included.html' %}")
    (tmp_path / "views.py").write_text(
        "a = 'components/used.html'\ndef f(name): return f'components/by_pattern_{name}.html'\n"
    )
    assert checks.unused_templates(tmp_path) == ["components/forgotten.html"]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_hold_hashes_and_no_addresses(name):
    assert checks.unlocked((ROOT / name).read_text()) == []


@pytest.mark.parametrize(
    "entry",
    [
        "django==5.2",
        "django>=5 --hash=sha256:" + "a" * 64,
        "--index-url https://packages.example/simple",
        "thing @ https://files.example/thing.whl --hash=sha256:" + "a" * 64,
        "django==5.2 --hash=md5:abc",
    ],
)
def test_a_planted_entry_without_hash_or_with_address_is_found(entry):
    good = "a==1 \\\n    --hash=sha256:" + "0" * 64
    assert checks.unlocked(good) == []
    assert checks.unlocked(f"{good}\n{entry}\n{good}") != []


def test_every_code_list_has_a_source():
    lists = [file for file in SRC.rglob("data/*") if file.suffix in {".yaml", ".yml"}]
    assert lists
    missing = {
        str(file.relative_to(SRC)): found
        for file in lists
        if (found := checks.without_source(yaml.safe_load(file.read_text(encoding="utf-8"))))
    }
    assert missing == {}
    # Other formats cannot say where they come from: a code list is YAML.
    others = {file.suffix for file in SRC.rglob("data/*") if file.is_file()} - {".yaml", ".py"}
    assert others - {".pyc"} == set()


def test_a_planted_code_list_without_source_is_found():
    entries = [{"code": "01"}, {"code": "0101", "basis": "P"}, {"code": "0102"}]
    assert checks.without_source({"kinds": entries}) == ["0102"]
    assert checks.without_source({"kinds": entries, "source": "GB/T 1"}) == []
    assert checks.without_source({"kinds": ["a", "b"]}) == ["no source"]
