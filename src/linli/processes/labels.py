"""Names of the fixed vocabulary in both languages, for refusals, forms and documents."""

from collections.abc import Mapping

from linli.calendars import CalendarChoice, Duration, Unit
from linli.processes.parts import Text
from linli.processes.vocabulary import (
    Alerted,
    Field,
    Owner,
    Platform,
    Relation,
    Target,
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

_UNITS: Mapping[Unit, str] = {
    Unit.WORKING_HOURS: "个工作时",
    Unit.WORKING_DAYS: "个工作日",
    Unit.HOURS: "小时",
}


def duration_words(duration: Duration, language: str) -> str:
    if language.startswith("zh"):
        return f"{duration.amount}{_UNITS[duration.unit]}"
    return str(duration)
