"""``rnnviz train``: a shipped problem trained anew, with a bar, to be stopped at any update."""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rnnviz.cli.ending import refuse, stopping, unknown

if TYPE_CHECKING:
    from rnnviz.film import Progress
    from rnnviz.training import Ended

INTERRUPTED = 130
"""The exit code after Ctrl+C, as a shell knows it."""

_BAR = 24
_REDRAWN = 0.1  # seconds between two states of the bar


def train(options: argparse.Namespace) -> int:
    """Train a shipped problem as the options say; returns the exit code."""
    from rnnviz.data import resource_path
    from rnnviz.files.disk import why_no_place, why_unwritten
    from rnnviz.files.errors import DataError, counted
    from rnnviz.problems.figures import twins_of
    from rnnviz.problems.registry import PROBLEMS, save_snapshots, stem
    from rnnviz.training import estimate, fit, prepare_problem

    name: str = options.name
    if name not in PROBLEMS:
        return refuse(unknown(name))
    problem, cell, length = PROBLEMS[name], options.cell or "", options.length
    try:
        problem = problem if length is None else twins_of(name).with_length(length)
        problem = problem.with_cell(cell) if cell else problem
    except ValueError as error:
        return refuse(str(error))
    file = f"{stem(name, cell)}.npz" if length is None else f"{stem(name, cell)}-at-{length}.npz"
    output: Path = options.output or Path(file)
    if options.replace_shipped:
        if length is not None:
            return refuse("--length: what ships is trained at the problem's own")
        if cell and cell not in problem.cells:
            return refuse(f"--cell: {name} ships with {' and '.join(problem.cells)} alone")
        try:
            output = resource_path("trained") / file
        except DataError as error:
            return refuse(str(error))
    elif options.output is None and os.path.lexists(output):
        return refuse(f"{output} is there already: give --output FILE to say where to write")
    why = why_no_place(output)
    if why:
        return refuse(f"{output} cannot be written: {why}")
    with stopping() as stopped:
        bar = _Bar(stem(name, cell))
        fitting = prepare_problem(problem, options.seed, options.updates, options.patience)
        takes = estimate(fitting, lambda: bool(stopped))
        if takes is not None:
            bar.say(takes.text)
        ended = fit(fitting, bar.show, lambda: bool(stopped))
        bar.close()
        try:
            save_snapshots(output, ended.log)
        except OSError as error:
            return refuse(f"{output} cannot be written: {why_unwritten(error)}")
    kept, last = len(ended.log), ended.log[-1].update
    many = counted(kept, "snapshot")
    print(f"{output}: {many}, the last after {counted(last, 'update')}", file=sys.stderr)
    if not ended.diverged:
        print(f"{stem(name, cell)}: {_ended(ended)}", file=sys.stderr)
    if ended.diverged:
        return refuse(ended.text)
    if stopped:
        learned = counted(last, "update")
        print(f"rnnviz: interrupted; what was learned in {learned} is kept", file=sys.stderr)
        return INTERRUPTED
    return 0


class _Bar:
    """How far it is, on stderr: one line drawn over and over, or ten where nobody watches."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._live = sys.stderr.isatty()
        self._drawn = -math.inf
        self._tenth = -1
        self._width = 0

    def say(self, text: str) -> None:
        self._print(f"{self._name}: {text}")

    def show(self, progress: Progress) -> None:
        if not progress.update:
            return
        now = time.monotonic()
        tenth = 10 * progress.update // progress.updates
        over = progress.update == progress.updates
        if self._live:
            if now - self._drawn < _REDRAWN and not over:
                return
            done = _BAR * progress.update // progress.updates
            line = f"{self._name} {'█' * done}{'░' * (_BAR - done)} {_said(progress)}"
            self._print(f"\r{line:<{self._width}}", end="")
            self._drawn, self._width = now, len(line)
        elif tenth != self._tenth:
            self.say(_said(progress))
            self._tenth = tenth

    def close(self) -> None:
        if self._live and self._width:
            self._print("")

    def _print(self, text: str, end: str = "\n") -> None:
        """Nobody may read it, as behind `| head`; what is trained is worth more than that."""
        with suppress(BrokenPipeError):
            print(text, end=end, file=sys.stderr, flush=True)


def _said(progress: Progress) -> str:
    from rnnviz.film import number
    from rnnviz.film.durations import left_words

    parts = [f"{progress.update:,}/{progress.updates:,}", f"loss {number(progress.loss, digits=4)}"]
    if not math.isnan(progress.validation_loss):
        parts.append(f"validation {number(progress.validation_loss, digits=4)}")
    parts.append(f"{number(progress.rate)} updates/s")
    left = left_words(progress.seconds_left, early=progress.early)
    return " · ".join(parts + ([left] if left and progress.update < progress.updates else []))


def _ended(ended: Ended) -> str:
    """How a training ended, and which of its snapshots `evaluate --from` measures."""
    from rnnviz.film import number
    from rnnviz.film.plan import best_of, validation_of

    happened, best = ended.text.partition(" · ")[0], best_of(ended.log)
    if best < 0:
        return f"{happened}; nothing validates, so that the last snapshot is its best"
    chosen = ended.log[best]
    return (
        f"{happened}; smallest validation loss {number(validation_of(chosen), digits=4)} at update "
        f"{chosen.update:,}, which evaluate --from measures"
    )
