import pytest

from linli.access.actor import Actor
from linli.casework import tallies
from linli.incidents.actions import Conflict, Draft, NotFound, report, take_step
from linli.incidents.actions.placing import Spot
from linli.incidents.contacts import Contact, open_contacts
from linli.incidents.enums import State
from linli.incidents.models import Incident, IncidentEvent, IncidentTask, ReporterContact
from linli.incidents.rules import Invalid
from linli.organisations.models import Unit
from linli.processes import Refused
from tests.factories.county import Small, small_county


@pytest.fixture
def small(county) -> Small:
    return small_county()


def _report(small: Small, by: Actor, **more: object) -> Incident:
    draft = {
        "text": "村口水管破裂，水流到路面。请尽快来人。",
        "category_id": small.category().pk,
        "source": "grid_worker",
        "spot": Spot(area_id=small.grid.pk, text="村口"),
    }
    return report(Draft(**{**draft, **more}), by=by)  # type: ignore[arg-type]


def _step(incident: Incident, step: str, by: Actor, **fields: object) -> Incident:
    return take_step(incident.pk, step, fields, version=incident.version, by=by)


def _handled(small: Small, handler: Actor, unit: Unit) -> Incident:
    operator = small.township_operator()
    incident = _report(small, small.worker())
    incident = _step(incident, "accept", operator)
    incident = _step(incident, "dispatch", operator, unit=str(unit.pk))
    return _step(incident, "sign_for", handler)


def _attached(actor: Actor) -> list[str]:
    from django.utils import timezone

    from linli.attachments.actions import WAITING
    from linli.attachments.models import Attachment

    row = Attachment.objects.create(
        subject_kind=WAITING,
        kind="image",
        media_type="image/jpeg",
        file_name="a.jpg",
        size=1,
        sha256="0" * 64,
        store_key="x",
        created_at=timezone.now(),
        created_by=actor.id,
    )
    return [str(row.pk)]


def test_a_report_is_placed_numbered_and_counted(small):
    incident = _report(small, small.worker())
    incident.refresh_from_db()
    assert incident.state == State.REPORTED
    assert incident.number.startswith("2026-")
    assert incident.title == "村口水管破裂，水流到路面"
    assert (incident.township_id, incident.village_id) == (small.township.pk, small.village.pk)
    assert incident.platform_unit_id == small.platform.pk
    assert incident.due_at is not None
    assert tallies.totals("incident") == [("reported", 1)]


def test_the_five_steps_lead_from_report_to_evaluation(small):
    handler, operator = small.handler(), small.township_operator()
    incident = _handled(small, handler, small.water)
    evidence = _attached(handler)
    incident = _step(incident, "hand_in", handler, result="水管已修复", evidence=evidence)
    assert incident.state == State.AWAITING_VERIFICATION
    kind = incident.verification
    incident = _step(incident, "verify_pass", operator, verification_kind=kind, outcome="solved")
    assert incident.state == State.CLOSED
    assert incident.closed_at is not None
    assert not incident.is_open
    incident = _step(incident, "evaluate", operator, solved="yes", satisfied="fairly")
    incident.refresh_from_db()
    assert (incident.solved, incident.satisfied) == ("yes", "fairly")
    kinds = list(
        IncidentEvent.objects.filter(incident=incident)
        .order_by("case_version")
        .values_list("kind", flat=True)
    )
    assert kinds == [
        *("report", "accept", "dispatch", "sign_for", "hand_in", "verify_pass", "evaluate")
    ]
    assert not IncidentTask.objects.filter(is_open=True).exists()


def test_folded_counters_equal_a_recount(small):
    handler = small.handler()
    _handled(small, handler, small.water)
    _report(small, small.worker())
    before = tallies.totals("incident", "township", by="key")
    assert tallies.fold() == 5
    assert tallies.totals("incident", "township", by="key") == before
    assert before == [
        (str(small.township.pk), "handling", 1),
        (str(small.township.pk), "reported", 1),
    ]


def test_whoever_handled_cannot_verify(small):
    handler = small.staff("unit_handler", unit=small.platform, area=small.township)
    operator = small.township_operator()
    incident = _handled(small, handler, small.platform)
    incident = _step(incident, "hand_in", handler, result="好了", evidence=_attached(handler))
    with pytest.raises(Refused) as refused:
        _step(incident, "verify_pass", operator, verification_kind="on_site", outcome="solved")
    assert refused.value.code == "handled_yourself"


def test_an_old_version_is_a_conflict_that_says_what_happened(small):
    operator = small.township_operator()
    incident = _report(small, small.worker())
    seen = incident.version
    _step(incident, "accept", operator)
    with pytest.raises(Conflict) as conflict:
        take_step(incident.pk, "not_accept", {"reason": "x"}, version=seen, by=operator)
    assert [line.kind for line in conflict.value.since] == ["accept"]


def test_out_of_sight_is_not_found(small):
    incident = _report(small, small.worker())
    stranger = small.handler(small.roads)
    with pytest.raises(NotFound):
        _step(incident, "comment", stranger, text="x")


def test_a_missing_reason_names_the_field(small):
    incident = _report(small, small.worker())
    with pytest.raises(Refused) as refused:
        _step(incident, "not_accept", small.township_operator())
    assert (refused.value.code, refused.value.field) == ("field_required", "reason")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * 4001}, "text"),
        ({"source": "rumour"}, "source"),
        ({"spot": Spot()}, "place"),
        ({"severity": "huge"}, "severity"),
    ],
)
def test_a_bad_report_names_the_field(small, change, field):
    with pytest.raises(Invalid) as invalid:
        _report(small, small.worker(), **change)
    assert invalid.value.field == field


def test_a_contact_is_sealed_and_opened_with_a_reason_only(small):
    incident = _report(small, small.worker(), contact=Contact(name="某人", phone="13800000000"))
    row = ReporterContact.objects.get()
    assert b"13800000000" not in bytes(row.sealed)
    operator = small.township_operator()
    with pytest.raises(Invalid):
        open_contacts(incident, by=operator, reason=" ")
    opened = open_contacts(incident, by=operator, reason="回访")
    assert opened[0].phone == "13800000000"


def test_a_recalled_dispatch_ends_the_tasks(small):
    operator = small.township_operator()
    incident = _step(_report(small, small.worker()), "accept", operator)
    incident = _step(
        incident, "dispatch", operator, unit=str(small.water.pk), co_units=[str(small.roads.pk)]
    )
    assert IncidentTask.objects.filter(is_open=True).count() == 2
    _step(incident, "recall", operator, reason="派错单位")
    assert not IncidentTask.objects.filter(is_open=True).exists()
