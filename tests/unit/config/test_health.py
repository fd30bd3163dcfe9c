import pytest
from django.test import Client, RequestFactory

from linli.config.health import metrics


def test_a_living_process_says_so_without_a_database():
    assert Client().get("/healthz").content == b"ok"


@pytest.mark.django_db
def test_readiness_asks_the_database():
    assert Client().get("/readyz").json() == {"database": "ok"}


@pytest.mark.parametrize(("address", "status"), [("127.0.0.1", 200), ("10.0.0.8", 404)])
def test_figures_of_the_process_are_for_this_machine_only(address, status):
    request = RequestFactory().get("/metrics", REMOTE_ADDR=address)
    assert metrics(request).status_code == status
