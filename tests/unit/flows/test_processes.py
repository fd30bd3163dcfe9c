"""From a draft to the next version: two people, every check, and nobody overwritten."""

import threading

import pytest
from django.db import connection

from linli.access.actor import Actor, PermissionRefusedError, system
from linli.accounts.enums import Role
from linli.accounts.models import DutyShift
from linli.audit.models import AuditEvent
from linli.casework import definitions, drafting, rules, versions
from linli.casework.drafting import NoDraftError, StaleDraftError
from linli.casework.models import DraftState, ProcessDraft, ProcessVersion
from linli.counties.opening import open_county
from linli.database.context import county_context
from linli.flows import processes as flow
from linli.flows.processes import NotCoveredError, shipped
from linli.incidents.models import Incident
from linli.lib.errors import InputError
from linli.notifications.queries import newest
from linli.processes import DefinitionError
from linli.processes.coverage import Code
from linli.processes.editing import Drop, Revise
from linli.processes.reading import read
from tests.conftest import A, B
from tests.factories.county import Small, small_county
from tests.factories.covered import covered_county
from tests.factories.steps import reported

KEY = "incident"
HANDLE = ("clocks", "handle")
FASTER = {"by_severity": {
    "general": "5 working days", "considerable": "4 working days", "major": "2 working days",
    "critical": "12 hours",
}}  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Versions of another test have the same numbers."""
    definitions.forget()
    yield
    definitions.forget()


@pytest.fixture
def small(county) -> Small:
    return covered_county()


@pytest.fixture
def writer(small) -> Actor:
    return small.dispatcher()


@pytest.fixture
def leader(small) -> Actor:
    return small.staff(Role.LEADER)


def started(by: Actor, **more) -> ProcessDraft:
    values = {"title": "办得更快", "summary": "群众反映太慢"}
    return flow.start(KEY, **{**values, **more}, by=by)


def changed(draft: ProcessDraft, by: Actor, *changes) -> ProcessDraft:
    saw = flow.seen(read(draft.document), HANDLE)
    saved, _edited = flow.change(
        draft.pk, changes, version=draft.version, place=HANDLE, saw=saw, by=by
    )
    return saved


def proposed(by: Actor) -> ProcessDraft:
    draft = changed(started(by), by, Revise(HANDLE, FASTER))
    return flow.propose(draft.pk, version=draft.version, by=by)


def acts() -> list[str]:
    rows = AuditEvent.objects.filter(county_id=A, action__startswith="process.").order_by(
        "at", "id"
    )
    return list(rows.values_list("action", flat=True))


def test_a_draft_becomes_the_next_version_and_new_cases_start_under_it(small, writer, leader):
    before = reported(small)
    draft = proposed(writer)
    row = flow.publish(draft.pk, version=draft.version, by=leader)
    definitions.forget()
    after = reported(small)
    assert (row.version, before.process_version, after.process_version) == (2, 1, 2)
    assert (row.proposer, row.approver) == (writer.label, leader.label)
    assert (row.proposed_by, row.approved_by) == (writer.id, leader.id)
    assert (row.title, row.summary) == ("办得更快", "群众反映太慢")
    assert Incident.objects.get(pk=before.pk).process_version == 1
    assert str(definitions.newest_process(KEY).clocks["handle"].by_severity["general"]) == (
        "5 working days"
    )
    draft.refresh_from_db()
    assert (draft.state, draft.published_as) == (DraftState.PUBLISHED, 2)
    assert acts() == [
        "process.draft_started", "process.draft_saved", "process.proposed", "process.published",
    ]  # fmt: skip


@pytest.mark.parametrize("role", [Role.COUNTY_OPERATOR])
def test_neither_the_author_nor_anybody_who_wrote_on_it_approves(small, leader, role):
    author, helper = small.staff(role), small.staff(role)
    draft = changed(started(author), helper, Revise(HANDLE, FASTER))
    draft = flow.propose(draft.pk, version=draft.version, by=author)
    for who in (author, helper):
        with pytest.raises(InputError) as refused:
            flow.publish(draft.pk, version=draft.version, by=who)
        assert refused.value.message == rules.OWN_WORK
    assert ProcessVersion.objects.filter(process=KEY).count() == 1
    assert flow.publish(draft.pk, version=draft.version, by=leader).version == 2


def test_the_system_itself_approves_nothing(writer):
    draft = proposed(writer)
    with pytest.raises(InputError) as refused:
        flow.publish(draft.pk, version=draft.version, by=system())
    assert refused.value.message == rules.NOBODY


@pytest.mark.parametrize(
    "role", [Role.TOWNSHIP_OPERATOR, Role.GRID_WORKER, Role.AUDIT_ADMINISTRATOR]
)
def test_without_the_rights_nothing_is_seen_or_done(small, writer, role):
    stranger = small.staff(role, area=small.township)
    draft = started(writer)
    for act in (
        lambda: started(stranger),
        lambda: changed(draft, stranger, Revise(HANDLE, FASTER)),
        lambda: flow.propose(draft.pk, version=draft.version, by=stranger),
        lambda: flow.publish(draft.pk, version=draft.version, by=stranger),
        lambda: drafting.discard(draft.pk, version=draft.version, by=stranger),
        lambda: drafting.take_back(draft.pk, version=draft.version, reason="x", by=stranger),
        lambda: flow.follow(draft.pk, version=draft.version, by=stranger),
        lambda: flow.roll_back(KEY, to=1, title="x", reason="x", by=stranger),
        lambda: versions.versions(stranger, KEY),
        lambda: versions.drafts(stranger, KEY),
    ):
        with pytest.raises(PermissionRefusedError):
            act()


def test_who_only_approves_cannot_write_and_who_only_writes_cannot_approve(writer, leader):
    with pytest.raises(PermissionRefusedError):
        started(leader)
    draft = proposed(writer)
    with pytest.raises(PermissionRefusedError):
        flow.publish(draft.pk, version=draft.version, by=writer)


def test_a_draft_keeps_its_faults_but_is_not_proposed_with_them(writer):
    draft = changed(started(writer), writer, Drop(("clocks", "sign")))
    assert [one.code for one in flow.judged(KEY, draft.document).faults] == ["unknown_name"]
    with pytest.raises(DefinitionError, match="there is no clock 'sign'"):
        flow.propose(draft.pk, version=draft.version, by=writer)
    draft.refresh_from_db()
    assert draft.state == DraftState.DRAFT


def test_what_the_platform_needs_is_a_fault_at_publishing_too(writer, leader):
    """A stored document may be older than a rule of the code."""
    draft = proposed(writer)
    document = draft.document.replace("  verify_pass:", "  attach:")
    ProcessDraft.objects.filter(pk=draft.pk).update(document=document)
    with pytest.raises(DefinitionError, match="the platform writes itself"):
        flow.publish(draft.pk, version=draft.version, by=leader)
    assert ProcessVersion.objects.filter(process=KEY).count() == 1


def test_gaps_of_the_county_bar_publishing(writer, leader):
    draft = proposed(writer)
    DutyShift.objects.all().delete()  # nobody answers at night any more
    with pytest.raises(NotCoveredError) as refused:
        flow.publish(draft.pk, version=draft.version, by=leader)
    assert Code.ALERT_REACHES_NOBODY in {gap.code for gap in refused.value.checked.gaps}
    assert ProcessVersion.objects.filter(process=KEY).count() == 1


def test_a_gap_of_the_draft_itself_bars_publishing(writer, leader):
    rule = {"label": {"zh": "新局", "en": "New"}, "lead": {"unit": "no-such-unit"}}
    draft = changed(started(writer), writer, Revise(("routing", "new"), rule))
    draft = flow.propose(draft.pk, version=draft.version, by=writer)
    with pytest.raises(NotCoveredError) as refused:
        flow.publish(draft.pk, version=draft.version, by=leader)
    assert Code.UNKNOWN_UNIT in {gap.code for gap in refused.value.checked.gaps}


def test_a_shape_that_cannot_be_read_is_not_kept(writer):
    draft = started(writer)
    wrong = Revise(HANDLE, {"by_severity": {"general": "soon"}})
    saved, edited = flow.change(
        draft.pk, [wrong], version=draft.version, place=HANDLE,
        saw=flow.seen(read(draft.document), HANDLE), by=writer,
    )  # fmt: skip
    assert edited.examined.definition is None
    assert edited.examined.faults[0].place == ("clocks", "handle", "by_severity", "general")
    assert saved.version == draft.version
    assert ProcessDraft.objects.get(pk=draft.pk).document == draft.document


def test_two_people_change_two_parts_and_neither_is_lost(small, writer):
    other = small.dispatcher()
    draft = started(writer)
    sign = ("clocks", "sign")
    saw = flow.seen(read(draft.document), sign)
    changed(draft, other, Revise(HANDLE, FASTER))
    label = {"zh": "接单", "en": "Taking it"}
    saved, _ = flow.change(
        draft.pk, [Revise(sign, {"label": label})], version=draft.version, place=sign, saw=saw,
        by=writer,
    )  # fmt: skip
    document = read(saved.document)
    assert document["clocks"]["sign"]["label"] == label
    assert document["clocks"]["handle"]["by_severity"] == FASTER["by_severity"]
    assert set(saved.writer_ids) == {writer.id, other.id}
    assert saved.version == draft.version + 2


def test_the_same_part_is_not_overwritten_unseen(small, writer):
    other = small.dispatcher()
    draft = started(writer)
    saw = flow.seen(read(draft.document), HANDLE)
    changed(draft, other, Revise(HANDLE, FASTER))
    with pytest.raises(StaleDraftError) as stale:
        flow.change(
            draft.pk, [Revise(HANDLE, {"calendar": "unit"})], version=draft.version, place=HANDLE,
            saw=saw, by=writer,
        )  # fmt: skip
    now = stale.value.draft
    assert now.editor == other.label
    then = flow.then(now, HANDLE, saw)
    assert then is not None
    assert then["clocks"]["handle"]["by_severity"]["general"] == "7 working days"
    assert read(now.document)["clocks"]["handle"]["by_severity"]["general"] == "5 working days"


@pytest.mark.parametrize("saw", ["", "null", "[1]", "{"])
def test_what_somebody_claims_to_have_seen_is_only_shown_to_them(writer, saw):
    assert flow.then(started(writer), HANDLE, saw) is None


def test_an_approver_publishes_exactly_what_was_read(writer, leader):
    draft = proposed(writer)
    back = drafting.take_back(draft.pk, version=draft.version, reason="", by=writer)
    again = changed(back, writer, Revise(HANDLE, {"calendar": "unit"}))
    again = flow.propose(again.pk, version=again.version, by=writer)
    with pytest.raises(StaleDraftError):
        flow.publish(draft.pk, version=draft.version, by=leader)
    assert flow.publish(again.pk, version=again.version, by=leader).version == 2


def test_a_proposed_draft_is_not_changed_until_it_is_taken_back(writer):
    draft = proposed(writer)
    for act in (
        lambda: changed(draft, writer, Revise(HANDLE, {"calendar": "unit"})),
        lambda: drafting.discard(draft.pk, version=draft.version, by=writer),
        lambda: drafting.describe(
            draft.pk, version=draft.version, title="x", summary="y", by=writer
        ),
    ):
        with pytest.raises(InputError) as refused:
            act()
        assert refused.value.message == rules.NOT_A_DRAFT


def test_who_does_not_approve_says_why(writer, leader):
    draft = proposed(writer)
    with pytest.raises(InputError) as refused:
        drafting.take_back(draft.pk, version=draft.version, reason=" ", by=leader)
    assert (refused.value.message, refused.value.params["field"]) == (rules.NO_REASON, "reason")
    back = flow.take_back(draft.pk, version=draft.version, reason="周末怎么办", by=leader)
    assert (back.state, back.remark, back.proposed_at) == (DraftState.DRAFT, "周末怎么办", None)
    assert AuditEvent.objects.get(county_id=A, action="process.sent_back").reason == "周末怎么办"


def test_a_draft_whose_base_was_overtaken_has_to_follow_first(writer, leader):
    slow = changed(started(writer), writer, Revise(("clocks", "sign"), {"calendar": "unit"}))
    quick = proposed(writer)
    flow.publish(quick.pk, version=quick.version, by=leader)
    with pytest.raises(InputError) as refused:
        flow.propose(slow.pk, version=slow.version, by=writer)
    assert refused.value.message == rules.OUTDATED
    assert (refused.value.params["newest"], refused.value.params["based_on"]) == (2, 1)
    slow = flow.follow(slow.pk, version=slow.version, by=writer)
    slow = flow.propose(slow.pk, version=slow.version, by=writer)
    assert flow.publish(slow.pk, version=slow.version, by=leader).version == 3


def test_an_earlier_version_comes_back_as_a_new_one_with_a_second_person(writer, leader):
    quick = proposed(writer)
    flow.publish(quick.pk, version=quick.version, by=leader)
    back = flow.roll_back(KEY, to=1, title="恢复", reason="单位办不过来", by=writer)
    assert (back.state, back.rolled_back_from, back.based_on) == (DraftState.PROPOSED, 1, 2)
    row = flow.publish(back.pk, version=back.version, by=leader)
    assert (row.version, row.rolled_back_from, row.summary) == (3, 1, "单位办不过来")
    assert read(row.document) == read(shipped(KEY)) | {"version": 3}
    assert row.document.count("#") == shipped(KEY).count("#")
    definitions.forget()
    assert definitions.newest_process(KEY).version == 3


@pytest.mark.parametrize(("to", "reason"), [(1, "x"), (7, "x")])
def test_only_an_earlier_version_comes_back(writer, to, reason):
    with pytest.raises(InputError) as refused:
        flow.roll_back(KEY, to=to, title="x", reason=reason, by=writer)
    assert refused.value.message == flow.NO_VERSION


def test_a_rollback_needs_a_reason(writer, leader):
    quick = proposed(writer)
    flow.publish(quick.pk, version=quick.version, by=leader)
    with pytest.raises(InputError) as refused:
        flow.roll_back(KEY, to=1, title="x", reason=" ", by=writer)
    assert refused.value.params["field"] == "reason"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"summary": "x" * 1001}, "summary"),
    ],
)
def test_a_draft_says_what_it_changes(writer, more, field):
    with pytest.raises(InputError) as refused:
        started(writer, **more)
    assert refused.value.params["field"] == field


def test_a_draft_without_a_why_is_not_proposed(writer):
    draft = started(writer, summary="")
    with pytest.raises(InputError) as refused:
        flow.propose(draft.pk, version=draft.version, by=writer)
    assert refused.value.message == rules.NO_SUMMARY
    draft = drafting.describe(draft.pk, version=draft.version, title="新", summary="因", by=writer)
    assert flow.propose(draft.pk, version=draft.version, by=writer).state == DraftState.PROPOSED


@pytest.mark.parametrize("text", ["x" * 300_000, "a\0b", "a: \ud800"])
def test_a_text_that_cannot_be_kept_is_refused(writer, text):
    with pytest.raises(DefinitionError):
        started(writer, document=text)
    draft = started(writer)
    with pytest.raises(DefinitionError):
        drafting.save_document(draft.pk, version=draft.version, document=text, by=writer)


def test_hostile_yaml_is_kept_as_text_and_only_as_text(writer):
    text = "a: &a [x]\nb: *a\n"
    draft = started(writer, document=text)
    assert draft.document == text
    (fault,) = flow.judged(KEY, text).faults
    assert fault.code == "shape_alias"
    with pytest.raises(DefinitionError):
        flow.propose(draft.pk, version=draft.version, by=writer)


def test_a_discarded_draft_is_over(writer):
    draft = started(writer)
    drafting.discard(draft.pk, version=draft.version, by=writer)
    assert versions.drafts(writer, KEY) == []
    with pytest.raises(InputError) as refused:
        flow.propose(draft.pk, version=draft.version + 1, by=writer)
    assert refused.value.message == rules.NOT_OPEN


def test_another_county_has_no_such_draft(db):
    with county_context(A):
        small = small_county()
        draft = started(small.dispatcher())
    with county_context(B):
        other = small_staff_of_b()
        assert versions.draft(other, draft.pk) is None
        with pytest.raises(NoDraftError):
            flow.propose(draft.pk, version=1, by=other)
        with pytest.raises(NoDraftError):
            flow.change(draft.pk, [], version=1, place=HANDLE, saw="", by=other)


def small_staff_of_b() -> Actor:
    return small_county().dispatcher()


def test_of_two_approvers_at_once_one_publishes(committed):
    """Real threads, real database: one version, a clear answer for the other."""
    with open_county(A):
        small = covered_county()
        draft = proposed(small.dispatcher())
        leaders = [small.staff(Role.LEADER) for _ in range(2)]
    together, answers = threading.Barrier(2), []

    def approve(leader: Actor) -> None:
        try:
            with open_county(A):
                together.wait()
                row = flow.publish(draft.pk, version=draft.version, by=leader)
            answers.append(row.version)
        except InputError as error:
            answers.append(error.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=[one]) for one in leaders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, answers)) == ["2", rules.NOT_OPEN]
    with open_county(A):
        assert ProcessVersion.objects.filter(process=KEY).count() == 2


def test_the_shipped_definition_can_be_taken_over(writer):
    """A county that was made long ago has a document without a routing table."""
    old = read(shipped(KEY))
    for section in ("routing", "ladders", "whole", "emergency", "stop_clocks"):
        old.pop(section)
    draft = started(writer, document=shipped(KEY), title="采用系统自带流程")
    assert read(draft.document)["routing"]
    assert flow.judged(KEY, draft.document).sound


def told(actor: Actor) -> list[str]:
    return [one.message for one in newest(actor)]


def test_whoever_may_approve_is_told_and_its_writers_hear_what_became_of_it(writer, leader):
    draft = proposed(writer)
    assert "approver.propose" in told(leader)
    assert told(writer) == []
    flow.take_back(draft.pk, version=draft.version, reason="周末怎么办", by=leader)
    assert "approver.propose" not in told(leader)
    assert told(writer) == ["writer.send_back"]
    draft.refresh_from_db()
    draft = flow.propose(draft.pk, version=draft.version, by=writer)
    flow.publish(draft.pk, version=draft.version, by=leader)
    assert told(writer) == ["writer.publish"]
    assert told(leader) == []


def test_a_writer_who_takes_a_draft_back_is_told_nothing(writer, leader):
    draft = proposed(writer)
    flow.take_back(draft.pk, version=draft.version, reason="", by=writer)
    assert (told(writer), told(leader)) == ([], [])
