"""The sections of a document as tables: one row a part, with what can be done to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.processes.definition import Definition
from linli.processes.fixed import fixed_in
from linli.processes.labels import (
    CALENDARS,
    EFFECTS,
    FIELDS,
    OWNERS,
    STATE_KINDS,
    STEP_KINDS,
)
from linli.processes.routing_table import Rule
from linli.processes.vocabulary import Effect, StateKind
from linli.processes.wording import Words
from linli.web.administration.processes.frame import Shown
from linli.web.incidents.words import language

Cells = list[tuple[str | Promise, str]]
ADD = gettext_lazy("Add")
TELLING = (Effect.TELL_REPORTER, Effect.TELL_UNIT, Effect.TELL_PLATFORM, Effect.TELL_COUNTY)


@dataclass(frozen=True)
class Row:
    """One part; `kept` says why it cannot be removed."""

    section: str
    key: str
    name: str
    address: str
    cells: Cells
    kept: str = ""

    def acts(self) -> Mapping[str, str]:
        """What its buttons are called."""
        params = {"name": self.name}
        return {
            "up": _("“%(name)s” up") % params,
            "down": _("“%(name)s” down") % params,
            "copy": _("Duplicate “%(name)s”") % params,
            "drop": _("Remove “%(name)s”") % params,
        }


@dataclass(frozen=True)
class Table:
    """Parts of one kind: what they are called, whether their order counts, whether one is added."""

    section: str
    title: str | Promise
    help: str | Promise
    rows: Sequence[Row] = field(default_factory=list)
    ordered: bool = False
    grows: bool = True
    copies: bool = True
    empty: str | Promise = ""
    add: str | Promise = ADD
    missing: Sequence[tuple[str, str | Promise]] = ()  # single parts that can be set up

    @property
    def labels(self) -> list[str | Promise]:
        return [label for label, _words in self.rows[0].cells] if self.rows else []


def tables(shown: Shown, section: str) -> list[Table]:
    """The tables of a section's page; the definition can be read."""
    definition, words = shown.definition, shown.words
    if definition is None or words is None:
        return []
    return [make(shown, definition, words) for make in _TABLES.get(section, ())]


def _states(shown: Shown, definition: Definition, words: Words) -> Table:
    rows = []
    for key, state in definition.states.items():
        final = state.kind is StateKind.FINAL
        cells: Cells = [
            (gettext_lazy("Kind"), words.say(STATE_KINDS[state.kind])),
            (gettext_lazy("Who acts"), "" if final else words.say(OWNERS[state.owner])),
            (gettext_lazy("Deadline"), words.clock(state.clock) if state.clock else ""),
            (gettext_lazy("Escalation"), words.ladder(state.ladder) if state.ladder else ""),
        ]
        rows.append(_row(shown, "states", key, words.state(key), cells))
    left = len(shown.vocabulary.states) > len(definition.states)
    return Table(
        "states",
        gettext_lazy("States"),
        gettext_lazy("The states themselves are fixed; one may be left out, none can be invented."),
        rows,
        grows=left,
        copies=False,
        add=gettext_lazy("Take in a state"),
    )


def _steps(shown: Shown, definition: Definition, words: Words) -> Table:
    rows = []
    for key, step in definition.transitions.items():
        cells: Cells = [
            (gettext_lazy("Kind"), words.say(STEP_KINDS[step.kind])),
            (gettext_lazy("From the states"), words.sources(step)),
            (gettext_lazy("Leads to"), words.state(step.to) if step.to else ""),
            (gettext_lazy("Who may"), _lines(words.by(by) for by in step.by)),
            (gettext_lazy("Asks for"), words.listed(words.asked(step))),
            (gettext_lazy("Limits"), words.listed(words.bounds(step))),
        ]
        rows.append(_row(shown, "transitions", key, words.step(key), cells))
    return Table(
        "transitions",
        gettext_lazy("Steps"),
        gettext_lazy("In the order of the buttons on the page of a case."),
        rows,
        ordered=True,
    )


