"""The document as text: typed, uploaded, hostile; what was typed is kept and every fault named."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.flows.processes import shipped

from .conftest import AT, BEGIN, problems, row

TEXT = shipped("incident")
LAUGHS = "a: &a [x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n"


def uploaded(content: bytes | str, name: str = "p.yaml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())


def test_a_file_begins_a_draft_with_its_comments(operator):
    draft = operator.begin(begin="file", file=uploaded(TEXT))
    assert row().document == TEXT
    assert "没有差异" in operator.text(f"{draft}changes/")


def test_a_file_with_faults_is_kept_and_each_is_named_with_its_place(operator):
    text = TEXT.replace("to: accepted", "to: excepted", 1).replace("owner: platform, ", "", 1)
    draft = operator.begin(begin="file", file=uploaded(text))
    page = operator.text(draft)
    assert "步骤“受理”、到达状态：没有名为“excepted”的状态" in page
    assert row().document == text
    assert operator.send(f"{draft}propose/", "short-form").status_code == 422


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00x", "不是UTF-8"),
        ("x" * 300_000, "超过200 KB"),
        (b"", "空文件"),
    ],
    ids=["bytes", "large", "empty"],
)
def test_a_file_that_is_no_text_is_refused_at_its_field(operator, content, words):
    answer = operator.post(f"{AT}/edit/new/", {**BEGIN, "begin": "file", "file": uploaded(content)})
    assert answer.status_code == 422
    assert words in problems(answer)[0]
    assert 'value="提速"' in answer.content.decode()


def test_a_file_is_chosen(operator):
    answer = operator.post(f"{AT}/edit/new/", {**BEGIN, "begin": "file"})
    assert problems(answer) == ["YAML文件：请选择文件。"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (LAUGHS, "第1行：不支持锚点和引用"),
        ("a: !!python/object/apply:os.system [ls]", "第1行：不支持标签"),
        ("x: " + "[" * 5_000, "嵌套超过12层"),
        ("key: incident\nkey: incident", "第2行：“key”重复出现"),
        ("key: [", "不是有效的YAML：第1行第7列"),
        ("just words", "流程文件应由"),
        ("key: incident", "states：缺少此项"),
    ],
    ids=lambda value: value[:16],
)
def test_hostile_and_broken_texts_are_kept_as_text_and_told(operator, draft, text, words):
    answer = operator.send(f"{draft}text/", "text-form", document=text)
    assert answer.status_code == 302, problems(answer)
    page = operator.text(draft)
    assert words in page
    assert row().document == text
    assert operator.get(f"{draft}states/handling/").status_code == 404
    for path in ("states/", "routing/", "told/", "changes/", "try/", "check/", "text/", "propose/"):
        assert operator.get(draft + path).status_code == 200
    assert operator.send(f"{draft}propose/", "short-form").status_code == 422


@pytest.mark.parametrize("text", ["a\0b", "y" * 250_000], ids=["nul", "large"])
def test_what_cannot_be_kept_is_refused_and_stays_in_the_box(operator, draft, text):
    before = row().document
    answer = operator.send(f"{draft}text/", "text-form", document=text)
    assert answer.status_code == 422
    assert row().document == before


def test_a_stale_text_is_kept_and_compared(operator, dispatcher, draft):
    seen = row().version
    changed = TEXT.replace("general: 7 working days", "general: 6 working days")
    dispatcher.send(f"{draft}clocks/handle/", time_general_0="5")
    answer = operator.post(f"{draft}text/", {"document": changed, "version": seen})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "6个工作日 → 5个工作日" in page
    assert "general: 6 working days" in page
    again = operator.post(f"{draft}text/", {"document": changed, "version": row().version})
    assert again.status_code == 302
    assert row().document == changed


def test_a_file_may_stand_in_for_the_text(operator, draft):
    changed = TEXT.replace("general: 7 working days", "general: 6 working days")
    answer = operator.post(
        f"{draft}text/",
        {"document": "", "version": row().version, "file": uploaded(changed)},
    )
    assert answer.status_code == 302, problems(answer)
    assert row().document == changed


def test_lines_of_a_browser_are_lines_of_yaml(operator, draft):
    answer = operator.post(
        f"{draft}text/", {"document": TEXT.replace("\n", "\r\n"), "version": row().version}
    )
    assert answer.status_code == 302
    assert row().document == TEXT
