"""The whole way of an upload: sniffed, rebuilt in the isolated process, or refused."""

import contextlib
import hashlib
import io
import socket
import struct
import subprocess
import sys
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from linli.attachments import processing, rules
from linli.attachments.enums import Family, Kind, Refusal
from linli.attachments.processing import isolation, worker
from linli.attachments.processing.outcome import Cleaned, receive, send
from linli.attachments.rules import Refused


def photo(size=(640, 480), form="jpeg"):
    target = io.BytesIO()
    Image.new("RGB", size, "green").save(target, form)
    return target.getvalue()


def refusal(data):
    with pytest.raises(Refused) as refused:
        processing.sanitise(io.BytesIO(data), "x.jpg")
    return refused.value.code


def test_a_photo_with_a_false_extension_is_taken_for_what_it_is():
    clean = processing.sanitise(io.BytesIO(photo(form="png")), "C:\\fakepath\\证明.docx")
    assert (clean.family, clean.media_type) == (Family.PHOTO, "image/png")
    assert clean.file_name == "证明.png"
    assert (clean.width, clean.height, clean.seconds) == (640, 480, None)
    assert clean.sha256 == hashlib.sha256(clean.data).hexdigest()
    assert Image.open(io.BytesIO(clean.thumbnail)).size == (480, 360)


def test_an_upload_that_is_too_large_is_refused_without_a_process(monkeypatch):
    monkeypatch.setattr(isolation, "run", None)
    assert refusal(b"\xff\xd8\xff" + bytes(rules.MAX_BYTES)) is Refusal.TOO_LARGE
    assert refusal(b"") is Refusal.EMPTY
    assert refusal(b"<html>") is Refusal.UNSUPPORTED


def test_a_damaged_file_is_refused():
    assert refusal(photo()[:400]) is Refusal.DAMAGED


def test_inspecting_leaves_the_file_at_its_beginning():
    file = io.BytesIO(photo())
    assert processing.inspect(file) is Kind.JPEG
    assert file.tell() == 0


def png_with_packed_profile(unpacked_size):
    def chunk(name, body):
        crc = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + crc

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    profile = b"a\x00\x00" + zlib.compress(bytes(unpacked_size), 9)
    chunks = chunk(b"IHDR", header) + chunk(b"iCCP", profile)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunks
        + chunk(b"IDAT", zlib.compress(bytes(2)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.slow
def test_a_bomb_beside_the_pixels_is_refused_or_ignored():
    with contextlib.suppress(Refused):
        clean = processing.sanitise(io.BytesIO(png_with_packed_profile(300_000_000)), "x.png")
        assert len(clean.data) < 1_000


def in_worker(statement):
    code = f"from linli.attachments.processing import worker\nworker.limit_resources()\n{statement}"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)


def test_the_worker_cannot_take_more_memory_than_its_share():
    assert b"MemoryError" in in_worker("bytearray(worker.MEMORY_BYTES)").stderr


@pytest.mark.slow
def test_a_worker_that_runs_out_of_processor_time_ends():
    limited = "worker.CPU_SECONDS = 1\nworker.limit_resources()\nwhile True: pass"
    assert in_worker(limited).returncode < 0


def test_the_worker_has_no_network():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        connect = f"socket.create_connection(('127.0.0.1', {port}), 2)"
        found = in_worker(f"import socket\nprint(worker.leave_network())\n{connect}")
    if found.stdout.strip() != b"True":
        pytest.skip("this kernel lets no ordinary process leave the network")
    assert b"OSError" in found.stderr or b"Network is unreachable" in found.stderr


def test_a_worker_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(isolation, "WALL_SECONDS", 0.01)
    assert refusal(photo()) is Refusal.TOO_COMPLEX


def test_a_worker_that_dies_is_a_refusal(monkeypatch):
    monkeypatch.setattr(isolation, "_WORKER", "antigravity_of_no_package")
    assert refusal(photo()) is Refusal.TOO_COMPLEX


def test_the_worker_sees_no_secret_of_the_environment(monkeypatch, tmp_path):
    seen = tmp_path / "environ"
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    monkeypatch.setattr(isolation.sys, "executable", str(spy(tmp_path, seen)))
    refusal(photo())
    assert "DATABASE_URL" not in seen.read_text()


def spy(folder, seen):
    script = folder / "python"
    script.write_text(f"#!/bin/sh\n/usr/bin/env > {seen}\nexit 1\n")
    script.chmod(0o700)
    return script


@given(
    st.binary(),
    st.none() | st.integers(0, 99),
    st.none() | st.floats(0, 60),
    st.none() | st.binary(min_size=1),
)
def test_an_outcome_arrives_as_it_was_sent(data, width, seconds, thumbnail):
    sent, stream = Cleaned("jpeg", data, width, width, seconds, thumbnail), io.BytesIO()
    send(sent, stream)
    stream.seek(0)
    assert receive(stream) == sent


@pytest.mark.parametrize("code", list(Refusal))
def test_a_refusal_arrives_as_it_was_sent(code):
    stream = io.BytesIO()
    send(Refused(code, codec="av1"), stream)
    stream.seek(0)
    with pytest.raises(Refused) as refused:
        receive(stream)
    assert (refused.value.code, refused.value.params["codec"]) == (code, "av1")


@given(st.binary())
def test_a_garbled_outcome_is_a_refusal(data):
    with pytest.raises(Refused):
        receive(io.BytesIO(data))


@pytest.mark.slow
@settings(deadline=None, max_examples=8)
@given(
    st.sampled_from(
        [b"\xff\xd8\xff", b"%PDF-1.7", b"PK\x03\x04", b"\0\0\0\x18ftypmp42", b"OggS\0"]
    ),
    st.binary(max_size=300),
)
def test_arbitrary_bytes_are_refused_through_the_whole_way(head, data):
    with pytest.raises(Refused):
        processing.sanitise(io.BytesIO(head + data), "x")


@pytest.mark.slow
def test_the_largest_photo_allowed_fits_into_the_worker():
    clean = processing.sanitise(io.BytesIO(photo((8_000, 5_000), "png")), "x.png")
    assert (clean.width, clean.height) == (8_000, 5_000)


def test_every_kind_has_a_cleaner_and_every_form_an_output():
    assert set(worker._CLEANERS) <= set(Kind)
    assert {output.family for output in rules.OUTPUTS.values()} == set(Family)
