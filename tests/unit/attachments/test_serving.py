"""Headers, conditions and ranges, without a framework."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.attachments.models import Attachment
from linli.attachments.serving import Wish, serve
from linli.attachments.store import FileStore

DATA = bytes(range(256)) * 700


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path)


@pytest.fixture
def video(store):
    return Attachment(
        kind="video",
        media_type="video/mp4",
        file_name="路口 1.mp4",
        sha256="ab",
        store_key=store.put([DATA]),
        thumbnail_key=store.put([b"small"]),
    )


def test_the_whole_file_comes_with_safe_headers(store, video):
    served = serve(video, Wish(), store)
    assert served.status == 200
    assert b"".join(served.chunks) == DATA
    headers = served.headers
    assert headers["Content-Length"] == str(len(DATA))
    assert headers["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "private, no-cache"


def test_a_document_is_only_downloaded(store, video):
    video.kind, video.media_type, video.file_name = "document", "application/pdf", "a.pdf"
    served = serve(video, Wish(), store)
    assert served.headers["Content-Disposition"] == 'attachment; filename="a.pdf"'
    small = serve(video, Wish(thumbnail=True), store)
    assert small.headers["Content-Type"] == "image/jpeg"
    assert b"".join(small.chunks) == b"small"


@pytest.mark.parametrize("tag", ['"ab"', 'W/"ab"', '"x", "ab"', "*"])
def test_a_known_version_is_not_sent_again(store, video, tag):
    served = serve(video, Wish(if_none_match=tag), store)
    assert (served.status, b"".join(served.chunks)) == (304, b"")
    assert serve(video, Wish(thumbnail=True, if_none_match='"ab"'), store).status == 200


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [("bytes=0-99", 0, 100), ("bytes=100-", 100, len(DATA)), ("bytes=-10", len(DATA) - 10, None)],
)
def test_a_range_is_cut_out(store, video, wanted, start, end):
    served = serve(video, Wish(range=wanted), store)
    assert served.status == 206
    assert b"".join(served.chunks) == DATA[start:end]
    stop = (end or len(DATA)) - 1
    assert served.headers["Content-Range"] == f"bytes {start}-{stop}/{len(DATA)}"


def test_a_range_of_another_version_means_the_whole_file(store, video):
    served = serve(video, Wish(range="bytes=5-", if_range='"old"'), store)
    assert (served.status, len(b"".join(served.chunks))) == (200, len(DATA))


def test_a_range_beyond_the_end_is_said(store, video):
    served = serve(video, Wish(range=f"bytes={len(DATA)}-"), store)
    assert (served.status, served.headers["Content-Range"]) == (416, f"bytes */{len(DATA)}")


def test_a_file_that_is_gone_is_nothing(store, video):
    store.delete(video.store_key)
    assert serve(video, Wish(), store) is None
    video.thumbnail_key = ""
    assert serve(video, Wish(thumbnail=True), store) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.one_of(st.text(max_size=30), st.from_regex(r"bytes=\d{0,7}-\d{0,7}", fullmatch=True)))
def test_any_range_is_answered_with_as_many_bytes_as_announced(store, video, wanted):
    served = serve(video, Wish(range=wanted), store)
    assert served.status in {200, 206, 416}
    if served.status != 416:
        assert int(served.headers["Content-Length"]) == len(b"".join(served.chunks))
