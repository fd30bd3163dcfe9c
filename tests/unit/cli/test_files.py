"""A file that a command cannot use is refused in a sentence, a large one before it is read."""

from pathlib import Path

import pytest

from linli.cli.files import DOCUMENT, LIST, content_of, text_of


def large(path: Path, size: int) -> Path:
    with path.open("wb") as file:
        file.truncate(size)  # takes no room
    return path


@pytest.mark.parametrize("read", [content_of, text_of])
def test_what_is_no_file_is_said(read, tmp_path, capsys):
    for path, words in ((tmp_path, "Is a directory"), (tmp_path / "none", "No such file")):
        with pytest.raises(SystemExit):
            read(path)
        assert words in capsys.readouterr().err


@pytest.mark.parametrize(("read", "limit"), [(content_of, LIST), (text_of, DOCUMENT)])
def test_what_is_too_large_is_not_read(read, limit, tmp_path, capsys):
    with pytest.raises(SystemExit):
        read(large(tmp_path / "a", limit * 1000))
    assert f"at most {limit // 1_000_000} MB" in capsys.readouterr().err


def test_a_text_is_read_as_programs_and_offices_write_it(tmp_path, capsys):
    file = tmp_path / "notice.txt"
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        file.write_bytes("元旦：1月1日放假。".encode(encoding))
        assert text_of(file) == "元旦：1月1日放假。"
    for content in (b"\x00\x01\x02", b"\x81\x20\xff"):
        file.write_bytes(content)
        with pytest.raises(SystemExit):
            text_of(file)
        assert "no text" in capsys.readouterr().err
