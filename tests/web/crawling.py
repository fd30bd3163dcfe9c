"""Walks the web as a reader does: every link of every page, every form that asks by GET."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

ADDRESSES = ("href", "src", "hx-get")
WORDS = ("aria-label", "title", "placeholder", "alt")
UNSPOKEN = frozenset({"script", "style", "code", "pre", "template", "svg", "textarea"})
TYPED = frozenset({"text", "search", "tel", "email", "url", "number", "date", "time"})
DAYS = frozenset({"date", "datetime-local"})
FORMED = ("section", "key", "number")  # parts of an address that choose another form
VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)


found_at = cache(resolve)  # the same links stand on most pages


@dataclass(frozen=True)
class Spoken:
    """One piece of text as a page shows it; `language` is that of the nearest `lang`."""

    text: str
    language: str


@dataclass
class Form:
    """A form that is sent by POST: where to, and its fields as they stand there."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)  # names of the fields for a person's words
    days: dict[str, str] = field(
        default_factory=dict
    )  # those for a day or a moment, and their kind


class Reader(HTMLParser):
    """Collects where a page leads, what it says and what may be sent from it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.leads: list[str] = []
        self.forms: list[Form] = []
        self.spoken: list[Spoken] = []
        self._open: list[tuple[str, str]] = []  # each open element and the language inside it
        self._form: list[tuple[str, str]] | None = None
        self._sent: Form | None = None
        self._action = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        language = given.get("lang", self._language)
        if tag not in VOID:
            self._open.append((tag, language))
        self.leads += [given[name] for name in ADDRESSES if given.get(name)]
        self.spoken += [Spoken(given[name], language) for name in WORDS if given.get(name)]
        if tag == "input" and given.get("type") in {"submit", "button"}:
            self.spoken.append(Spoken(given.get("value", ""), language))
        self._ask(tag, given)
        self._send(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._sent = None
        if tag == "form" and self._form is not None:
            self.leads.append(f"{self._action or '?'}".split("?")[0] + "?" + urlencode(self._form))
            self._form = None
        if tag in {name for name, _language in self._open}:
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if text and not UNSPOKEN & {name for name, _language in self._open}:
            self.spoken.append(Spoken(text, self._language))

    @property
    def _language(self) -> str:
        return self._open[-1][1] if self._open else ""

    def _send(self, tag: str, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "form" and given.get("method", "get").lower() == "post":
            self._sent = Form(given.get("action", ""))
            self.forms.append(self._sent)
        elif self._sent is None or "disabled" in given:
            return
        elif tag == "option" and self._select in self._sent.fields and given.get("value"):
            self._sent.fields[self._select] = given["value"]
        elif tag in {"input", "select", "textarea"} and name:
            self._select = name if tag == "select" else ""
            self._sent.fields.setdefault(name, given.get("value", ""))
            if tag == "textarea" or (tag == "input" and kind in TYPED):
                self._sent.typed.append(name)
            if tag == "input" and kind in DAYS:
                self._sent.days[name] = kind

    def _ask(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form":
            asks = given.get("method", "get").lower() == "get"
            self._form, self._action = ([] if asks else None), given.get("action", "")
        elif self._form is None or "disabled" in given:
            return
        elif tag == "input" and given.get("name"):
            if given.get("type") not in {"checkbox", "radio"} or "checked" in given:
                self._form.append((given["name"], given.get("value", "")))
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select and given.get("value"):
            self._form = [pair for pair in self._form if pair[0] != self._select]
            self._form.append((self._select, given["value"]))  # the last one: rarely the usual


@dataclass
class Walk:
    """One reader's way; fails at the first page that does. `seen` counts views and questions."""

    client: Client
    alike: int = 2  # how often a view is opened, and again with each thing it may be asked
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    spoken: dict[Spoken, str] = field(default_factory=dict)
    forms: dict[tuple[str, str], Form] = field(default_factory=dict)  # by view and fields

    def go(self, *starts: str) -> None:
        waiting = [(start, "-") for start in reversed(starts)]
        known: set[str] = set()
        while waiting:
            path, origin = waiting.pop()
            if path not in known and self._is_new(path, origin):
                known.add(path)
                waiting += [(lead, path) for lead in self._open(path, origin)]

    def _is_new(self, path: str, origin: str) -> bool:
        parts = urlsplit(path)
        if parts.path.startswith("/static/"):
            return False
        try:
            name = found_at(parts.path).view_name
        except Resolver404:
            raise AssertionError(f"{path} leads nowhere (from {origin})") from None
        asked = {key for key, value in parse_qsl(parts.query) if value}
        kinds = [(name, key) for key in asked | {""}]
        self.seen.update(kinds)
        return any(self.seen[kind] <= self.alike for kind in kinds)

    def _open(self, path: str, origin: str) -> Iterator[str]:
        answer = self.client.get(path)
        if answer.status_code in {301, 302}:
            yield urljoin(path, answer["Location"])
            return
        assert answer.status_code < 400, f"{answer.status_code} {path} (from {origin})"
        if answer.streaming or not answer["Content-Type"].startswith("text/html"):
            answer.close()
            return
        page = Reader()
        page.feed(answer.content.decode())
        keep(page, path, forms=self.forms, spoken=self.spoken)
        for lead in page.leads:
            if re.match(r"(https?|mailto|tel|data|blob|javascript):|#|\{", lead):
                continue
            yield urljoin(path, lead).split("#")[0]


def keep(
    page: Reader, path: str, *, forms: dict[tuple[str, str], Form], spoken: dict[Spoken, str]
) -> None:
    """What a page has: its forms by view and fields, its words by where they stood first."""
    for each in page.spoken:
        spoken.setdefault(each, path)
    for form in page.forms:
        form.action = urljoin(path, form.action)
        view = found_at(urlsplit(form.action).path).view_name
        forms.setdefault((view, ",".join(sorted(form.fields))), form)


def is_page(answer: Any) -> bool:
    return not answer.streaming and answer["Content-Type"].startswith("text/html")


class Pages:
    """Opens every address, and from there each page that has a form of another kind."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.forms: dict[tuple[str, str], Form] = {}  # by view and fields
        self.spoken: dict[Spoken, str] = {}
        self._known: set[tuple[str, ...]] = set()

    def open(self, *paths: str) -> None:
        waiting, asked = list(reversed(paths)), set(paths)
        while waiting:
            path = waiting.pop()
            if self._is_new(path) or path in asked:
                asked.discard(path)
                answer = self.client.get(path)
                if answer.status_code == 200 and is_page(answer):
                    waiting += self.read(path, answer.content.decode())
                answer.close()  # a download leaves its file open until it is sent

    def read(self, path: str, text: str) -> Iterator[str]:
        """Keep the forms of a page; where it leads."""
        page = Reader()
        page.feed(text)
        keep(page, path, forms=self.forms, spoken=self.spoken)
        leads = (urljoin(path, lead).split("#")[0] for lead in page.leads if lead[:1] in "/.?")
        return (lead for lead in leads if not lead.startswith("/static/"))

    def _is_new(self, path: str) -> bool:
        found = found_at(urlsplit(path).path)
        parts = {name: str(value) for name, value in found.kwargs.items() if name in FORMED}
        kind = (found.view_name, *(part for part in parts.values() if "-" not in part))
        new = kind not in self._known
        self._known.add(kind)
        return new
