"""Whatever is typed into any form: no failure, an error at the field, the words kept, no row."""

import html
import re
import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db.models import UUIDField
from django.test import Client
from django.urls import resolve

from linli.accounts.models import User
from linli.counties.tenancy import TenantModel
from linli.database.context import county_context
from tests.conftest import A, B
from tests.factories.county import small_county
from tests.web.crawling import Form, Pages, is_page
from tests.web.everything import a_row_of_everything, addresses, everybody, own_address, told
from tests.web.test_every_page import foreign_words, lived_in

__all__ = ["lived_in"]
pytestmark = pytest.mark.slow
MARK = "打出来的字Zw"
LEFT_OUT = frozenset({"account:logout", "account:language", "set_language", "account:end_others"})
FIRST, LAST = "0001-01-01", "9999-12-31"  # of the calendar: what adds a day to them fails
HOSTILE = ("", "\x00", MARK + "x" * 6000, "9" * 400, "a\r\nb: c")
REFUSED = 422
INVALID = re.compile(r'<[^>]*aria-invalid="true"[^>]*>')
MESSAGE = re.compile(r'id="messages"((?!<h1).)*role="alert"', re.DOTALL)
# Views whose form may stand on no page here: it waits for something that this county has not.
ELSEWHERE = frozenset(
    {
        "administration:account_close",
        "administration:account_factors",
        "administration:account_password",
        "administration:account_reopen",
        "administration:calendar_publish",
        "administration:calendar_restore",
        "administration:leave_end",
        "administration:process_approve",
        "administration:process_follow",
        "administration:process_mend",
        "administration:process_move",
        "administration:process_take_back",
        "duty:shift_end",
        "emergencies:dispatch",
        "incidents:call_made",
        "incidents:list",
        "territory:review_areas",
        "territory:review_divisions",
    }
)
TABLES = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
AND relkind IN ('r', 'p') AND NOT relispartition
"""


class Rows:
    """Every row of every table, as far as it takes to see that one came, went or changed."""

    def __init__(self, backup: psycopg.Connection) -> None:
        self._backup = backup
        names = [name for (name,) in backup.execute(TABLES)]
        each = "SELECT '{0}', count(*), max(xmin::text::bigint) FROM \"{0}\""
        self._ask = " UNION ALL ".join(each.format(name) for name in names)

    def now(self) -> set[tuple[Any, ...]]:
        found = set(self._backup.execute(self._ask))
        self._backup.rollback()
        return found


def test_no_form_fails_on_what_is_typed_and_an_error_keeps_it(lived_in, committed):
    with county_context(A):
        user = everybody(lived_in.small)
        ours = a_row_of_everything(lived_in.small, user)
    pages = Pages(lived_in.client(user))
    pages.open("/account/", f"/{A}/", *(own_address(path, ours) for path in addresses()))
    assert not foreign_words(pages, "en")
    reached = {view for view, _fields in pages.forms}
    assert _taking_posts(pages.client, ours) - reached <= ELSEWHERE
    _no_posted_id_of_another_county_is_known(pages)
    pages.client.raise_request_exception = False  # all that fail are named
    wrong, tried = set(), 0
    with psycopg.connect(committed.dsn("backup")) as backup:
        rows = Rows(backup)
        before = rows.now()
        for view, form, value in [*_posts(pages), *_days(pages)]:
            answer = pages.client.post(form.action, _filled(form, value))
            after, tried = rows.now(), tried + 1
            page = html.unescape(answer.content.decode()) if is_page(answer) else ""
            answer.close()
            faults = _faults(answer.status_code, page)
            if answer.status_code == REFUSED and after != before:
                faults.append(f"{after - before} written")
            kept = MARK in page or not (value.startswith(MARK) and form.typed)
            if answer.status_code in {200, 409, REFUSED} and not kept:
                faults.append("typed text lost" + form.action + ",".join(form.typed))
            wrong |= {(view, value[:8], fault) for fault in faults}
            before = after
    assert not wrong
    assert tried > 250


def _taking_posts(client: Client, ours: dict[str, str]) -> set[str]:
    """The views below a county that a POST may reach, asked without doing anything."""
    paths = [own_address(path, ours) for path in addresses()]
    return {
        resolve(path).view_name
        for path in paths
        if "POST" in client.delete(path).headers.get("Allow", "")
    }


def _posts(pages: Pages) -> Iterator[tuple[str, Form, str]]:
    """What is typed first, mere buttons last: some of them take away what others are about."""
    forms = [(view, form) for (view, _fields), form in pages.forms.items() if view not in LEFT_OUT]
    known = set()
    for view, form in sorted(forms, key=lambda pair: not pair[1].typed):
        for value in HOSTILE if form.typed and view not in known else HOSTILE[2:3]:
            yield view, form, value
        known.add(view)


def _days(pages: Pages) -> Iterator[tuple[str, Form, str]]:
    """Days that nobody means, in forms that are filled in otherwise."""
    for (view, _fields), form in pages.forms.items():
        for value in (FIRST, LAST) if form.days else ():
            yield view, form, value


def _faults(status: int, page: str) -> list[str]:
    if status >= 500:
        return [str(status)]
    marked = INVALID.findall(page)
    tied = {tag: _described_by(tag) + _described_by(_group_of(tag, page)) for tag in marked}
    untied = [tag for tag, ids in tied.items() if not any(_says(page, one) for one in ids)]
    found = [f"nothing says what is wrong with {tag}" for tag in untied]
    said = marked or 'class="error-summary"' in page or MESSAGE.search(page)
    if status == REFUSED and not said:
        found.append("refused without a word")
    if status == 200 and marked:
        found.append("an error with 200")
    return found


def _described_by(tag: str) -> list[str]:
    return "".join(re.findall(r'aria-describedby="([^"]*)"', tag)).split()


def _group_of(tag: str, page: str) -> str:
    """The fieldset that a choice stands in: it says what is wrong with all of them."""
    name = re.search(r'type="(?:radio|checkbox)" name="(\w+)"', tag)
    found = name and re.search(rf'<fieldset[^>]*id="id_{name[1]}_field"[^>]*>', page)
    return found[0] if found else ""


def _says(page: str, described: str) -> bool:
    return re.search(rf'id="{described}"[^>]*>\s*<p class="field-error">', page) is not None


def _filled(form: Form, value: str) -> dict[str, str]:
    if value not in {FIRST, LAST}:
        return form.fields | dict.fromkeys(form.typed, value)
    last = list(form.days)[-1:] if value == LAST else form.days  # an end that is no end
    days = {name: value + "T23:59" * (form.days[name] != "date") for name in last}
    words = {name: form.fields[name] or "好" for name in form.typed if name not in form.days}
    return form.fields | words | days


def _no_posted_id_of_another_county_is_known(pages: Pages) -> None:
    """Each id that a form sends, exchanged for one of next door's and for nobody's."""
    ours = _rows_of(A)
    with county_context(B):
        a_row_of_everything(small_county(), User.objects.latest("id"))
    theirs = {table: pk for pk, table in _rows_of(B).items()}
    tried, known = 0, set()
    for (view, _fields), form in pages.forms.items():
        for name, value in form.fields.items():
            if value in ours:
                first, second = (
                    told(_sent(pages, form, {name: one}), one)
                    for one in (theirs[ours[value]], str(uuid.uuid4()))
                )
                known |= {(view, name)} if first != second else set()
                tried += 1
    assert not known
    assert tried > 20


def _sent(pages: Pages, form: Form, change: dict[str, str]) -> Any:
    return pages.client.post(form.action, form.fields | change, follow=True)


def _rows_of(county: str) -> dict[str, str]:
    """Every row of a county that has an id of its own, with its table."""
    found = {}
    with county_context(county):
        for model in apps.get_models():
            if issubclass(model, TenantModel) and isinstance(model._meta.pk, UUIDField):
                ids = model.objects.values_list("pk", flat=True)
                found |= dict.fromkeys(map(str, ids), model.__name__)
    return found
