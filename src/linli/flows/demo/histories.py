"""The ways that cases take, as often as in a working county."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from linli.accounts.enums import Role
from linli.calendars import Duration
from linli.flows.demo.course import NOTHING, Course, RestsError
from linli.flows.demo.units import (
    STATIONS,
    bureau_code,
    centre_code,
    platform_code,
    station_code,
    village_code,
)
from linli.incidents.enums import Outcome, Source, State

SPOT_ROLES = frozenset({Role.GRID_WORKER.value, Role.VILLAGE_OPERATOR.value})
SETTLED_BY_FIELD, SETTLED_BY_DESK = 0.6, 0.42
VILLAGE_SHARE = 0.15
CONTACTED = frozenset({Source.CALL, Source.VISIT, Source.LETTER, Source.HOTLINE})
TOLD = 0.92
OUTCOMES = {
    Outcome.SOLVED.value: 80,
    Outcome.PARTLY_SOLVED.value: 8,
    Outcome.EXPLAINED.value: 7,
    Outcome.REFERRED.value: 2,
    Outcome.UNFOUNDED.value: 3,
}
VERDICTS = (("yes", "yes", 62), ("yes", "fairly", 20), ("partly", "fairly", 10),
            ("partly", "no", 3), ("no", "no", 5))  # fmt: skip


def tell(course: Course, duplicate_of: int | None) -> int | None:
    """Write the whole history into the course; the index that it was merged into, if it was."""
    merged: int | None = None
    try:
        _report(course)
        merged = _begin(course, duplicate_of)
        _archive(course)
    except RestsError:
        pass
    return merged


def _report(course: Course) -> None:
    report = course.report
    number = int(report.actor.rsplit("-", 1)[1])
    fields = {
        "source": report.source,
        "category": report.category.code,
        "severity": report.severity,
    }
    course.step("report", report.role, report.unit, number=number, fields=fields)
    if report.source == Source.LEADER_MESSAGE and course.rng.random() < 0.6:
        course.office(20, 240)
        course.step("instruct", Role.LEADER.value, centre_code(), reason=course.say("instruct"))


def _begin(course: Course, duplicate_of: int | None) -> int | None:
    """From reported to a final state."""
    rng = course.rng
    if duplicate_of is not None and rng.random() < 0.3:
        course.office(15, 300)
        course.by_platform("merge", reason=course.say("merge"),
                           fields={"duplicate_of": str(duplicate_of)})  # fmt: skip
        return duplicate_of
    draw = rng.random()
    if draw < 0.008:
        _withdraw(course)
    elif draw < 0.033:
        course.office(10, 260)
        course.by_platform("not_accept", reason=course.say("not_accept"))
        _tell_reporter(course)
    elif _settles(course):
        _settle(course)
    else:
        _accept(course)
        _close(course)
    return None


def _tell_reporter(course: Course) -> None:
    """Staff who reported find a notice; anybody else is called, mostly."""
    if course.report.source in CONTACTED and course.rng.random() < TOLD:
        course.office(5, 500)
        course.by_platform("told", number=2, reason=course.say("told"))


def _withdraw(course: Course) -> None:
    report = course.report
    course.office(10, 200)
    number = int(report.actor.rsplit("-", 1)[1])
    course.step("withdraw", report.role, report.unit, number=number,
                reason=course.say("withdraw"))  # fmt: skip


def _settles(course: Course) -> bool:
    report = course.report
    if not report.category.on_the_spot or course.urgent:
        return False
    share = SETTLED_BY_FIELD if report.role in SPOT_ROLES else SETTLED_BY_DESK
    return course.rng.random() < share


def _settle(course: Course) -> None:
    report, rng = course.report, course.rng
    course.sampled = rng.random() < report.category.sample
    if report.role in SPOT_ROLES:
        course.at += timedelta(minutes=rng.triangular(8, 600, 25))
        number = int(report.actor.rsplit("-", 1)[1])
        course.step("settle", report.role, report.unit, number=number,
                    reason=course.say("settled"))  # fmt: skip
    else:
        course.office(10, 400)
        course.by_platform("settle", reason=course.say("settled"))
    _tell_reporter(course)
    if not course.sampled:
        _evaluate(course, share=0.15)
        return
    course.office(200, 2400)
    kind = report.category.verification.value
    if rng.random() < 0.96:
        course.by_somebody_else("sample_confirm", reason=course.say("sample_ok"),
                                fields={"verification_kind": kind})  # fmt: skip
        return
    course.by_somebody_else("sample_reject", reason=course.say("sample_bad"),
                            fields={"verification_kind": kind})  # fmt: skip
    _handle(course)
    _close(course)


def _accept(course: Course) -> None:
    """To the platform that it belongs to, accepted, and on to its unit."""
    rng, category = course.rng, course.report.category
    if rng.random() < 0.06 and course.report.source != Source.GRID_WORKER:
        course.office(20, 240)
        unit = village_code(course.report.village)
        course.step("check_facts", Role.GRID_WORKER.value, unit, reason=course.say("check"),
                    fields={"verification_kind": "on_site"})  # fmt: skip
    goes_up = category.level == "county" or rng.random() < 0.035
    if goes_up and course.platform == "township":
        course.office(10, 150)
        course.by_platform("report_up", reason=course.say("report_up"))
        course.platform = "county"
        if category.level == "township" and rng.random() < 0.3:
            course.office(10, 150)
            course.by_platform("send_down", reason=course.say("send_down"))
            course.platform = "township"
    course.office(*((3, 40) if course.urgent else (5, 260)))
    course.by_platform("accept", reason=course.say("urgent_accept") if course.urgent else "")
    _handle(course)


def _handle(course: Course) -> None:
    """From accepted until a result awaits verification."""
    unit = _usual_unit(course)
    if course.rng.random() < 0.006:
        _dispatch(course, _another_unit(course, unit))
        course.office(5, 60)
        course.by_platform("recall", reason="派遣有误，重新派遣")
    _dispatch(course, unit)
    if course.rng.random() < course.world.units[unit].habits.returns:
        _bounce(course, unit)
    _work(course)


def _dispatch(course: Course, unit: str) -> None:
    course.office(*((2, 30) if course.urgent else (3, 220)))
    course.helper = _another_unit(course, unit) if course.rng.random() < 0.06 else ""
    fields = {"unit": unit, "co_units": course.helper} if course.helper else {"unit": unit}
    course.lead = unit
    course.by_platform("dispatch", fields=fields)


def _usual_unit(course: Course) -> str:
    report, function = course.report, course.report.category.function
    if _small(course) and course.rng.random() < VILLAGE_SHARE:
        return village_code(report.village)
    if function == "governance":
        return platform_code(report.township)
    local = course.platform == "township" and report.category.level == "township"
    if local and function in STATIONS:
        return station_code(report.township, function)
    return bureau_code(function)


def _small(course: Course) -> bool:
    """What the village itself can settle, with some time."""
    category = course.report.category
    township = course.platform == category.level == "township"
    return township and category.on_the_spot and not course.urgent


def _another_unit(course: Course, unit: str) -> str:
    if course.platform == "township":
        codes = [station_code(course.report.township, function) for function in STATIONS]
    else:
        codes = [bureau_code(function) for function in STATIONS]
    return course.rng.choice([code for code in codes if code != unit])


def _bounce(course: Course, unit: str) -> None:
    """Returned once: another unit. Returned again: the county rules, and that binds."""
    if course.rng.random() < 0.3:
        course.office(5, 90)
        course.by_lead("sign_for")
    course.office(20, 200)
    course.by_lead("return", reason=course.say("return"))
    again = course.rng.random() < 0.14
    _dispatch(course, _another_unit(course, unit) if again else _second_try(course, unit))
    if not again:
        return
    course.office(20, 200)
    course.by_lead("return_again", reason=course.say("return"))
    course.platform = "county"
    course.office(30, 400)
    course.lead, course.helper = unit, ""
    duty = f"权责清单第{course.rng.randint(3, 90)}项"
    course.step("rule", Role.DISPATCHER.value, centre_code(), reason=course.say("rule"),
                fields={"unit": unit, "duty_reference": duty})  # fmt: skip


def _second_try(course: Course, unit: str) -> str:
    return _another_unit(course, unit) if course.rng.random() < 0.6 else unit


def _work(course: Course) -> None:
    """From dispatched to a result: the unit's habits say how long and how well."""
    rng, duration = course.rng, course.duration()
    habits = course.world.units[course.lead].habits
    late = rng.random() < habits.late
    begun = course.at
    course.office(*((2, 40) if course.urgent else (5, 210)))
    course.by_lead("sign_for")
    share = 1.08 + rng.expovariate(1.6) if late else rng.betavariate(1.7, 3.2) / habits.speed
    share = share if late else min(max(share, 0.04), 0.95)
    if not late and not course.urgent and rng.random() < habits.extends:
        share = _extend(course, begun, duration, share)
    elif rng.random() < 0.012:
        _shelve(course)
    elif rng.random() < 0.02:
        _stand_still(course)
    _notes(course, duration, late=late)
    _until(course, begun, duration, share)
    course.by_lead("hand_in", reason=course.say(f"result.{course.report.category.parent}"),
                   fields={"evidence": _photos(course)})  # fmt: skip


