"""Every act that the code records has words in both languages on the page of the audit log."""

import ast
from collections.abc import Iterator
from functools import cache

from django.utils.translation import override

from linli.audit.models import AuditEvent
from linli.incidents.enums import EventKind
from linli.incidents.filters import Filter
from linli.web.administration.acts import ACTS, CONDITIONS, GROUPS, about, act_choices, act_label
from tests.architecture.checks.source import SRC, python_files

# What the f-strings of the source can become; `*` stands for their changing part.
FILLED = {
    "account.signed_in_by_*": ("password", "totp", "recovery_codes", "passkey"),
    "account.*_added": ("totp", "passkey"),
    "retention.*": ("delete", "blank"),
    "incident.*": tuple(EventKind),
}


def _recorded() -> Iterator[str]:
    for file in python_files(SRC):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "action":
                yield from _text(node.value)


def _text(value: ast.expr) -> Iterator[str]:
    """The literals of an `action=`, those in a choice too."""
    for node in ast.walk(value):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values
            )
        elif isinstance(node, ast.Constant) and "." in str(node.value) and node.value != ".":
            yield str(node.value)


@cache
def _codes() -> set[str]:
    recorded = set(_recorded())
    whole = {code for code in recorded if "*" not in code and not code.endswith((".", "_"))}
    patterns = {code for code in recorded if "*" in code}
    assert patterns == set(FILLED)
    filled = {pattern.replace("*", part) for pattern in patterns for part in FILLED[pattern]}
    return whole | filled - {part for part in whole if part.startswith("_")}


def test_no_recorded_act_lacks_its_words():
    codes = _codes()
    assert {"user.created", "incident.dispatch", "audit.viewed", "contact.opened"} <= codes
    assert sorted(code for code in codes if act_label(code) in {code, code[9:]}) == []


def test_the_words_name_no_act_that_is_gone():
    assert {code for acts in ACTS.values() for code in acts} - _codes() == set()
    assert ACTS.keys() == GROUPS.keys()


def test_the_words_are_chinese_in_chinese():
    with override("zh-hans"):
        shown = [act_label(code) for code in _codes()]
        names = [str(group) for group, _acts in act_choices()[1:]]
    assert [words for words in shown + names if words.isascii()] == []


def test_a_step_that_a_county_invented_keeps_its_key():
    assert act_label("incident.ask_the_neighbours") == "ask_the_neighbours"


def test_a_filter_does_not_say_that_it_is_optional(client, office):
    from tests.conftest import A
    from tests.factories.people import sign_in

    sign_in(client, office.operator)
    for path in ("units/", "staff/", "assignments/"):
        assert "（选填）" not in client.get(f"/{A}/{path}").content.decode()
    assert "（选填）" in client.get(f"/{A}/units/new/").content.decode()


def test_an_exported_list_is_described_by_the_names_of_its_conditions():
    row = AuditEvent(action="incident.exported", subject_label="list", reason="township,overdue")
    with override("zh-hans"):
        assert about(row) == "事件列表，筛选条件：乡镇（街道）、已超期"
    with override("en"):
        assert about(row) == "The list, narrowed by: Township, Overdue"


def test_every_condition_of_a_list_has_its_name():
    assert set(CONDITIONS) == set(Filter.__dataclass_fields__) - {"text"}
