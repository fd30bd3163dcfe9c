"""The shipped category tree is complete, consistent, and about matters."""

import re
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from linli.calendars import Duration, Unit
from linli.incidents.data.categories import CategoryTree, shipped_categories
from linli.incidents.enums import Severity

TREE = shipped_categories()
SOURCE = Path(__file__).parents[4] / "src/linli/incidents/data/categories.yaml"
HOURS = {Unit.HOURS: 1, Unit.WORKING_HOURS: 3, Unit.WORKING_DAYS: 24}  # 8 working hours a day


def test_the_tree_has_eight_branches_and_about_seventy_leaves() -> None:
    assert len(TREE.categories) - len(TREE.leaves()) == 8
    assert 60 <= len(TREE.leaves()) <= 80


def test_names_are_chinese_and_english_and_no_two_are_the_same() -> None:
    names = [category.name for category in TREE.categories]
    english = [category.name_en for category in TREE.categories]
    assert all(re.search(r"[\u4e00-\u9fff]", name) for name in names)
    assert all(name.isascii() for name in english)
    assert len(set(names)) == len(names)
    assert len(set(english)) == len(english)


@pytest.mark.parametrize("name", TREE.deadlines)
def test_a_graver_matter_never_has_more_time(name: str) -> None:
    times = [Duration.parse(TREE.deadlines[name][severity]) for severity in Severity]
    hours = [time.amount * HOURS[time.unit] for time in times]
    assert hours == sorted(hours, reverse=True)
    assert hours[-1] >= 1
    assert hours[0] <= 20 * 24


def test_every_unit_trade_and_every_set_of_deadlines_is_used() -> None:
    assert {leaf.deadlines for leaf in TREE.leaves()} == set(TREE.deadlines)
    assert {leaf.function for leaf in TREE.leaves()} == set(TREE.functions)


def test_the_matters_that_the_field_names_are_there() -> None:
    names = " ".join(leaf.name for leaf in TREE.leaves())
    for word in ("森林防火", "地质灾害", "自建房", "集体聚餐", "野生菌", "欠薪", "电信网络诈骗"):
        assert word in names


def test_published_deadlines_are_kept() -> None:
    times = {leaf.code: TREE.times(leaf)["general"] for leaf in TREE.leaves()}
    assert times["0401"] == "1 working day"
    assert times["0402"] == "5 working hours"
    assert times["0101"] == "7 working days"


def test_no_category_sorts_persons() -> None:
    """Words by which registers of people are kept; a matter is never named after one."""
    barred = (
        "人员|对象|重点人|上访|信访人|吸毒者|精神|刑满|矫正|民族|宗教|流动人口|闲散|残疾人|前科"
    )
    for category in TREE.categories:
        assert not re.search(barred, category.name)
        english = r"person|addict|offender|patient|petitioner|ethnic|relig|migrant"
        assert not re.search(english, category.name_en.lower())


def test_icons_are_in_the_shipped_sprite() -> None:
    sprite = SOURCE.parents[2] / "web/static/vendor/icons.svg"
    known = set(re.findall(r'id="([a-z0-9-]+)"', sprite.read_text("utf-8")))
    icons = {category.icon for category in TREE.categories}
    assert {icon for icon in icons if icon not in known and f"i-{icon}" not in known} == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('code: "0102"', 'code: "0101"'),
        ('code: "0102"', 'code: "9902"'),
        ("name_en: Between neighbours", 'name_en: ""'),
        ("function: justice", "function: magic"),
        ("dispute: {general: 7 working days", "dispute: {general: 7 moons"),
        ("critical: 24 hours}", "}"),
        ("on_the_spot: true, sample: 0.1", "on_the_spot: true"),
        ("severity: major,", "severity: major, on_the_spot: true, sample: 0.1,"),
    ],
)
def test_a_fault_in_the_tree_is_refused(old: str, new: str) -> None:
    text = SOURCE.read_text("utf-8")
    assert old in text
    with pytest.raises((ValidationError, yaml.YAMLError)):
        CategoryTree.model_validate(yaml.safe_load(text.replace(old, new, 1)))
