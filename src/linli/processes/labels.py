"""Names of the fixed vocabulary in both languages, for refusals, forms and documents."""

from collections.abc import Mapping

from linli.calendars import CalendarChoice, Duration, Unit
from linli.processes.parts import Text
from linli.processes.vocabulary import (
    Alerted,
    Effect,
    Field,
    Owner,
    Platform,
    Reach,
    Relation,
    StateKind,
    Target,
    TransitionKind,
    Weekday,
)

TEXT_LIMIT = 4000

FIELDS: Mapping[Field, Text] = {
    Field.REASON: Text(en="Reason", zh="理由"),
    Field.TEXT: Text(en="Text", zh="内容"),
    Field.RESULT: Text(en="Result", zh="处置结果"),
    Field.UNIT: Text(en="Lead unit", zh="主办单位"),
    Field.CO_UNITS: Text(en="Co-handling units", zh="协办单位"),
    Field.EVIDENCE: Text(en="Evidence", zh="佐证材料"),
    Field.REVIEW_DATE: Text(en="Review date", zh="复查日期"),
    Field.EXTRA_TIME: Text(en="Extra time", zh="延长时间"),
    Field.VERIFICATION_KIND: Text(en="Kind of verification", zh="核查方式"),
    Field.OUTCOME: Text(en="Outcome", zh="办结结果"),
    Field.DUTY_REFERENCE: Text(en="Item of the duty list", zh="职责清单依据"),
    Field.CATEGORY: Text(en="Category", zh="事件类别"),
    Field.SEVERITY: Text(en="Severity", zh="事件等级"),
    Field.PLACE: Text(en="Place", zh="事件地点"),
    Field.SOURCE: Text(en="Source", zh="来源"),
    Field.DUPLICATE_OF: Text(en="Same matter as", zh="并入的事件"),
    Field.SOLVED: Text(en="Solved", zh="是否解决"),
    Field.SATISFIED: Text(en="Satisfied", zh="是否满意"),
    Field.SOURCE_REFERENCE: Text(en="Record at the source", zh="来源系统记录"),
    Field.TOWNSHIP: Text(en="Lead township", zh="牵头乡镇（街道）"),
    Field.CONDITION: Text(en="Why the clock stands still", zh="停表原因"),
}

RELATIONS: Mapping[Relation, Text] = {
    Relation.PLATFORM: Text(en="the holding centre", zh="受理中心"),
    Relation.COUNTY: Text(en="the county centre", zh="县级中心"),
    Relation.LEAD_UNIT: Text(en="the lead unit", zh="主办单位"),
    Relation.CO_HANDLER: Text(en="a co-handling unit", zh="协办单位"),
    Relation.REPORTER: Text(en="the reporter", zh="上报人"),
    Relation.NOT_HANDLER: Text(en="not a handler", zh="非处置人员"),
}

OWNERS: Mapping[Owner, Text] = {
    Owner.PLATFORM: Text(en="the holding centre", zh="受理中心"),
    Owner.LEAD_UNIT: Text(en="the lead unit", zh="主办单位"),
    Owner.VERIFIER: Text(en="a verifier", zh="核查人员"),
    Owner.NOBODY: Text(en="nobody", zh="无"),
}

PLATFORMS: Mapping[Platform, Text] = {
    Platform.TOWNSHIP: Text(en="township centre", zh="乡镇（街道）中心"),
    Platform.COUNTY: Text(en="county centre", zh="县级中心"),
}

TARGETS: Mapping[Target, Text] = {
    Target.HOLDER: Text(en="whoever has to act", zh="责任方"),
    Target.UNIT_HEAD: Text(en="the head of the unit", zh="单位负责人"),
    Target.DEPUTY: Text(en="the unit that stands in", zh="替补单位"),
    Target.PLATFORM: Text(en="the holding centre", zh="受理中心"),
    Target.COUNTY: Text(en="the county centre", zh="县级中心"),
    Target.LEADER: Text(en="the leader", zh="分管领导"),
}

ALERTED: Mapping[Alerted, Text] = {
    Alerted.DUTY_OFFICER: Text(en="the officer on duty", zh="值班员"),
    Alerted.DEPUTY: Text(en="the deputy", zh="副班"),
    Alerted.DUTY_LEADER: Text(en="the duty leader", zh="带班领导"),
}

CALENDARS: Mapping[CalendarChoice, Text] = {
    CalendarChoice.COUNTY: Text(en="the county's working time", zh="县级工作时间"),
    CalendarChoice.UNIT: Text(en="the unit's own working time", zh="单位工作时间"),
    CalendarChoice.ROUND_THE_CLOCK: Text(en="round the clock", zh="全天候"),
}

