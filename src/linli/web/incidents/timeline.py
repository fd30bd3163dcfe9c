"""The timeline of a case as its page tells it: who, when, what, why, and the files."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.accounts.enums import Role
from linli.attachments.models import Attachment
from linli.casework.definitions import process
from linli.incidents import references
from linli.incidents.detail import Line
from linli.incidents.enums import Outcome, Satisfied, Solved, VerificationKind
from linli.incidents.lines import named
from linli.incidents.models import ReportKind
from linli.processes import Definition
from linli.processes.definition import Transition
from linli.processes.labels import FIELDS
from linli.processes.vocabulary import Field, TransitionKind
from linli.web.incidents.seats import SEATS
from linli.web.incidents.words import category_name, event_label, label, language

TOLD = {"head": gettext_lazy("the head of the unit"), "leader": gettext_lazy("leaders")}
LATE = timedelta(minutes=30)  # from then on the page says when an entry was written down
CODES: Mapping[str, type[Any]] = {
    Field.VERIFICATION_KIND: VerificationKind,
    Field.OUTCOME: Outcome,
    Field.SOLVED: Solved,
    Field.SATISFIED: Satisfied,
}
PLAIN = (Field.DUTY_REFERENCE, Field.EXTRA_TIME, Field.REVIEW_DATE, Field.SOURCE_REFERENCE)
LOOKS: Mapping[str, tuple[str, str]] = {
    "report": ("megaphone", "information"),
    "accept": ("check-lg", "information"),
    "not_accept": ("dash-circle", "neutral"),
    "report_up": ("arrow-up-circle", "information"),
    "send_down": ("arrow-down-circle", "information"),
    "dispatch": ("send", "information"),
    "rule": ("shield-check", "attention"),
    "sign_for": ("pencil", "primary"),
    "return": ("arrow-return-left", "attention"),
    "return_again": ("arrow-return-left", "attention"),
    "recall": ("arrow-return-left", "attention"),
    "ask_extension": ("hourglass-split", "attention"),
    "grant_extension": ("calendar-event", "information"),
    "refuse_extension": ("dash-circle", "neutral"),
    "hand_in": ("hammer", "primary"),
    "co_result": ("hammer", "primary"),
    "verify_pass": ("check-circle", "done"),
    "verify_fail": ("arrow-counterclockwise", "attention"),
    "set_pending": ("pause-circle", "attention"),
    "take_back": ("play-circle", "information"),
    "escalate": ("bell", "attention"),
    "stop_clock": ("pause-circle", "attention"),
    "start_clock": ("play-circle", "information"),
    "settle": ("patch-check", "done"),
    "check_facts": ("search", "information"),
    "evaluate": ("hand-thumbs-up", "done"),
    "reopen": ("arrow-counterclockwise", "attention"),
    "archive": ("archive", "neutral"),
    "urge": ("bell", "attention"),
    "supervise": ("eye", "attention"),
    "instruct": ("flag", "attention"),
    "correct_category": ("tag", "neutral"),
    "correct_place": ("geo-alt", "neutral"),
    "merge": ("intersect", "neutral"),
    "withdraw": ("dash-circle", "neutral"),
    "comment": ("chat-left-text", "neutral"),
    "sample_confirm": ("patch-check", "done"),
    "area_changed": ("geo-alt", "neutral"),
    "recalculate": ("calendar-event", "attention"),
    "process_changed": ("diagram-3", "attention"),
    "sample_reject": ("exclamation-circle", "attention"),
    "emergency": ("exclamation-octagon", "overdue"),
    "alert": ("bell", "overdue"),
    "take_emergency": ("check-circle", "done"),
    "alarm": ("bell-fill", "overdue"),
    "record_late": ("pencil", "information"),
    "emergency_report": ("file-earmark", "information"),
    "end_emergency": ("check-circle", "done"),
}


class Entry(NamedTuple):
    """One line of the timeline in words."""

    at: datetime
    who: str
    what: str
    icon: str
    tone: str
    state: str  # the new state, where the step changed it
    reason: str
    facts: list[tuple[str, str]]
    files: list[Attachment]
    noted_at: datetime | None  # where it was entered late


def entries(lines: list[Line], definition: Definition) -> list[Entry]:
    return [_entry(line, definition) for line in lines]


def look(step: str, kind: TransitionKind | None = None) -> tuple[str, str]:
    """Icon and tone of a step; one that a county added has those of its kind."""
    if step in LOOKS:
        return LOOKS[step]
    return ("chat-left-text", "neutral") if kind is TransitionKind.NOTE else ("send", "information")


def step_icon(step: Transition) -> str:
    return look(step.key, step.kind)[0]


def _entry(line: Line, definition: Definition) -> Entry:
    event = line.event
    if event.process_version != definition.version:  # the words of its own day
        definition = process(definition.key, event.process_version)
    icon, tone = look(event.kind)
    late = event.recorded_at - event.occurred_at > LATE
    what = event_label(definition, event.kind)
    changed = event.from_state and event.to_state != event.from_state
    state = label("state", event.to_state) if changed else ""
    return Entry(
        at=timezone.localtime(event.occurred_at),
        who=_who(line),
        what=what,
        icon=icon,
        tone=tone,
        state=state if state != what else "",  # "挂账" is both
        reason=event.reason,
        facts=[
            *_named(event.data, definition),
            *_recalculated(event.data, definition),
            *_facts(event.data),
        ],
        files=line.attachments,
        noted_at=timezone.localtime(event.recorded_at) if late else None,
    )


def _who(line: Line) -> str:
    event = line.event
    name = event.actor_label or _("the platform itself")
    if line.unit is not None:
        return f"{name} · {named(line.unit)}"
    role = Role(event.actor_role).label if event.actor_role in Role.values else ""
    return f"{name} · {role}" if role else name


def _named(data: Mapping[str, Any], definition: Definition) -> Iterator[tuple[str, str]]:
    """What has a name of its own in the process."""
    rule = next((one for one in definition.routing if one.key == data.get("rule")), None)
    if rule is not None:
        yield _("By the rule"), rule.label.in_language(language())
    stop = definition.stop_clocks.get(data.get("fields", {}).get(Field.CONDITION) or "")
    if stop is not None:
        yield FIELDS[Field.CONDITION].in_language(language()), stop.label.in_language(language())


def _recalculated(data: Mapping[str, Any], definition: Definition) -> Iterator[tuple[str, str]]:
    """Deadlines that another calendar moved, old and new."""
    if "calendar" not in data:
        return
    for change in data["clocks"]:
        key = change["clock"]
        known = definition.clocks.get(key) or definition.stop_clocks.get(key)
        name = known.label.in_language(language()) if known else key
        yield name, f"{_moment(change['was'])} → {_moment(change['due_at'])}"


def _moment(written: str) -> str:
    return timezone.localtime(datetime.fromisoformat(written)).strftime("%Y-%m-%d %H:%M")


def _facts(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    fields: Mapping[str, Any] = data.get("fields", {})
    units = data.get("units") or []
    if units:
        yield FIELDS[Field.UNIT].in_language(language()), _unit_then(units[0])
    if len(units) > 1:
        words = _(", ").join(map(_unit_then, units[1:]))
        yield FIELDS[Field.CO_UNITS].in_language(language()), words
    for name, table in CODES.items():
        if value := fields.get(name):
            yield FIELDS[Field(name)].in_language(language()), str(table(value).label)
    for name in PLAIN:
        if value := fields.get(name):
            yield FIELDS[name].in_language(language()), _plain(name, str(value))
    yield from _changes(data, fields)
    yield from _moves(data)
    yield from _escalated(data)
    yield from _alerts(data)
    yield from _version(data)


def _unit_then(stored: Mapping[str, str]) -> str:
    """A unit by the name that it had then; where that still holds, in the reader's language."""
    unit = references.every_unit().get(UUID(stored["id"]))
    return named(unit) if unit and unit.name == stored["name"] else stored["name"]


