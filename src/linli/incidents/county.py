"""The county as the check of its process looks at it, read in a handful of statements."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.utils.translation import override

from linli.access.permissions import Permission
from linli.access.roles import ROLES
from linli.accounts.duty.book import Cover as DutyCover
from linli.accounts.duty.rules import runs_out
from linli.accounts.enums import ADMINISTRATORS, Role
from linli.accounts.models import Membership
from linli.accounts.signing import current
from linli.calendars import Duration
from linli.casework.definitions import newest_calendars
from linli.casework.duty import rotas
from linli.incidents import references
from linli.incidents.data.categories import shipped_categories
from linli.incidents.enums import Source
from linli.incidents.models import Category
from linli.organisations.models import Unit
from linli.processes.coverage import County, Cover, Desk, Kind, Place, Week
from linli.processes.parts import Text
from linli.processes.routing_table import HOURS_OF_WEEK
from linli.processes.vocabulary import HANDLE, Alerted
from linli.territory.models import Level
from linli.territory.snapshots import snapshot

AHEAD = timedelta(days=14)
WEEK = timedelta(weeks=1)


def county_at(now: datetime) -> County:
    """Everything that a definition is judged against: as it is now, on duty for 14 days."""
    calendar = newest_calendars().county
    local = calendar.local(now)
    people = _People.read(local.date())
    county = County(
        code=references.county_code(),
        today=local.date(),
        calendar=calendar,
        places=dict(_places()),
        kinds=tuple(_kinds()),
        categories={row.code: _named(row) for row in references.categories().values()},
        desks=dict(_desks(people)),
        sources={source.value: _both(source.label) for source in Source},
        rights={right.value: right in people.rights for right in Permission},
        weeks=(),
        trades={
            key: Text(zh=one.zh, en=one.en) for key, one in shipped_categories().functions.items()
        },
        leader=Role.LEADER in people.roles,
    )
    return _on_duty(county, references.in_service().units, local)


@dataclass(frozen=True)
class _People:
    """Who works here today: roles, the rights that come with them, units with members and heads."""

    roles: frozenset[str]
    rights: frozenset[Permission]
    staffed: frozenset[UUID]
    headed: frozenset[UUID]

    @classmethod
    def read(cls, today: date) -> Self:
        rows = Membership.objects.filter(current(today), user__is_active=True)
        held = list(rows.values_list("role", "unit_id").distinct())
        roles = frozenset(role for role, _unit in held)
        return cls(
            roles=roles,
            rights=frozenset().union(*(ROLES[Role(role)].permissions for role in roles)),
            staffed=frozenset(unit for role, unit in held if role not in ADMINISTRATORS),
            headed=frozenset(unit for role, unit in held if role == Role.UNIT_HEAD),
        )


def _places() -> Iterator[tuple[str, Place]]:
    """Every area of today's map; a matter can lie in any of them."""
    map_ = snapshot()
    for node in map_.nodes.values():
        above = dict.fromkeys(one.code for one in reversed(map_.path(node.id)))
        path = tuple(dict.fromkeys([*above, references.county_code()]))
        yield node.code, Place(node.code, _named(node), path, grid=node.level == Level.GRID)


def _kinds() -> Iterator[Kind]:
    """The categories that can be chosen: in use, and no mere heading."""
    rows = [row for row in references.categories().values() if not row.hidden]
    headings = {row.parent_id for row in rows}
    for row in sorted(rows, key=lambda row: row.order):
        if row.pk not in headings:
            yield Kind(
                code=row.code,
                name=_named(row),
                codes=references.category_codes(row),
                trade=row.function,
                countywide=row.unit_level == "county",
                durations=_durations(row),
            )


def _durations(row: Category) -> Mapping[str, Mapping[str, Duration]]:
    written: Mapping[str, str] = row.deadlines
    return {severity: {HANDLE: Duration.parse(one)} for severity, one in written.items()}


def _desks(people: _People) -> Iterator[tuple[str, Desk]]:
    """The units in service, in the order in which routing finds them."""
    here = references.in_service()
    codes = {unit.pk: code for code, unit in here.units.items()}
    for code, unit in here.units.items():
        yield (
            code,
            Desk(
                post=here.posts.by_code[code],
                name=_named(unit),
                deputy=codes.get(unit.deputy_id, "") if unit.deputy_id else "",
                staffed=unit.pk in people.staffed,
                headed=unit.pk in people.headed,
            ),
        )


def _on_duty(county: County, units: Mapping[str, Unit], local: datetime) -> County:
    """The same county with who answers in each hour of the days to come."""
    today = local.date()
    first = today - timedelta(days=today.weekday())
    read = rotas(begin=first)
    chains = {code: [units[one].pk for one in county.chain(code)] for code in county.desks}
    weeks = []
    for monday in (first, first + WEEK, first + 2 * WEEK):
        covers = {
            code: read.book.cover(chain[0], monday, after=chain[1:])
            for code, chain in chains.items()
        }
        weeks.append(_week(county, covers, monday, local))
    ends = {code: runs_out(read.lines(units[code].pk), today) for code in county.desks}
    desks = {
        code: replace(desk, rota_ends=_soon(ends[code], today))
        for code, desk in county.desks.items()
    }
    return replace(county, desks=desks, weeks=tuple(weeks))


def _week(county: County, covers: Mapping[str, DutyCover], monday: date, local: datetime) -> Week:
    begin = (local.date() - monday).days * 24 + local.hour
    ahead = _hours_before(begin + AHEAD.days * 24) & ~_hours_before(begin)
    centre = covers.get(county.posts.centre(county.code) or "", DutyCover(0, 0, 0))
    return Week(
        monday=monday,
        ahead=ahead,
        covers={code: Cover(one.answered, one.backed) for code, one in covers.items()},
        alerted={
            Alerted.DUTY_OFFICER: centre.answered,
            Alerted.DEPUTY: centre.backed,
            Alerted.DUTY_LEADER: centre.led,
        },
    )


def _hours_before(hour: int) -> int:
    """The hours of a week before one, as bits; an hour of another week bounds nothing."""
    return (1 << min(max(hour, 0), HOURS_OF_WEEK)) - 1


def _soon(day: date | None, today: date) -> date | None:
    return day if day is not None and day <= today + AHEAD else None


def _named(row: Any) -> Text:
    return Text(zh=row.name, en=row.name_en or row.name)


def _both(label: Any) -> Text:
    with override("zh-hans"):
        zh = str(label)
    with override("en"):
        return Text(zh=zh, en=str(label))
