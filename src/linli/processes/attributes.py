"""What each attribute of a part is called and how its values read: one entry for every field.

A test fails when a part gains a field that is not here, so that no change goes unsaid.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from linli.processes.definition import (
    By,
    Deadline,
    Extensions,
    Limits,
    State,
    StopClock,
    Times,
    Transition,
    Whole,
)
from linli.processes.emergencies import AlertRung, EmergencyPath, Reports
from linli.processes.labels import (
    CALENDARS,
    EFFECTS,
    FIELDS,
    OWNERS,
    PLATFORMS,
    STATE_KINDS,
    STEP_KINDS,
)
from linli.processes.ladders import Ladder, Rung
from linli.processes.parts import Part, Text
from linli.processes.routing_table import Pick, Rule, When, Window
from linli.processes.vocabulary import Field
from linli.processes.wording import Words

Say = Callable[[Words, Any], str]
_ENTRY = Text(en="{subject}, {label}, {key}", zh="{subject}，{label}（{key}）")


@dataclass(frozen=True)
class One:
    """A single value."""

    label: Text
    say: Say


@dataclass(frozen=True)
class Many:
    """A list; its items are compared by their words."""

    label: Text
    say: Say


@dataclass(frozen=True)
class Table:
    """A mapping; `key` names its entries, `say` is told the key too."""

    label: Text
    key: Say
    say: Callable[[Words, Any, Any], str]
    entry: Text = _ENTRY


@dataclass(frozen=True)
class Inner:
    """A part inside a part: its attributes are those of the outer one."""


Attribute = One | Many | Table | Inner
_YES, _NO = Text(en="yes", zh="是"), Text(en="no", zh="否")
_REQUIRED, _OPTIONAL = Text(en="required", zh="必填"), Text(en="optional", zh="选填")
_NOTHING = Text(en="none", zh="无")


def _code(_words: Words, value: object) -> str:
    return str(value)


def _span(words: Words, value: Any) -> str:
    return words.duration(value)


def _time(words: Words, _severity: str, value: Any) -> str:
    return words.duration(value)


def _state(words: Words, value: str) -> str:
    return words.state(value)


def _clock(words: Words, value: str) -> str:
    return words.clock(value)


def _severity(words: Words, value: str) -> str:
    return words.severity(value)


def _field(words: Words, value: Field) -> str:
    return words.say(FIELDS[value])


def _truth(words: Words, value: bool) -> str:
    return words.say(_YES if value else _NO)


def _asked(words: Words, _field: Field, value: bool) -> str:
    return words.say(_REQUIRED if value else _OPTIONAL)


def _from(table: Mapping[Any, Text]) -> Say:
    return lambda words, value: words.say(table[value])


def _named(kind: str) -> Say:
    return lambda words, value: words.named(kind, str(value))


def _cell(words: Words, value: tuple[int, int]) -> str:
    return words.say(
        Text(en="column {x}, row {y}", zh="第{x}列第{y}行"), x=value[0] + 1, y=value[1] + 1
    )


def _answers(words: Words, field: Field, value: tuple[str, ...]) -> str:
    return words.listed(words.named(field.value, one) for one in value)


_LABEL = Inner()
_BY_SEVERITY = Table(
    Text(en="time", zh="时限"),
    _severity,
    _time,
    entry=Text(en="{subject} for {key} matters", zh="{subject}（{key}事件）"),
)

ATTRIBUTES: Mapping[type[Part], Mapping[str, Attribute]] = {
    Text: {
        "zh": One(Text(en="Chinese name", zh="中文名称"), _code),
        "en": One(Text(en="English name", zh="英文名称"), _code),
    },
    State: {
        "label": _LABEL,
        "kind": One(Text(en="kind", zh="性质"), _from(STATE_KINDS)),
        "owner": One(Text(en="who acts", zh="责任方"), _from(OWNERS)),
        "clock": One(Text(en="deadline", zh="期限"), _clock),
        "ladder": One(Text(en="ladder", zh="超时升级"), lambda words, key: words.ladder(key)),
        "at": One(Text(en="place in the picture", zh="图中位置"), _cell),
    },
    Transition: {
        "key": One(Text(en="key", zh="标识"), _code),
        "label": _LABEL,
        "kind": One(Text(en="kind", zh="性质"), _from(STEP_KINDS)),
        "sources": Many(Text(en="from", zh="起始状态"), _state),
        "to": One(Text(en="leads to", zh="到达状态"), _state),
        "by": Many(Text(en="who may", zh="办理人"), lambda words, by: words.by(by)),
        "fields": Table(Text(en="asks for", zh="填写内容"), _field, _asked),
        "choices": Table(Text(en="answers", zh="可选答案"), _field, _answers),
        "limits": Inner(),
        "barred_severities": Many(Text(en="not for", zh="不适用的等级"), _severity),
        "held_by": One(Text(en="only while it is held by", zh="仅限办理方"), _from(PLATFORMS)),
        "handles": One(Text(en="counts as handling", zh="视为处置"), _truth),
        "effects": Many(Text(en="what it causes", zh="办理后"), _from(EFFECTS)),
        "resets": Many(Text(en="starts anew", zh="重新计时"), _clock),
        "primary": One(Text(en="first button", zh="主按钮"), _truth),
    },
    Limits: {
        "times": One(Text(en="how often at most", zh="最多次数"), _code),
        "per_case": One(Text(en="counted over the whole case", zh="按全程计次"), _truth),
        "within": One(
            Text(en="within this time of entering the state", zh="进入状态后须在"), _span
        ),
        "wait": One(Text(en="after this time in the state", zh="进入状态后须满"), _span),
        "before_due": One(Text(en="before this deadline passes", zh="须在此期限届满前"), _clock),
        "after": Table(
            Text(en="how often this came before", zh="此前的次数"),
            lambda words, key: words.step(key),
            lambda words, _key, times: words.times(times),
        ),
    },
    Deadline: {
        "label": _LABEL,
        "runs_in": Many(Text(en="runs in", zh="计时状态"), _state),
        "paused_in": Many(Text(en="stands still in", zh="停表状态"), _state),
        "by_severity": _BY_SEVERITY,
        "until": One(Text(en="set by", zh="由此项确定"), _field),
        "calendar": One(Text(en="working time of", zh="工作时间"), _from(CALENDARS)),
    },
    StopClock: {
        "label": _LABEL,
        "clocks": Many(Text(en="deadlines that stand still", zh="停表的期限"), _clock),
        "at_most": One(Text(en="at most", zh="最长"), _span),
    },
    Whole: {
        "by_severity": _BY_SEVERITY,
        "along": Many(Text(en="stages", zh="所含阶段"), _clock),
    },
    Extensions: {
        "clock": One(Text(en="deadline that is lengthened", zh="可延期的期限"), _clock),
        "at_most": One(Text(en="at most at a time", zh="每次最长"), _span),
    },
    Ladder: {
        "label": _LABEL,
        "rungs": Many(Text(en="rungs", zh="各级"), lambda words, rung: words.rung(rung)),
    },
    Rule: {
        "key": One(Text(en="key", zh="标识"), _code),
        "label": _LABEL,
        "when": Inner(),
        "lead": One(Text(en="lead unit", zh="主办单位"), lambda words, pick: words.pick(pick)),
        "co_units": Many(
            Text(en="co-handling units", zh="协办单位"), lambda words, pick: words.pick(pick)
        ),
        "handle": One(Text(en="time for handling", zh="处置时限"), _span),
    },
    When: {
        "areas": Many(Text(en="areas", zh="区域"), _named("area")),
        "categories": Many(Text(en="categories", zh="类别"), _named("category")),
        "severities": Many(Text(en="severities", zh="等级"), _severity),
        "sources": Many(Text(en="channels", zh="来源"), _named("source")),
        "hours": Many(Text(en="hours", zh="时段"), lambda words, window: words.window(window)),
    },
    EmergencyPath: {
        "severities": Many(Text(en="severities", zh="等级"), _severity),
        "categories": Many(Text(en="categories", zh="类别"), _named("category")),
        "rungs": Many(
            Text(en="who is alerted", zh="通知顺序"), lambda words, one: words.alert(one)
        ),
        "record_within": One(Text(en="time to record", zh="补录时限"), _span),
        "reports": Inner(),
    },
    Reports: {
        "first_minutes": One(Text(en="minutes to the first report", zh="初报时限（分钟）"), _code),
        "follow_up": One(Text(en="time to the follow-up report", zh="续报时限"), _span),
        "final": One(Text(en="time to the final report", zh="终报时限"), _span),
    },
}

SAID_WHOLE: tuple[type[Part], ...] = (By, Times, Rung, Window, Pick, AlertRung)
"""Parts that are said in one phrase, by `wording`."""

LABELS_OF_WHOLE: Mapping[str, Attribute] = {
    "title": _LABEL,
    "sampling_rate": One(Text(en="share drawn for sampled checks", zh="抽查比例"), _code),
    "longest_review_days": One(
        Text(en="days ahead of a review date at most", zh="复查日期最长天数"), _code
    ),
}
"""The attributes of the document itself; its sections are compared part by part."""


def nothing(words: Words) -> str:
    return words.say(_NOTHING)
