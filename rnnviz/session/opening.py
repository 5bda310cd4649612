"""Opening: typed texts, files, documents, shipped problems and samples."""

from __future__ import annotations

from rnnviz.data import DEFAULT_SENTENCE, make_task, sample_path, sequence_from_text
from rnnviz.files.errors import DataError
from rnnviz.film import Frame, Lesson, Settings
from rnnviz.home import Home
from rnnviz.lessons import catalogue, open_lesson, with_example, with_length, with_text
from rnnviz.session.files import Files
from rnnviz.session.under_way import Notice, UnderWay
from rnnviz.session.work import Opened, at_home, started, with_pass


class Opening(Files):
    """Intents that bring something else onto the stage."""

    # -- texts ---------------------------------------------------------------------

    def open_text(
        self, text: str, unit: str = "words", name: str = "typed text", *, edit: bool = True
    ) -> None:
        """Show a text; a message and nothing else changed if there is nothing in it.

        It is an edit of what is open, or (not `edit`) something else.
        """
        settings = self._fresh_settings()

        def work(told: UnderWay | None) -> Opened:
            task = make_task(sequence_from_text(text, unit=unit, name=name))
            made = started(task, settings, told=told)
            return made if edit else at_home(made)

        self._start(work, text)

    def begin_with(self, settings: Settings) -> None:
        """The settings of the first network, before anything is opened."""
        self._first = settings

    def open_default(self, unit: str = "words") -> None:
        """Show the lecture's sentence."""
        self.open_text(DEFAULT_SENTENCE, unit, "the lecture's sentence", edit=False)

    def open_frame(self, frame: Frame) -> None:
        """Show a frame that was made elsewhere."""
        self.pause()
        self._run, self._playhead = frame.run, frame.playhead
        self._home = Home(frame.run)
        self._passes.clear()
        self._keep(frame.passing)
        self._show(frame.playhead)

    def open_sample(self) -> None:
        """Show the series that ships with the program."""
        try:
            self.open_file(sample_path(), ask=False)
        except DataError as error:
            self.told.emit(Notice(str(error), error=True))

    # -- shipped problems --------------------------------------------------------------------

    def open_lesson(self, name: str, example: str = "", text: str | None = None) -> None:
        """Show a shipped problem with its trained network.

        Its first example, or another, or what was typed for it.
        """

        def work(told: UnderWay) -> Opened:
            run = open_lesson(name, example)
            return at_home(with_pass(run if text is None else with_text(run, text), told=told))

        self._submit(work, "Opening")

    @staticmethod
    def catalogue() -> tuple[tuple[str, Lesson], ...]:
        """The shipped problems, each with its mode; slow the first time, fit for any thread."""
        return catalogue()

    def open_example(self, example: str) -> None:
        """Another example of the shipped problem that is open, for the same network."""
        run = self._run
        if run is not None and run.lesson is not None:
            self._continue(lambda: with_example(run, example), looking=True)

    def set_length(self, length: int) -> None:
        """Another length of the shipped problem that is open, for the same network."""
        run = self._run
        if run is not None and run.lesson is not None and run.lesson.length != length:
            self._continue(lambda: with_length(run, length), looking=True)

    def read(self, text: str) -> None:
        """What the user typed for the shipped problem that is open, for the same network."""
        run = self._run
        if run is None or run.lesson is None:
            self.open_text(text)
        else:
            self._continue(lambda: with_text(run, text), looking=True)
