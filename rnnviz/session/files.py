"""The user's files: looked at, asked about, read with progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal

from rnnviz.data import (
    DEFAULT_SENTENCE,
    Options,
    SessionFile,
    Task,
    make_task,
    read_frames,
    read_sequence,
    sequence_from_text,
)
from rnnviz.data import Sequence as Steps
from rnnviz.engine import Network
from rnnviz.files.errors import DataError, show_name
from rnnviz.film import NetworkInfo, Settings, describe, needs, run_with
from rnnviz.film.asking import Asked
from rnnviz.home import Home
from rnnviz.opening import open_file, preview_file
from rnnviz.session.editing import Editing
from rnnviz.session.under_way import Notice, UnderWay
from rnnviz.session.work import Opened, at_home, document, started, with_pass

_DOCUMENTS = ".rnnviz"


@dataclass(frozen=True, slots=True)
class _Tried:
    """A network of the user's: what is in it, and the run that it makes of what is open."""

    info: NetworkInfo
    network: Network
    opened: Opened | None = None


class Files(Editing):
    """Intents that open files.

    Signals
    -------
    asked : Asked
        There is something to choose: `look_again`, `open_asked` or `forget_asked` answers.
    informed : NetworkInfo
        A network of the user's was opened.
    """

    asked = Signal(object)
    informed = Signal(object)

    _asked_path: Path | None = None
    _own: tuple[str, Network] | None = None

    def open_with_choices(self, path: str | Path) -> None:
        """Ask what may be chosen of a file, however sure the guesses are, and then open it."""
        self.open_file(path, always=True)

    def open_file(
        self,
        path: str | Path,
        unit: str | None = None,
        *,
        ask: bool = True,
        always: bool = False,
    ) -> None:
        """Read a file off this thread and show it; a message and nothing else changed if bad.

        Where there is something to choose the user is asked first (`always`: where anything can be
        chosen), unless not to `ask`, or `unit` (of a text: "words", "characters", "lines") says it.
        """
        path = Path(path)
        self._asked_path = None
        if path.suffix.lower() == _DOCUMENTS:
            self.open_document(path)
            return
        options = None if unit is None else Options(unit=unit)
        reader = self._reader(path, options, ask=ask, always=always)
        self._submit(reader, f"Reading {show_name(path)}")

    def open_files(self, paths: Sequence[str | Path]) -> None:
        """Show several pictures as the frames of one film, in the order of their names."""
        if len(paths) == 1:
            self.open_file(paths[0])
            return
        self._asked_path = None
        settings, own = self._fresh_settings(), self._own

        def work(told: UnderWay) -> Opened:
            return _shown(read_frames(paths, progress=told), settings, own, paths[0], told)

        self._submit(work, f"Reading {len(paths)} pictures")

    def open_document(self, path: str | Path, home: Home | None = None) -> None:
        """Read a document off this thread and show it where it was left.

        `home` says where it belongs if not in this file.
        """
        self._submit(lambda told: document(path, home, told), f"Opening {show_name(path)}")

    # -- what is asked -----------------------------------------------------------------------

    def look_again(self, chosen: Mapping[str, Any]) -> None:
        """Look at the file once more, with some fields of `Options` chosen."""
        path = self._asked_path
        if path is not None:
            options = Options(**chosen)
            self._submit(lambda _: _looked(path, options), f"Reading {show_name(path)}")

    def open_asked(self, chosen: Mapping[str, Any]) -> None:
        """Open it with these fields of `Options`."""
        path, self._asked_path = self._asked_path, None
        if path is not None:
            reader = self._reader(path, Options(**chosen), ask=False)
            self._submit(reader, f"Reading {show_name(path)}")

    def forget_asked(self) -> None:
        """Do not open it; what is on the screen stays."""
        self._asked_path = None
        self.cancel()

    # -- within ------------------------------------------------------------------------------

    def _reader(self, path: Path, options: Options | None, *, ask: bool, always: bool = False):
        """The job that reads a file, or finds out what is to be asked."""
        settings, own = self._fresh_settings(), self._own
        task = None if self._run is None else self._run.task

        def work(told: UnderWay) -> object:
            if ask and options is None:
                preview = preview_file(path)
                if preview is not None and (preview.needs_asking or (always and preview.choices)):
                    return path, Asked(show_name(path), preview)
            found = open_file(path, options, told)
            if isinstance(found, Network):
                return _tried(found, path, task, told)
            if isinstance(found, SessionFile):
                return _begun(found, path, task, told)
            return _shown(found, settings, own, path, told)

        return work

    def _answered(self, _ticket: int, result: object, error: object) -> None:
        if isinstance(result, tuple):
            self._under = None
            self._asked_path, asked = result
            self.told.emit(None)
            self.asked.emit(asked)
        elif isinstance(result, _Tried):
            self._under = None
            self._tried(result)
        else:
            super()._answered(_ticket, result, error)

    def _opened(self, opened: Opened) -> None:
        super()._opened(opened)
        if self._own is not None and any(m is self._own[1] for m in opened.run.networks):
            self._own = None

    def _tried(self, tried: _Tried) -> None:
        if tried.opened is None:
            if tried.info.waits:
                self._own = (tried.info.name, tried.network)
            self.told.emit(Notice(" ".join(tried.info.said), error=True))
        else:
            self._own = None
            self._opened(tried.opened)
        self.informed.emit(tried.info)


