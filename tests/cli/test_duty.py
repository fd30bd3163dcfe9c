"""`linli duty`: who is on duty now, a week, an office's list."""

import json

import pytest

from tests.cli.conftest import COUNTY

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("server_kept")]

ROTA = "值班日期,值班时段,值班员\n周一至周五,08:00-20:00,值班人\n每天,全天,值班人\n"


def _json(done, *, code=0):
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def test_a_rota_is_imported_and_answers(installation, tmp_path):
    run = installation.command
    county = ("--county", COUNTY)
    centre = next(one["unit"] for one in _json(run("duty", "now", "--json", *county)))
    unit = ("--unit", centre)
    run("user", "create", "zhiban", "--name", "值班人", "--role", "county_operator", *unit, *county)
    file = tmp_path / "rota.csv"
    file.write_text(ROTA)
    seen = _json(run("duty", "import", str(file), "--json", *unit, *county), code=1)  # one refused
    assert (seen["applied"], seen["added"]) == (False, 1)
    assert "names no hours" in seen["refused"][0]["reason"]
    done = run("duty", "import", str(file), "--apply", "--json", *unit, *county)
    assert _json(done, code=1)["applied"]
    week = _json(run("duty", "show", "--json", "--week", "2027-01-06", *unit, *county))
    assert week["monday"] == "2027-01-04"
    assert [one["officer"] for one in week["turns"]] == ["值班人"] * 5
    assert len(week["uncovered_hours"]) == 168 - 60


def test_a_unit_that_is_none_is_said_in_one_sentence(installation):
    done = installation.command("duty", "show", "--county", COUNTY, "--unit", "?")
    assert done.returncode == 1
    assert "give its code" in done.stderr
