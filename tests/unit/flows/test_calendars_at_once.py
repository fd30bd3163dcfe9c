"""A calendar is published while people work: real threads, real commits, no deadline by halves."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from linli.accounts.enums import Role
from linli.calendars.proposals import with_days
from linli.casework import definitions
from linli.casework.models import CalendarVersion
from linli.casework.publishing import newest_edition
from linli.database.context import county_context
from linli.flows import calendars as flow
from linli.incidents.actions import take_step
from linli.incidents.models import Incident, IncidentEvent, IncidentTask
from linli.lib.errors import InputError
from linli.processes.facts import Progress
from tests.conftest import A
from tests.factories.county import small_county
from tests.factories.steps import dispatched

CASES = 12


def _at_once(*works) -> list:
    """Each work in a thread and a connection of its own, all released at the same moment."""
    start = threading.Barrier(len(works))

    def one(work):
        start.wait(timeout=30)
        try:
            return work()
        except InputError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def _closed(first: int):
    tomorrow = timezone.localdate() + timedelta(days=first)
    document = newest_edition().document
    return with_days(document, tomorrow, tomorrow + timedelta(days=6), at_work=False, name="县庆")


def test_steps_and_a_publication_at_the_same_moment_leave_every_deadline_whole(committed):
    definitions.forget()
    with county_context(A):
        small = small_county()
        handler, operator = small.handler(), small.staff(Role.COUNTY_OPERATOR, unit=small.centre)
        cases = [dispatched(small, small.water) for _ in range(CASES)]
        document = _closed(1)

    def publish():
        with county_context(A):
            return flow.publish(document, unit=None, based_on=1, by=operator, note="县庆")

    def sign(case):
        def work():
            with county_context(A):
                return take_step(case.pk, "sign_for", {}, version=None, by=handler)

        return work

    _at_once(publish, *map(sign, cases))
    flow.recalculate_all(A)
    definitions.forget()
    with county_context(A):
        edition = newest_edition()
        for case in Incident.objects.all():
            assert (case.state, case.calendar_version) == ("handling", edition.version)
            due = Progress.from_json(case.progress).clocks["handle"].due(edition)
            assert case.due_at == due
            assert IncidentTask.objects.get(incident=case).due_at == due
            kinds = list(
                IncidentEvent.objects.filter(incident=case)
                .order_by("case_version")
                .values_list("kind", flat=True)
            )
            assert kinds.count("sign_for") == 1
            assert kinds.count("recalculate") == 1
            assert case.version == len(kinds)


def test_of_two_who_publish_at_the_same_moment_one_is_told_to_look_again(committed):
    definitions.forget()
    with county_context(A):
        small = small_county()
        operators = [small.staff(Role.COUNTY_OPERATOR, unit=small.centre) for _ in range(2)]
        documents = [_closed(1), _closed(20)]

    def publish(number):
        def work():
            with county_context(A):
                return flow.publish(
                    documents[number], unit=None, based_on=1, by=operators[number], note="县庆"
                )

        return work

    answers = _at_once(publish(0), publish(1))
    assert sum(isinstance(answer, InputError) for answer in answers) == 1
    with county_context(A):
        assert CalendarVersion.objects.count() == 2


def test_two_jobs_at_once_share_the_work(committed, monkeypatch):
    definitions.forget()
    with county_context(A):
        small = small_county()
        cases = [dispatched(small, small.water) for _ in range(CASES)]
        operator = small.staff(Role.COUNTY_OPERATOR, unit=small.centre)
        monkeypatch.setattr(flow, "AT_ONCE", 0)
        flow.publish(_closed(1), unit=None, based_on=1, by=operator, note="县庆")
    moved = _at_once(*[lambda: flow.recalculate_all(A)] * 3)
    assert sum(moved) == len(cases)
    with county_context(A):
        lines = IncidentEvent.objects.filter(kind="recalculate")
        assert lines.count() == len(cases)
        assert lines.values("incident_id").distinct().count() == len(cases)
