"""``rnnviz evaluate``: how well the shipped problems are solved, measured here and now."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnviz import __version__
from rnnviz.cli.ending import refuse, unknown

if TYPE_CHECKING:
    from rnnviz.problems.figures import Measured


def evaluate(options: argparse.Namespace) -> int:
    """Measure what ships, or a training of one problem, as the options say; the exit code."""
    from rnnviz.files.disk import why_no_place, why_unwritten, write_whole
    from rnnviz.files.errors import DataError, show_name
    from rnnviz.problems.registry import PROBLEMS

    if options.lengths:
        return _lengths(options)
    if options.replace_shipped:
        return refuse("--replace-shipped: it is the figures of --lengths that ship")
    names: list[str] = options.names or list(PROBLEMS)
    for name in names:
        if name not in PROBLEMS:
            return refuse(unknown(name))
    if options.file is not None and len(names) != 1:
        return refuse("--from: give the one problem that the file is a training of")
    if options.last and options.file is None:
        return refuse("--last: give the file of a training with --from")
    if options.length is not None and options.file is None:
        return refuse("--length: give the file of a training with --from; --lengths has them all")
    if options.json is not None and (why := why_no_place(options.json)):
        return refuse(f"{show_name(options.json)} cannot be written: {why}")
    found: list[dict[str, Any]] = []
    code = 0
    for name in names:
        try:
            figures = _figures(name, options.file, options.length, last=options.last)
        except (DataError, ValueError) as error:
            code = refuse(f"{name}: {error}")
            continue
        found.append(figures)
        print("\n".join(_lines(figures)), flush=True)
    if options.json is not None:
        text = json.dumps({"version": __version__, "problems": found}, indent=2, ensure_ascii=False)
        try:
            write_whole(options.json, f"{text}\n".encode())
        except OSError as error:
            return refuse(f"{show_name(options.json)} cannot be written: {why_unwritten(error)}")
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
        return refuse("--lengths: it measures what ships, and prints a table")
    for name in names:
        if name not in PROBLEMS:
            return refuse(unknown(name))
        if not PROBLEMS[name].cells:
            return refuse(f"--lengths: {name} ships with one cell; there are {_all(all_names())}")
    try:
        if options.replace_shipped:
            if set(names) != set(all_names()):
                return refuse("--replace-shipped: figures ship of all problems with twins")
            place = resource_path("trained") / FILE
            save_figures(place, measure_all(names, _told))
            print(f"{place}: written", file=sys.stderr)
        for row in rows_of_twins(names, measured):
            print(row, flush=True)
    except BrokenPipeError:
        raise  # it is no file that could not be written
    except (DataError, ValueError) as error:
        return refuse(str(error))
    except OSError as error:
        return refuse(f"the figures cannot be written: {why_unwritten(error)}")
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
