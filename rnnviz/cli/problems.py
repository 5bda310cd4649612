"""``rnnviz train`` and ``rnnviz evaluate``: the shipped problems without a window, without Qt."""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnviz import __version__
from rnnviz.cli.parser import Parser, field_reader
from rnnviz.film.fields import FIELDS

if TYPE_CHECKING:
    from rnnviz.film import Progress
    from rnnviz.problems.figures import Measured
    from rnnviz.training import Ended

INTERRUPTED = 130
"""The exit code after Ctrl+C, as a shell knows it."""

_BAR = 24
_REDRAWN = 0.1  # seconds between two states of the bar
_ABOUT = "; a file of this name is opened with ./"


def run(arguments: Sequence[str]) -> int:
    """Run ``train …`` or ``evaluate …``; returns the exit code (0, 2 refused, 130 interrupted)."""
    options = _parser().read(arguments)
    if options.command == "evaluate":
        return _evaluate(options)
    if options.list:
        return _list()
    if options.name is None:
        return _refuse("train: give the name of a problem, or --list")
    return _train(options)


def _parser() -> Parser:
    parser = Parser(prog="rnnviz")
    parts = parser.add_subparsers(dest="command", required=True)
    train = parts.add_parser(
        "train",
        description="Train a shipped problem anew. The same seed gives the same numbers. Ctrl+C "
        "keeps what has been learned so far.",
        epilog=f"train{_ABOUT}train",
    )
    train.add_argument("name", nargs="?", metavar="NAME", help="of the problem")
    train.add_argument("--list", action="store_true", help="list the problems")
    seed = FIELDS["seed"]
    train.add_argument(
        "--seed", type=field_reader(seed), default=0, help="of weights and batches (default: 0)"
    )
    cell = FIELDS["cell"]
    train.add_argument(
        "--cell",
        type=field_reader(cell),
        metavar=f"{{{','.join(cell.names)}}}",
        help="another cell in place of the problem's own, all else alike (of problems with twins)",
    )
    train.add_argument("--length", type=_count, help="train at this length (of problems with one)")
    train.add_argument("--updates", type=_count, help="how many (default: the problem's own)")
    patience = FIELDS["patience"]
    train.add_argument(
        "--patience",
        type=field_reader(patience),
        default=patience.default,
        metavar="N",
        help="stop early after N updates without a smaller validation loss (default: do not)",
    )
    place = train.add_mutually_exclusive_group()
    place.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="where the snapshots go (default: NAME.npz in this folder, if there is none yet)",
    )
    place.add_argument(
        "--replace-shipped",
        action="store_true",
        help="put them in the place of the network that ships",
    )
    evaluate = parts.add_parser(
        "evaluate",
        description="Measure the shipped networks on examples that they were not trained on.",
        epilog=f"evaluate{_ABOUT}evaluate",
    )
    evaluate.add_argument("names", nargs="*", metavar="NAME", help="problems (default: all)")
    evaluate.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    evaluate.add_argument(
        "--from", dest="file", type=Path, metavar="FILE", help="measure this training of one NAME"
    )
    evaluate.add_argument("--length", type=_count, help="measure at this length (with --from)")
    evaluate.add_argument(
        "--last",
        action="store_true",
        help="with --from: measure its last snapshot, not that of the smallest validation loss",
    )
    evaluate.add_argument(
        "--lengths",
        action="store_true",
        help="of problems with twins: every cell that ships over the lengths, as a table",
    )
    evaluate.add_argument(
        "--replace-shipped",
        action="store_true",
        help="with --lengths: measure at more of them, and put the figures that ship anew",
    )
    return parser


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 1_000_000_000:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and 1000000000")
    return value


def _list() -> int:
    from rnnviz.problems.registry import PROBLEMS

    width = max(map(len, PROBLEMS))
    for name, problem in PROBLEMS.items():
        print(f"{name:<{width}}  {problem.title}")
    return 0


