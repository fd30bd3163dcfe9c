"""The demo county's own routing rules, and which of its planned dispatches follow one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any
from uuid import UUID

import yaml

from linli.calendars import WorkCalendar
from linli.casework import definitions
from linli.casework.models import ProcessVersion
from linli.counties.tenancy import new
from linli.flows.demo.places import Ground
from linli.incidents import references
from linli.incidents.models import Category, Incident
from linli.organisations.models import Unit
from linli.processes import Definition
from linli.processes.directory import Posts
from linli.processes.routing import Matter, choices
from linli.processes.routing_table import Rule, hour_of_week

PROCESS = "incident"


def publish_rules() -> None:
    """Version 2: the shipped process with the rules of routing.yaml before its own."""
    shipped: dict[str, Any] = yaml.safe_load(ProcessVersion.objects.get(version=1).document)
    text = (files(__package__) / "routing.yaml").read_text("utf-8")
    rules = yaml.safe_load(text)["routing"]
    document = shipped | {"version": 2, "routing": [*rules, *shipped["routing"]]}
    new(
        ProcessVersion,
        process=PROCESS,
        version=2,
        document=yaml.safe_dump(document, allow_unicode=True, sort_keys=False),
        title="增加本县的分派规则",
        summary="夜间火情、县城占道、设备报告的汛情和领导留言各有专门的主办单位。",
        published_at=datetime.now(tz=UTC),
    ).save(force_insert=True)
    definitions.forget()


@dataclass(frozen=True)
class Table:
    """What routing looks at, in memory: the loader tells its cases in a thread, without a query."""

    definition: Definition
    calendar: WorkCalendar
    posts: Posts
    county: str
    areas: Mapping[UUID, str]  # codes
    lines: Mapping[UUID, tuple[str, ...]]  # of a category: its code, then those above it

    @classmethod
    def of(cls, definition: Definition, calendar: WorkCalendar, ground: Ground) -> "Table":
        return cls(
            definition=definition,
            calendar=calendar,
            posts=references.in_service().posts,
            county=references.county_code(),
            areas={area.pk: area.code for area in ground.areas.values()},
            lines={
                key: references.category_codes(row) for key, row in references.categories().items()
            },
        )

    def rule(self, incident: Incident, category: Category, unit: Unit, at: datetime) -> Rule | None:
        """The rule that a dispatch to this unit follows, as `incidents.routing` would say."""
        places = (incident.area_id, incident.village_id, incident.township_id)
        path = dict.fromkeys(self.areas[key] for key in places if key)
        matter = Matter(
            path=(*path, self.county),
            categories=self.lines[category.pk],
            trade=category.function,
            countywide=category.unit_level == "county",
            severity=incident.severity,
            source=incident.source,
            hour=hour_of_week(self.calendar.local(at)),
        )
        chosen = next(choices(self.definition, matter, self.posts), None)
        return chosen.rule if chosen and chosen.lead == unit.code else None
