"""How PostgreSQL reads for each main page, as `app` under row-level security, in a full county.

What each page reads by which index is stored in `plans/`, one file a page. After a change that is
meant, `LINLI_WRITE_PLANS=1 pytest tests/web/test_plans.py` writes the files anew.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.test import Client

from linli.access.actor import Actor, system
from linli.access.permissions import Permission
from linli.accounts.models import User
from linli.accounts.tokens import issue
from linli.counties.opening import open_county
from linli.database.pipeline import FixedPlan, PipelineCursor
from linli.incidents.models import Incident
from tests.conftest import A, _empty
from tests.factories.county import small_county
from tests.factories.many import fill, multiply
from tests.factories.steps import reported

pytestmark = pytest.mark.slow
EMBEDDED = 180_000
FOLDER = Path(__file__).parent / "plans"
BIG = (
    "incidents_incident",
    "incidents_incidentevent",
    "incidents_incidenttask",
    "incidents_incidenttext",
)
SHOWN = ("Limit", "Sort", "Incremental Sort", "Aggregate", "Unique")
PAGES = {
    "my-work": ("handler", "/"),
    "open-in-one-township": ("dispatcher", "/incidents?group=open&township={township}"),
    "all-closed": ("dispatcher", "/incidents?group=closed"),
    "own-scope": ("handler", "/incidents"),
    "search-common-word": ("dispatcher", "/incidents?q=" + quote("水管")),
    "search-rare-word": ("dispatcher", "/incidents?q=" + quote("井盖")),
    "case": ("dispatcher", "/incidents/{number}"),
    "figures": ("dispatcher", "/figures"),
    "map-points": ("dispatcher", "/map/points.geojson"),
    "api-list": ("key", "incidents?group=open&size=50"),
    "api-summary": ("key", "summary"),
}


@dataclass
class Full:
    """A county with some 20,000 cases and somebody to look at them."""

    staff: dict[str, User]
    secret: str
    values: dict[str, str]

    def ask(self, who: str, path: str) -> Any:
        path = path.format(**self.values)
        if who == "key":
            key = {"Authorization": f"Bearer {self.secret}"}
            return Client(headers=key).get(f"/api/v1/{A}/{path}")
        client = Client()
        client.force_login(self.staff[who])
        return client.get(f"/{A}{path}")


@dataclass
class Asked:
    """Plans of the statements on big tables; a wrapper around every execution."""

    plans: list[str] = field(default_factory=list)

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = sql if isinstance(sql, str) else sql.as_string(None)
        driver = context["cursor"].cursor
        together = driver.calls if isinstance(driver, PipelineCursor) else [(text, params)]
        for one, values in together:
            if one.lstrip(" (\n").startswith(("SELECT", "WITH")) and any(t in one for t in BIG):
                self._explain(one, values)
        return execute(sql, params, many, context)

    def _explain(self, text: str, values: Any) -> None:
        """The plan for these values; of a statement with one plan for all values, that one."""
        with connection.connection.cursor() as cursor:
            if isinstance(text, FixedPlan):
                cursor.execute("SET LOCAL plan_cache_mode TO force_generic_plan")
                numbers = tuple(f"${number + 1}" for number in range(len(values)))
                cursor.execute(f"PREPARE explained AS {text % numbers}")
                given = ", ".join(["%s"] * len(values))
                cursor.execute(f"EXPLAIN (FORMAT JSON) EXECUTE explained({given})", values)
                found = cursor.fetchone()[0]
                cursor.execute("DEALLOCATE explained; SET LOCAL plan_cache_mode TO auto")
            else:
                cursor.execute("EXPLAIN (FORMAT JSON) " + text, values)
                found = cursor.fetchone()[0]
        plan = json.loads(found) if isinstance(found, str) else found
        if lines := shape(plan[0]["Plan"], _empty_tables()):
            self.plans.append("\n".join(lines))


def shape(node: dict[str, Any], empty: set[str], depth: int = 0) -> list[str]:
    """What is read of big tables, and what is sorted, grouped or cut of it: how it is joined with
    small tables changes with every row of theirs. Months that are planned alike are told once.
    """
    table = _table(node.get("Relation Name"))
    if table and (table not in BIG or node["Relation Name"] in empty):
        return []
    told: list[list[str]] = []
    shown = bool(table) or node["Node Type"] in SHOWN
    for child in node.get("Plans", ()):
        below = shape(child, empty, depth + shown)
        if below and below not in told:
            told.append(below)
    if not shown or not (table or told):
        return [line for part in told for line in part]
    words = [node["Node Type"], table, _index(node)]
    return ["  " * depth + " ".join(filter(None, words)), *(line for part in told for line in part)]


def _table(name: str | None) -> str:
    return re.sub(r"_(\d{6}|default)$", "", name or "")


def _index(node: dict[str, Any]) -> str:
    name = node.get("Index Name", "")
    return "by a month's index" if "county_id_incident_id" in name else f"by {name}" * bool(name)


@pytest.fixture(scope="module")
def full(django_db_setup, django_db_blocker, database_address) -> Iterator[Full]:
    with django_db_blocker.unblock():
        try:
            with open_county(A):
                small = small_county()
                fill(small)
            multiply(database_address.dsn("owner"), A)
            with open_county(A):
                found = _readers(small)
            with psycopg.connect(database_address.dsn("owner")) as owner:
                owner.execute("ANALYZE")  # whatever other tests have left in the statistics
            yield found
        finally:
            connections.close_all()
            _empty(database_address)


def _readers(small: Any) -> Full:
    def user(actor: Actor) -> User:
        return User.objects.get(pk=actor.id)

    staff = {name: user(getattr(small, name)()) for name in ("dispatcher", "handler")}
    rare = reported(small, text="井盖丢失")
    rights = [str(right) for right in Permission]
    _key, secret = issue(user=staff["dispatcher"], name="test", scopes=rights, by=system())
    assert Incident.objects.count() > 15_000
    return Full(staff, secret, {"township": str(small.township.pk), "number": rare.number})


def _scans() -> Counter[str]:
    """Sequential scans of the big tables so far, also those within functions."""
    empty = _empty_tables()
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, seq_scan FROM pg_stat_xact_user_tables")
        rows = cursor.fetchall()
    return Counter({name: n for name, n in rows if _table(name) in BIG and name not in empty})


def _empty_tables() -> set[str]:
    """Months to come: nothing is saved by an index on them."""
    with connection.connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relpages = 0")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_reads_big_tables_by_the_stored_plan(full, page):
    assert full.ask(*PAGES[page]).status_code == 200  # what a process remembers is read here
    asked = Asked()
    with transaction.atomic(), connection.execute_wrapper(asked):
        before = _scans()
        assert full.ask(*PAGES[page]).status_code == 200
        assert not _scans() - before
    found = "\n\n".join(asked.plans) + "\n"
    file = FOLDER / f"{page}.txt"
    assert not re.search("Seq Scan (" + "|".join(BIG) + ")", found), found
    if os.environ.get("LINLI_WRITE_PLANS") == "1":
        file.write_text(found, encoding="utf-8")
    if connection.connection.info.server_version >= EMBEDDED:  # an older planner sorts elsewhere
        assert found == file.read_text(encoding="utf-8")


def test_a_planted_sequential_scan_is_seen(full):
    asked = Asked()
    with open_county(A), connection.cursor() as cursor:
        before = _scans()
        with connection.execute_wrapper(asked):
            cursor.execute("SELECT count(*) FROM incidents_incident WHERE county_id = %s", [A])
            cursor.execute(
                "SELECT text FROM incidents_incident WHERE county_id = %s AND text LIKE '%%x'", [A]
            )
        assert list(_scans() - before) == ["incidents_incident"]
    assert "Seq Scan incidents_incident" in asked.plans[1]
