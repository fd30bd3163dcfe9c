"""What is wrong with a definition: a code, where, with which names; the words in one table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from linli.processes.parts import Text

Place = tuple[str, ...]
"""Where in a document: the section, the key of the part, the field; () is the whole."""

SHAPE = "shape_"
"""Codes of what cannot be read at all begin so; the rest is read, but must not be published."""

KINDS: Mapping[str, str] = {
    "states": "state",
    "transitions": "transition",
    "clocks": "clock",
    "stop_clocks": "condition",
    "ladders": "ladder",
    "routing": "routing rule",
    "severities": "severity",
}

MESSAGES: Mapping[str, Text] = {
    # The text itself.
    "shape_too_large": Text(
        en="the document is larger than {limit} KB", zh="文件超过{limit} KB，请检查是否传错"
    ),
    "shape_no_yaml": Text(
        en="no YAML: line {line}, column {column}: {problem}",
        zh="不是有效的YAML：第{line}行第{column}列（{problem}）",
    ),
    "shape_alias": Text(
        en="line {line}: anchors and aliases (& and *) are not used here",
        zh="第{line}行：不支持锚点和引用（& 和 *）",
    ),
    "shape_tag": Text(
        en="line {line}: tags (!) are not used here", zh="第{line}行：不支持标签（!）"
    ),
    "shape_too_deep": Text(
        en="line {line}: nested deeper than {limit} levels", zh="第{line}行：嵌套超过{limit}层"
    ),
    "shape_unprintable": Text(
        en="line {line}: a character that cannot be shown", zh="第{line}行：含有无法显示的字符"
    ),
    "shape_twice": Text(
        en="line {line}: “{name}” is written twice", zh="第{line}行：“{name}”重复出现"
    ),
    "shape_no_mapping": Text(
        en="a definition is a mapping of key, states, transitions, ...",
        zh="流程文件应由key、states、transitions等部分组成",
    ),
    # Its shape.
    "shape_missing": Text(en="is missing", zh="缺少此项"),
    "shape_extra_forbidden": Text(en="is not known here", zh="此处没有这一项"),
    "shape_enum": Text(
        en="“{input}” is not one of {expected}", zh="“{input}”不在可选范围：{expected}"
    ),
    "shape_string_too_short": Text(en="is empty", zh="不能为空"),
    "shape_string_too_long": Text(
        en="may have {max_length} characters at most", zh="最多{max_length}个字"
    ),
    "shape_blank": Text(en="is empty", zh="不能为空"),
    "shape_key": Text(
        en="“{input}” is no key: small Latin letters, digits and _, a letter first",
        zh="“{input}”不能作为标识：须以小写字母开头，只含小写字母、数字和下划线",
    ),
    "shape_too_short": Text(en="needs at least one entry", zh="至少要有一项"),
    "shape_greater_than_equal": Text(en="is at least {ge}", zh="不得小于{ge}"),
    "shape_less_than_equal": Text(en="is at most {le}", zh="不得大于{le}"),
    "shape_duration": Text(
        en="{input!r} is no duration: write '5 working hours', '1 working day' or '24 hours'",
        zh="“{input}”不是时长：如5 working hours（工作时）、1 working day（工作日）、24 hours",
    ),
    "shape_rung_two_sides": Text(
        en="a rung is before the deadline or after it, not both",
        zh="每一级只能在到期前或到期后，不能两者都填",
    ),
    "shape_rung_before_days": Text(
        en="write what comes before a deadline in hours or working hours",
        zh="到期前的提前量请用小时或工作时",
    ),
    "shape_pick_one_way": Text(
        en="name a unit, a function or the centre: one of the three",
        zh="单位、行业、受理中心三者只能选一个",
    ),
    "shape_other": Text(en="cannot be read: {problem}", zh="无法读取：{problem}"),
    # Names.
    "unknown_name": Text(en="there is no {kind} {name!r}", zh="没有名为“{name}”的{kind}"),
    "key_twice": Text(en="the key is used twice", zh="标识重复"),
    "key_too_long": Text(
        en="the key may have {limit} characters at most", zh="标识最多{limit}个字符"
    ),
    "key_reserved": Text(
        en="the key belongs to an entry that the platform writes itself",
        zh="该标识由平台自身使用，请换一个",
    ),
    # Steps.
    "no_start": Text(en="no transition starts a case", zh="没有任何步骤可以上报事件"),
    "start_sources": Text(
        en="only a start has no state to come from", zh="只有上报类步骤没有起始状态"
    ),
    "no_target": Text(en="leads to no state", zh="没有到达状态"),
    "note_moves": Text(en="a note leaves the state as it is", zh="记录类步骤不改变状态"),
    "handler_verifies": Text(
        en="a verification is never taken by a handler; every way to be entitled needs the "
        "relation not_handler",
        zh="核查不得由处置人员办理：每种办理资格都须限定为“非处置人员”",
    ),
    "closed_otherwise": Text(
        en="only a verification leads to {state!r}", zh="只有核查才能进入“{state}”"
    ),
    "handles_and_verifies": Text(
        en="handling and verifying are two steps", zh="处置和核查必须是两个步骤"
    ),
    "leaves_final": Text(
        en="{state} is final; only reopening, archiving or a sampled check leaves it",
        zh="“{state}”已办结，只有重新办理、归档或抽查才能离开",
    ),
    "reopens_open": Text(
        en="{state} is not final: nothing to reopen there", zh="“{state}”尚未办结，无从重新办理"
    ),
    "archives_open": Text(
        en="{state} is not final: nothing to archive there", zh="“{state}”尚未办结，不能归档"
    ),
    "reopening_to_final": Text(en="reopening leads to an open state", zh="重新办理应进入在办状态"),
    "archiving_to_open": Text(en="archiving leads to a final state", zh="归档应进入办结状态"),
    "effect_needs": Text(
        en="{effect} needs the required field {field}", zh="“{effect}”需要必填项“{field}”"
    ),
    "no_extensions": Text(
        en="extends, but there are no rules for extensions", zh="要延期，但没有延期规则"
    ),
    "severe_on_the_spot": Text(
        en="a matter of severity {severity} is never settled on the spot",
        zh="“{severity}”事件不得自办自结",
    ),
    "date_not_asked": Text(
        en="has to ask for {field}, which sets the clock {clock}",
        zh="必须填写“{field}”，“{clock}”期限由它确定",
    ),
    "stop_without_start": Text(
        en="clocks can be stopped, but no transition starts them again",
        zh="可以停表，但没有步骤恢复计时",
    ),
    "no_condition": Text(
        en="clocks can be stopped, but no condition is named for it",
        zh="可以停表，但没有列出停表原因",
    ),
    # States and clocks.
    "no_owner": Text(en="an open state needs an owner", zh="在办状态必须有责任方"),
    "no_deadline": Text(en="an open state needs a deadline", zh="在办状态必须有期限"),
    "clock_elsewhere": Text(
        en="its clock {clock} does not run there", zh="“{clock}”期限在该状态下不计时"
    ),
    "final_rests": Text(
        en="a final state has neither owner nor deadline", zh="办结状态既没有责任方也没有期限"
    ),
    "unreachable": Text(en="no way leads there", zh="没有步骤能到达"),
    "endless": Text(en="no way leads from there to a final state", zh="从这里没有步骤能走到办结"),
    "runs_in_final": Text(
        en="nothing is due any more in {states}: a final state has no running deadline",
        zh="{states}已办结，不再计时",
    ),
    "unheld": Text(
        en="the lead unit must act there, but a way leads there on which none was named",
        zh="该状态由主办单位负责，但存在未确定主办单位就进入该状态的步骤",
    ),
    "no_duration": Text(en="no duration for {severities}", zh="缺少{severities}的时限"),
    "no_date": Text(en="{field} is no date", zh="“{field}”不是日期"),
    "runs_and_stands": Text(
        en="cannot both run and stand still in {states}", zh="在{states}不能既计时又停表"
    ),
    "date_stands": Text(
        en="the clock {clock} is a date and does not stand still",
        zh="“{clock}”是具体日期，不能停表",
    ),
    # What the code of the domain fixes.
    "foreign_state": Text(en="not in the fixed vocabulary", zh="不在固定的状态范围内"),
    "other_kind": Text(
        en="whether it is final is fixed and cannot be changed", zh="是否办结由系统固定，不能更改"
    ),
    "other_severities": Text(
        en="the severities are fixed: {expected}", zh="事件等级由系统固定：{expected}"
    ),
    "other_key": Text(
        en="the key of this process is {expected!r}", zh="本流程的标识应为“{expected}”"
    ),
    "needed": Text(en="is needed by the platform and must stay", zh="平台需要此项，不能删除"),
    "must_ask": Text(
        en="has to require {field}: the platform works with it",
        zh="平台要用到“{field}”，必须设为必填",
    ),
    "may_not_ask": Text(
        en="cannot require {field}: the platform takes this step by itself",
        zh="该步骤由平台自动填写，不能要求必填“{field}”",
    ),
    "unknown_permission": Text(
        en="there is no right {permission!r}", zh="没有“{permission}”这项权限"
    ),
    "unknown_choice": Text(
        en="{choice!r} is no answer to {field}", zh="“{field}”没有“{choice}”这个选项"
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong; `str()` is English and names keys, `faulting.in_words` labels."""

    place: Place
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def of_shape(self) -> bool:
        return self.code.startswith(SHAPE)

    def __str__(self) -> str:
        words = MESSAGES[self.code].en.format(**{k: _plain(v) for k, v in self.params.items()})
        return f"{self._where()}: {words}" if self.place else words

    def _where(self) -> str:
        kind = KINDS.get(self.place[0])
        if self.of_shape or kind is None or len(self.place) < 2:
            return ".".join(self.place)
        return f"{kind} {self.place[1]}"


def _plain(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else value
