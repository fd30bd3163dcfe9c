"""`linli user`: accounts and lists from the server's command line."""

import json

import pytest

from tests.cli.conftest import COUNTY

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("server_kept")]

STAFF = "人员名册\n姓名,岗位,联系电话\n王五,派遣员,13911112222\n赵六,航海员,\n"


def _json(done, *, code=0):
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def test_accounts_are_made_listed_imported_and_given_new_passwords(installation, tmp_path):
    run = installation.command
    county = ("--county", COUNTY)
    made = _json(run("user", "create", "shenji", "--name", "审计员", "--json", *county))
    assert made["username"] == "shenji"
    taken = run("user", "create", "ShenJi", "--name", "别人", *county)
    assert taken.returncode == 1
    assert "taken" in taken.stderr

    file = tmp_path / "staff.csv"
    file.write_bytes(STAFF.encode("gb18030"))
    seen = _json(run("user", "import", str(file), "--json", *county), code=1)  # one is refused
    assert (seen["applied"], seen["added"]) == (False, 1)
    assert [one["row"] for one in seen["refused"]] == [4]
    rejects = tmp_path / "rejects.xlsx"
    into = ("--apply", "--rejects", str(rejects), "--json")
    done = _json(run("user", "import", str(file), *into, *county), code=1)
    assert [one["username"] for one in done["accounts"]] == ["wangwu"]
    assert rejects.read_bytes().startswith(b"PK")

    listed = {one["username"]: one for one in _json(run("user", "list", "--json", *county))}
    assert listed["wangwu"]["roles"][0]["role"] == "dispatcher"
    assert listed["shenji"]["roles"] == []
    anew = _json(run("user", "password", "wangwu", "--json", *county))
    assert anew["temporary_password"] != done["accounts"][0]["temporary_password"]


def test_a_leave_is_noted_and_ended_and_a_role_ends(installation):
    run, county = installation.command, ("--county", COUNTY, "--json")
    for name in ("anna", "bert"):
        _json(run("user", "create", name, "--name", name, "--role", "dispatcher", *county))
    days = ("--from", "2099-01-05", "--to", "2099-01-09")
    made = _json(run("user", "leave", "anna", *days, "--stand-in", "Bert", *county))
    assert (made["role"], made["matters_handed_over"]) == ("dispatcher", 0)
    assert _away(run, county, "anna") == ["2099-01-05", "2099-01-09"]
    _json(run("user", "back", "anna", *county))
    assert _away(run, county, "anna") is None
    ended = run("user", "end-role", "anna", "--on", "2099-02-01", "--successor", "bert", *county)
    assert (_json(ended)["ends"], _json(ended)["successor"]) == ("2099-02-01", "bert")
    for wrong, words in (
        (("leave", "anna", *days, "--stand-in", "nobody"), "holds no like role"),
        (("leave", "anna", *days[:3], "9999-12-31", "--stand-in", "bert"), "not a date"),
        (("back", "anna"), "No leave of anna"),
        (("end-role", "anna", "--role", "leader"), "Roles: dispatcher"),
        (("end-role", "nobody"), "Nobody called nobody"),
    ):
        assert words in _json(run("user", *wrong, *county), code=1)["error"]


def _away(run, county, name):
    (row,) = (one for one in _json(run("user", "list", *county)) if one["username"] == name)
    return row["roles"][0]["away"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("list", "--county", "999"), "no county 999"),
        (("password", "nobody", "--county", COUNTY), "Nobody called nobody"),
        (("create", "x1", "--name", "x", "--county", COUNTY, "--role", "king"), "no role"),
        (
            ("create", "x1", "--name", "x", "--county", COUNTY, "--unit", "?", "--role", "leader"),
            "0",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(installation, arguments, words):
    done = installation.command("user", *arguments)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_refused_role_leaves_no_account(installation):
    installation.command(
        "user", "create", "x2", "--name", "x", "--county", COUNTY, "--role", "king"
    )
    listed = _json(installation.command("user", "list", "--json", "--county", COUNTY))
    assert "x2" not in {one["username"] for one in listed}
