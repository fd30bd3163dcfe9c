"""Who is told about a step: the units at work, the platform, the county, the staff who reported.

Nobody is told what they or their own unit did. A reporter without an account is told by a person:
`incidents.reply` says when that is due.
"""

from collections.abc import Callable, Iterator, Mapping
from uuid import UUID

from django.utils import timezone

from linli.database.pipeline import exchange
from linli.incidents import references
from linli.incidents.actions.record import SUBJECT
from linli.incidents.actions.taken import Step
from linli.incidents.enums import FINAL_STATES
from linli.notifications import actions as notices
from linli.notifications.actions import Word
from linli.processes import Effect


def tell(step: Step) -> None:
    """Add the notices of a step to its batch; what was told before is seen by whoever took it."""
    notices.seen(step.incident.pk, by=step.by, at=timezone.now(), batch=step.batch)
    tell_first(step)


def tell_first(step: Step) -> None:
    """As `tell`, for a matter about which nothing was told before."""
    subject = (SUBJECT, step.incident.pk, step.incident.number)
    words = [*_to_units(step), *_to_reporters(step)]
    notices.tell(words, subject=subject, at=timezone.now(), batch=step.batch)


def _to_units(step: Step) -> Iterator[Word]:
    told = set(step.by.units)
    for audience, unit in _units(step):
        if unit is not None and unit not in told:
            told.add(unit)
            yield Word(_key(audience, step), unit=unit)


def _units(step: Step) -> Iterator[tuple[str, UUID | None]]:
    for effect in step.decision.effects:
        if effect in _AUDIENCES:
            audience, units = _AUDIENCES[effect]
            yield from ((audience, unit) for unit in units(step))
    if Effect.SET_PLACE in step.decision.effects:
        yield from _moved(step)
    if step.incident.verifier_unit_id != step.before.verifier_unit:
        yield "verifier", step.incident.verifier_unit_id


def _moved(step: Step) -> Iterator[tuple[str, UUID | None]]:
    """The centre that a matter left for another place, and the one that it came to."""
    if step.incident.platform_unit_id != step.before.platform_unit:
        yield "left", step.before.platform_unit
        yield "arrived", step.incident.platform_unit_id


def _at_work(step: Step) -> list[UUID]:
    """Lead unit and co-handlers, of before and of now."""
    case = step.decision.case
    now = {UUID(unit) for unit in (*case.co_units, case.lead_unit) if unit}
    return sorted(step.before.units | now)


_AUDIENCES: Mapping[Effect, tuple[str, Callable[[Step], list[UUID | None]]]] = {
    Effect.TELL_UNIT: ("unit", lambda step: [*_at_work(step)]),
    Effect.TELL_PLATFORM: ("platform", lambda step: [step.incident.platform_unit_id]),
    Effect.TELL_COUNTY: ("county", lambda _step: [references.platform_of(None).id]),
}


_MERGED = "SELECT reporter_id FROM incidents_incident WHERE county_id = %s AND merged_into_id = %s"


def _to_reporters(step: Step) -> Iterator[Word]:
    if Effect.TELL_REPORTER not in step.decision.effects:
        return
    reporters = {step.incident.reporter_id}
    if step.decision.state in FINAL_STATES:
        (merged,) = exchange((_MERGED, [step.incident.county_id, step.incident.pk]))
        reporters |= {reporter for (reporter,) in merged}
    for user in reporters - {None, step.by.id}:
        yield Word(_key("reporter", step), user=user)


def _key(audience: str, step: Step) -> str:
    return f"{audience}.{step.decision.transition.key}"
