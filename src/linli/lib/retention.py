"""How long a table keeps its rows. Every model declares one; `linli retention run` applies them."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Retention:
    """Rows older than `days` after `anchor` (a time or date field) are removed or blanked.

    `days=None` keeps them, with the reason in `why`. `blank` names the fields that are emptied
    where the row itself stays.
    """

    why: str
    days: int | None = None
    anchor: str = ""
    blank: tuple[str, ...] = ()

    @property
    def disposal(self) -> Literal["keep", "blank", "delete"]:
        if self.days is None:
            return "keep"
        return "blank" if self.blank else "delete"


def keep(why: str) -> Retention:
    return Retention(why=why)


def after(days: int, anchor: str, why: str, *, blank: tuple[str, ...] = ()) -> Retention:
    return Retention(why=why, days=days, anchor=anchor, blank=blank)
