"""The units of a county as routing asks for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Post:
    """A unit in service: the trade it works in, the area that it works for, whether a centre."""

    code: str
    trade: str = ""
    area: str = ""  # a division code; the county's own for one that works county-wide
    centre: bool = False


@dataclass(frozen=True)
class Posts:
    """A `routing.Directory`. Of two units for the same, the one that comes first answers."""

    by_code: Mapping[str, Post] = field(default_factory=dict)
    trades: Mapping[tuple[str, str], str] = field(default_factory=dict)
    centres: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, posts: Iterable[Post]) -> Self:
        by_code: dict[str, Post] = {}
        trades: dict[tuple[str, str], str] = {}
        centres: dict[str, str] = {}
        for post in posts:
            by_code[post.code] = post
            if post.trade:
                trades.setdefault((post.trade, post.area), post.code)
            if post.centre:
                centres.setdefault(post.area, post.code)
        return cls(by_code, trades, centres)

    def unit(self, code: str) -> str | None:
        return code if code in self.by_code else None

    def of_trade(self, trade: str, area: str) -> str | None:
        return self.trades.get((trade, area))

    def centre(self, area: str) -> str | None:
        return self.centres.get(area)
