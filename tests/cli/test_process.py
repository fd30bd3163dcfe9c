"""The command contract of replay and simulation, with and without cases to look at."""

import json

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("server_kept")]

COUNTY = ("--county", "530128")
SCENARIO = "key: x\ntitle: {zh: 试, en: Test}\nstaff: [{unit: nowhere, add: 1}]\n"


@pytest.fixture
def draft(tmp_path):
    from importlib.resources import files

    file = tmp_path / "draft.yaml"
    source = files("linli.incidents") / "processes" / "incident.yaml"
    file.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    return file


def test_a_replay_says_how_many_cases_and_writes_the_changed_ones(installation, draft, tmp_path):
    out = tmp_path / "changed.csv"
    span = ("--since", "2026-01-01", "--until", "2026-12-31")
    done = installation.command(
        "process", "replay", str(draft), *COUNTY, *span, "--out", str(out), "--json"
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["since"], found["until"]) == ("2026-01-01", "2026-12-31")
    assert found["changed"] == len(out.read_text("utf-8-sig").splitlines()) - 1
    assert found["labels"]["clocks"]["sign"] == {"zh": "签收", "en": "Signing for"}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--since", "2026-02-01", "--until", "2026-01-01"), "lies before the first"),
        (("--since", "2026-01-01", "--out", "x.pdf"), "xlsx or .csv"),
        (("--since", "2026-01-01", "--county", "nowhere"), "There is no county nowhere"),
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(installation, draft, more, words):
    done = installation.command("process", "replay", str(draft), *COUNTY, *more)
    assert done.returncode == 1
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_draft_with_faults_is_refused_with_each_of_them(installation, draft):
    draft.write_text(draft.read_text("utf-8").replace("clock: accept", "clock: nowhere", 1))
    done = installation.command("process", "replay", str(draft), *COUNTY, "--since", "2026-01-01")
    assert done.returncode == 1
    assert "nowhere" in done.stderr


def test_a_simulation_without_a_past_or_a_scenario_is_refused(installation, tmp_path):
    short = installation.command("process", "simulate", *COUNTY, "--scenario", "storm_day")
    assert short.returncode == 1
    assert "eight weeks of cases" in " ".join(short.stderr.split())
    unknown = installation.command("process", "simulate", *COUNTY, "--scenario", "storm")
    assert unknown.returncode == 1
    assert "one_more_operator" in " ".join(unknown.stderr.split())
