"""Why the engine says no: a code, its parameters, the field; the words in one table."""

from collections.abc import Mapping
from datetime import datetime

from linli.calendars import Duration
from linli.processes.definition import Definition
from linli.processes.labels import FIELDS, PLATFORMS, duration_words
from linli.processes.parts import Text
from linli.processes.vocabulary import Field, Platform

MESSAGES: Mapping[str, Text] = {
    "unknown_transition": Text(
        en="This process has no step “{transition}”.", zh="本流程没有“{transition}”这一步。"
    ),
    "wrong_state": Text(
        en="“{transition}” is not possible while the matter is “{state}”.",
        zh="事件处于“{state}”状态，不能“{transition}”。",
    ),
    "no_permission": Text(
        en="Your role does not include this step.", zh="您的岗位没有办理这一步的权限。"
    ),
    "not_platform": Text(
        en="Only the centre that holds the matter can do this.",
        zh="只有当前受理该事件的中心可以办理。",
    ),
    "not_county": Text(en="Only the county centre can do this.", zh="只有县级中心可以办理。"),
    "not_lead_unit": Text(en="Only the lead unit can do this.", zh="只有主办单位可以办理。"),
    "not_co_handler": Text(en="Only a co-handling unit can do this.", zh="只有协办单位可以办理。"),
    "not_reporter": Text(en="Only the reporter can do this.", zh="只有上报人本人可以办理。"),
    "handled_yourself": Text(
        en="Not for whoever handled the matter, nor for members of a unit that did.",
        zh="处置该事件的人员及处置单位的成员不能办理这一步。",
    ),
    "wrong_platform": Text(
        en="This is possible only while the {platform} holds the matter.",
        zh="只有事件在{platform}办理时才能这样做。",
    ),
    "severity_barred": Text(
        en="Not for a matter of severity “{severity}”.", zh="“{severity}”事件不能这样办理。"
    ),
    "category_barred": Text(
        en="“{transition}” is not possible in this category.",
        zh="该类别的事件不能“{transition}”。",
    ),
    "taken_already": Text(
        en="“{transition}” is allowed {times} time(s), and that is used up.",
        zh="“{transition}”最多{times}次，次数已用完。",
    ),
    "needs_first": Text(en="“{other}” has to come first.", zh="须先经过“{other}”。"),
    "barred_after": Text(
        en="No longer possible after “{other}”.", zh="经过“{other}”后不能再这样办理。"
    ),
    "too_late": Text(en="This was possible until {until}.", zh="办理时限已于{until}截止。"),
    "too_early": Text(en="This becomes possible at {since}.", zh="{since}以后才能办理。"),
    "overdue": Text(
        en="The deadline “{clock}” has already passed.", zh="“{clock}”期限已过，不能再办理。"
    ),
    "time_backwards": Text(
        en="The time given lies before the last step, {since}.",
        zh="填写的时间早于上一步的时间（{since}）。",
    ),
    "field_required": Text(en="Please fill in “{field}”.", zh="请填写“{field}”。"),
    "field_unknown": Text(
        en="“{field}” does not belong to this step.", zh="这一步没有“{field}”一项。"
    ),
    "field_invalid": Text(en="“{field}” cannot be read.", zh="“{field}”填写有误。"),
    "field_too_long": Text(
        en="“{field}” may have {limit} characters at most.", zh="“{field}”最多{limit}个字。"
    ),
    "choice_invalid": Text(
        en="“{field}” must be one of: {choices}.", zh="“{field}”只能选择：{choices}。"
    ),
    "lead_is_co_handler": Text(
        en="The lead unit cannot be its own co-handler.", zh="主办单位不能同时作为协办单位。"
    ),
    "date_not_ahead": Text(
        en="“{field}” must be a later day than today.", zh="“{field}”须晚于今天。"
    ),
    "date_too_far": Text(
        en="“{field}” may be {days} days ahead at most.", zh="“{field}”最长不超过{days}天。"
    ),
    "extension_too_long": Text(
        en="An extension is {at_most} at most.", zh="一次延期最长{at_most}。"
    ),
    "clocks_stopped": Text(
        en="The clock already stands still: {condition}.", zh="已停表：{condition}。"
    ),
    "clocks_running": Text(en="The clock is running.", zh="当前未停表。"),
    "nothing_to_stop": Text(
        en="No deadline that “{condition}” could stop is running now.",
        zh="当前没有可因“{condition}”停表的期限。",
    ),
    "state_gone": Text(
        en="The new version has no state “{state}”.", zh="新版本没有“{state}”这一状态。"
    ),
    "severity_gone": Text(
        en="The new version does not know the severity “{severity}”.",
        zh="新版本没有“{severity}”这一等级。",
    ),
    "date_unknown": Text(
        en="“{clock}” is a date in the new version, and nobody has set it.",
        zh="新版本的“{clock}”须填写日期，该事件没有填写。",
    ),
    "state_mismatch": Text(
        en="The history says “{state}”, the process leads to “{expected}”.",
        zh="记录的状态是“{state}”，按流程应为“{expected}”。",
    ),
}


class Refused(Exception):  # noqa: N818 - an answer, not a fault: reads as "raises Refused"
    """A step that the process does not allow. Carries data; words come from `explain`."""

    def __init__(self, code: str, *, field: str | None = None, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.params: dict[str, object] = params

    @property
    def concerns_actor(self) -> bool:
        """False where the step is somebody else's: a button that need not be shown."""
        return self.code != "no_permission" and not self.code.startswith("not_")


def explain(refused: Refused, definition: Definition, language: str) -> str:
    """The refusal in words, keys replaced by the definition's own labels.

    Instants are written in the zone that they carry.
    """
    params = {
        name: _word(name, value, definition, language) for name, value in refused.params.items()
    }
    if refused.field is not None:
        known = Field.__members__.values()
        name = refused.field
        params["field"] = FIELDS[Field(name)].in_language(language) if name in known else name
    return MESSAGES[refused.code].in_language(language).format(**params)


def _word(name: str, value: object, definition: Definition, language: str) -> str:
    if isinstance(value, Duration):
        return duration_words(value, language)
    if isinstance(value, Platform):
        return PLATFORMS[value].in_language(language)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, tuple):
        return ("、" if language.startswith("zh") else ", ").join(map(str, value))
    label = _label(name, str(value), definition)
    return label.in_language(language) if label else str(value)


def _label(name: str, key: str, definition: Definition) -> Text | None:
    if name in {"transition", "other"} and key in definition.transitions:
        return definition.transitions[key].label
    if name in {"state", "expected"} and key in definition.states:
        return definition.states[key].label
    if name == "clock" and key in definition.clocks:
        return definition.clocks[key].label
    if name == "condition" and key in definition.stop_clocks:
        return definition.stop_clocks[key].label
    if name == "severity":
        return definition.severities.get(key)
    return None
