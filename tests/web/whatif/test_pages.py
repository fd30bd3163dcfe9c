"""What-if pages: who may, what they say, how long runs are waited for, what leaves as a file."""

import io
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from linli.access.actor import actor_for
from linli.accounts.enums import Role
from linli.audit.models import AuditEvent
from linli.casework.models import ProcessRun
from linli.database.context import county_context
from linli.flows import processes
from linli.flows.whatif.runs import carry_out
from tests.conftest import A, B
from tests.factories.county import small_county
from tests.factories.people import person, sign_in
from tests.factories.steps import dispatched

HOME = f"/{A}/what-if/"


@pytest.fixture
def small(db):
    with county_context(A):
        return small_county()


@pytest.fixture
def editor(small):
    return person(A, "editor", Role.COUNTY_OPERATOR)


def text(answer) -> str:
    return answer.content.decode()


def content(client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content


def asked(client) -> str:
    """Ask for a replay of today's cases under a draft that gives everything to the roads bureau."""
    form = client.get(HOME + "replay/").context["form"]
    document = form.initial["document"].replace("function: category", "unit: roads", 1)
    today = timezone.localdate().isoformat()
    data = {"document": document, "since": today, "until": today, "seed": 1, "calendar": ""}
    answer = client.post(HOME + "replay/", data)
    assert answer.status_code == 302, answer.context["form"].errors
    return answer["Location"]


def run_of(address: str) -> UUID:
    return UUID(address.rstrip("/").rsplit("/", 1)[1])


def test_a_replay_is_asked_for_waited_for_and_shown(client, small, editor):
    with county_context(A):
        number = dispatched(small, small.platform).number
    sign_in(client, editor)
    address = asked(client)
    waiting = client.get(address)
    assert 'hx-trigger="every 2s"' in text(waiting)
    progress = client.get(address + "progress/")
    assert (progress.status_code, "等待执行" in text(progress)) == (200, True)
    carry_out(A, run_of(address))
    done = client.get(address + "progress/")
    assert (done.status_code, done["HX-Refresh"]) == (204, "true")
    page = text(client.get(address))
    assert "回放无法知道的" in page
    assert "茂山镇综治中心" in page
    assert "县交通运输局" in page
    assert f"{address}cases/?from=mao&amp;to=roads" in page
    cases = text(client.get(address + "cases/?from=mao&to=roads"))
    assert f"/{A}/incidents/{number}" in cases
    assert number not in text(client.get(address + "cases/?from=water"))


def test_the_published_definition_says_that_nothing_changes(client, small, editor):
    with county_context(A):
        dispatched(small, small.platform)
    sign_in(client, editor)
    form = client.get(HOME + "replay/").context["form"]
    today = timezone.localdate().isoformat()
    data = {"document": form.initial["document"], "since": today, "until": today, "seed": 1}
    address = client.post(HOME + "replay/", data)["Location"]
    carry_out(A, run_of(address))
    assert "草稿不带来任何变化" in text(client.get(address))


def test_the_changed_cases_leave_as_files_without_words_or_persons_and_logged(
    client, small, editor
):
    with county_context(A):
        incident = dispatched(small, small.platform)
    sign_in(client, editor)
    address = asked(client)
    carry_out(A, run_of(address))
    file = content(client, address + "cases.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()
    assert rows[1][0] == incident.number
    assert rows[1][5:7] == ["茂山镇综治中心", "县交通运输局"]
    assert not any(incident.title in str(cell) or "水管" in str(cell) for cell in rows[1])
    csv = content(client, address + "cases.csv").decode("utf-8-sig")
    assert f'"{incident.number}"' in csv
    with county_context(A):
        logged = AuditEvent.objects.filter(county_id=A, action="whatif.exported")
        assert logged.count() == 2


def test_a_page_says_when_a_run_keeps_only_the_first_of_its_changed_cases(
    client, small, editor, monkeypatch
):
    for place in ("linli.flows.whatif.runs", "linli.web.whatif.cases"):
        monkeypatch.setattr(f"{place}.KEPT", 1)
    with county_context(A):
        first, second = dispatched(small, small.platform), dispatched(small, small.platform)
    sign_in(client, editor)
    address = asked(client)
    carry_out(A, run_of(address))
    cases = text(client.get(address + "cases/"))
    assert "2 件变化事件中的前 1 件" in cases
    assert first.number in cases
    assert second.number not in cases


def test_a_past_beyond_twenty_years_is_refused_at_its_day(client, small, editor):
    sign_in(client, editor)
    form = client.get(HOME + "replay/").context["form"]
    data = {"document": form.initial["document"], "since": "1990-01-01", "until": "2026-01-01"}
    answer = client.post(HOME + "replay/", data | {"seed": 1, "calendar": ""})
    assert "最多回看二十年" in text(answer)


def test_who_reads_no_case_sees_sums_and_no_list(client, small, editor):
    with county_context(A):
        dispatched(small, small.platform)
    sign_in(client, editor)
    address = asked(client)
    carry_out(A, run_of(address))
    sign_in(client, person(A, "system", Role.SYSTEM_ADMINISTRATOR))
    page = text(client.get(address))
    assert "县交通运输局" in page
    assert "cases/" not in page
    assert client.get(address + "cases/").status_code == 404
    assert client.get(address + "cases.xlsx").status_code == 403
    assert client.get(HOME + "replay/").status_code == 403
    assert client.post(address + "cancel/").status_code == 403


def test_a_leader_looks_and_takes_a_list_but_begins_nothing(client, small, editor):
    with county_context(A):
        dispatched(small, small.platform)
    sign_in(client, editor)
    address = asked(client)
    carry_out(A, run_of(address))
    sign_in(client, person(A, "leader", Role.LEADER))
    assert client.get(HOME).status_code == 200
    assert "开始回放" not in text(client.get(HOME))
    assert client.get(address + "cases/").status_code == 200
    assert content(client, address + "cases.csv")
    assert client.post(HOME + "simulate/", {"scenario": "storm"}).status_code == 403


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.TOWNSHIP_OPERATOR, Role.UNIT_HANDLER])
def test_other_roles_have_no_such_pages(client, small, role):
    sign_in(client, person(A, "other", role, area=small.township))
    for address in (HOME, HOME + "replay/", HOME + "simulate/", f"{HOME}{uuid4()}/"):
        assert client.get(address).status_code == 403