def _looked(path: Path, options: Options) -> tuple[Path, Asked]:
    try:
        return path, Asked(show_name(path), preview_file(path, options))
    except (DataError, ValueError) as error:
        return path, Asked(show_name(path), None, str(error))


def _shown(
    sequence: Steps,
    settings: Settings,
    own: tuple[str, Network] | None,
    path: str | Path,
    told: UnderWay,
) -> Opened:
    """A sequence with a new network, or with the user's own that waits for one that it can read."""
    task = make_task(sequence)
    if own is not None:
        try:
            run = run_with(task, own[1], own[0])
        except ValueError:
            pass
        else:
            return at_home(with_pass(run, told=told), path)
    return at_home(started(task, settings, told=told), path)


def _tried(network: Network, path: Path, task: Task | None, told: UnderWay) -> _Tried:
    name = show_name(path)
    info = replace(describe(network, name), path=str(path.absolute()))
    if task is None:
        task = make_task(sequence_from_text(DEFAULT_SENTENCE))
    try:
        run = run_with(task, network, name)
    except ValueError as error:
        said, waits = (f"{name}: {error}.",), not network.architecture.bidirectional
        if waits:
            said = (*said, f"Open {needs(network.architecture)}, and it will be run.")
        return _Tried(replace(info, said=said, waits=waits), network)
    said = tuple(f"{note[:1].upper()}{note[1:]}." for note in run.task.notes)
    return _Tried(replace(info, said=said, runs=True), network, with_pass(run, told=told))


def _begun(found: SessionFile, path: Path, task: Task | None, told: UnderWay) -> Opened:
    """What a session file asks for: its data, or what is open; its network and updates."""
    if found.data is not None:
        sequence = read_sequence(found.data, unit=found.unit, progress=told)
    elif task is not None and not task.problem:
        sequence = (task.base or task).sequence
    else:
        sequence = sequence_from_text(DEFAULT_SENTENCE, unit=found.unit or "words")
    if found.title:
        sequence = replace(sequence, name=found.title)
    asked = {
        "cell": found.cell,
        "units": found.hidden,
        "layers": found.layers,
        "activation": found.activation,
        "seed": found.seed,
        "optimizer": found.optimiser,
        "learning_rate": found.learning_rate,
    }
    if found.clip is not None:
        asked |= {"clipping": "norm", "clip_limit": found.clip}
    given: dict[str, Any] = {key: value for key, value in asked.items() if value is not None}
    return at_home(started(make_task(sequence), Settings(**given), told=told), path)
