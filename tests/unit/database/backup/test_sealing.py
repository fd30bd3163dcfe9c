import io
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.database.backup.errors import BackupError, DamagedError, WrongKeyError
from linli.database.backup.sealing import FRAME, LENGTH, MAGIC, Kind, Reader, Writer

KEY = bytes(range(32))
PARTS = [(Kind.DATABASE, b"rows" * 40), (Kind.DATABASE, b"more rows"), (Kind.FILES, b"tar")]


def written(parts: list[tuple[Kind, bytes]] = PARTS) -> bytes:
    file = io.BytesIO()
    writer = Writer(file, KEY, 18)
    for kind, data in parts:
        writer.write(kind, data)
    writer.end()
    return file.getvalue()


WHOLE = written()


def frames_of(whole: bytes) -> tuple[bytes, list[bytes]]:
    (length,) = LENGTH.unpack_from(whole, len(MAGIC))
    begin = at = len(MAGIC) + LENGTH.size + length
    frames = []
    while at < len(whole):
        size = FRAME.unpack_from(whole, at)[1] + FRAME.size
        frames.append(whole[at : at + size])
        at += size
    return whole[:begin], frames


def verify(whole: bytes, key: bytes = KEY) -> int:
    return Reader(io.BytesIO(whole), key).verify()


@given(st.lists(st.tuples(st.sampled_from([Kind.DATABASE, Kind.FILES]), st.binary(max_size=300))))
def test_what_is_read_is_what_was_written(parts: list[tuple[Kind, bytes]]) -> None:
    reader = Reader(io.BytesIO(written(parts)), KEY)
    assert reader.verify() == sum(len(data) for _, data in parts)
    for kind in (Kind.DATABASE, Kind.FILES):
        assert list(reader.contents(kind)) == [data for had, data in parts if had == kind]


@given(st.integers(0, len(WHOLE) * 8 - 1))
def test_every_flipped_bit_is_found(bit: int) -> None:
    altered = bytearray(WHOLE)
    altered[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BackupError):
        verify(bytes(altered))


@given(st.integers(0, len(WHOLE) - 1))
def test_every_cut_is_found(length: int) -> None:
    with pytest.raises(DamagedError):
        verify(WHOLE[:length])


def test_frames_can_be_neither_left_out_nor_swapped_nor_repeated_nor_added() -> None:
    head, (first, second, third, end) = frames_of(WHOLE)
    assert verify(head + first + second + third + end) == 172
    for frames in (
        [first, second, end],
        [first, second, third],
        [second, first, third, end],
        [first, first, second, third, end],
        [first, second, third, end, end],
        [end],
    ):
        with pytest.raises(DamagedError):
            verify(head + b"".join(frames))


def test_frames_of_another_backup_with_the_same_key_do_not_fit() -> None:
    head, frames = frames_of(WHOLE)
    _, others = frames_of(written())
    with pytest.raises(DamagedError):
        verify(head + b"".join([*frames[:1], *others[1:]]))


def test_a_kind_cannot_be_changed() -> None:
    head, frames = frames_of(WHOLE)
    frames[0] = bytes([Kind.FILES]) + frames[0][1:]
    with pytest.raises(DamagedError, match="part 0 was altered"):
        verify(head + b"".join(frames))


def test_another_key_is_said_to_be_another_key() -> None:
    with pytest.raises(WrongKeyError, match="not sealed with this key"):
        verify(WHOLE, secrets.token_bytes(32))


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(BackupError, match="32 bytes"):
        Writer(io.BytesIO(), b"x" * length, 18)


def test_nothing_of_the_content_is_legible() -> None:
    assert b"rows" not in WHOLE