def _extend(course: Course, begun: datetime, duration: Duration, share: float) -> float:
    """Ask before the deadline; the share of the deadline at which the work is then done."""
    rng = course.rng
    course.pass_spell(course.spell(duration, rng.uniform(0.3, 0.6)), duration.unit)
    if course.at >= course.due(begun):
        return share
    fields = {"extra_time": f"{rng.choice((2, 3, 5))} working days"}
    course.by_lead("ask_extension", reason=course.say("extend"), fields=fields)
    course.office(10, 220)
    if rng.random() < 0.85:
        _grant(course, "grant_extension", fields=fields)
        return rng.uniform(1.0, 1.3)
    _grant(course, "refuse_extension", reason=course.say("refuse"))
    return max(share, 0.8)


def _grant(
    course: Course, key: str, *, reason: str = "", fields: Mapping[str, str] = NOTHING
) -> None:
    own = platform_code(course.report.township)
    if course.platform == "township" and own != course.lead and own not in course.handlers:
        course.by_platform(key, number=2, reason=reason, fields=fields)
    else:
        course.step(
            key, Role.DISPATCHER.value, centre_code(), number=2, reason=reason, fields=fields
        )


def _shelve(course: Course) -> None:
    """On the pending list until its review date, some beyond."""
    rng = course.rng
    course.office(60, 900)
    days = rng.randint(10, 90)
    review = (course.at + timedelta(days=days)).astimezone(course.world.calendar.zone).date()
    course.by_platform("set_pending", reason=course.say("pending"),
                       fields={"review_date": str(review)})  # fmt: skip
    course.days(days - 3, days + (25 if rng.random() < 0.2 else 1))
    course.by_platform("take_back", reason=course.say("take_back"))


