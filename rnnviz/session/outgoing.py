"""What is written for other programs: numbers, weights, scripts; off this thread, to be cancelled.

The room that writes them is imported by the job.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rnnviz.files.errors import counted, show_name
from rnnviz.film import Frame
from rnnviz.film.notation import LECTURE, Notation
from rnnviz.session.jobs import Jobs, Notice, Tell, UnderWay
from rnnviz.session.state import State

if TYPE_CHECKING:
    from rnnviz.writing.formats import Format


class Outgoing:
    """Intents that write what is shown, and change nothing.

    Parameters
    ----------
    state : State
        What is shown.
    jobs : Jobs
        Write.
    tell : callable
        Says what was written.
    """

    def __init__(self, state: State, jobs: Jobs, tell: Tell) -> None:
        self._state, self._jobs, self._tell = state, jobs, tell

    def save_weights(self, path: str | Path) -> None:
        """Write the network that is shown; the ending says how (see `rnnviz.writing.weights`)."""

        def work(frame: Frame, _told: UnderWay) -> str:
            from rnnviz.writing.weights import write_weights

            return write_weights(frame, Path(path))

        self._write(path, work)

    def save_numbers(self, path: str | Path, notation: Notation = LECTURE) -> None:
        """Write all numbers of the run that is shown, as .csv or .npz, named in a notation."""

        def work(frame: Frame, told: UnderWay) -> str:
            from rnnviz.film.origins import why_no_origins
            from rnnviz.writing.numbers import write_numbers
            from rnnviz.writing.weights import written

            written(Path(path), lambda: write_numbers(frame, Path(path), told, notation))
            arrays = Path(path).suffix.lower() == ".npz" and not why_no_origins(frame.task)
            more = ", with the forecasts of the forecast panel" if arrays else ""
            steps = counted(frame.steps, "step")
            return f"Saved {show_name(path)}: every number of {steps}{more}."

        self._write(path, work)

    def write_exercise(
        self, code: str, path: str | Path, notation: Notation = LECTURE, paper: str = "a4"
    ) -> None:
        """Write an exercise's sheet, and its solution beside it, by a process of its own."""

        def work(told: UnderWay) -> str:
            from rnnviz.beside.program import run_program
            from rnnviz.exercises import read_code

            found = read_code(code)
            given = {"--kind": found.kind, "--seed": found.seed, "--notation": notation.name,
                     "--paper": paper, "--output": Path(path).absolute()}  # fmt: skip
            words = (str(word) for pair in given.items() for word in pair)
            run_program(["exercise", *words], told, show_name(path))
            solution = f"{Path(path).stem}-solution.pdf"
            return f"Saved {show_name(path)} and {show_name(solution)}, exercise {found}."

        words = f"Writing {show_name(path)}"
        self._jobs.submit(work, words, lambda said: self._tell(Notice(said)))

    def size_of_numbers(self, path: str | Path) -> int:
        """About how many bytes a file of that name would have; 0 where nothing is open."""
        from rnnviz.writing.numbers import size_of_numbers

        frame = self._state.frame
        return 0 if frame is None else size_of_numbers(frame, Path(path))

    def numbers_of_step(self, notation: Notation = LECTURE) -> str:
        """The numbers of the step that is shown, as text for a spreadsheet; empty for nothing."""
        from rnnviz.writing.numbers import step_numbers

        frame = self._state.frame
        return "" if frame is None else step_numbers(frame, max(1, frame.moment.step), notation)

    @staticmethod
    def formats() -> tuple[Format, ...]:
        """What pictures, films and pages can be written as."""
        from rnnviz.writing.formats import FORMATS

        return tuple(FORMATS.values())

    def write_made(self, path: str | Path, make: Callable[[], bytes]) -> None:
        """Write a file of what is made off this thread, whole or not at all."""

        def work(_told: UnderWay) -> str:
            from rnnviz.files.disk import write_whole
            from rnnviz.writing.weights import written

            written(Path(path), lambda: write_whole(path, make()))
            return f"Saved {show_name(path)}."

        words = f"Writing {show_name(path)}"
        self._jobs.submit(work, words, lambda said: self._tell(Notice(said)))

    def export(self, path: str | Path, flags: Sequence[str], tour: str = "") -> None:
        """Have what is shown written by a process of its own.

        Parameters
        ----------
        path : path
        flags : sequence of str
            Of the command ``export``, besides what is written and where.
        tour : str
            The file of a tour that is written instead.
        """

        def work(frame: Frame, told: UnderWay) -> str:
            from rnnviz.beside.program import run_program
            from rnnviz.documents import save_document

            with TemporaryDirectory(prefix="rnnviz-", ignore_cleanup_errors=True) as folder:
                named = tour or str(Path(folder) / "open.rnnviz")
                if not tour:
                    save_document(named, frame.branches)
                words = ["export", named, "--output", str(path), "--progress", *flags]
                said = run_program(words, told, show_name(path))
            return f"{said[:1].upper()}{said[1:]}."

        self._write(path, work)

    def _write(self, path: str | Path, work: Callable[[Frame, UnderWay], str]) -> None:
        frame = self._state.frame
        if frame is not None:
            words = f"Writing {show_name(path)}"
            self._jobs.submit(
                lambda told: work(frame, told), words, lambda said: self._tell(Notice(said))
            )
