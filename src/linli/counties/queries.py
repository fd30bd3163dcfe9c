"""The counties of this installation."""

import time

from linli.counties.models import County

FRESH_FOR = 5.0  # seconds; a county's name and zone change once in years

_known: dict[str, tuple[float, County]] = {}


def county(code: str) -> County | None:
    """The county of a path, remembered for a few seconds; None where there is no such county."""
    kept = _known.get(code)
    if kept is None or time.monotonic() - kept[0] > FRESH_FOR:
        found = County.objects.filter(pk=code).first()
        if found is None:
            return None
        kept = (time.monotonic(), found)
        _known[code] = kept
    return kept[1]


def forget() -> None:
    _known.clear()


def county_codes() -> list[str]:
    """Jobs, commands and figures loop over these, each in a context of its own."""
    return list(County.objects.order_by("code").values_list("code", flat=True))


def counties() -> list[County]:
    return list(County.objects.order_by("code"))
