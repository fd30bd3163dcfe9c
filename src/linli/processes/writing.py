"""A definition written out: Mermaid for renderers of Markdown, tables for readers."""

from collections.abc import Iterator

from linli.processes.definition import By, Definition
from linli.processes.labels import FIELDS, OWNERS, RELATIONS, STATE_KINDS
from linli.processes.parts import Text
from linli.processes.vocabulary import StateKind
from linli.processes.wording import Words

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
        self.words = Words(definition, language)

    def states(self) -> Iterator[str]:
        for state in self.definition.states.values():
            owner = OWNERS[state.owner] if state.kind is not StateKind.FINAL else None
            cells = (
                self.words.say(state.label),
                self.words.say(STATE_KINDS[state.kind]),
                self.words.say(owner) if owner else "",
                self._deadline(state.clock) if state.clock else "",
            )
            yield f"| {' | '.join(cells)} |"

    def steps(self) -> Iterator[str]:
        for step in self.definition.transitions.values():
            cells = (
                self.words.say(step.label),
                self.words.sources(step),
                self.words.say(self.definition.states[step.to].label) if step.to else "",
                "; ".join(self._by(by) for by in step.by),
                self.words.listed(self.words.asked(step)),
                self.words.listed(self.words.bounds(step)),
            )
            yield f"| {' | '.join(cells)} |"

    def _deadline(self, name: str) -> str:
        clock = self.definition.clocks[name]
        if clock.until is not None:
            return self.words.say(FIELDS[clock.until])
        return self.words.by_severity(clock.by_severity)

    def _by(self, by: By) -> str:
        relations = self.words.listed(
            self.words.say(RELATIONS[relation]) for relation in by.relation
        )
        return f"`{by.permission}`" + (f" + {relations}" if relations else "")


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
