"""One key raises it, one click takes it; the alarm stays on every page until then."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from linli.access.actor import system
from linli.accounts.enums import Role
from linli.database.context import county_context
from linli.incidents.actions.emergencies import climb_if_due, raise_emergency, take_emergency
from linli.incidents.models import (
    AlarmKind,
    CentreAlarm,
    Emergency,
    EmergencyCall,
    EmergencyReport,
    Incident,
    IncidentEvent,
)
from linli.organisations.models import Unit
from tests.conftest import A, B
from tests.factories.duty import OnDuty, round_the_clock
from tests.web.incidents.conftest import elsewhere, site, url

__all__ = ["elsewhere", "site"]
REPORT = {
    "happened": "河水漫过河堤", "measures": "已派水务局", "next_steps": "继续排水",
    "sent_to": "县委值班室", "kind": "first",
}  # fmt: skip


@pytest.fixture
def duty(site) -> OnDuty:
    with county_context(A):
        return round_the_clock(site.small)


@pytest.fixture
def incident(site, duty) -> Incident:
    return site.report(text="村口河水上涨")


@pytest.fixture
def emergency(site, incident) -> Emergency:
    with county_context(A):
        return raise_emergency(incident.pk, by=site.small.worker())


def _url(incident: Incident, rest: str = "", county: str = A) -> str:
    return f"/{county}/incidents/{incident.number}/emergency{rest}"


def _text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def _row(emergency: Emergency) -> Emergency:
    with county_context(A):
        return Emergency.objects.get(pk=emergency.pk)


def test_the_button_and_its_key_stand_on_the_case(site, duty, incident):
    page = site.client(duty.officer).get(url("case", incident.number)).content.decode()
    assert re.search(r'<button[^>]*data-key="e"[^>]*data-dialog-open="raise"', page)
    answer = site.client(duty.officer).post(_url(incident, "/raise"), follow=True)
    assert "The people on duty are alerted." in _text(answer)
    with county_context(A):
        assert EmergencyCall.objects.get().user_id == duty.officer.id


def test_whoever_is_alerted_finds_it_on_every_page_and_takes_it_with_one_click(
    site, duty, incident, emergency
):
    client = site.client(duty.officer)
    for path in (url("home"), url("list"), f"/{A}/duty/", f"/{A}/units/"):
        page = _text(client.get(path))
        assert "Emergency: you are alerted" in page
        assert incident.number in page
    assert "you are alerted" not in _text(site.client(duty.deputy).get(url("home")))
    answer = client.post(_url(incident, "/take"), follow=True)
    assert "You have taken the matter." in _text(answer)
    assert "you are alerted" not in _text(client.get(url("home")))
    assert _row(emergency).taken_by == duty.officer.id


def test_an_alarm_stays_on_every_page_of_the_centre_until_somebody_takes_it(
    site, duty, incident, emergency
):
    with county_context(A):
        for minutes in (6, 12, 30):
            later = timezone.now() + timedelta(minutes=minutes)
            climb_if_due(emergency.pk, by=system(), now=later)
    centre = [site.client(one) for one in (duty.centre_officer, duty.leader)]
    for client in centre:
        for path in (url("home"), url("map"), f"/{A}/territory", f"/{A}/duty/"):
            assert "Nobody answered an emergency" in _text(client.get(path))
    with county_context(A):
        verifier = site.client(site.small.verifier())
    page = verifier.get(url("home")).content.decode()
    assert "Nobody answered an emergency" in page
    assert _url(incident, "/take") not in page, "nobody is offered what would be refused"
    assert verifier.post(_url(incident, "/take")).status_code == 403
    for client in centre:
        assert _url(incident, "/take") in client.get(url("home")).content.decode()
    centre[1].post(_url(incident, "/take"))
    assert _row(emergency).taken_by == duty.leader.id, "alerted, though a leader accepts no case"
    assert "Nobody answered" not in _text(centre[0].get(url("home")))


def test_an_overdue_alarm_is_offered_to_whoever_may_take_it(site, duty, incident, emergency):
    """Behind it stands an emergency that only some may answer; once it is answered, all may."""
    verifier = site.browser("verifier")
    with county_context(A):
        late = {"kind": AlarmKind.OVERDUE, "raised_at": timezone.now()}
        CentreAlarm.objects.create(incident=incident, **late)
    page = verifier.get(url("home")).content.decode()
    assert "Overdue, and nobody was left to tell" in page
    assert _url(incident, "/take") not in page
    assert verifier.post(_url(incident, "/take")).status_code == 403
    with county_context(A):
        take_emergency(emergency.pk, by=duty.officer)
        CentreAlarm.objects.create(incident=incident, **late)
    assert _url(incident, "/take") in verifier.get(url("home")).content.decode()
    assert "You have taken" in _text(verifier.post(_url(incident, "/take"), follow=True))
    assert _url(incident, "/take") not in verifier.get(url("home")).content.decode()


def test_the_second_is_told_who_was_faster(site, duty, incident, emergency):
    with county_context(A):
        take_emergency(emergency.pk, by=duty.officer)
    answer = site.client(duty.deputy).post(_url(incident, "/take"), follow=True)
    assert f"{duty.officer.label} took it already" in _text(answer)


def test_the_poll_says_when_alarms_change_and_the_part_is_fetched(site, duty, incident):
    client = site.client(duty.officer)
    before = client.get(url("counts"))
    assert before.json()["alarms"] == ""
    with county_context(A):
        raise_emergency(incident.pk, by=site.small.worker())
    after = client.get(url("counts"), headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    stamp = after.json()["alarms"]
    part = client.get(f"/{A}/emergencies/waiting").content.decode()
    assert f'data-stamp="{stamp}"' in part
    assert incident.number in part


def test_units_are_sent_from_the_page(site, duty, incident, emergency):
    client = site.client(duty.officer)
    given = {"unit": str(site.small.water.pk), "co_units": [str(site.small.roads.pk)]}
    answer = client.post(_url(incident, "/dispatch"), given, follow=True)
    assert "The units are sent." in _text(answer)
    assert "First act, then record" in _text(answer)
    assert site.now(incident).state == "dispatched"
    again = client.post(_url(incident, "/dispatch"), given)
    assert again.status_code == 422


def test_what_was_done_is_put_on_record_with_its_time(site, duty, incident, emergency):
    client = site.client(duty.officer)
    given = {"text": "已转移三户", "complete": "on"}
    client.post(_url(incident, "/record"), given)
    assert _row(emergency).recorded_at is not None
    wrong = client.post(_url(incident, "/record"), {"text": "x", "happened_at": "2020-01-01T08:00"})
    assert wrong.status_code == 422
    assert "This lies before what it follows." in _text(wrong)


def test_whoever_may_not_put_it_on_record_is_not_asked_to(site, duty, incident, emergency):
    with county_context(A):
        worker, officer = (site.client(one) for one in (site.small.worker(), duty.officer))
    assert _url(incident, "/record") not in worker.get(_url(incident)).content.decode()
    assert worker.post(_url(incident, "/record"), {"text": "已拉警戒线"}).status_code == 403
    assert _url(incident, "/record") in officer.get(_url(incident)).content.decode()


def test_a_report_is_written_kept_read_and_taken_along_as_text(site, duty, incident, emergency):
    client = site.client(duty.officer)
    page = _text(client.get(_url(incident, "/reports/new")))
    assert "First report" in page
    assert "村口河水上涨" in page, "it begins with the words of the case"
    answer = client.post(_url(incident, "/reports/new"), REPORT, follow=True)
    assert "河水漫过河堤" in _text(answer)
    with county_context(A):
        row = EmergencyReport.objects.get()
    text = client.get(_url(incident, f"/reports/{row.pk}.txt"))
    assert text["Content-Type"].startswith("text/plain")
    assert "已派水务局" in text.content.decode()
    again = client.post(_url(incident, "/reports/new"), REPORT)
    assert again.status_code == 422, "the first report is not sent twice"
    assert "sent in time" in _text(client.get(_url(incident)))


def test_what_a_report_lacks_is_said_at_its_field(site, duty, incident, emergency):
    answer = site.client(duty.officer).post(
        _url(incident, "/reports/new"), REPORT | {"sent_to": "", "measures": ""}
    )
    assert answer.status_code == 422
    assert answer.content.decode().count("field-error") >= 2


def test_it_is_over_with_a_reason_and_the_final_report_is_due(site, duty, incident, emergency):
    client = site.client(duty.officer)
    assert client.post(_url(incident, "/end"), {"reason": ""}).status_code == 422
    client.post(_url(incident, "/reports/new"), REPORT)
    client.post(_url(incident, "/end"), {"reason": "水退了"})
    page = _text(client.get(_url(incident)))
    assert "Over since" in page
    assert "Final report" in page


def test_the_list_shows_what_is_due_and_what_is_over(site, duty, incident, emergency):
    with county_context(A):
        Unit.objects.filter(pk=emergency.unit_id).update(name_en="Township Centre")
    client = site.client(duty.officer)
    page = _text(client.get(f"/{A}/emergencies"))
    assert incident.title in page
    assert "First report" in page
    assert "Township Centre" in page
    assert "rota of Township Centre" in _text(client.get(_url(incident)))
    with county_context(A):
        Emergency.objects.update(raised_at=timezone.now() - timedelta(hours=1))
    page = client.get(f"/{A}/emergencies").content.decode()
    assert re.search(r"tone-overdue[^>]*>.*?First report", page, re.DOTALL)


def test_an_emergency_is_reported_without_a_place(site, duty):
    client = site.client(duty.centre_officer)
    page = client.get(url("new") + "?emergency=1").content.decode()
    assert 'value="emergency"' in page
    assert 'value="settle"' not in page
    given = {
        "key": "k1", "text": "有人落水，地点不详", "category": site.category(), "source": "call",
        "severity": "", "do": "emergency",
    }  # fmt: skip
    answer = client.post(url("new"), given, follow=True)
    assert "the people on duty are alerted" in _text(answer)
    with county_context(A):
        made = Incident.objects.get()
        assert (made.area_id, made.platform) == (None, "county")
        assert EmergencyCall.objects.get().user_id == duty.centre_officer.id
    refused = client.post(url("new"), given | {"do": "report", "key": "k2"})
    assert refused.status_code == 422


def test_a_step_of_an_emergency_may_be_dated_back_with_a_reason(site, duty, incident, emergency):
    client = site.client(duty.officer)
    before = timezone.localtime() - timedelta(hours=2)
    with county_context(A):
        row = Incident.objects.get()
        row.progress["entered_at"] = (timezone.now() - timedelta(hours=5)).isoformat()
        Incident.objects.update(
            opened_at=timezone.now() - timedelta(hours=5), progress=row.progress
        )
        version = row.version
    given = {"version": version, "happened_at": before.strftime("%Y-%m-%dT%H:%M")}
    path = url("step", incident.number, "accept")
    assert "happened_at" in client.get(path).content.decode()
    assert client.post(path, given).status_code == 422, "a reason is missing"
    assert client.post(path, given | {"late_reason": "先到现场"}).status_code == 302
    with county_context(A):
        line = IncidentEvent.objects.get(kind="accept")
    assert line.data["late"] == "先到现场"
    assert abs(line.occurred_at - before) < timedelta(minutes=1)
    assert "先到现场" in _text(client.get(url("case", incident.number)))


def test_an_ordinary_step_is_not_asked_about_its_time(site, duty, incident):
    page = site.client(duty.officer).get(url("step", incident.number, "accept")).content.decode()
    assert "happened_at" not in page


POSTS = ("/raise", "/take", "/dispatch", "/record", "/end")


def test_out_of_sight_there_is_nothing(site, duty, incident, emergency):
    stranger = site.client(site.staff("handler", site.small.roads))
    paths = ("", "/reports/new", *POSTS)
    for rest in paths:
        method = stranger.post if rest in POSTS else stranger.get
        assert method(_url(incident, rest)).status_code in {403, 404}
    assert stranger.post(_url(incident, "/take")).status_code == 404
    assert "村口" not in _text(stranger.get(f"/{A}/emergencies"))


def test_somebody_alerted_out_of_sight_takes_it_all_the_same(site, duty, incident, emergency):
    stranger = site.staff("handler", site.small.roads)
    with county_context(A):
        EmergencyCall.objects.update(user_id=stranger.id)
    client = site.client(stranger)
    assert "you are alerted" in _text(client.get(url("home")))
    answer = client.post(_url(incident, "/take"))
    assert answer["Location"] == url("home")
    assert _row(emergency).taken_by == stranger.id


@pytest.mark.parametrize(
    ("rest", "who", "status"),
    [
        ("/take", "worker", 403),
        ("/end", "worker", 403),
        ("/dispatch", "worker", 403),
        ("/reports/new", "worker", 403),
        ("/record", "verifier", 403),
        ("/end", "verifier", 403),
    ],
)
def test_who_may_not(site, duty, incident, emergency, rest, who, status):
    client = site.browser(who)
    given = {"reason": "x", "text": "x", "unit": str(site.small.water.pk)}
    assert client.post(_url(incident, rest), given).status_code == status


def test_another_county_a_bad_number_and_a_wrong_method(site, duty, incident, emergency):
    client = site.client(duty.officer)
    for rest in ("", *POSTS):
        method = client.post if rest else client.get
        assert method(_url(incident, rest, county=B)).status_code == 404
        assert method(f"/{A}/incidents/2020-999999/emergency{rest}").status_code == 404
    for rest in POSTS:
        assert client.get(_url(incident, rest)).status_code == 405
    other = site.report(text="另一件事")
    assert client.get(_url(other)).status_code == 404


def test_an_administrator_sees_no_emergency(site, duty, incident, emergency):
    admin = site.client(site.staff("staff", Role.SYSTEM_ADMINISTRATOR))
    assert admin.get(f"/{A}/emergencies").status_code == 403
    assert incident.number not in _text(admin.get(f"/{A}/units/"))


def test_who_comes_second_to_end_it_is_told_so(site, incident, emergency):
    client = site.browser("dispatcher")
    client.post(_url(incident, "/end"), {"reason": "水退了"})
    again = client.post(_url(incident, "/end"), {"reason": "水退了"})
    assert again.status_code == 422
    assert "There is no emergency" in _text(again)
