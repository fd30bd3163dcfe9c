"""What is made of something remembered lives exactly as long as that very thing."""

from linli.lib.derived import Derived


def test_it_is_made_once_for_each_source_and_key() -> None:
    made: list[object] = []

    def make(source: list[str]) -> str:
        made.append(source)
        return ",".join(source)

    kept, first = Derived(make), ["a"]
    assert [kept.of(first, "en"), kept.of(first, "en"), kept.of(first, "zh")] == ["a", "a", "a"]
    assert len(made) == 2


def test_a_source_that_was_read_anew_is_another_one_even_if_it_looks_the_same() -> None:
    kept, first, again = Derived(list), ["a"], ["a"]
    assert kept.of(first) is kept.of(first)
    assert kept.of(again) is not kept.of(first)


def test_what_was_made_of_the_old_source_is_gone() -> None:
    kept = Derived(tuple)
    kept.of(["old"], "en")
    assert kept.of(["new"], "en") == ("new",)
    assert kept.of(["old"], "zh") == ("old",)
