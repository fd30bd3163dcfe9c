"""My work begins with what emergencies ask of this person, and of nobody else."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from linli.database.context import county_context
from linli.incidents.actions.emergencies import (
    ReportText,
    emergency_dispatch,
    end_emergency,
    raise_emergency,
    record_late,
    send_report,
    take_emergency,
)
from linli.incidents.models import Emergency, EmergencyCall
from tests.conftest import A
from tests.factories.duty import round_the_clock
from tests.web.incidents.conftest import elsewhere, site, url

__all__ = ["elsewhere", "site"]
TEXT = ReportText("河水漫过河堤", "已派水务局", "", "县委值班室")
NONE: list[str] = []


@pytest.fixture
def duty(site):
    with county_context(A):
        return round_the_clock(site.small)


@pytest.fixture
def emergency(site, duty) -> Emergency:
    incident = site.report(text="村口河水上涨")
    with county_context(A):
        return raise_emergency(incident.pk, by=site.small.worker())


def _asked(site, actor) -> list[str]:
    """What the first lines of the home page ask of somebody; times are left out."""
    page = site.client(actor).get(url("home")).content.decode()
    found = re.search(
        r'<section aria-labelledby="group-emergencies">.*?</section>', page, re.DOTALL
    )
    if found is None:
        return NONE
    lines = re.findall(r'<span class="work-asked">(.*?)</li>', found[0], re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", one)).strip() for one in lines]


def _without_times(words: list[str]) -> list[str]:
    return [re.sub(r" (by|due) [A-Za-z0-9: ]*?\d\d:\d\d", r" \1", one) for one in words]


def test_each_is_asked_for_their_own_part(site, duty, emergency):
    asked = {
        name: _without_times(_asked(site, getattr(duty, name)))
        for name in ("officer", "deputy", "centre_officer", "leader")
    }
    report = "First report by Write: First report"
    assert asked == {
        "officer": [f"Take it by {report}"],
        "deputy": [report],
        "centre_officer": [report],
        "leader": ["nobody has taken it yet"],
    }
    assert _asked(site, site.staff("handler", site.small.roads)) == NONE
    assert _asked(site, site.staff("worker")) == NONE


def test_it_goes_from_answer_to_final_report_and_then_leaves(site, duty, emergency):
    officer = duty.officer
    with county_context(A):
        take_emergency(emergency.pk, by=officer)
        emergency_dispatch(emergency.pk, units=[site.small.water.pk], by=officer)
        send_report(emergency.pk, "first", TEXT, by=officer)
    (running,) = _without_times(_asked(site, officer))
    assert running == ("Follow-up report by Complete the record by Write: Follow-up report")
    assert _asked(site, duty.leader) == ["being handled"]
    with county_context(A):
        record_late(emergency.pk, text="已转移三户", by=officer, complete=True)
        end_emergency(emergency.pk, by=officer, reason="水退了")
    (over,) = _without_times(_asked(site, officer))
    assert over == "Final report by Write: Final report"
    assert _asked(site, duty.leader) == NONE
    with county_context(A):
        send_report(emergency.pk, "final", TEXT, by=officer)
    assert _asked(site, officer) == NONE


def test_what_is_late_says_so_and_since_when(site, duty, emergency):
    late = timezone.now() - timedelta(minutes=90)
    with county_context(A):
        Emergency.objects.update(raised_at=late)
        EmergencyCall.objects.update(due_at=late)
    (line,) = _asked(site, duty.officer)
    assert "Take it: was due" in line
    assert "First report: was due" in line
