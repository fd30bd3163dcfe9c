from hypothesis import given
from hypothesis import strategies as st

from linli.incidents.likeness import alike, likeness, metres_between, words_of

TEXTS = st.text(alphabet="水管破裂路灯不亮村口abc 。", max_size=60)


@given(TEXTS, TEXTS)
def test_likeness_is_the_same_from_both_sides_and_a_share(one, other):
    a, b = words_of(one), words_of(other)
    assert likeness(a, b) == likeness(b, a)
    assert 0 <= likeness(a, b) <= 1
    assert likeness(a, a) == (1 if a else 0)


def test_other_words_for_the_same_matter_are_more_alike_than_another_matter():
    known = words_of("村口的水管破裂了，水漫到路面上")
    same = likeness(known, words_of("村口水管破裂，水流到路面"))
    other = likeness(known, words_of("有人占道摆摊卖菜，堵了街子"))
    assert same > 0.5
    assert other < 0.2


def test_the_nearer_two_reports_are_the_fewer_words_decide():
    assert alike(0.25, 80.0, same_area=False, same_kind=True)
    assert not alike(0.25, 80.0, same_area=False, same_kind=False)
    assert not alike(0.25, 5_000.0, same_area=True, same_kind=True)
    assert alike(0.25, None, same_area=True, same_kind=True)
    assert alike(0.7, 5_000.0, same_area=False, same_kind=False)


def test_a_distance_is_in_metres_and_unknown_without_a_point():
    north = metres_between((102.4, 25.5), (102.4, 25.51))
    east = metres_between((102.4, 25.5), (102.41, 25.5))
    assert north is not None
    assert east is not None
    assert abs(north - 1112) < 2
    assert abs(east - 1004) < 2
    assert metres_between((None, None), (102.4, 25.5)) is None
