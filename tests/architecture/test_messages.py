import pytest

from tests.architecture.checks import messages as checks
from tests.architecture.checks.source import SRC


@pytest.fixture(scope="module")
def translated():
    read = checks.catalogues(SRC)
    assert read
    return checks.entries(read.values())


def test_every_message_is_translated(translated):
    assert checks.missing(checks.used_in(SRC), translated) == {}


def test_every_translation_keeps_the_places_of_its_message(translated):
    assert checks.wrong_places(translated) == []


def test_a_message_has_one_translation_in_all_catalogues():
    assert checks.clashes(checks.catalogues(SRC)) == {}


def test_a_matter_is_never_called_a_police_case(translated):
    assert checks.wrong_words(translated) == []


PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "done"
msgstr "办结"

#, fuzzy
msgid "unsure"
msgstr "大概"

msgid "empty"
msgstr ""

msgid "%(count)s open"
msgstr "未办结"

msgid "invented"
msgstr "%(name)s"

msgid "case"
msgstr "案件"

msgctxt "verb"
msgid "close"
msgstr "办结"

msgid "%(n)s day"
msgid_plural "%(n)s days"
msgstr[0] "%(n)s天"
"""


@pytest.fixture
def planted(tmp_path):
    folder = tmp_path / "locale/zh_Hans/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO, encoding="utf-8")
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "a.html").write_text(
        "{% load i18n %}{% translate 'done' %}{% translate 'only in a template' %}"
        "{% blocktranslate count n=n trimmed %}\n {{ n }} day\n{% plural %}\n {{ n }} days\n"
        "{% endblocktranslate %}"
    )
    (tmp_path / "views.py").write_text(
        "_('done'); gettext_lazy('un' 'sure'); _('empty'); pgettext('verb', 'close')\n"
        "pgettext('noun', 'close'); raise InputError('line %(line)s is bad', line=1)\n"
        "_(variable); ngettext('%(n)s day', '%(n)s days', n); other('not a message')\n"
    )
    return tmp_path


def test_planted_messages_without_translation_are_found(planted):
    found = checks.missing(
        checks.used_in(planted), checks.entries(checks.catalogues(planted).values())
    )
    assert found == {
        "unsure": "views.py:1",
        "empty": "views.py:1",
        "close": "views.py:2",
        "line %(line)s is bad": "views.py:2",
        "only in a template": "templates/a.html:1",
    }


def test_planted_differences_between_catalogues_are_found(planted):
    other = planted / "other/locale/zh_Hans/LC_MESSAGES"
    other.mkdir(parents=True)
    changed = PO.replace('"办结"', '"完成"').replace('"verb"', '"noun"')
    (other / "django.po").write_text(changed, encoding="utf-8")
    assert checks.clashes(checks.catalogues(planted)) == {"done": ["办结", "完成"]}


def test_planted_translations_with_wrong_places_or_words_are_found(planted):
    translated = checks.entries(checks.catalogues(planted).values())
    assert checks.wrong_places(translated) == ["%(count)s open", "invented"]
    assert checks.wrong_words(translated) == ["案件"]
