import contextlib
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from linli.attachments import rules
from linli.attachments.enums import Kind, Refusal
from linli.attachments.rules import Refused


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0", Kind.JPEG),
        (b"\x89PNG\r\n\x1a\n", Kind.PNG),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", Kind.WEBP),
        (b"RIFF\n\n\n\nWAVEfmt ", Kind.WAV),
        (b"\x00\x00\x00\x1cftypM4A ", Kind.MP4),
        (b"\x00\x00\x00\x14ftypqt  ", Kind.MP4),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", Kind.WEBM),
        (b"OggS\x00", Kind.OGG),
        (b"#!AMR-WB\n", Kind.AMR),
        (b"\xff\xf1\x50", Kind.AAC),
        (b"\xff\xfb\x90", Kind.MP3),
        (b"ID3\x03", Kind.MP3),
        (b"%PDF-1.7", Kind.PDF),
        (b"PK\x03\x04", Kind.DOCX),
    ],
)
def test_the_first_bytes_tell_the_format(head, kind):
    assert rules.kind_of(head, 100) is kind


@pytest.mark.parametrize(
    ("head", "size", "code"),
    [
        (b"", 0, Refusal.EMPTY),
        (b"\xff\xd8\xff", rules.MAX_BYTES + 1, Refusal.TOO_LARGE),
        (b"\x00\x00\x00\x18ftypheic", 100, Refusal.HEIC),
        (b"\x00\x00\x00\x18ftypmif1", 100, Refusal.HEIC),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 100, Refusal.OLD_WORD),
        (b"<svg onload=alert(1)>", 100, Refusal.UNSUPPORTED),
        (b"MZ\x90\x00", 100, Refusal.UNSUPPORTED),
        (b"#!/bin/sh\n", 100, Refusal.UNSUPPORTED),
        (b"GIF89a", 100, Refusal.UNSUPPORTED),
        (b" %PDF-1.7", 100, Refusal.UNSUPPORTED),
        (b"#EXTM3U\nfile:///etc/passwd", 100, Refusal.UNSUPPORTED),
    ],
)
def test_other_files_are_refused_with_the_reason(head, size, code):
    with pytest.raises(Refused) as refused:
        rules.kind_of(head, size)
    assert refused.value.code is code


@given(st.binary(max_size=rules.HEAD_BYTES), st.integers(0, 2 * rules.MAX_BYTES))
def test_any_beginning_is_a_kind_or_a_refusal(head, size):
    with contextlib.suppress(Refused):
        assert isinstance(rules.kind_of(head, size), Kind)


@pytest.mark.parametrize("code", list(Refusal))
def test_every_refusal_has_a_message_that_can_be_filled(code):
    assert "%(" not in str(Refused(code))


def test_a_message_names_the_true_limit():
    assert "at most 20 MB" in str(Refused(Refusal.TOO_LARGE))
    assert "at most 9 megapixels" in str(Refused(Refusal.TOO_MANY_PIXELS, limit_megapixels=9))


@pytest.mark.parametrize(
    ("declared", "shown"),
    [
        ("路灯.jpeg", "路灯.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\fakepath\\照片 1.PNG", "照片 1.jpg"),
        ("invoice.exe", "invoice.jpg"),
        ("", "file.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie x.jpg"),
        ("gpj.\u202eexe.jpg", "gpj.exe.jpg"),
        ("长" * 300, "长" * 116 + ".jpg"),
    ],
)
def test_a_name_keeps_its_words_and_nothing_that_deceives(declared, shown):
    assert rules.clean_name(declared, "jpg") == shown


@given(st.text(st.characters(exclude_categories=())))
def test_any_name_becomes_a_short_printable_one_without_a_path(declared):
    name = rules.clean_name(declared, "docx")
    assert name.endswith(".docx")
    assert len(name) <= rules.MAX_NAME
    assert not set(name) & set('/\\<>:"|?*\r\n\x00')
    assert name.encode()


@pytest.mark.parametrize(
    ("expanded", "packed", "allowed"),
    [
        (rules.MAX_EXPANDED_BYTES, rules.MAX_BYTES, True),
        (rules.MAX_EXPANDED_BYTES + 1, rules.MAX_BYTES, False),
        (2_000_000, 20_000, True),
        (2_000_001, 20_000, False),
        (1_000_000, 100, True),
    ],
)
def test_a_file_may_unpack_to_100_mb_and_a_hundredfold(expanded, packed, allowed):
    if allowed:
        rules.check_expansion(expanded, packed)
    else:
        with pytest.raises(Refused):
            rules.check_expansion(expanded, packed)


def test_every_refusal_speaks_chinese_with_the_same_values():
    catalogue = Path(rules.__file__).parent / "locale/zh_Hans/LC_MESSAGES/django.po"
    with catalogue.open("rb") as file:
        translated = {str(entry.id): entry.string for entry in read_po(file) if entry.id}
    assert set(translated) == set(rules.MESSAGES.values())
    for message, words in translated.items():
        assert sorted(re.findall(r"%\(\w+\)\w", message)) == sorted(
            re.findall(r"%\(\w+\)\w", words)
        )
        assert re.search("[\u4e00-\u9fff]", words)
