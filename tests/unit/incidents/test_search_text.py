"""The words by which a case is found."""

from datetime import UTC, datetime

import pytest

from linli.incidents.models import Incident
from linli.incidents.rules import title_of
from linli.incidents.search_text import words_of

LONG = "村口水管破裂" * 12 + "。"


def _words(text: str, title: str) -> list[str]:
    case = Incident(number="2026-000007", title=title, text=text, opened_at=datetime.now(UTC))
    return [word.partition(":")[0].strip("'") for word in words_of(case).split()]


@pytest.mark.parametrize("text", ["路灯不亮。老人出行不便。", LONG, "没有句号的话"])
def test_a_title_that_is_the_beginning_of_the_text_is_not_indexed_twice(text) -> None:
    assert _words(text, title_of(text)) == _words(text, "")


def test_a_title_of_its_own_is_found() -> None:
    assert "桥面" in _words("路灯不亮。", "桥面塌陷")
    assert "桥面" not in _words("路灯不亮。", "路灯不亮")