def _changes(data: Mapping[str, Any], fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    was: Mapping[str, str] = data.get("was", {})
    if name := was.get("name"):
        yield _("Category before"), _category(was["category"]) or name
    if category := _category(fields.get(Field.CATEGORY)):
        yield FIELDS[Field.CATEGORY].in_language(language()), category
    if severity := fields.get(Field.SEVERITY):
        yield FIELDS[Field.SEVERITY].in_language(language()), label("severity", severity)
    if source := fields.get(Field.SOURCE):
        yield FIELDS[Field.SOURCE].in_language(language()), label("source", source)
    if number := data.get("merged_into"):
        yield FIELDS[Field.DUPLICATE_OF].in_language(language()), number
    if data.get("sampled"):
        yield _("Sample"), _("drawn for a later check")


def _moves(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Place and centre, old and new, by the names that they had then."""
    if day := data.get("on"):
        yield _("Holds from"), day
    if lead := data.get("lead"):
        yield FIELDS[Field.TOWNSHIP].in_language(language()), lead["name"]
    for name, what in (("moved", _("Place")), ("centre", _("Held by"))):
        if change := data.get(name):
            yield what, f"{change['from']['name'] or '—'} → {change['to']['name'] or '—'}"


def _escalated(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "told" in data:
        names = [str(TOLD.get(one, one)) for one in data["told"]]
        yield _("Told"), _(", ").join(names) or _("nobody could be reached")
    if data.get("county"):
        yield _("Held by"), _("the county centre from now on")


def _alerts(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Of an emergency: who was alerted, what was sent, why something is recorded late."""
    if called := data.get("called"):
        yield str(SEATS.get(data["seat"], data["seat"])), called
    if kind := data.get("report"):
        yield str(ReportKind(kind).label), data["sent_to"]
    if late := data.get("late"):
        yield _("Recorded late"), late


def _version(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Another version of the process, and what became of the deadline."""
    if change := data.get("process"):
        yield _("Version of the process"), f"{change['from']} → {change['to']}"
        due = [_moment(one) if one else "—" for one in (data["due"]["from"], data["due"]["to"])]
        if due[0] != due[1]:
            yield _("Due"), " → ".join(due)


def _category(key: object) -> str:
    try:
        found = references.categories().get(UUID(str(key)))
    except ValueError:
        return ""
    return category_name(found) if found else ""


def _plain(name: Field, value: str) -> str:
    if name is not Field.EXTRA_TIME:
        return value
    from linli.calendars import Duration
    from linli.processes.labels import duration_words

    return duration_words(Duration.parse(value), language())
