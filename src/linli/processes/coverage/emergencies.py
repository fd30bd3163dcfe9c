"""Whether whoever an emergency alerts is there at every hour."""

from collections.abc import Iterator

from linli.processes.coverage.county import County
from linli.processes.coverage.gaps import At, Code, Example, Gap, Mend, Scope
from linli.processes.definition import Definition


def alert_gaps(definition: Definition, county: County) -> Iterator[Gap]:
    """For each rung of the path of emergencies the hours in which it would find nobody."""
    path = definition.emergency
    centre = county.posts.centre(county.code) or ""
    for rung in path.rungs if path else ():
        hours, example = 0, None
        for week in county.weeks:
            lacking = week.ahead & ~week.alerted.get(rung.to, 0)
            if lacking and example is None:
                first = (lacking & -lacking).bit_length() - 1
                example = Example(unit=centre, hour=first, monday=week.monday)
            hours |= lacking
        if hours:
            params = {"subject": rung.to, "alerted": rung.to, "hours": hours.bit_count()}
            yield Gap(
                Code.ALERT_REACHES_NOBODY,
                Mend(At.ROTA, centre),
                params,
                example,
                scope=Scope(hours=hours),
            )
