"""Whether an installation is ready for real work: generated counties, administrators, and
whether anybody is still told what time brings.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db.models import Count, Min, QuerySet

from linli.accounts.enums import ADMINISTRATORS
from linli.accounts.models import Membership, User
from linli.accounts.second_factor import closed_factors, kinds
from linli.accounts.signing import current
from linli.attachments.queries import named_keys
from linli.attachments.store import FileStore
from linli.audit.models import AuditSeal
from linli.counties.opening import open_county
from linli.counties.queries import counties, county_codes
from linli.incidents.contacts import closed_contacts
from linli.incidents.models import Emergency, Incident


@dataclass(frozen=True)
class Unheard:
    """So many matters of which somebody should have been told, the first of them at `since`."""

    county: str
    count: int
    since: datetime


def demo_counties() -> list[str]:
    return [county.code for county in counties() if county.is_demo]


def sealed_counties() -> list[str]:
    """Those whose audit log has a seal."""
    found = []
    for code in county_codes():
        with open_county(code):
            if AuditSeal.objects.filter(county_id=code).exists():
                found.append(code)
    return found


def lost_files(folder: Path) -> dict[str, int]:
    """Per county, how many files of attachments are named by rows and not in the folder."""
    named = {}
    for code in county_codes():
        with open_county(code):
            named[code] = named_keys()
    kept = set(FileStore(folder).keys())  # after the rows, whose files were there before them
    return {code: len(keys - kept) for code, keys in named.items() if keys - kept}


def administrators(today: date) -> dict[str, dict[str, bool]]:
    """Per county: the user names of its administrators, and whether each has a second factor."""
    return {code: _of_county(code, today) for code in county_codes()}


def _of_county(code: str, today: date) -> dict[str, bool]:
    with open_county(code):
        rows = Membership.objects.filter(current(today), role__in=ADMINISTRATORS)
        ids = set(rows.values_list("user_id", flat=True))
    users = User.objects.filter(pk__in=ids, is_active=True).order_by("username")
    return {user.username: bool(kinds(user)) for user in users}


@dataclass(frozen=True)
class Closed:
    """What was sealed with keys that are not here: contacts by county, users' one-time codes."""

    contacts: dict[str, int]
    users: list[str]


def closed() -> Closed:
    contacts = {}
    for code in county_codes():
        with open_county(code):
            contacts[code] = closed_contacts()
    return Closed({code: count for code, count in contacts.items() if count}, closed_factors())


def unanswered_emergencies(before: datetime) -> list[Unheard]:
    """Per county those whose minutes were over by then, and that have not gone on since."""
    return _unheard(Emergency, "rung_due_at", before)


def late_escalations(before: datetime) -> list[Unheard]:
    """Per county the cases of which a rung of their ladder has come by then, and nobody heard."""
    return _unheard(Incident, "next_rung_at", before)


def _unheard(model: Any, moment: str, before: datetime) -> list[Unheard]:
    found = []
    for code in county_codes():
        with open_county(code):
            rows: QuerySet[Any] = model.objects.filter(**{f"{moment}__lte": before})
            row = rows.aggregate(count=Count("*"), since=Min(moment))
        if row["count"]:
            found.append(Unheard(code, **row))
    return found
