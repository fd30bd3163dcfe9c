"""Every night: the county centre is told of what is no longer covered, once for each gap."""

from datetime import UTC, datetime, timedelta

import pytest

from linli.access.actor import system
from linli.audit.models import AuditEvent
from linli.casework.models import UncoveredGap
from linli.incidents import references
from linli.incidents.actions.watching import watch_coverage
from linli.incidents.coverage import known_since
from linli.jobs import upkeep
from linli.notifications.models import Notice
from linli.organisations.models import Unit
from linli.processes.coverage import Code
from tests.factories.county import Small, small_county
from tests.factories.processes import published_rules, routing_rule

pytestmark = pytest.mark.usefixtures("own_versions")
TONIGHT = datetime(2026, 9, 23, 18, 17, tzinfo=UTC)
TOMORROW = TONIGHT + timedelta(days=1)


@pytest.fixture
def small(county) -> Small:
    found = small_county()
    published_rules(routing_rule("water", when={"categories": ["0303"]}, lead={"unit": "water"}))
    return found


def _watch(at: datetime) -> int:
    return watch_coverage(now=at, by=system())


def test_what_stands_is_told_once_and_dated_by_its_first_night(small):
    assert _watch(TONIGHT) > 0
    assert _watch(TOMORROW) == 0
    notice = Notice.objects.get(subject_kind="process")
    assert (notice.unit_id, notice.message) == (small.centre.pk, "county.uncovered")
    assert set(known_since().values()) == {TONIGHT}
    rows = AuditEvent.objects.filter(county_id=small.centre.county_id, action="process.watched")
    assert rows.count() == 1


def test_a_dissolved_unit_is_a_new_gap_and_mending_it_closes_it(small):
    _watch(TONIGHT)
    Unit.objects.filter(pk=small.water.pk).update(active=False)
    references.forget()
    assert _watch(TOMORROW) == 1
    key = f"{Code.UNKNOWN_UNIT}:rule:water:water"
    assert known_since()[key] == TOMORROW
    Unit.objects.filter(pk=small.water.pk).update(active=True)
    references.forget()
    assert _watch(TOMORROW + timedelta(days=1)) == 0
    assert key not in known_since()
    assert UncoveredGap.objects.get(key=key).closed_at == TOMORROW + timedelta(days=1)
    assert Notice.objects.filter(subject_kind="process").count() == 2


def test_the_job_goes_through_every_county(committed):
    references.forget()  # what the test before it has rolled back
    upkeep.watch_everything(TONIGHT)
    from linli.database.context import county_context
    from tests.conftest import A, B

    for code in (A, B):
        with county_context(code):
            assert UncoveredGap.objects.exists()
