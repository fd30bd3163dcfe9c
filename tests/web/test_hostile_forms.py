"""Whatever is typed into any form: no failure, an error at the field, the words kept, no row."""

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import psycopg
from django.test import Client
from django.urls import resolve

from linli.database.context import county_context
from tests.conftest import A
from tests.web.crawling import Form, Reader
from tests.web.everything import a_row_of_everything, addresses, everybody, own_address
from tests.web.test_every_page import foreign_words, lived_in

__all__ = ["lived_in"]
MARK = "打出来的字Zw"
LEFT_OUT = frozenset({"account:logout", "account:language", "set_language", "account:end_others"})
HOSTILE = ("", "\x00", MARK + "x" * 6000, "9" * 400, "a\r\nb: c")
FORMED = ("section", "key", "number")  # parts of an address that choose another form
REFUSED = 422
INVALID = re.compile(r'<[^>]*aria-invalid="true"[^>]*>')
MESSAGE = re.compile(r'id="messages"((?!<h1).)*role="alert"', re.DOTALL)
TABLES = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
AND relkind IN ('r', 'p') AND NOT relispartition
"""


def is_page(answer: Any) -> bool:
    return not answer.streaming and answer["Content-Type"].startswith("text/html")


class Pages:
    """Opens every address, and from there each page that has a form of another kind."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.forms: dict[tuple[str, str], Form] = {}  # by view and fields
        self.spoken: dict[Any, str] = {}
        self._known: set[tuple[str, ...]] = set()

    def open(self, *paths: str) -> None:
        waiting = list(reversed(paths))
        while waiting:
            path = waiting.pop()
            if self._is_new(path):
                answer = self.client.get(path)
                if answer.status_code == 200 and is_page(answer):
                    waiting += self.read(path, answer.content.decode())
                answer.close()  # a download leaves its file open until it is sent

    def read(self, path: str, text: str) -> Iterator[str]:
        """Keep the forms of a page; where it leads."""
        page = Reader()
        page.feed(text)
        for each in page.spoken:
            self.spoken.setdefault(each, path)
        for form in page.forms:
            form.action = urljoin(path, form.action)
            view = resolve(urlsplit(form.action).path).view_name
            self.forms.setdefault((view, ",".join(sorted(form.fields))), form)
        leads = (urljoin(path, lead).split("#")[0] for lead in page.leads if lead[:1] in "/.?")
        return (lead for lead in leads if not lead.startswith("/static/"))

    def _is_new(self, path: str) -> bool:
        found = resolve(urlsplit(path).path)
        parts = {name: str(value) for name, value in found.kwargs.items() if name in FORMED}
        kind = (found.view_name, *(part for part in parts.values() if "-" not in part))
        new = kind not in self._known
        self._known.add(kind)
        return new


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
    wrong, tried = set(), 0
    with psycopg.connect(committed.dsn("backup")) as backup:
        rows = Rows(backup)
        before = rows.now()
        for view, form, value in _posts(pages):
            answer = pages.client.post(form.action, _filled(form, value))
            after, tried = rows.now(), tried + 1
            page = html.unescape(answer.content.decode()) if is_page(answer) else ""
            faults = _faults(answer.status_code, page)
            if answer.status_code == REFUSED and after != before:
                faults.append(f"{after - before} written")
            kept = MARK in page or not (value.startswith(MARK) and form.typed)
            if answer.status_code in {200, 409, REFUSED} and not kept:
                faults.append("typed text lost" + form.action + ",".join(form.typed))
            wrong |= {(view, value[:8], fault) for fault in faults}
            before = after
    import time

    print("CPU", time.process_time(), tried)
    for w in sorted(wrong):
        print("W", w)
    assert not wrong
    assert tried > 250


def _posts(pages: Pages) -> Iterator[tuple[str, Form, str]]:
    """What is typed first, mere buttons last: some of them take away what others are about."""
    forms = [(view, form) for (view, _fields), form in pages.forms.items() if view not in LEFT_OUT]
    known = set()
    for view, form in sorted(forms, key=lambda pair: not pair[1].typed):
        for value in HOSTILE if form.typed and view not in known else HOSTILE[2:3]:
            yield view, form, value
        known.add(view)


def _faults(status: int, page: str) -> list[str]:
    if status >= 500:
        return [str(status)]
    marked = INVALID.findall(page)
    untied = [tag for tag in marked if not any(_says(page, one) for one in _described_by(tag))]
    found = [f"nothing says what is wrong with {tag}" for tag in untied]
    said = marked or 'class="error-summary"' in page or MESSAGE.search(page)
    if status == REFUSED and not said:
        found.append("refused without a word")
    if status == 200 and marked:
        found.append("an error with 200")
    return found


def _described_by(tag: str) -> list[str]:
    return "".join(re.findall(r'aria-describedby="([^"]*)"', tag)).split()


def _says(page: str, described: str) -> bool:
    return re.search(rf'id="{described}"[^>]*>\s*<p class="field-error">', page) is not None


def _filled(form: Form, value: str) -> dict[str, str]:
    return form.fields | dict.fromkeys(form.typed, value)
