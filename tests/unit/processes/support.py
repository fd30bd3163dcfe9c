"""A county in small: its calendar, its people, and a case that they move along."""

from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files

from linli.calendars import CalendarDocument, Calendars, WorkCalendar
from linli.processes import ActorFacts, CaseFacts, Decision, Definition, Platform, decide, load

NOW = datetime(2026, 9, 21, 1, 0, tzinfo=UTC)  # Monday, 09:00 in China
OFFICE = ["08:30-12:00", "14:00-17:30"]
TEXT = (files("linli.incidents") / "processes" / "incident.yaml").read_text(encoding="utf-8")


@cache
def incident() -> Definition:
    return load(TEXT)


@cache
def calendar() -> WorkCalendar:
    week = [OFFICE] * 5 + [[], []]
    return CalendarDocument.model_validate(
        {"key": "office", "timezone": "Asia/Shanghai", "week": week}
    ).calendar()


def actor(user: str, *rights: str, **facts: object) -> ActorFacts:
    permissions = frozenset(f"incident.{right}" for right in rights)
    return ActorFacts(user=user, permissions=permissions)._replace(**facts)  # type: ignore[arg-type]


TOWN, COUNTY = frozenset({Platform.TOWNSHIP}), frozenset({Platform.COUNTY})
DESK = ("report", "accept", "dispatch", "settle", "extend", "verify", "close", "evaluate", "merge")
WORKER = actor("worker", "view", "report", "settle", "evaluate", "correct")
TOWNSHIP = actor("township", "view", *DESK, platforms=TOWN)
CENTRE = actor("centre", "view", *DESK, "rule", platforms=COUNTY)
ROADS = actor("roads", "view", "handle", units=frozenset({"U-roads"}))
WATER = actor("water", "view", "handle", units=frozenset({"U-water"}))
LEADER = actor("leader", "view", "urge", "supervise", "instruct", platforms=COUNTY)
SYSTEM = actor("", *DESK, "import", "handle", "rule", "view", "urge", "supervise", "instruct")
PEOPLE = (WORKER, TOWNSHIP, CENTRE, ROADS, WATER, LEADER, SYSTEM)

FILLED: dict[str, dict[str, object]] = {
    "report": {"category": "hazard", "text": "Rocks on the road", "source": "grid_worker"},
    "dispatch": {"unit": "U-roads"},
    "return": {"reason": "The water bureau owns the culvert"},
    "return_again": {"reason": "Not on our list either"},
    "rule": {"unit": "U-roads", "duty_reference": "Item 12", "reason": "County road"},
    "hand_in": {"result": "Cleared", "evidence": ["photo"]},
    "verify_pass": {"verification_kind": "on_site", "outcome": "solved"},
    "verify_fail": {"verification_kind": "on_site", "reason": "Half is still there"},
    "set_pending": {"reason": "Waits for the budget", "review_date": "2026-11-30"},
    "take_back": {"reason": "Budget approved"},
    "ask_extension": {"reason": "Rain", "extra_time": "3 working days"},
    "grant_extension": {"extra_time": "3 working days"},
    "refuse_extension": {"reason": "No rain"},
    "settle": {"result": "Cleared at once"},
    "reopen": {"solved": "no", "reason": "They are back"},
    "evaluate": {"solved": "partly", "satisfied": "fairly"},
}


class Story:
    """One case, moved by people whom the tests name; time passes by the hour."""

    def __init__(
        self,
        *,
        severity: str = "general",
        platform: Platform = Platform.TOWNSHIP,
        calendars: Calendars | None = None,
    ) -> None:
        self.calendars = calendars or calendar()
        self.case = CaseFacts(severity=severity, platform=platform, reporter="worker")
        self.now = NOW
        self.steps: list[Decision] = []

    def take(self, who: ActorFacts, step: str, *, hours: float = 0, **fields: object) -> Decision:
        self.now += timedelta(hours=hours)
        filled = FILLED.get(step, {}) | fields
        decision = decide(
            incident(), self.case, who, step, filled, now=self.now, calendar=self.calendars
        )
        self.case = decision.case
        self.steps.append(decision)
        return decision

    def upto(self, step: str) -> "Story":
        """The plain course of a case up to and with a step."""
        course = [
            (WORKER, "report"),
            (TOWNSHIP, "accept"),
            (TOWNSHIP, "dispatch"),
            (ROADS, "sign_for"),
            (ROADS, "hand_in"),
            (TOWNSHIP, "verify_pass"),
            (WORKER, "evaluate"),
        ]
        for who, name in course:
            self.take(who, name)
            if name == step:
                return self
        raise LookupError(step)
