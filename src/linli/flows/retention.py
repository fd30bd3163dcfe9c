"""`linli retention run`: every table of every county does what its model declares."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction

from linli.access.actor import system
from linli.attachments.disposal import remove_files
from linli.attachments.store import FileStore
from linli.counties.disposal import Disposed, dispose
from linli.counties.opening import open_county
from linli.counties.queries import county_codes
from linli.incidents.disposal import forget_words


@dataclass
class Report:
    """What was removed or blanked, per county and table; tables with nothing due are left out."""

    day: date
    done: list[Disposed] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(each.rows for each in self.done)


def run(today: date, *, dry_run: bool = False) -> Report:
    """One transaction per county and table. A table without counties goes with the first county.

    A dry run does the same and rolls it back.
    """
    report = Report(today)
    companions = _companions()
    counties = county_codes()
    for model in due_models():
        for county in counties if _of_county(model) else counties[:1]:
            with open_county(county):
                done = dispose(
                    model,
                    by=system("retention"),
                    today=today,
                    companion=companions.get(model._meta.label),
                )
                transaction.set_rollback(dry_run)
            if done.rows or done.held:
                report.done.append(done)
    return report


def due_models() -> list[Any]:
    """Our models whose rows do not stay for ever; those that point at others come first."""
    ours = [model for model in apps.get_models() if hasattr(model, "retention")]
    return [model for model in reversed(ours) if model.retention.days is not None]


def _of_county(model: Any) -> bool:
    return any(field.attname == "county_id" for field in model._meta.concrete_fields)


def _companions() -> dict[str, Callable[[list[Any]], None]]:
    store = FileStore(settings.ENV.home / "attachments")
    return {
        "attachments.Attachment": partial(remove_files, store),
        "incidents.Incident": forget_words,
    }
