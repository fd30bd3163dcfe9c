"""A change of the process that somebody has proposed and nobody has approved yet."""

from collections.abc import Sequence

from django.utils import timezone

from linli.access.actor import actor_for
from linli.accounts.enums import Role
from linli.accounts.models import User
from linli.flows import processes
from linli.flows.demo.logins import DemoLogin
from linli.processes.editing import Change, Revise, Shift
from linli.processes.reading import read

PROCESS = "incident"
TITLE = "一般事件5个工作日办结，雨季塌方由县里牵头"
SUMMARY = (
    "乡镇反映等待时间偏长，办理记录显示多数单位5个工作日内能够办结。提醒提前到到期前4个工作时，"
    "便于单位安排人手；雨季道路塌方由县交通运输局直接牵头，乡镇公路站协办。"
)
LANDSLIDES = {
    "label": {"zh": "道路塌方由县交通运输局牵头", "en": "Landslides on roads are the county's"},
    "when": {"categories": ["0206"], "severities": ["major", "critical"]},
    "lead": {"function": "transport", "reach": "county"},
    "co_units": [{"function": "transport"}],
}
CHANGES: Sequence[Change] = (
    Revise(
        ("clocks", "handle"),
        {
            "by_severity": {
                "general": "5 working days",
                "considerable": "4 working days",
                "major": "2 working days",
                "critical": "24 hours",
            }
        },
    ),
    Revise(
        ("ladders", "unit"),
        {
            "rungs": [
                {"before": "4 working hours", "tell": ["holder"]},
                {"tell": ["holder", "unit_head"]},
                {"after": "4 working hours", "tell": ["platform", "deputy"]},
                {"after": "2 working days", "tell": ["county", "leader"]},
            ]
        },
    ),
    Revise(("routing", "landslides"), LANDSLIDES),
    Shift(("routing", "landslides"), -9),
)


def propose_change(logins: Sequence[DemoLogin]) -> None:
    """The dispatcher has written it; the county operator or a leader may approve it."""
    login = next(one for one in logins if one.role == Role.DISPATCHER)
    writer = actor_for(User.objects.get(username=login.username), today=timezone.localdate())
    if writer is None:
        return
    draft = processes.start(PROCESS, title=TITLE, summary=SUMMARY, by=writer)
    saw = processes.seen(read(draft.document), ("clocks", "handle"))
    draft, _edited = processes.change(
        draft.pk, CHANGES, version=draft.version, place=("clocks", "handle"), saw=saw, by=writer
    )
    processes.propose(draft.pk, version=draft.version, by=writer)
