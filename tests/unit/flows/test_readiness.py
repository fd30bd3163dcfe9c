"""What `linli doctor` says of matters of which nobody is told any more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.attachments.actions import store
from linli.attachments.models import Attachment
from linli.cli.checks import Check
from linli.cli.doctor import ALERT_LATE, RUNG_LATE, of_installation
from linli.database.context import county_context
from linli.incidents.actions.emergencies import raise_emergency
from linli.incidents.contacts import Contact, open_contacts
from linli.incidents.models import Emergency, Incident
from linli.incidents.rules import Invalid
from linli.jobs import emergencies
from linli.jobs.upkeep import escalate_everything
from linli.lib import crypto, keyring
from linli.lib.keyring import Keyring
from tests.conftest import A
from tests.factories.county import small_county
from tests.factories.duty import round_the_clock
from tests.factories.steps import dispatched, reported

MINUTE = timedelta(minutes=1)


pytestmark = pytest.mark.django_db


def _check(name: str) -> Check:
    return next(one for one in of_installation() if one.name == name)


def test_an_emergency_that_does_not_go_on_is_wrong_until_a_worker_runs():
    with county_context(A):
        small = small_county()
        round_the_clock(small)
        emergency = raise_emergency(reported(small).pk, by=small.worker())
    assert _check("emergencies").ok
    called = timezone.now() - ALERT_LATE - 4 * MINUTE
    _put(emergency, called, minutes=5)
    assert _check("emergencies").ok  # a round may still be on its way
    _put(emergency, called, minutes=2)
    found = _check("emergencies")
    assert (found.state, found.found) == ("wrong", "530128: 1 wait, the first for 5 minutes")
    assert "linli worker" in found.cure
    assert emergencies.climb() == 1
    assert _check("emergencies").ok


def _put(emergency: Emergency, called, *, minutes: int) -> None:
    due = called + minutes * MINUTE
    with county_context(A):
        Emergency.objects.filter(pk=emergency.pk).update(called_at=called, rung_due_at=due)


def test_what_no_key_here_opens_is_told_until_the_keyring_is_back(monkeypatch):
    with county_context(A):
        small = small_county()
        operator = small.township_operator()
        incident = reported(small, contact=Contact(phone="13800000000"))
    assert _check("sealed values").ok
    old, new = keyring.installed(), Keyring().rotated("contact", "mfa")
    monkeypatch.setattr(crypto.keyrings, "installed", lambda: new)
    with county_context(A):
        reported(small, contact=Contact(phone="13900000000"))
    found = _check("sealed values")
    assert (found.state, found.found) == ("wrong", "no key here opens: 530128: 1 contacts")
    assert "linli keyring add" in found.cure
    with county_context(A), pytest.raises(Invalid, match="contact_closed"):
        open_contacts(incident, by=operator, reason="回访")
    monkeypatch.setattr(crypto.keyrings, "installed", lambda: new.joined(old))
    assert _check("sealed values").ok
    with county_context(A):
        assert open_contacts(incident, by=operator, reason="回访")[0].phone == "13800000000"


def test_a_rung_that_nobody_takes_is_wrong_until_a_worker_runs():
    with county_context(A):
        small = small_county()
        small.dispatcher()
        small.handler()
        incident = dispatched(small, small.water)
    assert _check("escalations").ok
    late = timezone.now() - RUNG_LATE - 90 * MINUTE
    with county_context(A):
        Incident.objects.filter(pk=incident.pk).update(next_rung_at=late, due_at=late)
    found = _check("escalations")
    assert (found.state, found.found) == ("wrong", "530128: 1 wait, the first for 105 minutes")
    assert found.cure
    assert escalate_everything(timezone.now()) == 1
    assert _check("escalations").ok


def test_a_file_that_a_row_names_and_that_is_gone_is_wrong():
    with county_context(A):
        Attachment.objects.create(
            sha256="0" * 64, size=1, store_key=store().put([b"x"]), created_at=timezone.now()
        )
        row = Attachment.objects.get()
    assert _check("attachments").ok
    store().delete(row.store_key)
    found = _check("attachments")
    assert (found.state, found.found) == ("wrong", "530128: 1 files are gone")
