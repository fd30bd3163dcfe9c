"""`linli process`: from a file to the next version, by two people, and the open cases after it."""

import json

import pytest

from tests.cli.conftest import COUNTY

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("server_kept")]

HERE = ("--county", COUNTY)


def _json(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def two(installation):
    """One who writes and one who approves."""
    run = installation.command
    centre = next(
        one["unit"] for one in _json(run("duty", "now", "--json", *HERE))
    )  # the county's own
    for name, role in (("xieren", "dispatcher"), ("lingdao", "leader")):
        run("user", "create", name, "--name", name, "--role", role, "--unit", centre, *HERE)
    return run


def test_a_file_becomes_a_draft_that_two_people_publish(two, tmp_path):
    run = two
    file = tmp_path / "p.yaml"
    assert run("process", "export", "--out", str(file), *HERE).returncode == 0
    text = file.read_text(encoding="utf-8")
    assert "general: 7 working days" in text
    file.write_text(text.replace("general: 7 working days", "general: 5 working days"))
    lines = _json(run("process", "diff", "1", str(file), "--json", *HERE))["lines"]
    assert [one["words"] for one in lines] == [
        "Deadline “Handling” for ordinary matters: 7 working days → 5 working days"
    ]
    made = _json(
        run("process", "import", str(file), "--by", "xieren", "--title", "提速",
            "--reason", "太慢", "--json", *HERE)
    )  # fmt: skip
    assert made["faults"] == []
    draft = made["draft"]
    assert _json(run("process", "propose", draft, "--by", "xieren", "--json", *HERE))["state"] == (
        "proposed"
    )
    refused = run("process", "publish", draft, "--by", "xieren", *HERE)
    assert refused.returncode == 1
    assert "lacks the right process.approve" in refused.stderr
    refused = run("process", "publish", draft, "--by", "lingdao", *HERE)
    assert refused.returncode == 1  # this county has no rotas, no units
    assert "linli process check" in refused.stderr
    listed = _json(run("process", "list", "--json", *HERE))
    assert [one["version"] for one in listed["versions"]] == [1]
    assert [one["state"] for one in listed["drafts"]] == ["proposed"]


def test_a_draft_with_faults_is_kept_and_each_is_named(two, tmp_path):
    file = tmp_path / "p.yaml"
    file.write_text("key: incident\nversion: 1\n", encoding="utf-8")
    made = _json(
        two("process", "import", str(file), "--by", "xieren", "--title", "x", "--json", *HERE)
    )
    assert "states: is missing" in made["faults"]
    refused = two("process", "propose", made["draft"], "--by", "xieren", *HERE)
    assert refused.returncode == 1
    shown = _json(two("process", "show", made["draft"], "--json", *HERE))
    assert shown["definition"] is None
    assert shown["faults"]


def test_moving_needs_somebody_who_may_and_says_first_what_would_change(two):
    done = two("process", "move-cases", "--to", "1", "--by", "xieren", *HERE)
    assert done.returncode == 1
    assert "lacks the right process.approve" in done.stderr
    report = _json(two("process", "move-cases", "--to", "1", "--by", "lingdao", "--json", *HERE))
    assert (report["applied"], report["total"]) == (False, 0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "9"), "no version 9"),
        (("show", "nothing"), "no version, no draft's id and no file"),
        (("export", "00000000-0000-0000-0000-000000000000"), "no draft"),
        (("rollback", "1", "--by", "nobody", "--reason", "x"), "Nobody called nobody"),
    ],
)
def test_a_mistake_is_said_in_one_sentence(installation, arguments, words):
    done = installation.command("process", *arguments, *HERE)
    assert done.returncode == 1
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_the_process_is_shown_in_words_and_its_schema_printed(installation):
    shown = installation.command("process", "show", "--language", "zh", *HERE)
    assert "| 受理 | 已上报 | 已受理 |" in shown.stdout
    schema = json.loads(installation.command("process", "schema").stdout)
    assert schema["title"] == "Linli process definition"
    unknown = installation.command("process", "list", "--county", "none")
    assert unknown.returncode == 1
