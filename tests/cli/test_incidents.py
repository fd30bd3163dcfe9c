"""The command contract of incidents: a stranger's file in, what broke a rule out, totals."""

import csv
import json

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("server_kept")]

PROFILE = """
name: stranger
format: csv
timezone: Asia/Shanghai
source_id: id
text: {columns: [what]}
category: {column: kind, create: from_column, prefix: s.}
state: {column: state, map: {open: reported, done: closed}}
opened: {column: opened}
closed: {column: closed}
"""
ROWS = """id,what,kind,state,opened,closed
1,路灯不亮,lamp,done,2026-03-02T09:00:00,2026-03-03T10:00:00
2,水管破裂,water,open,2026-03-04T09:00:00,
3,垃圾堆放,waste,done,2026-03-05T09:00:00,2026-03-04T09:00:00
4,道路塌陷,road,lost,2026-03-05T09:00:00,
"""
COUNTY = ("--county", "530128")


@pytest.fixture
def files(tmp_path):
    (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "profile.yaml").write_text(PROFILE, encoding="utf-8")
    return tmp_path


def test_a_file_is_imported_once_counted_and_follows_its_process(installation, files):
    rejects = files / "out.csv"
    asked = ("--profile", str(files / "profile.yaml"), "--rejects", str(rejects))
    command = ("incidents", "import", str(files / "rows.csv"), *asked, *COUNTY, "--json")

    done = installation.command(*command)
    assert done.returncode == 0, done.stderr
    first = json.loads(done.stdout)
    assert (first["imported"], first["rejected"]) == (2, 2)
    with rejects.open(encoding="utf-8-sig") as file:
        reasons = {row["id"]: row["linli_reason_zh"] for row in csv.DictReader(file)}
    assert set(reasons) == {"3", "4"}
    assert all(reasons.values())

    again = json.loads(installation.command(*command).stdout)
    assert (again["imported"], again["known_already"]) == (0, 2)

    said = installation.command("incidents", "summary", *COUNTY, "--json").stdout
    found = {row["key"]: row["amount"] for row in json.loads(said)["rows"]}
    assert found == {"reported": 1, "closed": 1}
    assert installation.command("incidents", "replay", *COUNTY).returncode == 0


def test_a_profile_whose_columns_are_not_there_says_which(installation, files):
    (files / "rows.csv").write_text("id,text\n1,x\n", encoding="utf-8")
    asked = ("incidents", "import", str(files / "rows.csv"), *COUNTY)
    done = installation.command(*asked, "--profile", str(files / "profile.yaml"))
    assert done.returncode == 1
    assert "what" in done.stderr
