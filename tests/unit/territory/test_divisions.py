import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.lib.errors import InputError
from linli.territory.divisions import read_divisions
from linli.territory.enums import ChangeKind, DivisionLevel
from linli.territory.rules import DivisionRow, changes, name_stem

TOWNSHIPS = (
    "code,code12,parent_code,name,type,n_villages\n530128001,530128001000,530128,屏山街道,街道,1\n"
)
VILLAGES = "code,parent_code,name,kind\n530128001001,530128001,北街社区居委会,居委会\n"
COUNTY = "530128"


def edition(folder, year):
    files = [folder / f"luquan/luquan_{kind}_{year}.csv" for kind in ("townships", "villages")]
    return read_divisions(*(file.read_bytes() for file in files), COUNTY)


@pytest.mark.real_data
def test_four_editions_applied_in_turn_give_the_published_counts(shared_data):
    expected = {  # townships, villages; village changes
        2016: (17, 196, None),
        2017: (17, 200, (5, 1, 0, 0)),
        2020: (18, 198, (10, 12, 1, 6)),
        2023: (18, 198, (0, 0, 185, 0)),
    }
    now: dict[str, DivisionRow] = {}
    for year, (townships, villages, village_changes) in expected.items():
        incoming = edition(shared_data, year)
        assert incoming.faults == ()
        found = changes(tuple(now.values()), incoming.rows)
        now = apply(now, found)
        assert sorted(now.values()) == list(incoming.rows)
        levels = [row.level for row in now.values()]
        assert levels.count(DivisionLevel.TOWNSHIP) == townships
        assert levels.count(DivisionLevel.VILLAGE) == villages
        if village_changes:
            assert tuple(found.counts[DivisionLevel.VILLAGE].values()) == village_changes


@pytest.mark.real_data
def test_the_new_sub_district_of_2020_took_villages_with_it(shared_data):
    found = changes(edition(shared_data, 2017).rows, edition(shared_data, 2020).rows)
    assert [c.after.name for c in found.added if c.after.level is DivisionLevel.TOWNSHIP] == [
        "崇德街道"
    ]
    assert {c.after.parent for c in found.moved} == {"530128002"}
    assert ("硝井村委会", "530128001213", "530128002201") in {
        (c.after.name, c.before.code, c.after.code) for c in found.moved
    }


@pytest.mark.real_data
def test_the_industrial_zone_is_statistical_and_a_misnamed_village_is_noted(shared_data):
    incoming = edition(shared_data, 2016)
    assert {row.code for row in incoming.rows if row.statistical} == {"530128401", "530128401498"}
    assert [note.params["name"] for note in incoming.notes] == ["秀屏社区管理委员会"]


def apply(now, found):
    gone = {change.before.code for change in found.removed}
    kept = {code: row for code, row in now.items() if code not in gone}
    return kept | {change.after.code: change.after for change in (*found.added, *found.renamed)}


rows = st.dictionaries(
    st.integers(1, 399).map(lambda n: f"530128{n:03}"), st.sampled_from("甲乙丙丁"), max_size=12
).map(lambda found: [DivisionRow(code, name) for code, name in found.items()])


@given(rows, rows)
def test_applying_the_changes_gives_the_incoming_edition(current, incoming):
    found = changes(current, incoming)
    assert sorted(apply({r.code: r for r in current}, found).values()) == sorted(incoming)
    assert found.unchanged + len(found.renamed) + len(found.added) == len(incoming)
    assert {(m.before.code, m.after.code) for m in found.moved} <= {
        (r.before.code, a.after.code) for r in found.removed for a in found.added
    }


@given(rows)
def test_the_same_edition_changes_nothing(current):
    found = changes(current, list(reversed(current)))
    assert found.empty
    assert found.moved == ()
    assert set(found.counts[DivisionLevel.TOWNSHIP]) == set(ChangeKind)


def test_the_stem_of_a_name_is_what_tells_places_apart():
    assert name_stem("崇德社区居民委员会") == name_stem("崇德社区居委会") == "崇德"
    assert name_stem("硝井村委会") == name_stem("硝井村民委员会") == "硝井"
    assert name_stem("村委会") == "村委会"


LOOSE_VILLAGE = "530128009001,530128009,远村,村委会"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("n_villages", "colour", "CSV: unknown columns colour"),
        (
            "居委会,居委会",
            "居委会,居委会\n530128001001,,甲,",
            "row 3: the code 530128001001 stands already",
        ),
        ("居委会,居委会", f"居委会,居委会\n{LOOSE_VILLAGE}", "远村 has no township 530128009"),
        (",530128,", ",530129,", "row 2: the code 530128001 lies under 530128, but the column"),
        ("530128001000", "530128002000", "row 2: code 530128001 and code12 530128002 disagree"),
        ("530128001001", "5301280010", "row 2: “5301280010” is not an official code"),
        ("530128001001", "5.30128E+11", "row 2: “5.30128E+11” is a code that a spreadsheet has"),
        ("北街社区居委会", "", "row 2: name is empty"),
        ("北街社区居委会", "北" * 101, "row 2: the name has more than 100"),
        ("530128", "530129", "does not begin with the code above it, 530128"),
    ],
    ids=range(10),
)
def test_a_faulty_list_says_what_is_wrong_and_in_which_row(old, new, message):
    files = [text.replace(old, new).encode() for text in (TOWNSHIPS, VILLAGES)]
    faults = read_divisions(*files, COUNTY).faults
    assert message in "\n".join(map(str, faults))


def test_villages_of_rows_that_cannot_be_read_are_not_said_to_be_missing():
    found = read_divisions(TOWNSHIPS.encode(), VILLAGES.replace("001001", "").encode(), COUNTY)
    assert found.faults
    assert found.notes == ()


@pytest.mark.parametrize("county", ["5301", "boston"])
def test_a_county_without_an_official_code_takes_no_lists_of_codes(county):
    with pytest.raises(InputError, match=rf"own code, {county}, is not the official one"):
        read_divisions(TOWNSHIPS.encode(), VILLAGES.encode(), county)


def test_a_list_without_codes_or_in_a_broken_encoding_is_refused_as_a_whole():
    with pytest.raises(InputError, match="missing: code"):
        read_divisions(b"name,colour\nx,y\n", VILLAGES.encode(), COUNTY)
    with pytest.raises(InputError, match="Line 2 is neither UTF-8 nor GB18030"):
        read_divisions(b"code,name\n\xff\xff,x\n", VILLAGES.encode(), COUNTY)


def test_a_gbk_list_and_a_wrong_count_of_villages_are_read_with_a_note():
    found = read_divisions(
        TOWNSHIPS.replace(",1\n", ",9\n").encode("gbk"), VILLAGES.encode("gbk"), COUNTY
    )
    assert [row.name for row in found.rows] == ["屏山街道", "北街社区居委会"]
    assert "should have 9 villages, the list has 1" in str(found.notes[0])
