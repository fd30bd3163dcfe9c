"""Loads the generated county into the database: places, people, a year of incidents, logins."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from linli.access.actor import system
from linli.attachments.store import FileStore
from linli.audit import actions as audit
from linli.casework import definitions, publishing, tallies
from linli.casework.definitions import newest_calendars, newest_process
from linli.casework.numbers import next_numbers
from linli.counties.opening import open_county
from linli.flows.counties import create_county
from linli.flows.demo import evidence
from linli.flows.demo.changing import propose_change
from linli.flows.demo.county import COUNTY_CODE
from linli.flows.demo.duties import DUTIES, county_document
from linli.flows.demo.emergencies import stage_emergencies
from linli.flows.demo.generate import INCIDENTS, SEED, generate
from linli.flows.demo.leaves import go_on_leave
from linli.flows.demo.logins import DemoLogin, open_logins
from linli.flows.demo.noticing import post
from linli.flows.demo.people import People, settle_in
from linli.flows.demo.places import Ground, draw, further_of, lay_out, places_of
from linli.flows.demo.plan import PlannedIncident
from linli.flows.demo.reporters import keep_contacts
from linli.flows.demo.rotas import put_on_duty
from linli.flows.demo.routing import Table, publish_rules
from linli.flows.demo.shifts import stage_handover
from linli.flows.demo.stepping import Setting, Teller
from linli.flows.demo.told import Case, Told, dumps
from linli.incidents import bulk
from linli.incidents.actions.record import cell
from linli.incidents.bulk import EVALUATION, INCIDENT, PLACE, TASK, Load, Row
from linli.incidents.models import Category
from linli.incidents.references import platform_of
from linli.incidents.search_text import words_of
from linli.incidents.sight import seen_by
from linli.lib.ids import uuid7
from linli.organisations.models import UnitKind

CHUNK = 2_000
PATIENCE = "10min"
NEWS = 10  # days in which nobody has looked at every notice

Progress = Callable[[str, int, int], None]
"""Told a stage (generate, places, people, incidents, logins), how much is done, of how much."""


def load_demo(
    *,
    progress: Progress,
    seed: int = SEED,
    count: int = INCIDENTS,
    until: datetime | None = None,
    code: str = COUNTY_CODE,
    attachments: Path | None = None,
) -> list[DemoLogin]:
    """Make the demo county with everything in it, or nothing. Returns a login for every role.

    `until` is the end of the year that is told (now). Raises CountyRefusedError: it is there.
    """
    until = until or timezone.now()
    plan = generate(
        until,
        count=count,
        seed=seed,
        progress=lambda done, total: progress("generate", done, total),
    )
    shapes = draw(plan.territory)
    store = FileStore(attachments or settings.ENV.home / "attachments")
    with transaction.atomic():
        _take_time()
        create_county(code=code, name=plan.name, name_en=plan.name_en, is_demo=True)
        with open_county(code):
            with _stage("places", progress):
                ground = lay_out(plan.territory, shapes)
            with _stage("people", progress):
                people = settle_in(plan, ground)
                put_on_duty(plan, people)
                publish_rules()
                _publish_calendars(people)
            load_incidents(
                plan.incidents, ground, people, store, progress, since=until - timedelta(days=NEWS)
            )
            go_on_leave(plan, people)
            with _stage("logins", progress):
                stage_emergencies(people, store, until)
                stage_handover(people, until)
                logins = open_logins(plan, people)
                propose_change(logins)
                return logins


def _take_time() -> None:
    """One long transaction, which a slow machine may need minutes for."""
    with connection.cursor() as cursor:
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute("SELECT set_config(%s, %s, true)", [limit, PATIENCE])


@contextmanager
def _stage(name: str, progress: Progress) -> Iterator[None]:
    """A stage without parts."""
    progress(name, 0, 1)
    yield
    progress(name, 1, 1)


def _publish_calendars(people: People) -> None:
    """The county's own, and those of the units that work otherwise; there are no cases yet."""
    by, on = system("linli demo"), publishing.newest_edition()
    on = publishing.publish_calendar(
        county_document(), unit=None, based_on=on.version, by=by, note="火把节放假两天"
    )
    for code, (duty, why) in DUTIES.items():
        unit = people.units[code]
        on = publishing.publish_calendar(duty, unit=unit, based_on=on.version, by=by, note=why)
    definitions.forget()


