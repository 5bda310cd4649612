"""What is written for other programs: numbers, weights, scripts, pictures, films, sheets.

On a thread of its own, one file after the other: what else is read, computed or chosen meanwhile
has no part in it, since what is written is of the moment at which it was asked for. The room that
writes is imported there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from rnnviz.files.errors import Cancelled, counted, show_name
from rnnviz.film import Frame
from rnnviz.film.notation import LECTURE, Notation
from rnnviz.session.jobs import Jobs, Notice, Tell, UnderWay
from rnnviz.session.state import State
from rnnviz.session.work import reason_of

if TYPE_CHECKING:
    from rnnviz.writing.formats import Format


Work = Callable[[UnderWay], str]
"""Writes a file, and says so in a sentence."""


class Outgoing(QObject):
    """Intents that write what is shown, and change nothing.

    Parameters
    ----------
    state : State
        What is shown.
    tell : callable
        Says how far it is, and what was written.
    """

    def __init__(self, state: State, tell: Tell, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._tell = state, tell
        self._jobs = Jobs(self._told, self)
        self._jobs.failed.connect(self._failed)
        self._jobs.rested.connect(self._next)
        self._waiting: deque[tuple[Path, Work]] = deque()
        self._path: Path | None = None
        self._then: Callable[[], object] | None = None

    # -- what is under way -------------------------------------------------------------------

    @property
    def writing(self) -> tuple[Path, ...]:
        """The files that are still to be written, the one under way first."""
        waiting = tuple(path for path, _ in self._waiting)
        return waiting if self._path is None else (self._path, *waiting)

    @property
    def at_rest(self) -> bool:
        """Whether nothing is written any more, not even what was cancelled."""
        return self._jobs.at_rest and not self._waiting

    def cancel(self) -> None:
        """Stop writing the file under way; what stood there before still does."""
        if self._path is not None:
            self._jobs.drop()
            self._ended(Notice("", writing=True))
            self._jobs.rest()

    def finish(self, then: Callable[[], object]) -> None:
        """Do something when all is written; nothing where that fails or is cancelled."""
        if self._path is None:
            then()
        else:
            self._then = then

    def close(self) -> None:
        """Write nothing more, and wait until nothing is written."""
        self._waiting.clear()
        self._jobs.stop()
        self._path = self._then = None

    def leave(self) -> None:
        """Write nothing more; the process must end at once."""
        self._waiting.clear()
        self._jobs.drop()

    # -- what is written ---------------------------------------------------------------------

    def save_weights(self, path: str | Path) -> None:
        """Write the network that is shown; the ending says how (see `rnnviz.writing.weights`)."""

        def work(frame: Frame, _told: UnderWay) -> str:
            from rnnviz.writing.weights import write_weights

            return write_weights(frame, Path(path))

        self._write_frame(path, work)

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

        self._write_frame(path, work)

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

        self._write(path, work)

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

        self._write(path, work)

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

        self._write_frame(path, work)

    # -- within ------------------------------------------------------------------------------

    def _write_frame(self, path: str | Path, work: Callable[[Frame, UnderWay], str]) -> None:
        frame = self._state.frame
        if frame is not None:
            self._write(path, lambda told: work(frame, told))

    def _write(self, path: str | Path, work: Work) -> None:
        self._waiting.append((Path(path).absolute(), work))
        if self._path is None:
            self._next()

    def _next(self) -> None:
        if self._waiting:
            self._path, work = self._waiting.popleft()
            self._jobs.submit(work, f"Writing {show_name(self._path)}", self._done)
        elif self._then is not None:
            then, self._then = self._then, None
            then()

    def _done(self, said: str) -> None:
        self._ended(Notice(said, writing=True, path=self._path))

    def _failed(self, error: Exception) -> None:
        silent = isinstance(error, Cancelled)
        said = "" if silent else reason_of(error)
        if isinstance(error, MemoryError) and self._path is not None:
            said = f"{show_name(self._path)} cannot be written: there is not enough memory"
        self._ended(Notice(said, error=not silent, writing=True))

    def _ended(self, notice: Notice) -> None:
        if notice.path is None:
            self._then = None
        self._path = None
        self._tell(notice)

    def _told(self, notice: Notice | None) -> None:
        if notice is not None:
            self._tell(replace(notice, writing=True))