def _clocks(shown: Shown, definition: Definition, words: Words) -> Table:
    rows = []
    for key, clock in definition.clocks.items():
        length = (
            words.say(FIELDS[clock.until]) if clock.until else words.by_severity(clock.by_severity)
        )
        cells: Cells = [
            (gettext_lazy("How long"), length),
            (gettext_lazy("It runs in"), words.listed(map(words.state, clock.runs_in))),
            (gettext_lazy("It stands still in"), words.listed(map(words.state, clock.paused_in))),
            (gettext_lazy("Working time"), words.say(CALENDARS[clock.calendar])),
        ]
        rows.append(_row(shown, "clocks", key, words.clock(key), cells))
    return Table("clocks", gettext_lazy("Deadlines"), "", rows)


def _stop_clocks(shown: Shown, definition: Definition, words: Words) -> Table:
    rows = []
    for key, stop in definition.stop_clocks.items():
        cells: Cells = [
            (
                gettext_lazy("Deadlines that stand still"),
                words.listed(map(words.clock, stop.clocks)),
            ),
            (gettext_lazy("At most"), words.duration(stop.at_most)),
        ]
        rows.append(_row(shown, "stop_clocks", key, words.say(stop.label), cells))
    return Table(
        "stop_clocks",
        gettext_lazy("Reasons to stop the clock"),
        gettext_lazy("For these a deadline stands still, always for a limited time."),
        rows,
        empty=gettext_lazy("No reason stops the clock."),
    )


def _whole(shown: Shown, definition: Definition, words: Words) -> Table:
    rows = []
    if definition.whole is not None:
        cells: Cells = [
            (gettext_lazy("How long"), words.by_severity(definition.whole.by_severity)),
            (gettext_lazy("For"), words.listed(map(words.clock, definition.whole.along))),
        ]
        rows.append(_row(shown, "whole", "all", _("From report to closing"), cells))
    if definition.extensions is not None:
        extensions = definition.extensions
        given: Cells = [
            (gettext_lazy("How long"), words.duration(extensions.at_most)),
            (gettext_lazy("For"), words.clock(extensions.clock)),
        ]
        rows.append(_row(shown, "extensions", "all", _("An extension, at most"), given))
    missing = [
        (name, label)
        for name, label in (
            ("whole", gettext_lazy("Set a time of the whole")),
            ("extensions", gettext_lazy("Allow extensions")),
        )
        if getattr(definition, name) is None
    ]
    return Table(
        "whole",
        gettext_lazy("The whole and extensions"),
        "",
        rows,
        grows=False,
        copies=False,
        missing=missing,
    )


def _ladders(shown: Shown, definition: Definition, words: Words) -> Table:
    rows = []
    for key, ladder in definition.ladders.items():
        used = (name for name, state in definition.states.items() if state.ladder == key)
        cells: Cells = [
            (gettext_lazy("Rungs"), _lines(words.rung(rung) for rung in ladder.rungs)),
            (gettext_lazy("In the states"), words.listed(map(words.state, used))),
        ]
        rows.append(_row(shown, "ladders", key, words.ladder(key), cells))
    return Table(
        "ladders",
        gettext_lazy("Escalation"),
        gettext_lazy("Who is told as a deadline comes near and passes."),
        rows,
    )


def _routing(shown: Shown, definition: Definition, words: Words) -> Table:
    rows = []
    for rule in definition.routing:
        cells: Cells = [
            (gettext_lazy("For"), _lines(_conditions(rule, words)) or _("every matter")),
            (gettext_lazy("Lead unit"), words.pick(rule.lead)),
            (gettext_lazy("Co-handling units"), _lines(words.pick(one) for one in rule.co_units)),
            (gettext_lazy("Time for handling"), words.duration(rule.handle) if rule.handle else ""),
        ]
        rows.append(_row(shown, "routing", rule.key, words.say(rule.label), cells))
    return Table(
        "routing",
        gettext_lazy("Routing"),
        gettext_lazy("The first rule that fits, and finds a unit, decides."),
        rows,
        ordered=True,
        empty=gettext_lazy("No rule says which unit takes a matter."),
    )