def load_incidents(
    incidents: Sequence[PlannedIncident],
    ground: Ground,
    people: People,
    store: FileStore,
    progress: Progress,
    *,
    since: datetime,
) -> None:
    """Write incidents with their histories into the current county, which has all the rest.

    Notices are unread and reporters can be called only `since` then.
    """
    cases = _cases(incidents, ground)
    teller = Teller(_setting(people, ground), cases)
    pictures = evidence.store_pictures(store)
    done = 0
    for told in _ahead(teller, cases):
        bulk.write(_load(told))
        evidence.attach((file for one in told for file in one.files), pictures)
        post(told, since=since)
        keep_contacts(told, since=since)
        _audit(told)
        done += len(told)
        progress("incidents", done, len(cases))
    while tallies.fold():
        pass


def _ahead(teller: Teller, cases: Sequence[Case]) -> Iterator[list[Told]]:
    """Chunks of told cases; the next one is told while the database writes."""
    chunks = [cases[first : first + CHUNK] for first in range(0, len(cases), CHUNK)]
    with ThreadPoolExecutor(max_workers=1) as thread:

        def begin(chunk: Sequence[Case]) -> Future[list[Told]]:
            return thread.submit(copy_context().run, lambda: [teller.tell(one) for one in chunk])

        running = begin(chunks[0])
        for following in chunks[1:]:
            told, running = running.result(), begin(following)
            yield told
        yield running.result()


def _cases(incidents: Sequence[PlannedIncident], ground: Ground) -> list[Case]:
    places, numbers = places_of(incidents, ground), _numbers(incidents)
    return [
        Case(planned, uuid7(), number, place, further_of(planned, ground))
        for planned, place, number in zip(incidents, places, numbers, strict=True)
    ]


def _setting(people: People, ground: Ground) -> Setting:
    definition, calendars = newest_process("incident"), newest_calendars()
    return Setting(
        definition=definition,
        calendars=calendars,
        table=Table.of(definition, calendars.county, ground),
        categories={row.code: row for row in Category.objects.all()},
        units=people.units,
        actors=people.actors,
        platforms={area: platform_of(area) for area in _with_platform(people)},
    )


def _with_platform(people: People) -> Iterator[UUID | None]:
    yield None
    for unit in people.units.values():
        if unit.kind == UnitKind.TOWNSHIP_PLATFORM:
            yield unit.area_id


def _numbers(incidents: Sequence[PlannedIncident]) -> Iterator[str]:
    """Numbers as `report` gives them, in the order of time."""
    for year, group in groupby(incidents, key=_year):
        count = len(list(group))
        yield from (f"{year}-{number:06}" for number in next_numbers(f"incident-{year}", count))


def _year(incident: PlannedIncident) -> int:
    return timezone.localdate(incident.opened_at).year


def _load(told: Sequence[Told]) -> Load:
    load = Load()
    for one in told:
        incident = one.incident
        load.incidents.append(_values(incident, INCIDENT, progress=dumps(incident.progress)))
        load.events.extend(one.events)
        units = [task.unit_id for task in one.tasks]
        keys = seen_by([incident, *one.places], reporter=incident.reporter_id, units=units)
        load.texts.append((incident.pk, incident.opened_at, words_of(incident), keys))
        load.tasks.extend(_values(task, TASK) for task in one.tasks)
        load.places.extend(_values(row, PLACE) for row in one.places)
        load.evaluations.extend(_values(row, EVALUATION) for row in one.evaluations)
        load.count(cell(incident))
    return load


def _values(row: object, columns: Sequence[str], **instead: str) -> Row:
    return [instead[name] if name in instead else getattr(row, name) for name in columns]


def _audit(told: Sequence[Told]) -> None:
    numbers = f"{told[0].incident.number} - {told[-1].incident.number}"
    audit.record(
        by=system("linli demo"), action="incident.generated", subject=("incident", None, numbers)
    )
