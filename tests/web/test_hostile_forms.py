"""Whatever is typed into a form: no failure, an error at the field, the words kept."""

import html

from linli.accounts.enums import Role
from linli.database.context import county_context
from tests.conftest import A
from tests.web.crawling import Form, Walk
from tests.web.test_every_page import foreign_words, lived_in, somebody

__all__ = ["lived_in"]
MARK = "打出来的字Zw"
LEFT_OUT = frozenset({"account:logout", "account:language", "set_language", "account:end_others"})
HOSTILE = ("", "\x00", MARK + "x" * 6000, "9" * 400, "a\r\nb: c")


def test_no_form_fails_on_what_is_typed_and_an_error_keeps_it(lived_in):
    lost, tried = set(), 0
    with county_context(A):
        actor = somebody(lived_in.small, Role.COUNTY_OPERATOR)
    client = lived_in.client(actor)
    walk = Walk(client, alike=1)
    walk.go("/account/", f"/{A}/")
    assert not foreign_words(walk, "en")
    for (view, _fields), form in walk.forms.items():
        for value in HOSTILE if view not in LEFT_OUT else ():
            answer = client.post(form.action, _filled(form, value))
            tried += 1
            assert answer.status_code < 500, (view, value[:20])
            page = "" if answer.streaming else html.unescape(answer.content.decode())
            refused = answer.status_code in {200, 422} and form.typed
            if value.startswith(MARK) and refused and MARK not in page:
                lost.add(view)
    assert tried > 100
    assert not lost


def _filled(form: Form, value: str) -> dict[str, str]:
    return form.fields | dict.fromkeys(form.typed, value)