def _stand_still(course: Course) -> None:
    """The centre stops the clock for the weather or an appraisal, and starts it again."""
    condition = "weather" if course.rng.random() < 0.7 else "appraisal"
    course.office(60, 500)
    _grant(course, "stop_clock", reason=course.say(condition), fields={"condition": condition})
    course.days(1, 6)
    _grant(course, "start_clock")


def _notes(course: Course, duration: Duration, *, late: bool) -> None:
    """What is written while a unit works."""
    rng = course.rng
    if course.helper:
        course.office(30, 400)
        course.step("co_result", Role.UNIT_HANDLER.value, course.helper,
                    reason=course.say("co_result"))  # fmt: skip
    if rng.random() < 0.07:
        course.office(20, 300)
        course.by_lead("comment", reason=course.say("comment"))
    if late and rng.random() < 0.5:
        course.pass_spell(course.spell(duration, 1.02), duration.unit)
        course.by_platform("urge", number=2, reason=course.say("urge"))
        if rng.random() < 0.25:
            course.office(60, 500)
            course.step("supervise", Role.LEADER.value, centre_code(),
                        reason=course.say("supervise"))  # fmt: skip


def _photos(course: Course) -> str:
    """How many pictures prove the work."""
    return str(course.rng.choices((1, 2, 3), (80, 15, 5))[0])


def _until(course: Course, begun: datetime, duration: Duration, share: float) -> None:
    """Let the rest of the handling time pass, counted from the dispatch."""
    reached, course.at = course.at, begun
    course.pass_spell(course.spell(duration, share), duration.unit)
    if course.at <= reached:
        course.at = reached
        course.office(10, 120)


def _close(course: Course) -> None:
    """Verification by somebody else, rework where it fails, the reporters' verdict, reopening."""
    rng, kind = course.rng, course.report.category.verification.value
    habits = course.world.units[course.lead].habits
    for _ in range(3):
        course.office(*((20, 400) if course.urgent else (20, 1100)))
        if rng.random() >= habits.rework:
            break
        course.by_somebody_else("verify_fail", reason=course.say("rework"),
                                fields={"verification_kind": kind})  # fmt: skip
        course.office(100, 1000)
        course.by_lead("hand_in", reason=course.say(f"result.{course.report.category.parent}"),
                       fields={"evidence": _photos(course)})  # fmt: skip
    names, weights = list(OUTCOMES), list(OUTCOMES.values())
    outcome = str(rng.choices(names, weights)[0])
    course.by_somebody_else("verify_pass", reason=course.say("passed"),
                            fields={"verification_kind": kind, "outcome": outcome})  # fmt: skip
    _tell_reporter(course)
    if rng.random() < 0.007 and not course.reopened:
        _reopen(course)
    else:
        _evaluate(course, share=0.45)


def _evaluate(course: Course, *, share: float) -> None:
    rng = course.rng
    if course.report.source == Source.GRID_WORKER:
        share /= 3
    if rng.random() < share:
        course.office(60, 1800)
        solved, satisfied, _ = rng.choices(VERDICTS, [weight for _, _, weight in VERDICTS])[0]
        course.by_somebody_else("evaluate", fields={"solved": solved, "satisfied": satisfied})


def _reopen(course: Course) -> None:
    course.office(200, 3000)
    course.reopened = True
    course.by_platform("reopen", number=2, reason=course.say("reopen"),
                       fields={"solved": "no", "satisfied": "no"})  # fmt: skip
    _handle(course)
    _close(course)


def _archive(course: Course) -> None:
    """Some weeks later, when nobody came back to it."""
    if course.rng.random() < 0.93:
        course.pass_spell(timedelta(minutes=420 * course.rng.uniform(15.2, 24)),
                          Duration.parse("1 working day").unit)  # fmt: skip
        # The others have drawn as well, so that the rest of the county is the same.
        if course.state == State.CLOSED:
            course.by_platform("archive", number=2)
