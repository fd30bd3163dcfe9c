"""Rules of every page: nothing inline, icons that exist, every word in Chinese."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.template.loader import get_template
from django.utils.translation.template import templatize

WEB = Path(__file__).resolve().parents[3] / "src/linli/web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SOURCES = [*TEMPLATES, *sorted(WEB.rglob("*.py"))]
ICONS = set(re.findall(r'id="([\w-]+)"', (WEB / "static/vendor/icons.svg").read_text()))
KEYWORDS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}


def _name(path: Path) -> str:
    return str(path.relative_to(WEB))


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_compiles(path) -> None:
    get_template(str(path.relative_to(WEB / "templates")))


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_nothing_is_inline(path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=|<style|javascript:|\son[a-z]+=|hx-on|<script>", text)


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_every_icon_is_in_the_sprite(path) -> None:
    text = path.read_text()
    used = set(re.findall(r'{% icon "([\w-]+)"', text))
    used |= set(re.findall(r'\bicon="([\w-]+)"', text))
    used |= set(re.findall(r'"icon": "([\w-]+)"', text))
    assert used <= ICONS


def _messages(path: Path) -> set[str]:
    text = path.read_text()
    if path.suffix == ".html":
        text = "\n".join(line.strip() for line in templatize(text).splitlines())
    found = extract_python(io.BytesIO(text.encode()), KEYWORDS, (), {})
    return {message if isinstance(message, str) else message[0] for _, _, message, _ in found}


@pytest.fixture(scope="module")
def chinese() -> set[str]:
    known: set[str] = set()
    for path in WEB.parent.rglob("locale/zh_Hans/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
        ids = [(m.id if isinstance(m.id, str) else m.id[0]) for m in catalogue if m.string and m.id]
        assert len(ids) == len(set(ids)), path
        known.update(ids)
    return known


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_every_word_has_its_chinese(path, chinese) -> None:
    assert _messages(path) - chinese - {""} == set()
