"""A definition drawn as SVG: boxes in a grid, arrows between neighbours, text in one language."""

from collections.abc import Callable, Iterator
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from linli.processes.definition import Definition, State, Transition
from linli.processes.labels import OWNERS, duration_words
from linli.processes.layout import Arrow, lay_out
from linli.processes.lettering import wrap
from linli.processes.vocabulary import StateKind, TransitionKind

BOX, PAD, LINE = 220, 12, 17
GAP_X, MARGIN = 160, 24
HEAD = 34  # the name of a state
_FILL = {
    StateKind.OPEN: ("#ffffff", "#0b6e5b"),
    StateKind.PAUSED: ("#fff3dc", "#9a5b00"),
    StateKind.FINAL: ("#eef1f3", "#5b6875"),
}
_STYLE = (
    "text{font:12px system-ui,'PingFang SC','Noto Sans SC','Noto Sans CJK SC',"
    "'Microsoft YaHei',sans-serif;fill:#18222d}"
    ".s{font-size:15px;font-weight:600}.m{fill:#5b6875}.l{fill:#0b4f42}"
    ".e{stroke:#5b6875;stroke-width:1.4;fill:none}"
)
_ARROWHEAD = (
    '<defs><marker id="process-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
    'markerHeight="8" orient="auto"><path class="h" d="M0 0L8 4L0 8z" fill="#5b6875"/></marker>'
    "</defs>"
)

Link = Callable[[str, str], str]
"""The address of a part: (section, key) -> address."""
Line = tuple[str, str, Transition | None]  # class, words, the step that they name


def svg(definition: Definition, language: str) -> str:
    """The picture as one SVG document without outside parts; the same input, the same bytes."""
    return "\n".join(_Picture(definition, language).parts()) + "\n"


def linked_svg(definition: Definition, language: str, link: Link) -> str:
    """The picture as part of a page: boxes and steps are links, its looks are in the sheet."""
    return "\n".join(_Picture(definition, language, link).parts())


