from linli.database.context import county_context
from linli.incidents.models import Incident
from tests.api.conftest import key_for, report_of
from tests.conftest import A, B
from tests.factories.county import small_county


def test_an_incident_is_reported_and_taken_through_its_steps(small, operator):
    made = operator.post("incidents", report_of(small))
    assert made.status_code == 201, made.content
    one = f"incidents/{made.json()['id']}"
    accepted = operator.post(f"{one}/steps/accept", {}, **{"If-Match": made["ETag"]})
    assert accepted.json()["state"] == "accepted"
    detail = operator.get(one).json()
    assert [line["kind"] for line in detail["timeline"]] == ["report", "accept"]
    offered = {step["step"]: step for step in detail["steps"]}
    assert offered["dispatch"]["allowed"]
    assert offered["dispatch"]["required"] == ["unit"]
    assert detail["suggestion"]["unit_id"]


def test_the_same_key_gives_the_same_answer(small, operator):
    first = operator.post("incidents", report_of(small), key="k1")
    second = operator.post("incidents", report_of(small), key="k1")
    assert second.status_code == 201
    assert first.json() == second.json()
    assert second["Idempotent-Replay"] == "true"
    assert Incident.objects.count() == 1


def test_another_body_under_the_same_key_is_refused(small, operator):
    operator.post("incidents", report_of(small), key="k1")
    other = operator.post("incidents", report_of(small, text="别的"), key="k1")
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_key_reused"


def test_a_bad_request_names_the_field_and_leaves_its_key_free(small, operator):
    bad = operator.post("incidents", report_of(small, text=" "), key="k1")
    assert (bad.status_code, bad.json()["field"]) == (422, "text")
    assert bad["Content-Type"] == "application/problem+json"
    assert operator.post("incidents", report_of(small), key="k1").status_code == 201


def test_a_step_on_an_old_version_is_a_conflict(small, operator):
    made = operator.post("incidents", report_of(small)).json()
    one = f"incidents/{made['id']}/steps/accept"
    operator.post(one, {}, **{"If-Match": '"1"'})
    late = operator.post(one, {}, **{"If-Match": '"1"'})
    assert (late.status_code, late.json()["code"]) == (409, "version_conflict")
    assert late.json()["since"][0]["kind"] == "accept"


def test_lists_are_paged_counted_and_searched(small, operator):
    for n in range(3):
        operator.post("incidents", report_of(small, text=f"第{n}盏路灯不亮"))
    first = operator.get("incidents", size=2).json()
    assert (len(first["items"]), first["count"], first["count_exact"]) == (2, 3, True)
    second = operator.get("incidents", size=2, after=first["next"]).json()
    assert (len(second["items"]), second["next"]) == (1, None)
    assert len(operator.get("incidents", q="路灯").json()["items"]) == 3


def test_without_a_key_nothing_is_said(small, operator):
    operator.secret = "linli_wrong"
    answer = operator.get("incidents")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_a_key_of_one_county_is_unknown_in_another(db):
    with county_context(A):
        operator = key_for(small_county().township_operator())
    operator.county = B
    assert operator.get("incidents").status_code == 401


def test_out_of_sight_is_404_and_a_missing_right_403(small, operator):
    made = operator.post("incidents", report_of(small)).json()
    stranger = key_for(small.handler(small.roads))
    assert stranger.get(f"incidents/{made['id']}").status_code == 404
    auditor = key_for(small.staff("audit_administrator"))
    assert auditor.get("incidents").status_code == 403
