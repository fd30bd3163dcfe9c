"""Stages of a long command: a bar each on a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from linli.cli.output import console, say

Advance = Callable[[int, int], None]  # done, of how many
LINES_EVERY = 5.0  # seconds between two plain lines of one stage


class Stages:
    """`with stages.stage("words") as advance: ...`; `advance(done, total)` is optional."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._begun = 0
        self._progress: Progress | None = None

    @contextmanager
    def shown(self) -> Iterator["Stages"]:
        if not console.is_terminal:
            yield self
            return
        columns = (
            TextColumn("{task.description:<44}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=console) as self._progress:
            yield self
        self._progress = None

    @contextmanager
    def stage(self, words: str) -> Iterator[Advance]:
        self._begun += 1
        title = f"[{self._begun}/{self._count}] {words}"
        advance = self._bar(title) if self._progress else _lines(title)
        begin = time.monotonic()
        yield advance
        if self._progress:
            advance(1, 1)
        else:
            say(f"{title}: done in {time.monotonic() - begin:.1f} s")

    def skip(self, count: int) -> None:
        """Stages that were done at an earlier start."""
        self._begun += count

    def _bar(self, title: str) -> Advance:
        progress = self._progress
        assert progress is not None  # noqa: S101 -- asked before
        task: TaskID = progress.add_task(title.replace("[", r"\["), total=None)

        def advance(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        return advance


@contextmanager
def file_bar(path: Path) -> Iterator[Callable[..., None]]:
    """A bar over the bytes of a file, on a terminal; told the bytes done."""
    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    total = path.stat().st_size if path.is_file() else None
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(path.name.replace("[", r"\["), total=total)
        yield lambda done, *_total: progress.update(task, completed=done)


def _lines(title: str) -> Advance:
    last = time.monotonic()

    def advance(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > LINES_EVERY:
            last = time.monotonic()
            say(f"{title}: {done:,} of {total:,}")

    return advance
