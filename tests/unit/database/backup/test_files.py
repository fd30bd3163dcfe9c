"""Files beside the database, packed and laid out again without a database."""

from pathlib import Path

from linli.database.backup.files import Unpacked, lengths, pack


def _brought_back(places: dict[str, Path], grown_from: dict[Path, int], target: Path) -> Path:
    pieces: list[bytes] = []
    pack(places, pieces.append, grown_from)
    with Unpacked({name: target / name for name in places}) as unpacked:
        unpacked.unpack(iter(pieces))
        unpacked.keep()
    return target


def test_an_anchor_written_after_the_beginning_is_left_out(tmp_path: Path) -> None:
    anchors, later = tmp_path / "anchors", tmp_path / "later"
    anchors.write_text("seal 1\n")
    places = {"anchors": anchors, "later": later}
    known = lengths(places)
    anchors.write_text("seal 1\nseal 2\n")
    later.write_text("seal 1\n")
    target = _brought_back(places, known, tmp_path / "new")
    assert (target / "anchors").read_text() == "seal 1\n"
    assert not (target / "later").exists()


def test_a_folder_is_packed_as_it_is_when_its_turn_comes(tmp_path: Path) -> None:
    attachments = tmp_path / "attachments"
    attachments.mkdir()
    places = {"attachments": attachments}
    known = lengths(places)
    (attachments / "photo").write_bytes(b"x" * 3_000_000)
    target = _brought_back(places, known, tmp_path / "new")
    assert (target / "attachments/photo").stat().st_size == 3_000_000