def _emergency(shown: Shown, definition: Definition, words: Words) -> Table:
    rows, path = [], definition.emergency
    if path is not None:
        names = (words.named("category", one) for one in path.categories)
        reports = path.reports
        owed = _(
            "first report in %(first)d minutes, follow-up in %(follow)s, final in %(final)s"
        ) % {
            "first": reports.first_minutes,
            "follow": words.duration(reports.follow_up),
            "final": words.duration(reports.final),
        }
        cells: Cells = [
            (
                gettext_lazy("Offered first for"),
                words.listed([*map(words.severity, path.severities), *names]),
            ),
            (
                gettext_lazy("Who is alerted in turn"),
                _lines(words.alert(one) for one in path.rungs),
            ),
            (gettext_lazy("Time to record"), words.duration(path.record_within)),
            (gettext_lazy("When reports are due"), owed),
        ]
        rows.append(_row(shown, "emergency", "all", _("Path of emergencies"), cells))
    return Table(
        "emergency",
        gettext_lazy("Emergencies"),
        gettext_lazy("Act first, write it down afterwards."),
        rows,
        grows=False,
        copies=False,
        empty=gettext_lazy("There is no path of emergencies."),
        missing=[] if path else [("emergency", gettext_lazy("Set up a path"))],
    )


def _general(shown: Shown, definition: Definition, words: Words) -> Table:
    days = definition.longest_review_days
    cells: Cells = [
        (
            gettext_lazy("Severities"),
            words.listed(map(words.severity, definition.severities)),
        ),
        (gettext_lazy("Share drawn for sampled checks"), f"{definition.sampling_rate * 100:g}%"),
        (
            gettext_lazy("Review date ahead at most"),
            ngettext("%(count)d day", "%(count)d days", days) % {"count": days},
        ),
    ]
    address = shown.address("process_part", section="general", name="all") if shown.editable else ""
    kept = _("It has to be there.")
    row = Row("general", "all", words.say(definition.title), address, cells, kept)
    return Table("general", gettext_lazy("General"), "", [row], grows=False, copies=False)


_Make = Callable[[Shown, Definition, Words], Table]
_TABLES: Mapping[str, tuple[_Make, ...]] = {
    "states": (_states,),
    "transitions": (_steps,),
    "clocks": (_clocks, _stop_clocks, _whole),
    "ladders": (_ladders,),
    "routing": (_routing,),
    "emergency": (_emergency,),
    "general": (_general,),
}


def _row(shown: Shown, section: str, key: str, name: str, cells: Cells) -> Row:
    address = shown.link(section, key) if shown.editable else ""
    fixed = fixed_in(shown.document, (section, key), shown.vocabulary).get("self")
    return Row(section, key, name, address, cells, fixed.in_language(language()) if fixed else "")


def _lines(phrases: Iterator[str]) -> str:
    return "\n".join(phrases)


def _conditions(rule: Rule, words: Words) -> Iterator[str]:
    when = rule.when
    for kind, codes in (("category", when.categories), ("area", when.areas)):
        if codes:
            yield words.listed(words.named(kind, code) for code in codes)
    if when.severities:
        yield words.listed(map(words.severity, when.severities))
    if when.sources:
        yield words.listed(words.named("source", one) for one in when.sources)
    if when.hours:
        yield words.listed(map(words.window, when.hours))


def told(
    definition: Definition, words: Words
) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """Who is told by which step: key, name, and for each audience its key, words, whether."""
    return [
        (
            key,
            words.step(key),
            [(one.value, words.say(EFFECTS[one]), one in step.effects) for one in TELLING],
        )
        for key, step in definition.transitions.items()
    ]
