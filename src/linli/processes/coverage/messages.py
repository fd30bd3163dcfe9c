"""What the check says of each kind of gap, in one table."""

from collections.abc import Mapping

from linli.processes.coverage.gaps import Code
from linli.processes.parts import Text

MESSAGES: Mapping[Code, Text] = {
    Code.FAULT: Text(en="The definition is not sound: {fault}.", zh="流程定义有误：{fault}。"),
    Code.UNKNOWN_AREA: Text(
        en="The rule “{rule}” names the area {area}, which the county does not have.",
        zh="规则“{rule}”中的区域{area}在本县不存在。",
    ),
    Code.UNKNOWN_CATEGORY: Text(
        en="“{rule}” names the category {category}, which the county does not have.",
        zh="“{rule}”中的类别{category}在本县不存在。",
    ),
    Code.UNKNOWN_UNIT: Text(
        en="The rule “{rule}” names the unit {unit}, which does not exist or is closed.",
        zh="规则“{rule}”中的单位{unit}不存在或已撤销。",
    ),
    Code.UNKNOWN_TRADE: Text(
        en="The rule “{rule}” names the trade “{trade}”, in which no unit works.",
        zh="规则“{rule}”中的业务“{trade}”没有任何单位承担。",
    ),
    Code.UNKNOWN_SOURCE: Text(
        en="The rule “{rule}” names the channel “{source}”, which does not exist.",
        zh="规则“{rule}”中的渠道“{source}”不存在。",
    ),
    Code.UNKNOWN_RIGHT: Text(
        en="The step “{transition}” asks for the right {right}, which does not exist.",
        zh="步骤“{transition}”要求的权限{right}不存在。",
    ),
    Code.NOBODY_HOLDS: Text(
        en="Nobody in the county may take the step “{transition}”: nobody holds a role that may.",
        zh="本县无人能办理“{transition}”：有此权限的岗位无人担任。",
    ),
    Code.NO_CENTRE: Text(
        en="No centre holds the matters of some places.", zh="部分地点的事件没有受理中心。"
    ),
    Code.NO_UNIT: Text(
        en="No rule finds a unit for {count} categories of the trade “{trade}”.",
        zh="业务“{trade}”的{count}个类别，没有规则能找到承办单位。",
    ),
    Code.NOBODY_ON_DUTY: Text(
        en="In {hours} hours of the week nobody answers for {count} units, {unit} included, "
        "to which the others fall back.",
        zh="每周有{hours}个小时，{count}个单位无人值守，作为兜底的{unit}也无人值班。",
    ),
    Code.NO_DEPUTY: Text(
        en="In {hours} hours of the week nobody stands behind whoever answers for {count} units; "
        "the last to do so would be {unit}.",
        zh="每周有{hours}个小时，{count}个单位的值班人员没有替补，最后的替补应为{unit}。",
    ),
    Code.ROTA_ENDS: Text(
        en="The rota of {unit} ends: from {on} nobody follows.",
        zh="{unit}的值班表将于{on}起无人接续。",
    ),
    Code.RULE_NEVER_FITS: Text(
        en="The conditions of the rule “{rule}” never hold together.",
        zh="规则“{rule}”的条件不可能同时满足。",
    ),
    Code.RULE_FINDS_NOBODY: Text(
        en="The rule “{rule}” finds no unit wherever it holds.",
        zh="规则“{rule}”在适用范围内找不到任何单位。",
    ),
    Code.RULE_SHADOWED: Text(
        en="The rule “{rule}” never decides: “{rules}” always does so before it.",
        zh="规则“{rule}”永远轮不到：排在前面的“{rules}”已全部决定。",
    ),
    Code.NO_LADDER: Text(
        en="While a matter is “{state}”, nobody is told of its deadline: it has no ladder.",
        zh="“{state}”状态没有设置超时升级，到期无人知晓。",
    ),
    Code.LADDER_ENDS_EARLY: Text(
        en="The ladder “{ladder}” does not end at the county centre or a leader.",
        zh="超时升级“{ladder}”的最后一级没有到县级中心或分管领导。",
    ),
    Code.RUNG_REACHES_NOBODY: Text(
        en="Step {rung} of the ladder “{ladder}”, its last, reaches nobody at {count} units, such "
        "as {unit}.",
        zh="超时升级“{ladder}”的最后一级（第{rung}级）在{count}个单位无人可通知，例如{unit}。",
    ),
    Code.RUNG_FALLS_THROUGH: Text(
        en="Step {rung} of the ladder “{ladder}” reaches nobody at {count} units, such as {unit}: "
        "the next step is taken at once.",
        zh="超时升级“{ladder}”第{rung}级在{count}个单位无人可通知（例如{unit}），将直接进入下一级。",
    ),
    Code.TARGET_MISSING: Text(
        en="Step {rung} of the ladder “{ladder}” tells {target}, whom the county does not have; "
        "where it tells nobody else, the next step is taken at once.",
        zh="超时升级“{ladder}”第{rung}级要通知{target}，但本县没有；该级别无其他通知对象时直接进入下一级。",
    ),
    Code.NO_WHOLE: Text(
        en="For the severity “{severity}” no time is set for the whole matter. The steps need "
        "{needed}.",
        zh="“{severity}”事件没有规定全程时限，各环节共需{needed}。",
    ),
    Code.STEPS_TOO_LONG: Text(
        en="With {handle} to handle ({givers}) a matter of severity “{severity}” may last until "
        "{done}, but its whole time of {whole} ends {end}; {needed} would do.",
        zh="各环节时限之和超过全程时限：处置时限为{handle}（{givers}）时，“{severity}”事件最迟"
        "{done}办完，而全程时限{whole}于{end}届满；全程时限至少应为{needed}。",
    ),
    Code.ALERT_REACHES_NOBODY: Text(
        en="In {hours} hours of the week an emergency does not find {alerted}.",
        zh="每周有{hours}个小时，突发事件找不到{alerted}。",
    ),
}
