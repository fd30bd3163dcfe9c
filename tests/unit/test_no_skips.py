import pytest

pytest_plugins = ["pytester"]

PLANTED = """
import pytest

def test_a():
    pytest.skip("install something")

@pytest.mark.skipif(True, reason="something else")
def test_b():
    pass

@pytest.mark.real_data
def test_c():
    pytest.skip("data absent")

def test_d():
    pass
"""


def test_a_skip_is_a_failure_where_everything_can_be_installed(pytester, monkeypatch):
    monkeypatch.setenv("LINLI_NO_SKIPS", "1")
    pytester.makeini("[pytest]\nmarkers = real_data: x\n")
    pytester.makepyfile(PLANTED)
    outcome = pytester.runpytest_inprocess("-p", "tests.plugins.no_skips", "-p", "no:django")
    outcome.assert_outcomes(passed=1, failed=1, errors=1, skipped=1)
    outcome.stdout.fnmatch_lines(["*install something*"])


@pytest.mark.parametrize("setting", ["", "0"])
def test_elsewhere_a_skip_stays_a_skip(pytester, monkeypatch, setting):
    monkeypatch.setenv("LINLI_NO_SKIPS", setting)
    pytester.makeini("[pytest]\nmarkers = real_data: x\n")
    pytester.makepyfile(PLANTED)
    outcome = pytester.runpytest_inprocess("-p", "tests.plugins.no_skips", "-p", "no:django")
    outcome.assert_outcomes(passed=1, skipped=3)
