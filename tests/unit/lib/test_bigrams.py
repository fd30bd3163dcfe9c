import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.lib import bigrams

any_text = st.text(st.characters(exclude_categories=()))  # lone surrogates and NUL included


def test_a_chinese_run_becomes_bigrams_and_its_last_character():
    assert bigrams.tokens("路灯不亮") == [("路灯", 1), ("灯不", 2), ("不亮", 3), ("亮", 4)]


def test_punctuation_ends_a_run_and_takes_no_position():
    assert bigrams.tokens("灯坏，修") == [("灯坏", 1), ("坏", 2), ("修", 3)]


def test_latin_words_and_digits_are_kept_whole_beside_chinese():
    assert bigrams.tokens("G108国道3km") == [
        ("g", 1),
        ("108", 2),
        ("国道", 3),
        ("道", 4),
        ("3", 5),
        ("km", 6),
    ]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("１２３４５", "12345"), ("ＡＢｃ", "abc"), ("Straße", "strasse"), ("㎡", "m2"), ("ｶﾞ", "ガ")],
)
def test_width_and_case_do_not_matter(typed, stored):
    assert bigrams.normalise(typed) == stored


def test_ancient_and_minority_characters_are_indexed_like_common_ones():
    assert bigrams.tokens("𠀀𠀁") == [("𠀀𠀁", 1), ("𠀁", 2)]
    assert bigrams.tokens("ꆈꌠ") == [("ꆈꌠ", 1), ("ꌠ", 2)]


def test_the_vector_quotes_each_word_with_its_position():
    assert bigrams.tsvector_literal("坏 a") == "'坏':1 'a':2"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("路灯", "'路灯'"),
        ("路灯不亮", "'路灯' <1> '灯不' <1> '不亮'"),
        ("灯", "'灯':*"),
        ("路灯 三号楼", "'路灯' & '三号' <1> '号楼'"),
        ("路灯3栋", "'路灯' <2> '3' <1> '栋':*"),
        ("Street", "'street':*"),
        ("2024-3", "'2024' <1> '3':*"),
        ("灯 灯", "'灯':*"),
    ],
)
def test_a_query_is_phrases_joined_by_and(query, expected):
    assert bigrams.tsquery_literal(query) == expected


@pytest.mark.parametrize("query", ["", "  ", "，。", "'&|!()", "\x00", "\ud800", "😀"])
def test_a_query_without_letter_or_digit_searches_for_nothing(query):
    assert bigrams.tsquery_literal(query) is None


@given(any_text)
def test_no_token_holds_a_sign_that_means_something_to_postgresql(text):
    for token, position in bigrams.tokens(text):
        assert not re.search(r"[\s'\\:&|!()<>*\x00\ud800-\udfff]", token)
        assert len(token) <= bigrams.MAX_WORD
        assert 1 <= position <= bigrams.MAX_POSITION


@given(any_text)
def test_normalising_twice_changes_nothing(text):
    once = bigrams.normalise(text)
    assert bigrams.normalise(once) == once
    assert unicodedata.is_normalized("NFKC", once)


@given(any_text)
def test_a_query_is_always_operands_and_operators(text):
    operand = r"'[^\s'\\:\x00]+'(:\*)?"
    made = bigrams.tsquery_literal(text)
    if made is not None:
        assert re.fullmatch(rf"{operand}( (&|<\d+>) {operand})*", made)
        assert len(re.findall(operand, made)) <= bigrams.MAX_QUERY_TERMS


@pytest.mark.parametrize("text", ["路" * 200_000, "a " * 200_000, "a" * 200_000, "路，" * 99_999])
def test_a_huge_text_keeps_positions_and_size_within_the_limits(text):
    found = bigrams.tokens(text)
    assert found[-1][1] <= bigrams.MAX_POSITION
    assert sum(len(token.encode()) + 5 for token, _ in found) < 1_000_000
