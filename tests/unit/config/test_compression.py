"""Text leaves packed, once; what is dense, small or read in ranges leaves as it is."""

import gzip

import pytest
from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from linli.config.compression import LEAST, CompressionMiddleware
from linli.config.heads import HeadMiddleware

WORDS = b"<p>\xe7\xa6\x84\xe5\x8a\x9d</p>" * LEAST


def _answered(response, accepted="gzip, br", **headers):
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepted})
    for name, value in headers.items():
        response[name] = value
    return CompressionMiddleware(lambda _request: response)(request)


@pytest.mark.parametrize(
    "media",
    [
        "text/html; charset=utf-8",
        "text/csv",
        "application/json",
        "application/geo+json",
        "application/problem+json",
        "application/yaml; charset=utf-8",
    ],
)
def test_text_leaves_packed(media):
    answer = _answered(HttpResponse(WORDS, content_type=media))
    assert gzip.decompress(answer.content) == WORDS
    assert (answer["Content-Encoding"], answer["Vary"]) == ("gzip", "Accept-Encoding")
    assert int(answer["Content-Length"]) == len(answer.content) < len(WORDS) / 10


def test_the_length_says_nothing_exact():
    """BREACH guesses a secret from one byte more or less."""
    lengths = {len(_answered(HttpResponse(WORDS)).content) for _ in range(20)}
    assert len(lengths) > 5


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(WORDS, content_type="image/jpeg"),
        HttpResponse(WORDS, content_type="application/pdf"),
        HttpResponse(WORDS, content_type="application/vnd.openxmlformats-officedocument"),
        HttpResponse(WORDS[: LEAST - 1]),
        HttpResponse(status=304),
        StreamingHttpResponse([WORDS], content_type="text/plain"),
    ],
)
def test_what_is_dense_small_or_read_in_parts_stays(response):
    answer = _answered(response, ETag='"1"')
    assert "Content-Encoding" not in answer
    assert "Vary" not in answer
    assert answer["ETag"] == '"1"'


def test_what_is_packed_already_is_not_packed_again():
    packed = gzip.compress(WORDS * 50)
    answer = _answered(HttpResponse(packed), **{"Content-Encoding": "gzip"})
    assert answer.content == packed


def test_who_takes_nothing_packed_gets_it_plain_and_caches_are_told():
    answer = _answered(HttpResponse(WORDS), "identity", ETag='"1"')
    assert (answer.content, answer["Vary"], answer["ETag"]) == (WORDS, "Accept-Encoding", '"1"')


def test_a_tag_of_packed_text_is_weak():
    assert _answered(HttpResponse(WORDS), ETag='"1"')["ETag"] == 'W/"1"'


def test_asking_about_a_page_says_how_it_would_leave():
    """What empties the body of an answer to HEAD stands outside, static files further out."""
    order = [name.rpartition(".")[2] for name in settings.MIDDLEWARE]
    packing = order.index("CompressionMiddleware")
    assert order.index("WhiteNoiseMiddleware") < order.index("HeadMiddleware") < packing
    assert packing < order.index("ErrorPagesMiddleware")
    inner = CompressionMiddleware(lambda _request: HttpResponse(WORDS))
    request = RequestFactory().head("/", headers={"Accept-Encoding": "gzip"})
    answer = HeadMiddleware(inner)(request)
    assert (answer.content, answer["Content-Encoding"]) == (b"", "gzip")
    assert 0 < int(answer["Content-Length"]) < len(WORDS)
