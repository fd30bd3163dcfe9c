"""Where the states of a diagram stand, and which steps are drawn as arrows between neighbours.

Only steps between neighbouring boxes become arrows; all others are written into the box that they
leave. So no line ever crosses a box or another label, however many steps a county adds.
"""

from dataclasses import dataclass

from linli.processes.definition import Definition, Transition

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Arrow:
    """Every step that leads from one box to a neighbouring one."""

    source: str
    target: str
    steps: tuple[Transition, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    cells: dict[str, Cell]  # column and row of each state
    arrows: tuple[Arrow, ...]
    jumps: dict[str, tuple[Transition, ...]]  # steps written into the box that they leave


def lay_out(definition: Definition) -> Layout:
    """Deterministic: the same definition always gives the same picture."""
    cells = _cells(definition)
    arrows: list[Arrow] = []
    jumps: dict[str, list[Transition]] = {state: [] for state in definition.states}
    for source in definition.states:
        targets: dict[str, list[Transition]] = {}
        for step in definition.transitions.values():
            if step.to in cells and source in step.sources:  # a draft may name unknown ones
                targets.setdefault(step.to, []).append(step)
        for target, steps in targets.items():
            if _neighbours(cells[source], cells[target]):
                arrows.append(Arrow(source, target, tuple(steps)))
            else:
                jumps[source].extend(steps)
    return Layout(cells, tuple(arrows), {state: tuple(steps) for state, steps in jumps.items()})


def _neighbours(one: Cell, two: Cell) -> bool:
    return abs(one[0] - two[0]) + abs(one[1] - two[1]) == 1


def _cells(definition: Definition) -> dict[str, Cell]:
    """The cells that the definition names; other states take free ones, row by distance."""
    cells: dict[str, Cell] = {}
    taken: set[Cell] = set()
    for name, state in definition.states.items():
        if state.at is not None and state.at not in taken:
            cells[name] = state.at
            taken.add(state.at)
    distance = _distances(definition)
    for name in definition.states:
        if name not in cells:
            row, column = distance.get(name, len(distance)), 0
            while (column, row) in taken:
                column += 1
            cells[name] = (column, row)
            taken.add((column, row))
    return {name: cells[name] for name in definition.states}


def _distances(definition: Definition) -> dict[str, int]:
    """Steps from the start to each state."""
    found: dict[str, int] = {}
    edge, steps = [""], 0
    while edge:
        after: list[str] = []
        for one in definition.transitions.values():
            reached = set(one.sources or ("",)) & set(edge)
            if one.to and reached and one.to not in found:
                found[one.to] = steps
                after.append(one.to)
        edge, steps = after, steps + 1
    return found
