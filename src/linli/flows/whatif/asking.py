"""What a run may be asked for, read from a form or a command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from linli.calendars import CalendarDocument
from linli.flows.processes import judged
from linli.incidents.actions.report import PROCESS
from linli.processes import Definition
from linli.processes.loading import Examined
from linli.whatif.simulation.scenario import Scenario, read_scenario, ready_scenarios

LONGEST = 20 * 366
SEED = 20260101


class AskedWrongError(ValueError):
    """A wish that makes no sense: `code` is backwards, too_far_back, too_long, calendar or
    draft.

    `faults` are in English; those of a draft are `examined` too, to be said in other words.
    """

    def __init__(
        self, code: str, faults: Sequence[str] = (), examined: Examined | None = None
    ) -> None:
        super().__init__(code, faults)
        self.code = code
        self.faults = list(faults)
        self.examined = examined


@dataclass(frozen=True)
class ReplayWish:
    """A draft as YAML, and the days of report from `since` to `until`, both included.

    `calendar` is another calendar of the county for the draft's side, as YAML; `name` is what the
    draft is called, for lists of runs.
    """

    draft: str
    since: date
    until: date
    seed: int = SEED
    calendar: str = ""
    name: str = ""

    def checked(self) -> tuple[Definition, CalendarDocument | None]:
        """The draft and its calendar. Raises AskedWrongError."""
        _check_span(self.since, self.until)
        found = judged(PROCESS, self.draft)
        if found.definition is None or not found.sound:
            raise AskedWrongError("draft", [str(one) for one in found.faults], found)
        try:
            document = CalendarDocument.from_yaml(self.calendar) if self.calendar else None
        except ValueError as error:
            raise AskedWrongError("calendar", [str(error)]) from error
        return found.definition, document

    def to_json(self) -> dict[str, Any]:
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "seed": self.seed,
            "calendar": self.calendar,
            "name": self.name,
        }

    @classmethod
    def from_json(cls, draft: str, stored: dict[str, Any]) -> Self:
        return cls(
            draft=draft,
            since=date.fromisoformat(stored["since"]),
            until=date.fromisoformat(stored["until"]),
            seed=stored["seed"],
            calendar=stored["calendar"],
        )


@dataclass(frozen=True)
class SimulationWish:
    """A scenario as YAML or by its name; the past of `since` to today is what is played on."""

    scenario: str
    since: date
    days: int = 30
    replications: int = 20
    seed: int = SEED

    def checked(self, today: date) -> Scenario:
        """The scenario. Raises AskedWrongError or ScenarioError."""
        _check_span(self.since, today)
        if not 1 <= self.days <= 120 or not 2 <= self.replications <= 100:
            raise AskedWrongError("too_long")
        ready = ready_scenarios().get(self.scenario.strip())
        return ready or read_scenario(self.scenario)

    def to_json(self) -> dict[str, Any]:
        return {
            "since": self.since.isoformat(),
            "days": self.days,
            "replications": self.replications,
            "seed": self.seed,
        }

    @classmethod
    def from_json(cls, scenario: str, stored: dict[str, Any]) -> Self:
        return cls(
            scenario=scenario,
            since=date.fromisoformat(stored["since"]),
            days=stored["days"],
            replications=stored["replications"],
            seed=stored["seed"],
        )


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


def _check_span(since: date, until: date) -> None:
    if until < since:
        raise AskedWrongError("backwards")
    if until - since > timedelta(days=LONGEST):
        raise AskedWrongError("too_far_back")
