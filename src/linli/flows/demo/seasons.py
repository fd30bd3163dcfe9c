"""When things happen: the year of the fields and the forest, market days, hours of the day."""

from datetime import date

# January to December. `flat` is the measure: 1 every month.
SEASONS: dict[str, tuple[float, ...]] = {
    "flat": (1, 0.8, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1),
    "fire": (1.6, 2.6, 4.0, 4.0, 2.4, 0.4, 0.1, 0.1, 0.1, 0.2, 0.5, 1.0),
    "flood": (0.1, 0.1, 0.2, 0.4, 1.0, 2.6, 3.6, 3.2, 1.8, 0.6, 0.2, 0.1),
    "rain": (0.5, 0.5, 0.6, 0.7, 1.0, 1.7, 2.1, 1.9, 1.4, 0.9, 0.6, 0.5),
    "storm": (0.5, 0.6, 1.0, 1.4, 1.5, 1.7, 1.9, 1.6, 0.9, 0.6, 0.5, 0.6),
    "mushroom": (0.0, 0.0, 0.0, 0.1, 0.8, 3.2, 4.2, 3.2, 1.6, 0.4, 0.0, 0.0),
    "wages": (3.6, 1.2, 0.6, 0.5, 0.6, 0.7, 0.7, 0.6, 0.8, 0.8, 1.2, 2.8),
    "festival": (2.0, 1.9, 0.8, 0.9, 0.8, 0.7, 0.8, 0.8, 1.0, 1.0, 0.8, 1.2),
    "cold": (2.0, 1.7, 1.2, 0.8, 0.5, 0.4, 0.4, 0.4, 0.5, 0.8, 1.3, 1.9),
    "dry": (1.3, 1.2, 1.4, 1.4, 1.2, 0.7, 0.6, 0.6, 0.7, 1.0, 1.2, 1.3),
    "drought": (0.9, 1.4, 2.6, 3.0, 2.4, 0.6, 0.2, 0.2, 0.2, 0.3, 0.5, 0.7),
    "sowing": (0.3, 0.5, 1.2, 2.6, 3.2, 1.8, 0.6, 0.4, 0.4, 0.5, 0.4, 0.3),
    "harvest": (0.5, 0.5, 0.6, 0.7, 0.8, 0.8, 1.2, 1.8, 2.2, 1.8, 0.8, 0.5),
    "straw": (1.0, 1.2, 1.4, 2.2, 2.0, 0.6, 0.3, 0.3, 0.7, 1.8, 2.0, 1.2),
    "swim": (0.4, 0.4, 0.6, 0.9, 1.2, 1.7, 2.4, 2.2, 1.1, 0.7, 0.5, 0.4),
    "banquet": (2.2, 1.8, 0.8, 0.8, 0.9, 0.6, 0.8, 1.2, 0.9, 1.4, 1.2, 1.8),
    "market": (1.2, 1.0, 1.0, 1.0, 1.0, 1.0, 1.1, 1.1, 1.0, 1.0, 1.0, 1.2),
    "school": (0.5, 0.9, 0.7, 0.6, 0.8, 1.0, 1.4, 3.0, 2.2, 0.7, 0.6, 0.5),
    "winter_fee": (1.3, 1.0, 0.8, 0.7, 0.7, 0.7, 0.7, 0.8, 1.0, 1.4, 1.8, 1.8),
}

# Share of reports by hour of the day, from 0 to 23.
HOURS: dict[str, tuple[float, ...]] = {
    "ordinary": (1, 0.5, 0.3, 0.2, 0.3, 1, 3, 7, 11, 13, 12, 8,
                 5, 6, 10, 11, 9, 7, 6, 5, 4, 3, 2, 1),
    "office": (0, 0, 0, 0, 0, 0, 1, 4, 14, 17, 16, 8, 2, 4, 14, 15, 10, 5, 2, 1, 1, 0, 0, 0),
    "morning": (0.5, 0.2, 0.2, 0.2, 1, 4, 9, 14, 15, 13, 9, 5,
                4, 4, 5, 5, 4, 4, 3, 2, 1, 1, 1, 0.5),
    "afternoon": (0, 0, 0, 0, 0, 0, 1, 2, 4, 5, 6, 7, 9, 12, 14, 15, 13, 9, 5, 2, 1, 0, 0, 0),
    "evening": (2, 1, 0.5, 0.3, 0.3, 1, 2, 4, 5, 5, 4, 4, 4, 4, 5, 5, 5, 7, 10, 13, 12, 9, 6, 3),
    "night": (6, 5, 4, 3, 3, 4, 7, 9, 8, 6, 4, 3, 3, 3, 3, 3, 3, 3, 4, 6, 8, 10, 10, 8),
    "market": (0, 0, 0, 0, 0, 1, 3, 7, 12, 17, 18, 15, 10, 8, 7, 6, 4, 2, 1, 1, 0, 0, 0, 0),
}  # fmt: skip

MARKET_PULL = 0.85
"""Share of market matters that fall on the township's market day."""


def branch(day: date) -> int:
    """The day's zodiac branch, 0 = rat 子; computed, since printed lunar tables shift."""
    return (day.toordinal() + 1721425 + 49) % 60 % 12


def is_market_day(day: date, branches: tuple[int, ...]) -> bool:
    return branch(day) in branches


def day_weight(day: date, *, working: bool) -> float:
    """How busy a day is: people report on holidays too, but less."""
    if working:
        return 1.15 if day.weekday() == 0 else 1.0
    return 0.5
