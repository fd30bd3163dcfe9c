"""A definition written out: Mermaid for renderers of Markdown, tables for readers."""

from collections.abc import Iterator, Mapping

from linli.processes.definition import By, Definition, Limits, Transition
from linli.processes.labels import FIELDS, OWNERS, PLATFORMS, RELATIONS, duration_words
from linli.processes.parts import Text
from linli.processes.vocabulary import StateKind

_HEADS = {
    "states": Text(
        en="| State | Kind | Who acts | Deadline |\n|---|---|---|---|",
        zh="| 状态 | 性质 | 责任方 | 时限 |\n|---|---|---|---|",
    ),
    "steps": Text(
        en="| Step | From | To | Who | Asks for | Limits |\n|---|---|---|---|---|---|",
        zh="| 步骤 | 起始状态 | 到达状态 | 办理人 | 填写内容 | 限制 |\n|---|---|---|---|---|---|",
    ),
}
_KINDS: Mapping[StateKind, Text] = {
    StateKind.OPEN: Text(en="open", zh="在办"),
    StateKind.PAUSED: Text(en="paused", zh="暂停"),
    StateKind.FINAL: Text(en="final", zh="办结"),
}
_LIMITS = {
    "times": Text(en="{count} time(s)", zh="最多{count}次"),
    "per_case": Text(en="{count} time(s) in the whole case", zh="全程最多{count}次"),
    "within": Text(en="within {span} of entering the state", zh="进入该状态后{span}内"),
    "wait": Text(en="after {span} in the state", zh="进入该状态满{span}后"),
    "before_due": Text(en="before the deadline “{clock}”", zh="“{clock}”期限届满前"),
    "needs": Text(en="after “{other}”", zh="须先“{other}”"),
    "barred": Text(en="not after “{other}”", zh="“{other}”后不可"),
    "barred_above": Text(
        en="“{other}” at most {count} time(s) before", zh="此前“{other}”最多{count}次"
    ),
    "severity": Text(en="not for {severity}", zh="{severity}事件不适用"),
    "held_by": Text(en="while the {platform} holds it", zh="由{platform}办理时"),
}
_ANY_OPEN = Text(en="any open state", zh="所有在办状态")
_OPTIONAL = Text(en="{field} (optional)", zh="{field}（选填）")


def mermaid(definition: Definition, language: str) -> str:
    """A state diagram; keys are the nodes, labels the words of one language."""
    lines = ["stateDiagram-v2"]
    for name, state in definition.states.items():
        lines.append(f"    {name}: {state.label.in_language(language)}")
    pairs: dict[tuple[str, str], list[str]] = {}
    for step in definition.transitions.values():
        for source in step.sources or ("[*]",):
            if step.to:
                pairs.setdefault((source, step.to), []).append(step.label.in_language(language))
    lines += [f"    {a} --> {b}: {' / '.join(labels)}" for (a, b), labels in pairs.items()]
    return "\n".join(lines) + "\n"


def markdown(definition: Definition, language: str = "en") -> str:
    """Diagram, states and steps of a definition, for docs/processes.md."""
    writer = _Writer(definition, language)
    parts = [
        f"```mermaid\n{mermaid(definition, language)}```",
        "\n".join([_HEADS["states"].in_language(language), *writer.states()]),
        "\n".join([_HEADS["steps"].in_language(language), *writer.steps()]),
    ]
    return "\n\n".join(parts) + "\n"


class _Writer:
    def __init__(self, definition: Definition, language: str) -> None:
        self.definition = definition
        self.language = language

    def states(self) -> Iterator[str]:
        for state in self.definition.states.values():
            owner = OWNERS[state.owner] if state.kind is not StateKind.FINAL else None
            cells = (
                self._say(state.label),
                self._say(_KINDS[state.kind]),
                self._say(owner) if owner else "",
                self._deadline(state.clock) if state.clock else "",
            )
            yield f"| {' | '.join(cells)} |"

    def steps(self) -> Iterator[str]:
        for step in self.definition.transitions.values():
            cells = (
                self._say(step.label),
                self._sources(step),
                self._say(self.definition.states[step.to].label) if step.to else "",
                "; ".join(self._by(by) for by in step.by),
                self._list(self._fields(step)),
                self._list(self._limits(step)),
            )
            yield f"| {' | '.join(cells)} |"

    def _sources(self, step: Transition) -> str:
        """The states by name, all open ones in a word."""
        states = self.definition.states
        unfinished = [name for name in states if states[name].kind is not StateKind.FINAL]
        rest = list(step.sources)
        words: list[str] = []
        if set(unfinished) <= set(rest):
            words = [self._say(_ANY_OPEN)]
            rest = [name for name in rest if name not in unfinished]
        return self._list(iter([*words, *(self._say(states[name].label) for name in rest)]))

    def _say(self, text: Text, **params: object) -> str:
        words = text.in_language(self.language)
        return words.format(**params) if params else words

    def _list(self, words: Iterator[str]) -> str:
        return ("、" if self.language.startswith("zh") else ", ").join(words)

    def _deadline(self, name: str) -> str:
        clock = self.definition.clocks[name]
        if clock.until is not None:
            return self._say(FIELDS[clock.until])
        return self._list(
            f"{self._say(label)} {duration_words(clock.by_severity[key], self.language)}"
            for key, label in self.definition.severities.items()
        )

    def _by(self, by: By) -> str:
        relations = self._list(self._say(RELATIONS[relation]) for relation in by.relation)
        return f"`{by.permission}`" + (f" + {relations}" if relations else "")

    def _fields(self, step: Transition) -> Iterator[str]:
        for name, required in step.fields.items():
            label = self._say(FIELDS[name])
            yield label if required else self._say(_OPTIONAL, field=label)

    def _limits(self, step: Transition) -> Iterator[str]:
        limits = step.limits
        if limits.times is not None:
            kind = "per_case" if limits.per_case else "times"
            yield self._say(_LIMITS[kind], count=limits.times)
        yield from self._times(limits)
        yield from self._order(limits)
        for key in step.barred_severities:
            label = self._say(self.definition.severities[key])
            yield self._say(_LIMITS["severity"], severity=label)
        if step.held_by is not None:
            yield self._say(_LIMITS["held_by"], platform=self._say(PLATFORMS[step.held_by]))

    def _times(self, limits: Limits) -> Iterator[str]:
        for kind, span in (("within", limits.within), ("wait", limits.wait)):
            if span is not None:
                yield self._say(_LIMITS[kind], span=duration_words(span, self.language))
        if limits.before_due is not None:
            label = self._say(self.definition.clocks[limits.before_due].label)
            yield self._say(_LIMITS["before_due"], clock=label)

    def _order(self, limits: Limits) -> Iterator[str]:
        for key, times in limits.after.items():
            other = self._say(self.definition.transitions[key].label)
            if times.min:
                yield self._say(_LIMITS["needs"], other=other)
            if times.max is not None:
                kind = "barred_above" if times.max else "barred"
                yield self._say(_LIMITS[kind], other=other, count=times.max)


_BEGIN, _END = "<!-- generated: begin -->", "<!-- generated: end -->"


def generated_part(definition: Definition) -> str:
    """Both languages under one heading each."""
    return "".join(
        f"### {definition.title.in_language(language)} (version {definition.version})\n\n"
        f"{markdown(definition, language)}\n"
        for language in ("en", "zh")
    )


def replace_generated(page: str, part: str) -> str:
    """The page with everything between its two marks replaced."""
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n\n{part}{_END}{after}"
