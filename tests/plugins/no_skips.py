"""With LINLI_NO_SKIPS=1 (as in CI) a skipped test is a failure: what it needs can be installed.

A skip names its reason and the command or variable that would mend it; tests of data that is not
part of the project (marker `real_data`) may be skipped anywhere.
"""

import os

import pytest

EXEMPT = ("real_data",)


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("LINLI_NO_SKIPS") == "1":
        config.pluginmanager.register(NoSkips(), "no_skips_active")


class NoSkips:
    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item):
        report = yield
        exempt = any(item.get_closest_marker(name) for name in EXEMPT)
        if report.skipped and not exempt and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
            report.outcome = "failed"
            report.longrepr = f"LINLI_NO_SKIPS: {reason}"
        return report