def _train(options: argparse.Namespace) -> int:
    from rnnviz.data import resource_path
    from rnnviz.files.disk import why_no_place, why_unwritten
    from rnnviz.files.errors import DataError
    from rnnviz.problems.figures import twins_of
    from rnnviz.problems.registry import PROBLEMS, save_snapshots, stem
    from rnnviz.training import estimate, fit, prepare_problem

    name: str = options.name
    if name not in PROBLEMS:
        return _refuse(_unknown(name))
    problem, cell, length = PROBLEMS[name], options.cell or "", options.length
    try:
        problem = problem if length is None else twins_of(name).with_length(length)
        problem = problem.with_cell(cell) if cell else problem
    except ValueError as error:
        return _refuse(str(error))
    file = f"{stem(name, cell)}.npz" if length is None else f"{stem(name, cell)}-at-{length}.npz"
    output: Path = options.output or Path(file)
    if options.replace_shipped:
        if length is not None:
            return _refuse("--length: what ships is trained at the problem's own")
        if cell and cell not in problem.cells:
            return _refuse(f"--cell: {name} ships with {' and '.join(problem.cells)} alone")
        try:
            output = resource_path("trained") / file
        except DataError as error:
            return _refuse(str(error))
    elif options.output is None and os.path.lexists(output):
        return _refuse(f"{output} is there already: give --output FILE to say where to write")
    why = why_no_place(output)
    if why:
        return _refuse(f"{output} cannot be written: {why}")
    with _stopping() as stopped:
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
            return _refuse(f"{output} cannot be written: {why_unwritten(error)}")
    kept, last = len(ended.log), ended.log[-1].update
    print(f"{output}: {kept} snapshots, the last after {last:,} updates", file=sys.stderr)
    if not ended.diverged:
        print(f"{stem(name, cell)}: {_ended(ended)}", file=sys.stderr)
    if ended.diverged:
        return _refuse(ended.text)
    if stopped:
        print(f"rnnviz: interrupted; what was learned in {last:,} updates is kept", file=sys.stderr)
        return INTERRUPTED
    return 0


@contextmanager
def _stopping() -> Iterator[list[int]]:
    """A list that Ctrl+C and the system's signals make true; a second one interrupts as ever."""
    asked: list[int] = []
    before: dict[int, Any] = {}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def stop(number: int, frame: Any) -> None:
        del frame
        asked.append(number)
        restore()

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # not all of them everywhere
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, stop)
    try:
        yield asked
    finally:
        restore()


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


def _evaluate(options: argparse.Namespace) -> int:
    from rnnviz.files.disk import why_unwritten, write_whole
    from rnnviz.files.errors import DataError
    from rnnviz.problems.registry import PROBLEMS

    if options.lengths:
        return _lengths(options)
    if options.replace_shipped:
        return _refuse("--replace-shipped: it is the figures of --lengths that ship")
    names: list[str] = options.names or list(PROBLEMS)
    for name in names:
        if name not in PROBLEMS:
            return _refuse(_unknown(name))
    if options.file is not None and len(names) != 1:
        return _refuse("--from: give the one problem that the file is a training of")
    if options.last and options.file is None:
        return _refuse("--last: give the file of a training with --from")
    if options.length is not None and options.file is None:
        return _refuse("--length: give the file of a training with --from; --lengths has them all")
    found: list[dict[str, Any]] = []
    code = 0
    for name in names:
        try:
            figures = _figures(name, options.file, options.length, last=options.last)
        except (DataError, ValueError) as error:
            code = _refuse(f"{name}: {error}")
            continue
        found.append(figures)
        print("\n".join(_lines(figures)), flush=True)
    if options.json is not None:
        text = json.dumps({"version": __version__, "problems": found}, indent=2, ensure_ascii=False)
        try:
            write_whole(options.json, f"{text}\n".encode())
        except OSError as error:
            return _refuse(f"{options.json} cannot be written: {why_unwritten(error)}")
    return code


def _lengths(options: argparse.Namespace) -> int:
    """Every cell that ships over the lengths of its problem, in the words of `docs/tasks.md`."""
    from rnnviz.data import resource_path
    from rnnviz.files.disk import why_unwritten
    from rnnviz.files.errors import DataError
    from rnnviz.problems.figures import FILE, measure_all, measured, save_figures
    from rnnviz.problems.figures import with_twins as all_names
    from rnnviz.problems.registry import PROBLEMS

    names: list[str] = options.names or list(all_names())
    if options.file is not None or options.json is not None:
        return _refuse("--lengths: it measures what ships, and prints a table")
    for name in names:
        if name not in PROBLEMS:
            return _refuse(_unknown(name))
        if not PROBLEMS[name].cells:
            return _refuse(f"--lengths: {name} ships with one cell; there are {_all(all_names())}")
    try:
        if options.replace_shipped:
            if set(names) != set(all_names()):
                return _refuse("--replace-shipped: figures ship of all problems with twins")
            place = resource_path("trained") / FILE
            save_figures(place, measure_all(names, _told))
            print(f"{place}: written", file=sys.stderr)
        for row in rows_of_twins(names, measured):
            print(row, flush=True)
    except BrokenPipeError:
        raise  # it is no file that could not be written
    except (DataError, ValueError) as error:
        return _refuse(str(error))
    except OSError as error:
        return _refuse(f"the figures cannot be written: {why_unwritten(error)}")
    return 0