def test_another_county_and_an_unknown_run_are_not_found(client, small, editor):
    sign_in(client, editor)
    address = asked(client)
    assert client.get(HOME.replace(A, B)).status_code == 404
    assert client.get(address.replace(A, B)).status_code == 404
    for part in ("", "progress/", "cases/", "cases.xlsx", "cases.csv"):
        assert client.get(f"{HOME}{uuid4()}/{part}").status_code == 404
    assert client.get(HOME + "replay/?draft=x").status_code == 404
    assert client.get(f"{HOME}replay/?draft={uuid4()}").status_code == 404
    assert client.get(address + "cases/").status_code == 404  # it has no result yet


def test_wrong_methods_are_refused(client, small, editor):
    sign_in(client, editor)
    address = asked(client)
    assert client.get(address + "cancel/").status_code == 405
    for part in ("", "progress/", "cases/", "cases.xlsx"):
        assert client.post(address + part).status_code == 405


def test_a_run_is_cancelled(client, small, editor):
    sign_in(client, editor)
    address = asked(client)
    assert client.post(address + "cancel/").status_code == 302
    assert "推演已取消" in text(client.get(address))
    with county_context(A):
        assert ProcessRun.objects.get().state == "cancelled"


def test_a_draft_with_faults_comes_back_with_each_of_them_and_the_text(client, small, editor):
    sign_in(client, editor)
    form = client.get(HOME + "replay/").context["form"]
    document = form.initial["document"].replace("clock: accept", "clock: nowhere", 1)
    today = timezone.localdate().isoformat()
    answer = client.post(
        HOME + "replay/", {"document": document, "since": today, "until": today, "seed": 1}
    )
    assert answer.status_code == 422
    assert "nowhere" in text(answer)
    assert "草稿无法使用" in text(answer)


