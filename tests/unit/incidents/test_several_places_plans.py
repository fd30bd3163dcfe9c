"""Sight over further places costs an index: a township's list, count and single case."""

import json
from collections.abc import Iterator

import pytest
from django.db import connection

from linli.incidents.detail import find
from linli.incidents.filters import Filter
from linli.incidents.models import IncidentPlace
from linli.incidents.paging import Count, count, page
from tests.factories.drawn import EAST, WEST, Drawn, drawn_county
from tests.factories.steps import reported

MANY = 6_000
LARGE = {"incidents_incident", "incidents_incidentplace"}  # the others are all but empty here
_COPY = """
INSERT INTO {table} SELECT made.* FROM {table} t, generate_series(1, %s) k,
LATERAL jsonb_populate_record(t, jsonb_build_object({changes})) made WHERE t.county_id = %s
"""
_CHANGES = {
    "incidents_incident": "'id', md5(t.id::text || k)::uuid, 'number', t.number || '-' || k,"
    " 'opened_at', t.opened_at - k * interval '1 hour'",
    "incidents_incidentplace": "'id', md5(t.id::text || k)::uuid,"
    " 'incident_id', md5(t.incident_id::text || k)::uuid,"
    " 'opened_at', t.opened_at - k * interval '1 hour',"
    " 'township_id', CASE WHEN k %% 100 = 0 THEN t.township_id ELSE gen_random_uuid() END",
}


class Plans:
    """The plans of all statements on further places that run within."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def __call__(self, execute, sql, params, many, context):
        if sql.lstrip(" (").startswith("SELECT") and "incidents_incidentplace" in sql:
            with connection.connection.cursor() as cursor:
                cursor.execute("EXPLAIN (FORMAT JSON) " + sql, params)
                plan = cursor.fetchone()[0]
            self.found.append(plan if isinstance(plan, str) else json.dumps(plan))
        return execute(sql, params, many, context)


def read_whole(plan: dict) -> Iterator[str]:
    """The tables that a plan walks from end to end."""
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from read_whole(part)


@pytest.fixture
def drawn(county) -> Drawn:
    drawn = drawn_county()
    kind = drawn.small.category("0201").pk
    reported(drawn.small, category_id=kind, spot=WEST, further=(EAST,))
    with connection.cursor() as cursor:
        for table, changes in _CHANGES.items():
            cursor.execute(_COPY.format(table=table, changes=changes), [MANY, "530128"])
        cursor.execute(
            "SET LOCAL enable_sort = off"
        )  # few rows are sorted as quickly as read in order
    assert IncidentPlace.objects.count() == MANY + 1
    return drawn


def test_a_township_reads_its_further_places_by_their_index(drawn):
    east, plans = drawn.east_operator(), Plans()
    with connection.execute_wrapper(plans):
        rows = page(east, Filter()).rows
        assert len(rows) == 50
        assert count(east, Filter()) == Count(MANY // 100 + 1)
        assert find(east, rows[7].number) == rows[7]
    listed, counted, single = plans.found
    for plan in (listed, counted, single):
        assert not LARGE & set(read_whole(json.loads(plan)[0]["Plan"]))
    assert "incidents_place_township" in listed
    assert "incidents_place_township" in counted
    assert "incidents_place_" in single
    assert '"Node Type": "Sort"' not in listed
