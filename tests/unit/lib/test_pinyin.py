import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.lib.pinyin import MAX_READINGS, joined, search_keys, search_text, sort_key


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("禄劝", "luquan", "lq"),
        ("屏山街道", "pingshanjiedao", "psjd"),
        ("撒营盘镇", "sayingpanzhen", "sypz"),
        ("皎平渡镇", "jiaopingduzhen", "jpdz"),
        ("六合村委会", "liuhecunweihui", "lhcwh"),
    ],
)
def test_a_place_is_found_by_pinyin_and_initials(name, full, initials):
    keys = search_keys(name)
    assert full in keys.full
    assert initials in keys.initials


@pytest.mark.parametrize(
    ("name", "readings"), [("乐山", {"leshan", "yueshan"}), ("长坪", {"changping", "zhangping"})]
)
def test_a_character_with_several_readings_keeps_them(name, readings):
    assert readings <= set(search_keys(name).full)


def test_latin_and_digits_stay_whole_and_full_width_becomes_half_width():
    keys = search_keys("Ａ区3号网格")
    assert "aqu3haowangge" in keys.full
    assert "aq3hwg" in keys.initials


def test_the_search_text_holds_name_pinyin_and_initials():
    assert search_text("禄劝").startswith("禄劝 luquan")
    assert search_text("禄劝").split()[-1] == "lq"


def test_keys_are_joined_as_far_as_whole_ones_fit():
    assert joined(("leshan", "yueshan"), 14) == "leshan yueshan"
    assert joined(("leshan", "yueshan"), 13) == "leshan"
    assert joined(("leshan",), 4) == "lesh"
    assert joined((), 4) == ""


def test_names_are_sorted_by_pinyin():
    names = ["中屏镇", "翠华镇", "屏山街道", "茂山镇", "转龙镇", "撒营盘镇"]
    assert sorted(names, key=sort_key) == [
        "翠华镇",
        "茂山镇",
        "屏山街道",
        "撒营盘镇",
        "中屏镇",
        "转龙镇",
    ]


def test_an_empty_name_has_empty_keys():
    assert search_keys("").full == ("",)
    assert sort_key("") == "\x00"


@given(st.text(max_size=30))
def test_any_text_gives_few_keys_and_never_fails(name):
    keys = search_keys(name)
    assert 1 <= len(keys.full) <= MAX_READINGS
    assert 1 <= len(keys.initials) <= MAX_READINGS
    assert " " not in "".join(keys.full)
    sort_key(name)
