"""Setting up a county: its calendar, its process, its categories, its centre."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from linli.access.actor import system
from linli.audit import actions as audit
from linli.calendars.default import default_document
from linli.casework.models import CalendarVersion, ProcessVersion
from linli.counties.models import County
from linli.counties.opening import open_county
from linli.counties.tenancy import new
from linli.flows.processes import shipped
from linli.incidents.categories import load_shipped
from linli.organisations.models import Unit, UnitKind
from linli.territory.models import Area, AreaVersion, Layer, Level

CODE = re.compile(r"[0-9a-z][0-9a-z-]{1,11}")
# What stands first in the addresses of an installation itself: no county can be found there.
RESERVED = frozenset(
    {"account", "api", "healthz", "language", "metrics", "readyz", "static", "style"}
)
BEGINNING = date(1949, 10, 1)


class CountyRefusedError(ValueError):
    """A county that cannot be made: the message says what to change."""


@transaction.atomic
def create_county(
    *,
    code: str,
    name: str,
    timezone: str = "Asia/Shanghai",
    name_en: str = "",
    is_demo: bool = False,
    with_categories: bool = True,
) -> County:
    """Make a county that can take its first report. Raises CountyRefusedError."""
    _check(code, name, timezone)
    for field, words in (("name", name), ("name_en", name_en)):
        _check_length(field, words)
    county = County.objects.create(
        code=code, name=name, name_en=name_en, timezone=timezone, is_demo=is_demo
    )
    with open_county(code):
        _publish_defaults(timezone)
        root = _territory(county)
        _centre(county, root)
        if with_categories:
            load_shipped()
        audit.record(by=system(), action="county.created", subject=("county", None, code))
    return county


def _check(code: str, name: str, timezone: str) -> None:
    if not CODE.fullmatch(code):
        raise CountyRefusedError(
            f"{code!r} is no county code: 2 to 12 digits, small letters or hyphens, e.g. 530128."
        )
    if code in RESERVED:
        raise CountyRefusedError(f"{code!r} is an address of every installation: take another.")
    if not name.strip():
        raise CountyRefusedError("The county needs a name: --name 禄劝县.")
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as problem:
        raise CountyRefusedError(
            f"{timezone!r} is no time zone: e.g. Asia/Shanghai, America/New_York."
        ) from problem
    if County.objects.filter(pk=code).exists():
        raise CountyRefusedError(f"There is a county {code} already.")


def _check_length(field: str, words: str) -> None:
    longest = getattr(County._meta.get_field(field), "max_length", None) or 0
    if len(words) > longest:
        raise CountyRefusedError(f"The {field} has at most {longest} characters: {words[:20]}…")


def _publish_defaults(timezone: str) -> None:
    now = datetime.now(tz=UTC)
    document = default_document(timezone).model_dump(mode="json")
    new(CalendarVersion, version=1, document=document, published_at=now).save(force_insert=True)
    new(
        ProcessVersion,
        process="incident",
        version=1,
        document=shipped("incident"),
        published_at=now,
    ).save(force_insert=True)


def _territory(county: County) -> Area:
    layer = new(Layer, code=Layer.GOVERNING, name="grid", governing=True)
    layer.save(force_insert=True)
    root = new(
        Area,
        layer=layer,
        level=Level.COUNTY,
        code=county.code,
        name=county.name,
        name_en=county.name_en,
        valid_from=BEGINNING,
    )
    root.save(force_insert=True)
    new(
        AreaVersion, area=root, name=county.name, name_en=county.name_en, valid_from=BEGINNING
    ).save(force_insert=True)
    return root


def _centre(county: County, root: Area) -> None:
    new(
        Unit,
        code=f"{county.code}-centre",
        kind=UnitKind.COUNTY_CENTRE,
        name=f"{county.name}综治中心",
        name_en=f"{county.name_en or county.name} centre",
        area=root,
    ).save(force_insert=True)