class _Picture:
    """Sizes follow from the text: a row is as high as its fullest box."""

    def __init__(self, definition: Definition, language: str, link: Link | None = None) -> None:
        self.definition = definition
        self.language = language
        self.link = link
        self.layout = lay_out(definition)
        self.lines = {name: list(self._inside(name)) for name in definition.states}
        cells = self.layout.cells.values()
        self.columns = max(column for column, _ in cells) + 1
        self.tops, self.bottom = self._rows(max(row for _, row in cells) + 1)
        self.width = MARGIN * 2 + self.columns * BOX + (self.columns - 1) * GAP_X
        self.notes = list(wrap(self._notes(), self.width - MARGIN * 2))
        self.height = self.bottom + LINE * (len(self.notes) + 2) + MARGIN

    def parts(self) -> Iterator[str]:
        title = self.definition.title.in_language(self.language)
        # The children of an image are nothing to a screen reader; those of a group are links.
        role = "group" if self.link else "img"
        lang = "zh-Hans" if self.language.startswith("zh") else "en"
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" role="{role}" lang="{lang}" '
            f"aria-label={quoteattr(title)}>"
        )
        if self.link is None:
            yield f"<title>{escape(title)}</title><style>{_STYLE}</style>"
        yield _ARROWHEAD
        yield f'<rect class="g" width="{self.width}" height="{self.height}" fill="#f7f8f7"/>'
        yield _words(MARGIN, MARGIN + 12, title, "s")
        for arrow in self.layout.arrows:
            yield from self._arrow(arrow)
        for name, state in self.definition.states.items():
            yield from self._box(name, state)
        for number, note in enumerate(self.notes, 2):
            yield _words(MARGIN, self.bottom + LINE * number, note, "m")
        yield "</svg>"

    def _rows(self, count: int) -> tuple[list[int], int]:
        """The top of each row, and the bottom of the last."""
        heights = [0] * count
        for name, (_, row) in self.layout.cells.items():
            heights[row] = max(heights[row], self._height(name))
        fullest = max((len(self._labels(a, BOX)) for a in self.layout.arrows), default=1)
        gap = max(44, fullest * LINE + 22)
        tops = [MARGIN * 2 + LINE + sum(heights[:row]) + gap * row for row in range(count)]
        return tops, tops[-1] + heights[-1]

    def _height(self, name: str) -> int:
        return HEAD + LINE * len(self.lines[name]) + (8 if self.lines[name] else 0)

    def _corner(self, name: str) -> tuple[int, int]:
        column, row = self.layout.cells[name]
        return MARGIN + column * (BOX + GAP_X), self.tops[row]

    def _inside(self, name: str) -> Iterator[Line]:
        """Owner and deadline, then the steps that lead further than to a neighbour."""
        state = self.definition.states[name]
        if state.kind is not StateKind.FINAL:
            owner = OWNERS[state.owner].in_language(self.language)
            for line in wrap(f"{owner} · {self._deadline(state)}", BOX - PAD * 2):
                yield "m", line, None
        for step in self.layout.jumps[name]:
            label = step.label.in_language(self.language)
            to = self.definition.states[step.to or name].label.in_language(self.language)
            for line in wrap(f"{label} → {to}", BOX - PAD * 2):
                yield "l", line, step

    def _deadline(self, state: State) -> str:
        """The mildest severity's, as an example of the scale; a draft may lack it still."""
        clock = self.definition.clocks.get(state.clock or "")
        if clock is None:
            return "?"
        if clock.until is not None:
            return clock.label.in_language(self.language)
        mildest = clock.by_severity.get(next(iter(self.definition.severities)))
        return duration_words(mildest, self.language) if mildest else "?"

    def _notes(self) -> str:
        """The events that leave the state as it is."""
        labels = [
            step.label.in_language(self.language)
            for step in self.definition.transitions.values()
            if step.kind is TransitionKind.NOTE
        ]
        if self.language.startswith("zh"):
            return "不改变状态的记录：" + "、".join(labels)
        return "Recorded without a change of state: " + ", ".join(labels)

    def _box(self, name: str, state: State) -> Iterator[str]:
        x, y = self._corner(name)
        fill, edge = _FILL[state.kind]
        frame = (
            f'<rect class="b b-{state.kind}" x="{x}" y="{y}" width="{BOX}" '
            f'height="{self._height(name)}" rx="6" fill="{fill}" stroke="{edge}" '
            'stroke-width="1.5"/>'
        )
        box = [frame, _words(x + PAD, y + 22, state.label.in_language(self.language), "s")]
        top = y + HEAD + 11
        lines = list(enumerate(self.lines[name]))
        box += [
            _words(x + PAD, top + LINE * number, line, style)
            for number, (style, line, step) in lines
            if step is None
        ]
        yield from self._linked("states", name, box)
        for step, group in groupby((one for one in lines if one[1][2]), key=lambda one: one[1][2]):
            texts = [_words(x + PAD, top + LINE * n, line, style) for n, (style, line, _) in group]
            yield from self._linked("transitions", step.key if step else "", texts)

    def _linked(self, section: str, key: str, parts: list[str]) -> Iterator[str]:
        if self.link is None:
            yield from parts
        else:
            yield f"<a href={quoteattr(self.link(section, key))}>{''.join(parts)}</a>"

    def _labels(self, arrow: Arrow, limit: float) -> list[Line]:
        return [
            ("", line, step)
            for step in arrow.steps
            for line in wrap(step.label.in_language(self.language), limit)
        ]

    def _beside(self, labels: list[Line], x: int, first: int, anchor: str) -> Iterator[str]:
        """The words of an arrow, from the first line down."""
        for number, (_, line, step) in enumerate(labels):
            words = _words(x, first + LINE * number, line, anchor=anchor)
            yield from self._linked("transitions", step.key if step else "", [words])

    def _arrow(self, arrow: Arrow) -> Iterator[str]:
        one, two = self.layout.cells[arrow.source], self.layout.cells[arrow.target]
        return self._across(arrow) if one[1] == two[1] else self._along(arrow)

    def _across(self, arrow: Arrow) -> Iterator[str]:
        """Left to right with words above the line, right to left with words below."""
        (x1, y), (x2, _) = self._corner(arrow.source), self._corner(arrow.target)
        rightwards = x2 > x1
        labels = self._labels(arrow, GAP_X - 18)
        level = y + (HEAD if rightwards else HEAD + 8)
        start, end = (x1 + BOX, x2) if rightwards else (x1, x2 + BOX)
        yield _line(f"M{start} {level}H{end}")
        first = level - 6 - LINE * (len(labels) - 1) if rightwards else level + 15
        yield from self._beside(labels, (start + end) // 2, first, "middle")

    def _along(self, arrow: Arrow) -> Iterator[str]:
        """Downwards with words on the left, upwards with words on the right."""
        (x, y1), (_, y2) = self._corner(arrow.source), self._corner(arrow.target)
        downwards = y2 > y1
        column = x + BOX // 2 + (-8 if downwards else 8)
        upper, lower = (arrow.source, y2) if downwards else (arrow.target, y1)
        top = self._corner(upper)[1] + self._height(upper)
        start, end = (top, lower) if downwards else (lower, top)
        yield _line(f"M{column} {start}V{end}")
        labels = self._labels(arrow, BOX)
        first = (top + lower) // 2 + 4 - LINE * (len(labels) - 1) // 2
        anchor, beside = ("end", -7) if downwards else ("start", 7)
        yield from self._beside(labels, column + beside, first, anchor)


def _line(path: str) -> str:
    return f'<path class="e" marker-end="url(#process-arrow)" d="{path}"/>'


def _words(x: int, y: int, text: str, style: str = "", anchor: str = "") -> str:
    attributes = f' class="{style}"' if style else ""
    attributes += f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x}" y="{y}"{attributes}>{escape(text)}</text>'
