"""A refusal says what and where in the reader's language."""

from linli.lib.errors import InputError

CHINESE = {", ": "、", "No %(what)s; known: %(known)s": "没有 %(what)s，现有：%(known)s"}


def test_a_list_is_joined_as_the_language_does():
    error = InputError("No %(what)s; known: %(known)s", what="x", known=["a", "b"])
    assert str(error) == "No x; known: a, b"
    assert error.translated(CHINESE.__getitem__) == "没有 x，现有：a、b"


def test_a_reason_inside_is_translated_with_it():
    inner = InputError("No %(what)s; known: %(known)s", what="x", known=("a",))
    outer = InputError("%(file)s: %(reason)s", file="f", reason=inner)
    words = CHINESE | {"%(file)s: %(reason)s": "%(file)s：%(reason)s"}
    assert outer.translated(words.__getitem__) == "f：没有 x，现有：a"
    assert str(outer) == "f: No x; known: a"


def test_a_message_without_places_may_hold_a_percent_sign():
    assert str(InputError("100% of it")) == "100% of it"