WEEKDAYS: Mapping[Weekday, Text] = {
    Weekday.MON: Text(en="Mon", zh="周一"),
    Weekday.TUE: Text(en="Tue", zh="周二"),
    Weekday.WED: Text(en="Wed", zh="周三"),
    Weekday.THU: Text(en="Thu", zh="周四"),
    Weekday.FRI: Text(en="Fri", zh="周五"),
    Weekday.SAT: Text(en="Sat", zh="周六"),
    Weekday.SUN: Text(en="Sun", zh="周日"),
}

EFFECTS: Mapping[Effect, Text] = {
    Effect.ASSIGN: Text(en="gives it to the units named", zh="派给所选单位"),
    Effect.UNASSIGN: Text(en="takes it back from the units", zh="收回单位任务"),
    Effect.MOVE_TO_COUNTY: Text(en="moves it to the county centre", zh="转由县级中心办理"),
    Effect.MOVE_TO_TOWNSHIP: Text(
        en="moves it to the township centre", zh="转由乡镇（街道）中心办理"
    ),
    Effect.EXTEND: Text(en="lengthens the deadline", zh="延长期限"),
    Effect.SET_CATEGORY: Text(en="sets category and severity", zh="更改类别和等级"),
    Effect.SET_PLACE: Text(en="sets the place", zh="更改地点"),
    Effect.LINK_DUPLICATE: Text(en="joins it to another matter", zh="并入另一事件"),
    Effect.RECORD_EVALUATION: Text(en="records the evaluation", zh="记录评价"),
    Effect.DRAW_SAMPLE: Text(en="may be drawn for a sampled check", zh="按比例抽查"),
    Effect.MARK_SUPERVISED: Text(en="marks it as supervised", zh="标记为督办"),
    Effect.TELL_REPORTER: Text(en="tells the reporter", zh="通知上报人"),
    Effect.TELL_UNIT: Text(en="tells the units", zh="通知主办、协办单位"),
    Effect.TELL_PLATFORM: Text(en="tells the holding centre", zh="通知受理中心"),
    Effect.TELL_COUNTY: Text(en="tells the county centre", zh="通知县级中心"),
    Effect.REPORTER_TOLD: Text(en="notes that the reporter was told", zh="记为已告知反映人"),
    Effect.STOP_CLOCKS: Text(en="stops the clock", zh="停表"),
    Effect.START_CLOCKS: Text(en="starts the clock again", zh="恢复计时"),
}

STATE_KINDS: Mapping[StateKind, Text] = {
    StateKind.OPEN: Text(en="open", zh="在办"),
    StateKind.PAUSED: Text(en="paused", zh="暂停"),
    StateKind.FINAL: Text(en="final", zh="办结"),
}

STEP_KINDS: Mapping[TransitionKind, Text] = {
    TransitionKind.START: Text(en="start", zh="上报"),
    TransitionKind.MOVE: Text(en="step", zh="流转"),
    TransitionKind.NOTE: Text(en="note: the state stays", zh="记录（状态不变）"),
    TransitionKind.VERIFICATION: Text(en="verification", zh="核查"),
    TransitionKind.REOPENING: Text(en="reopening", zh="重新办理"),
    TransitionKind.ARCHIVING: Text(en="archiving", zh="归档"),
    TransitionKind.SAMPLE: Text(en="sampled check", zh="抽查"),
}

REACHES: Mapping[Reach, Text] = {
    Reach.NEAREST: Text(en="nearest to the place", zh="就近"),
    Reach.COUNTY: Text(en="of the county", zh="县级"),
}

# What the parts of a document are called, by section.
NOUNS: Mapping[str, Text] = {
    "states": Text(en="State “{name}”", zh="状态“{name}”"),
    "transitions": Text(en="Step “{name}”", zh="步骤“{name}”"),
    "clocks": Text(en="Deadline “{name}”", zh="“{name}”期限"),
    "stop_clocks": Text(en="Reason to stop the clock “{name}”", zh="停表原因“{name}”"),
    "ladders": Text(en="Ladder “{name}”", zh="超时升级“{name}”"),
    "routing": Text(en="Rule “{name}”", zh="分派规则“{name}”"),
    "severities": Text(en="Severity “{name}”", zh="事件等级“{name}”"),
    "whole": Text(en="Time of the whole", zh="全程时限"),
    "extensions": Text(en="Extensions", zh="延期规则"),
    "emergency": Text(en="Path of emergencies", zh="突发事件处置"),
}

_UNITS: Mapping[Unit, str] = {
    Unit.WORKING_HOURS: "个工作时",
    Unit.WORKING_DAYS: "个工作日",
    Unit.HOURS: "小时",
}


def duration_words(duration: Duration, language: str) -> str:
    if language.startswith("zh"):
        return f"{duration.amount}{_UNITS[duration.unit]}"
    return str(duration)
