"""Opening: texts, and the user's files with progress: documents, networks, whatever is read.

The door is imported when something is opened: the window stands before that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from rnnviz.data import (
    DEFAULT_SENTENCE,
    Options,
    Task,
    make_task,
    read_frames,
    sample_path,
    sequence_from_text,
)
from rnnviz.data import Sequence as Steps
from rnnviz.engine import Network
from rnnviz.files.errors import DataError, show_name
from rnnviz.film import Frame, Run, Settings
from rnnviz.film.branches import anew
from rnnviz.film.cost import size_of_text
from rnnviz.film.opened_files import Asked
from rnnviz.session.edits import Edits
from rnnviz.session.history import Home
from rnnviz.session.jobs import Jobs, Notice, Tell, UnderWay
from rnnviz.session.state import State
from rnnviz.session.trainer import Trainer
from rnnviz.session.work import (
    Asking,
    Before,
    Opened,
    Toured,
    Tried,
    as_left,
    at_home,
    document,
    looked,
    noted,
    on_stage,
    read_by,
    shown,
    started,
    taken_along,
    with_pass,
)

if TYPE_CHECKING:
    from rnnviz.opening.door import OpenFile


class Opener(QObject):
    """Intents that bring something else onto the stage.

    Signals
    -------
    asked : Asked
        There is something to choose: `look_again`, `open_asked` or `forget_asked` answers.
    informed : NetworkInfo
        A network of the user's was opened.
    toured : Tour
        A tour was opened.

    Parameters
    ----------
    state : State
    edits : Edits
        Begin another sequence as an edit of what is open.
    jobs : Jobs
        Read.
    trainer : Trainer
        Gives way.
    tell : callable
        Says something to the user.
    """

    asked = Signal(object)
    informed = Signal(object)
    toured = Signal(object)

    def __init__(
        self,
        state: State,
        edits: Edits,
        jobs: Jobs,
        trainer: Trainer,
        tell: Tell,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._edits, self._jobs = state, edits, jobs
        self._trainer, self._tell = trainer, tell
        self._asking: Asking | None = None
        self._own: tuple[str, Network] | None = None

    # -- texts -------------------------------------------------------------------------------

    def open_text(
        self,
        text: str,
        unit: str = "words",
        name: str = "typed text",
        *,
        edit: bool = True,
        settings: Settings | None = None,
    ) -> None:
        """Show a text; a message and nothing else changed if there is nothing in it.

        It is an edit of what is open, or (not `edit`) something else. Its network has the settings
        that were chosen last, or these.
        """
        given = settings is not None
        before = Before(None, saved=True) if given else self._before
        trained = before.branch
        settings = settings or self._state.fresh_settings

        def work(told: UnderWay | None) -> Opened:
            sequence = sequence_from_text(text, unit=unit, name=name)
            run, note = taken_along(trained, sequence)
            if run is None:
                made = started(noted(make_task(sequence), note), settings, told=told)
            else:
                made = with_pass(run, len(run.networks) - 1, told)
            along = run is not None
            if edit:
                return replace(made, beside=begun_too(made.run.task, along))
            return before.settle(at_home(made))

        def begun_too(task: Task, along: bool) -> dict[int, Run]:
            """The other branches: those that were trained on the same go along too."""
            from rnnviz.film.carried import goes_along, on_task

            return {
                i: on_task(branch.run.up_to(branch.snapshot), task)
                if along and goes_along(branch.run)
                else anew(branch.run, task)
                for i, branch in enumerate(each)
                if i != shown
            }

        branches = self._state.branches
        each, shown = ((), 0) if branches is None else (branches.each, branches.active)
        tokens = len(text.split()) + 1 if unit == "words" else len(text)
        sizes = [size_of_text(tokens, settings if trained is None else trained.run.settings)]
        if edit:
            rest = [branch for i, branch in enumerate(each) if i != shown]
            sizes += [size_of_text(tokens, branch.run.settings) for branch in rest]
        self._edits.begin("sequence" if edit else f"opening {name}", work, *sizes)

    def open_default(self, unit: str = "words") -> None:
        """Show the lecture's sentence with the network that the program begins with."""
        self.open_text(
            DEFAULT_SENTENCE,
            unit,
            "the lecture's sentence",
            edit=False,
            settings=self._state.first,
        )

    def open_frame(self, frame: Frame, home: Home | None = None) -> None:
        """Show a frame that was made elsewhere, and belongs to a file or to none."""
        self._trainer.give_way(lambda: self._state.put(frame, home or Home(frame.branches)))

    def open_made(self, make: Callable[[UnderWay], tuple[Frame, Home]], words: str) -> None:
        """Have a frame made off this thread and show it; a message and nothing else if that fails.

        `words` say what is under way, where that takes long.
        """
        self._asking = None

        def land(made: tuple[Frame, Home]) -> None:
            self._trainer.give_way(
                lambda: self._state.put(*made, f"opening {_called(made[0].run)}")
            )

        self._jobs.submit(make, words, land)

    def open_sample(self) -> None:
        """Show the series that ships with the program."""
        try:
            self.open_file(sample_path(), ask=False)
        except DataError as error:
            self._tell(Notice(str(error), error=True))

    # -- files -------------------------------------------------------------------------------

    def open_with_choices(self, path: str | Path) -> None:
        """Ask what may be chosen of a file, however sure the guesses are, and then open it."""
        self.open_file(path, always=True)

    def open_file(
        self,
        path: str | Path,
        unit: str | None = None,
        *,
        options: Options | None = None,
        ask: bool = True,
        always: bool = False,
        network: str | Path | None = None,
    ) -> None:
        """Read a file off this thread and show it; a message and nothing else changed if bad.

        Where there is something to choose the user is asked first (`always`: where anything can be
        chosen), unless not to `ask`, or `unit` (of a text: "words", "characters", "lines") says it,
        or `options` say how it is read. `network` is a file with the network that is to read it.
        """
        path = Path(path)
        self._asking = None
        if options is None and unit is not None:
            options = Options(unit=unit)

        def reach() -> OpenFile:
            from rnnviz.opening.door import OpenFile

            return OpenFile(path)

        reader = self._reader(reach, options, network, ask=ask, always=always)
        self._jobs.submit(reader, f"Reading {show_name(path)}", self.take)

    def open_files(self, paths: Sequence[str | Path]) -> None:
        """Show several pictures as the frames of one film, in the order of their names."""
        if len(paths) == 1:
            self.open_file(paths[0])
            return
        self._asking = None
        settings, own, before = self._state.fresh_settings, self._own, self._before

        def work(told: UnderWay) -> Opened:
            frames = read_frames(paths, progress=told)
            return shown(frames, settings, own, paths[0], told, before)

        self._jobs.submit(work, f"Reading {len(paths)} pictures", self.land)

    def open_document(self, path: str | Path, home: Home | None = None) -> None:
        """Read a document off this thread and show it where it was left.

        `home` says where it belongs if not in this file.
        """
        words = f"Opening {show_name(path)}"
        self._jobs.submit(lambda told: document(path, home, told), words, self.land)

    # -- what is asked -----------------------------------------------------------------------

    def look_again(self, chosen: Mapping[str, Any]) -> None:
        """Look at the file once more, with some fields of `Options` chosen."""
        asking = self._asking
        if asking is not None:
            options = Options(**chosen)
            words = f"Reading {show_name(asking.file.path)}"
            self._jobs.submit(lambda _: looked(asking, options), words, self.take)

    def open_asked(self, chosen: Mapping[str, Any]) -> None:
        """Open it with these fields of `Options`."""
        asking, self._asking = self._asking, None
        if asking is not None:
            reader = self._reader(asking.file.current, Options(**chosen), asking.network, ask=False)
            self._jobs.submit(reader, f"Reading {show_name(asking.file.path)}", self.take)

    def forget_asked(self) -> None:
        """Do not open it; what is on the screen stays."""
        self._asking = None
        if self._jobs.key is None:  # what is computed of what is open goes on
            self.cancel()
        self._jobs.rest()

    @property
    def asking(self) -> bool:
        """Whether the user is asked about a file that is not open yet."""
        return self._asking is not None

    def cancel(self) -> None:
        """Drop what is being read or computed; what is on the screen is what is wanted again."""
        if self._jobs.busy:
            self._jobs.drop()
            self._state.stay()
            self._tell(None)
            self._state.repeat()

    # -- what was found -----------------------------------------------------------------------

    def take(self, result: object) -> None:
        """What a job found: something to show, to present or to ask."""
        if isinstance(result, Tried):
            self._try(result)
        elif isinstance(result, Opened):
            self.land(result)
        elif isinstance(result, Toured):
            self._tell(None)
            self.toured.emit(result.tour)
        elif isinstance(result, Asking):
            self._asking = result
            self._tell(None)
            self.asked.emit(result.asked)

    def land(self, opened: Opened, edit: str = "") -> None:
        """Show what was opened, as an edit that undo names."""
        run = opened.run
        edit = edit or f"opening {_called(run)}"
        self._trainer.give_way(lambda: self._state.land(opened, edit))
        if self._own is not None and any(m is self._own[1] for m in run.networks):
            self._own = None

    # -- within ------------------------------------------------------------------------------

    @property
    def _before(self) -> Before:
        """The branch that is shown, with all that a training under way has learned of it by now."""
        branches = self._trainer.learned() or self._state.branches
        if branches is None:
            return Before(None, saved=True)
        return Before(branches.branch, self._state.home.holds(branches))

    def _reader(
        self,
        reach: Callable[[], OpenFile],
        options: Options | None,
        network: str | Path | None,
        *,
        ask: bool,
        always: bool = False,
    ):
        """The job that opens a file, or finds out what is to be asked."""
        settings, own, before = self._state.fresh_settings, self._own, self._before
        task = None if self._state.run is None else self._state.run.task

        def work(told: UnderWay) -> object:
            from rnnviz.opening.door import begun, checked_sequence
            from rnnviz.opening.session_files import SessionFile
            from rnnviz.opening.toml_files import Toml

            told(0.0)
            file = reach() if network is None else checked_sequence(reach())
            if ask and options is not None:  # said before anybody looked at the file
                given = (field.name for field in fields(options))
                said = [name for name in given if getattr(options, name) is not None]
                file.check_meant(said, beside=() if network is None else ("network",))
            if ask and options is None:
                preview = file.preview()
                if preview is not None and (preview.needs_asking or (always and preview.questions)):
                    return Asking(file.waiting(), Asked(show_name(file.path), preview), network)
            found, path = file.open(options, told), Path(file.path)
            if isinstance(found, Network):
                return on_stage(found, path, task, told)
            if isinstance(found, SessionFile):
                begins = with_pass(begun(found, task, told), told=told)
                return at_home(begins, path, found.looks)
            if isinstance(found, Toml):
                from rnnviz.tours.script import tour_of

                return Toured(tour_of(found))
            if not isinstance(found, Steps):
                return as_left(found, path, None, told)
            if network is not None:
                prefix = None if options is None else options.prefix
                return read_by(network, found, path, told, prefix)
            return shown(found, settings, own, path, told, before)

        return work

    def _try(self, tried: Tried) -> None:
        if tried.opened is None:
            if tried.info.waits:
                self._own = (tried.info.name, tried.network)
            self._tell(Notice(" ".join(tried.info.said), error=True))
        else:
            self._own = None
            self.land(tried.opened, f"network {tried.info.name}")
        self.informed.emit(tried.info)


def _called(run: Run) -> str:
    return run.shipped.title if run.shipped is not None else run.task.sequence.name
