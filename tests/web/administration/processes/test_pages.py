"""The pages of processes: who may open them, and how a change goes from form to version."""

import re
from html import unescape

import pytest

from linli.casework import definitions
from linli.casework.models import ProcessDraft
from linli.database.context import county_context
from linli.processes import Definition
from linli.processes.comparing import compare
from linli.processes.reading import read
from tests.conftest import A
from tests.factories.people import sign_in

AT = f"/{A}/processes/incident"


@pytest.fixture(autouse=True)
def nothing_remembered():
    definitions.forget()
    yield
    definitions.forget()


@pytest.fixture
def editor(client, office):
    """Signed in as a county operator, who writes."""
    sign_in(client, office.operator)
    return client


@pytest.fixture
def draft(editor) -> str:
    """The address of a draft that is begun."""
    answer = editor.post(
        f"{AT}/edit/new/", {"title": "提速", "summary": "太慢", "begin": "published"}
    )
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return answer["Location"].removeprefix(f"/{A}")


def row() -> ProcessDraft:
    with county_context(A):
        return ProcessDraft.objects.get()


def document() -> dict:
    return read(row().document)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def filled(page: str) -> dict[str, list[str]]:
    """What a browser would send of the form on a page."""
    form = page[page.index('<form class="part-form"') :]
    form = form[: form.index("</form>")]
    data: dict[str, list[str]] = {}

    def add(name: str, value: str) -> None:
        data.setdefault(unescape(name), []).append(unescape(value))

    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)
        kind = re.search(r'type="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if not name or " disabled" in tag:
            continue
        if kind and kind[1] in {"checkbox", "radio"}:
            if " checked" in tag:
                add(name[1], value[1] if value else "on")
        else:
            add(name[1], value[1] if value else "")
    for rest, body in re.findall(r"<select([^>]*)>(.*?)</select>", form, re.DOTALL):
        name = re.search(r'name="([^"]*)"', rest)
        chosen = re.findall(r'<option value="([^"]*)"[^>]* selected', body)
        first = re.search(r'<option value="([^"]*)"', body)
        if name and " disabled" not in rest:
            add(name[1], chosen[0] if chosen else first[1] if first else "")
    for name, body in re.findall(
        r'<textarea name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL
    ):
        add(name, body)
    return data


def problems(answer) -> list[str]:
    page = answer.content.decode()
    summary = re.search(r'class="error-summary".*?</div>', page, re.DOTALL)
    return re.findall(r"<li>(.*?)</li>", summary[0], re.DOTALL) if summary else [page[:500]]


def saved(client, address: str, **values):
    """Open a form, change some of its values, send it."""
    page = client.get(address).content.decode()
    return client.post(address, {**filled(page), **values})


SHOWN = ["picture", "states", "transitions", "clocks", "ladders", "routing", "emergency", "told",
         "general"]  # fmt: skip
PARTS = ["states/handling", "states/closed", "transitions/accept", "transitions/verify_pass",
         "transitions/report", "transitions/evaluate", "transitions/return_again", "clocks/handle",
         "clocks/review", "stop_clocks/weather", "ladders/unit", "routing/own_trade",
         "routing/holding_centre", "emergency/all", "whole/all", "extensions/all", "general/all"]  # fmt: skip


@pytest.mark.parametrize("section", SHOWN)
def test_every_part_of_the_published_process_is_shown(client, office, section):
    sign_in(client, office.leader)
    path = f"{AT}/" if section == "picture" else f"{AT}/versions/1/{section}/"
    page = client.get(path)
    assert page.status_code == 200
    text = page.content.decode()
    assert "<style" not in text
    if section == "picture":
        assert f'href="{AT}/versions/1/states/#states-handling"' in text


@pytest.mark.parametrize("section", SHOWN)
def test_every_part_of_a_draft_is_shown_with_what_can_be_done(editor, draft, section):
    path = f"/{A}{draft}" if section == "picture" else f"/{A}{draft}{section}/"
    page = editor.get(path)
    assert page.status_code == 200
    assert "<style" not in page.content.decode()


@pytest.mark.parametrize("part", PARTS)
def test_a_form_that_is_sent_as_it_is_changes_nothing(editor, draft, part):
    before = Definition.model_validate(document())
    address = f"/{A}{draft}{part}/"
    assert editor.get(address).status_code == 200
    answer = saved(editor, address)
    assert answer.status_code == 302, problems(answer)
    after = Definition.model_validate(document())
    assert [line.words for line in compare(before, after, "en")] == []