def test_a_stored_draft_is_what_the_form_begins_with(client, small, editor):
    with county_context(A):
        by = actor_for(editor, today=timezone.localdate())
        draft = processes.start("incident", title="试", summary="", by=by,
                                document=processes.shipped("incident") + "\n# mine\n")  # fmt: skip
    sign_in(client, editor)
    for asked_for in (f"?draft={draft.pk}", ""):
        page = client.get(f"{HOME}replay/{asked_for}")
        assert page.context["form"]["which"].value() == str(draft.pk)
        assert "# mine" in text(page)
    today = timezone.localdate().isoformat()
    span = {"since": today, "until": today, "seed": 1}
    for which, mine in ((str(draft.pk), True), ("published", False)):
        answer = client.post(HOME + "replay/", span | {"which": which, "document": "no: yaml"})
        with county_context(A):
            document = ProcessRun.objects.get(pk=run_of(answer["Location"])).document
        assert ("# mine" in document) is mine, "who chooses a process by name writes no text"
        assert ("草稿“试”回放" in text(client.get(answer["Location"]))) is mine
    assert client.post(HOME + "replay/", span | {"which": ""}).status_code == 422
    assert client.post(HOME + "replay/", span | {"which": str(uuid4())}).status_code == 422


SHARED = {"days": 10, "replications": 2, "seed": 1}


@pytest.mark.parametrize(
    ("scenario", "data", "title"),
    [
        ("staff", {"add": 1}, "乡镇综治中心增加一名调度员"),
        ("merge", {}, "两个最忙的部门合并"),
        ("storm", {"times": 5, "day": 8, "lasts": 1}, "上报量为平日5倍"),
    ],
)
def test_each_ready_scenario_begins_with_one_press(client, small, editor, scenario, data, title):
    sign_in(client, editor)
    answer = client.post(HOME + "simulate/", {"scenario": scenario, **SHARED, **data})
    assert answer.status_code == 302
    assert title in text(client.get(answer["Location"]))
    carry_out(A, run_of(answer["Location"]))
    assert "历史数据太短" in text(client.get(answer["Location"]))


def test_a_scenario_is_filled_in(client, small, editor):
    sign_in(client, editor)
    with county_context(A):
        water, roads = str(small.water.pk), str(small.roads.pk)

    def post(**data):
        return client.post(HOME + "simulate/", {**SHARED, **data})

    made = post(scenario="merge", one=water, other=roads)
    assert "县交通运输局并入县水务局" in text(client.get(made["Location"]))
    assert post(scenario="merge", one=water, other=water).status_code == 422
    none = post(scenario="staff", add=0)
    assert (none.status_code, "人数不增不减" in text(none)) == (422, True)
    assert post(scenario="storm", times=5, day=90, lasts=1).status_code == 422


def test_the_same_asked_twice_bears_two_titles(client, small, editor):
    sign_in(client, editor)
    asked(client)
    with county_context(A):
        ProcessRun.objects.update(created_at=timezone.now() - timedelta(hours=2))
    asked(client)
    first, second = (row["title"] for row in client.get(HOME).context["rows"])
    assert first != second


def test_the_editor_leads_from_a_draft_to_its_replay(client, small, editor):
    with county_context(A):
        by = actor_for(editor, today=timezone.localdate())
        draft = processes.start("incident", title="试", summary="", by=by)
    sign_in(client, editor)
    page = text(client.get(f"/{A}/processes/incident/drafts/{draft.pk}/"))
    assert f'href="{HOME}replay/?draft={draft.pk}"' in page
    assert f'href="{HOME}"' in page
