"""What tests write lies in a folder of the suite."""

from django.conf import settings

from tests.conftest import HOME


def test_no_file_of_a_test_lies_in_somebodys_installation():
    assert settings.ENV.home == HOME
