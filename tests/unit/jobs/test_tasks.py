"""What every process registers when it starts."""

import subprocess
import sys

from procrastinate.contrib.django import app

from linli.flows import calendars, divisions, moving
from linli.flows.whatif import runs


def test_what_actions_defer_is_registered_under_its_name() -> None:
    assert {calendars.TASK, divisions.AGAIN, moving.TASK, runs.TASK} <= set(app.tasks)


def test_a_command_starts_without_what_only_jobs_do() -> None:
    start = "import django, sys; django.setup(); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", start], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(done.stdout.split())
    assert "linli.jobs.tasks" in loaded
    assert not loaded & {"linli.flows.retention", "linli.flows.whatif.runs", "numpy"}
