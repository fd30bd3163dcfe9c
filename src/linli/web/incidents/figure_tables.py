"""Bodies of the tables of figures, written without the template engine (see `web.markup`)."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linli.statistics.incidents import Share
from linli.web.incidents.words import labels
from linli.web.markup import said, together, written
from linli.web.parts import icon, number
from linli.web.tones import state_look

STATE_CHIP = '<li><a class="state tone-{tone}" href="{url}{key}">{icon}{label} {number}</a></li>'
MONTH_ROW = (
    '<tr><th scope="row">{month}</th><td class="num" data-value="{opened}">{opened_shown}</td>'
    '<td class="num" data-value="{done}">{done_shown}</td></tr>'
)
RATE_CELLS = (
    '<td class="num" data-label="{on_time_word}">{on_time}</td>'
    '<td class="num" data-label="{rework_word}">{rework}</td>'
    '<td class="num" data-label="{extension_word}">{extension}</td>'
)
RATE_ROW = '<tr><th scope="row">{label}</th>{rates}</tr>'
SHARE_ROW = (
    '<tr><th scope="row"><a href="{url}{key}">{label}</a></th>'
    '<td class="num" data-label="{opened_word}">{opened}</td>'
    '<td class="num" data-label="{open_word}">{open}</td>'
    '<td class="num" data-label="{done_word}">{done}</td>'
    '<td class="num" data-label="{share_word}">{share}</td>{rates}</tr>'
)


class Named(NamedTuple):
    """What a row is about: its key in the list's filter, its words, its numbers."""

    key: str
    label: str
    share: Share


def state_chips(total: Share, *, url: str) -> SafeString:
    """Every state that occurs, in the order of the process."""
    chips = []
    for key, label in labels("state").items():
        if amount := total.by_state.get(key):
            name, tone = state_look(key)
            values = {"tone": tone, "icon": icon(name), "label": label, "number": number(amount)}
            chips.append(written(STATE_CHIP, url=url, key=key, **values))
    return together(chips)


def month_rows(months: Iterable[tuple[str, Share]]) -> SafeString:
    return together(
        written(
            MONTH_ROW,
            month=month,
            opened=share.opened,
            opened_shown=number(share.opened),
            done=share.done,
            done_shown=number(share.done),
        )
        for month, share in months
    )


def rate_rows(months: Iterable[tuple[str, Share]]) -> SafeString:
    words = _rate_words()
    return together(
        written(RATE_ROW, label=label, rates=_rates(share, words)) for label, share in months
    )


def share_rows(rows: Iterable[Named], *, url: str) -> SafeString:
    """One line each; `url` is the address of the list up to the key."""
    rate_words = _rate_words()
    words = said(
        opened_word=_("Reports"),
        open_word=_("Under way"),
        done_word=_("Done"),
        share_word=_("Share done"),
        url=url,
    )
    return together(
        written(
            SHARE_ROW,
            **words,
            key=key,
            label=label,
            opened=number(share.opened),
            open=number(share.open),
            done=number(share.done),
            share=_percent(share.done_percent),
            rates=_rates(share, rate_words),
        )
        for key, label, share in rows
    )


def _rates(share: Share, words: dict[str, SafeString]) -> SafeString:
    return written(
        RATE_CELLS,
        **words,
        on_time=_percent(share.on_time_percent),
        rework=_percent(share.rework_percent),
        extension=_percent(share.extension_percent),
    )


def _rate_words() -> dict[str, SafeString]:
    return said(
        on_time_word=_("On-time rate"),
        rework_word=_("Rework rate"),
        extension_word=_("Extension rate"),
    )


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value}%"
