"""What is said about a record that breaks a rule, in English and Chinese.

The templates are filled with the parameters that a `Reject` carries, so that the same
reason can stand in a file, on a terminal and on a page.
"""

from collections.abc import Mapping
from typing import Final

REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "closed_before_opened": (
        "closed {closed} lies before opened {opened}",
        "办结时间 {closed} 早于上报时间 {opened}",
    ),
    "outside_bounds": (
        "the point {lon}, {lat} lies outside the bounds {bounds}",
        "坐标 {lon}, {lat} 超出范围 {bounds}",
    ),
    "no_place": ("no coordinates", "缺少坐标"),
    "missing_value": ("column “{column}” is empty", "“{column}”列为空"),
    "unknown_value": (
        "column “{column}” has “{value}”, which the profile does not map",
        "“{column}”列的值“{value}”在导入配置中没有对应项",
    ),
    "bad_time": (
        "column “{column}”: “{value}” is not a time of the format {format}",
        "“{column}”列的“{value}”不是 {format} 格式的时间",
    ),
    "ambiguous_time": (
        "column “{column}”: {value} happens twice, when the clocks go back",
        "“{column}”列的 {value} 处于夏令时结束的重复时段，无法确定是哪一次",
    ),
    "opened_in_future": ("opened {opened} lies in the future", "上报时间 {opened} 晚于当前时间"),
    "closed_time_missing": (
        "the state is {state}, but there is no closing time",
        "状态为 {state}，但没有办结时间",
    ),
    "bad_coordinate": (
        "“{lon}”, “{lat}” is not a longitude and a latitude in degrees",
        "“{lon}”、“{lat}”不是以度为单位的经纬度",
    ),
    "broken_text": (
        "column “{column}” holds bytes that are not {encoding}, or null characters",
        "“{column}”列含有非 {encoding} 编码的内容或空字符",
    ),
    "too_long": (
        "column “{column}” has {length} characters; at most {limit} are kept",
        "“{column}”列有 {length} 个字符，最多允许 {limit} 个",
    ),
    "wrong_number_of_columns": (
        "{found} columns where the heading has {expected}",
        "该行有 {found} 列，而表头有 {expected} 列",
    ),
    "broken_record": ("not a JSON object: {detail}", "不是 JSON 对象：{detail}"),
}


def reason(code: str, params: Mapping[str, object]) -> tuple[str, str]:
    """The reason in English and in Chinese."""
    english, chinese = REASONS[code]
    return english.format_map(params), chinese.format_map(params)
