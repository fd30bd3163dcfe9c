"""How offices write the days and hours of a shift: 周一至周五, 周六、周日, 20:00-次日08:00."""

import re
import unicodedata
from datetime import time

DAYS = "一二三四五六日"
WHOLE = {
    "每日": range(7), "日日": range(7), "daily": range(7),
    "工作日": range(5), "双休日": (5, 6), "末": (5, 6),
}  # fmt: skip
_RANGE = re.compile(f"([{DAYS}])(?:至|到|-|—|~)([{DAYS}])")
_HOURS = re.compile(
    r"(\d{1,2})[:点时](\d{2})?分?(?:至|到|-|—|~)(?:次日|翌日)?(\d{1,2})[:点时](\d{2})?分?"
)


def read_weekdays(text: str) -> tuple[int, ...]:
    """Days of the week, 0 for Monday; none where the text speaks of something else."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("天", "日")
    plain = re.sub(r"星期|礼拜|周|\s", "", plain)
    if plain in WHOLE:
        return tuple(WHOLE[plain])
    found: set[int] = set()
    for first, last in _RANGE.findall(plain):
        begin, end = DAYS.index(first), DAYS.index(last)
        found |= {day % 7 for day in range(begin, (end if end >= begin else end + 7) + 1)}
    rest = re.sub(r"[、,，/和及]", "", _RANGE.sub("", plain))
    if any(letter not in DAYS for letter in rest):
        return ()
    return tuple(sorted(found | {DAYS.index(letter) for letter in rest}))


def read_hours(text: str) -> tuple[time, time] | None:
    """Begin and end by the clock; 24:00 is midnight. None where the text names no hours."""
    match = _HOURS.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    if match is None:
        return None
    begin, begin_minute, end, end_minute = (int(part or 0) for part in match.groups())
    try:
        return time(begin, begin_minute), time(0 if end == 24 else end, end_minute)
    except ValueError:
        return None


def write_weekdays(weekdays: tuple[int, ...]) -> str:
    return "周" + "".join(DAYS[day] for day in weekdays)