def rows_of_twins(
    names: Sequence[str], measured: Callable[[str, str, int], Measured]
) -> Iterator[str]:
    """The table of problems with twins at the lengths of their examples, row by row."""
    from rnnviz.engine import CELLS
    from rnnviz.problems.figures import twins_of
    from rnnviz.problems.registry import PROBLEMS

    cells = list(dict.fromkeys(cell for name in names for cell in PROBLEMS[name].cells))
    head = ["problem", "measure", "length", *(CELLS[cell].name for cell in cells), "guessing"]
    yield _row(head)
    yield _row(["---"] * len(head))
    for name in names:
        problem = twins_of(name)
        percent = problem.higher_is_better
        for length in sorted(problem.shown):
            at = f"{problem.noun} {length}{', trained at' * (length == problem.length)}"
            values = [measured(name, cell, length).value for cell in cells]
            said = [_share(value, percent) for value in (*values, problem.guessing[1])]
            yield _row([f"`{name}`", problem.measure, at, *said])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _share(value: float, percent: bool) -> str:
    return f"{value:.1%}".replace("%", " %") if percent else f"{value:.4f}"


def _all(names: Sequence[str]) -> str:
    return ", ".join(names)


def _told(name: str, length: int) -> None:
    print(f"{name}: length {length}", file=sys.stderr, flush=True)


def _figures(
    name: str, file: Path | None, length: int | None = None, *, last: bool = False
) -> dict[str, Any]:
    """What is to be said of one problem: measured here and now, nothing of it is stored.

    Of what ships it is the last snapshot, which is shown; of a training of the user's the one of
    the smallest validation loss, on which one in the window ends, or the last.
    """
    from rnnviz.data import resource_path
    from rnnviz.engine.batches import parameters_of
    from rnnviz.film.plan import best_of
    from rnnviz.problems.figures import twins_of
    from rnnviz.problems.registry import PROBLEMS, load_snapshots

    problem = PROBLEMS[name] if length is None else twins_of(name).with_length(length)
    path = resource_path("trained", f"{name}.npz") if file is None else file
    log = load_snapshots(path)
    best = best_of(log) if file is not None and not last else -1
    measured = log[best]
    score = problem.evaluate(measured.network)
    return {
        "name": name,
        "title": problem.title,
        "mode": problem.mode,
        "measure": score.measure,
        "value": score.value,
        "higher_is_better": score.higher_is_better,
        "baselines": dict(score.baselines),
        "also": dict(score.also),
        "sizes": dict(score.sizes),
        "updates": measured.update,
        "snapshot": "smallest validation loss" if best >= 0 else "last",
        "parameters": sum(array.size for array in parameters_of(measured.network).values()),
        "file": path.name,
        "bytes": path.stat().st_size,
    }


def _lines(figures: dict[str, Any]) -> Iterator[str]:
    from rnnviz.film import number, spread_of

    better = "" if figures["higher_is_better"] else " (less is better)"
    spread = spread_of([figures["value"], *figures["baselines"].values()])

    def said(value: float) -> str:
        return number(value, spread, digits=4)

    yield f"{figures['name']}: {figures['measure']} {said(figures['value'])}{better}"
    for name, value in figures["baselines"].items():
        yield f"    {name}: {said(value)}"
    for name, value in figures["also"].items():
        yield f"    also {name}: {number(value, digits=4)}"
    sizes = ", ".join(f"{size:,} {name}" for name, size in figures["sizes"].items())
    yield f"    {sizes}"
    yield (
        f"    {figures['updates']:,} updates ({figures['snapshot']}), "
        f"{figures['parameters']:,} parameters, "
        f"{figures['file']} ({figures['bytes'] / 1000:.0f} kB)"
    )


def _unknown(name: str) -> str:
    from rnnviz.problems.registry import PROBLEMS

    return f"there is no problem {name!r}; there are {', '.join(PROBLEMS)}"


def _refuse(reason: str) -> int:
    print(f"rnnviz: {reason}", file=sys.stderr)
    return 2
