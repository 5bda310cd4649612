"""The Qt application: fonts, style, palette. Imported only when a window or a picture is wanted."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import rnnviz.views.first  # noqa: F401

# isort: split
from PySide6.QtCore import QObject, QSize, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from rnnviz import __version__
from rnnviz.data import Options, resource_path
from rnnviz.files.errors import show_name
from rnnviz.film import Frame, Settings
from rnnviz.film.cost import set_budgets
from rnnviz.frozen import field, record
from rnnviz.session import Home, Notice, Preferences, Session, UnderWay, autosave_folder
from rnnviz.views.look import FAMILY, LIGHT, load_fonts, widget_palette

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

    from rnnviz.exercises import Code
    from rnnviz.tours.scenes import Tour
    from rnnviz.views.window import MainWindow


Making = Callable[[UnderWay], tuple[Frame, Home]]
"""Makes a frame off the interface's thread, and says where it belongs."""

_ICONS = (16, 32, 48, 128)  # pixels
_COLLECTED = 500  # milliseconds between two looks at whether there is garbage


def collect_garbage() -> None:
    """Look for cycles as far as Python would by now; only ever on the interface's thread."""
    due = [
        n
        for n, (have, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
        if have > most > 0
    ]
    if due:
        gc.collect(max(due))


class Application(QApplication):
    """QApplication with the program's name, typefaces and style."""

    def __init__(self, arguments: Sequence[str] = ("rnnviz",)) -> None:
        # As an argument, since setStyle returns a QStyle, whose enumerations take Python 5 ms.
        super().__init__([*arguments, "-style", "Fusion"])
        # Python looks for cycles on whatever thread happens to make an object; a widget or a timer
        # that it found on a worker's would be destroyed there, which Qt does not survive.
        gc.disable()
        # A frame makes thousands of small tuples that soon go by themselves; looking for cycles
        # among them at Python's usual pace costs more than it finds.
        gc.set_threshold(20_000, 20, 20)
        collecting = QTimer(self)
        collecting.timeout.connect(collect_garbage)
        collecting.start(_COLLECTED)
        self.setApplicationName("rnnviz")
        self.setApplicationDisplayName("rnnviz")
        self.setApplicationVersion(__version__)
        self.setOrganizationName("rnnviz")
        # By it a desktop finds the entry of menus that a window belongs to (rnnviz.cli.desktop).
        self.setDesktopFileName("rnnviz")
        load_fonts(resource_path("fonts"))
        font = self.font()
        font.setFamily(FAMILY)
        self.setFont(font)
        self.setPalette(widget_palette(LIGHT))


def icon() -> QIcon:
    """The program's icon in the sizes that title bars, docks and switchers ask for."""
    from PySide6.QtGui import QIcon

    found = QIcon()
    for size in _ICONS:
        found.addFile(str(resource_path("icon", f"rnnviz-{size}.png")), QSize(size, size))
    return found


_SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")  # the last is Windows', SIGHUP all others'
_PATIENCE = 3.0  # seconds after which a second signal ends the program however it stands


class Ending(QObject):
    """Ends the program when the system says so: work is kept for the next start, nobody is asked.

    Python hears a signal only between two of its own instructions, and none comes while Qt waits
    for events. So the interpreter writes a byte into a socket at once, and Qt waits for that too.

    Parameters
    ----------
    window : MainWindow
        Keeps what is open.
    application : QApplication
        Says that the user's desktop ends.
    """

    def __init__(self, window: MainWindow, application: QApplication) -> None:
        super().__init__(window)
        self._window, self._application = window, application
        self._since: float | None = None

    def begin(self) -> None:
        """Hear signals from now on."""
        from socket import socketpair  # not before it is needed

        self._heard, self._written = socketpair()
        self._heard.setblocking(False)
        self._written.setblocking(False)
        notifier = QSocketNotifier(self._heard.fileno(), QSocketNotifier.Type.Read, self)
        notifier.activated.connect(self._end)
        signal.set_wakeup_fd(self._written.fileno(), warn_on_full_buffer=False)
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            # What was started to be left alone (nohup, a job in the background) is.
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._insist)
        self._application.commitDataRequest.connect(lambda _manager: self._window.keep())

    def _insist(self, number: int, _frame: object) -> None:
        """A signal came; one that comes long after the first ends the program at once."""
        now = time.monotonic()
        if self._since is None:
            self._since = now
        elif now - self._since > _PATIENCE:
            os._exit(128 + number)

    def _end(self) -> None:
        try:
            number = self._heard.recv(1)[0]
        except OSError:
            return
        self._window.leave()
        sys.stdout.flush()
        # Threads may still compute; what there was to wait for has been waited for.
        os._exit(128 + number)


@record
class Launch:
    """What the window is to show, and how.

    Attributes
    ----------
    file, text : optional
        What to show; the lecture's sentence where there is neither.
    network : optional
        A file with the network that is to read it.
    unit : str, optional
        Of a text: "words" or "characters".
    reading : Options, optional
        How a file is to be read, where that was said.
    settings : Settings, optional
        The network's.
    memory : mapping
        Budgets in GB by the names of their fields, in place of what is remembered.
    theme, colours, notation, motion : str, optional
        For this time; the remembered ones otherwise.
    state, layout, panels : optional
        How the hidden state is shown, and what stands under the stage, for this time.
    problem, example : str, optional
        A shipped problem and one of its examples; `text` is then what was typed for it.
    exercise : Code, optional
        The network and the sequence of an exercise.
    frame : Frame, optional
        What all of this makes, where it was made already.
    making : callable, optional
        What makes the frame, and says where it belongs, when the window stands; for any thread.
    looked_with : tuple of str
        The panels that the frame is looked at with while it is open, in place of the usual ones.
    start_page : bool
        Whether the start page is shown first, unless the user wishes it no more.
    tour, scene : optional
        The tour that is presented, and its scene to begin with, from 0.
    """

    file: Path | None = None
    network: Path | None = None
    text: str | None = None
    unit: str | None = None
    reading: Options | None = None
    settings: Settings | None = None
    memory: Mapping[str, float] = field(default_factory=dict)
    theme: str | None = None
    colours: str | None = None
    notation: str | None = None
    motion: str | None = None
    state: str | None = None
    layout: str | None = None
    panels: tuple[str, ...] = ()
    problem: str | None = None
    example: str = ""
    exercise: Code | None = None
    frame: Frame | None = None
    making: Making | None = None
    looked_with: tuple[str, ...] = ()
    start_page: bool = False
    tour: Tour | None = None
    scene: int = 0


def start(launch: Launch) -> tuple[Application, MainWindow]:
    """Make the application and show its window."""
    # The application is also needed without a window.
    from rnnviz.views.window import MainWindow

    application = Application()  # under its own name: the window's class would be "main.py"
    session = Session(Preferences(), autosave_folder())
    set_budgets(launch.memory)
    if launch.settings is not None:
        session.begin_with(launch.settings)
    window = MainWindow(session)
    if launch.theme is not None:
        window.set_theme(launch.theme)
    if launch.colours is not None:
        window.set_colours(launch.colours)
    if launch.notation is not None:
        window.set_notation(launch.notation)
    if launch.motion is not None:
        window.set_motion(launch.motion)
    sys.excepthook = partial(_report, session)
    _open(session, launch)
    refused = window.panels.ask_for(launch.layout, launch.panels, launch.state)
    if refused:
        session.told.emit(Notice(f"--layout: {refused}.", error=True))
    if launch.start_page and not refused:
        window.starting.at_start()
    if launch.tour is not None:
        session.present(launch.tour, launch.scene)
    window.show()
    # Until it is painted nobody has done anything that a signal could lose.
    window.painted.connect(Ending(window, application).begin)
    window.painted.connect(lambda: application.setWindowIcon(icon()))
    gc.freeze()  # what stands by now stays; to look through it for cycles would delay the paint
    return application, window


def _open(session: Session, launch: Launch) -> None:
    # A file that cannot be opened leaves the lecture's sentence on the screen.
    file, network, text, unit = launch.file, launch.network, launch.text, launch.unit
    if launch.frame is not None:
        frame = launch.frame
        session.open_frame(frame, Home(frame.branches, panels=launch.looked_with))
        return
    if launch.making is not None:
        session.open_default()  # is seen until then, and stays where nothing comes of it
        session.open_made(launch.making, f"Reading {show_name(file or network or '')}")
        return
    if launch.problem is not None or text is None:
        session.open_default(unit if file is None and unit else "words")
    else:
        session.open_text(text, unit or "words")
    if launch.problem is not None:
        usual = launch.layout is None and not launch.panels and launch.state is None
        session.open_problem(launch.problem, launch.example, text, panels=usual)
    elif launch.exercise is not None:
        session.open_exercise(str(launch.exercise))
    elif file is not None:
        session.open_file(file, unit, options=launch.reading, network=network)
    elif network is not None:
        session.open_file(network, options=launch.reading)


def run(launch: Launch) -> int:
    """Show the window until it is closed; returns the exit code."""
    application, window = start(launch)
    code = application.exec()
    del window
    return code


def _report(
    session: Session,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
) -> None:
    """Say in the window that the program made a mistake; the details go to standard error."""
    sys.__excepthook__(kind, error, trace)
    if isinstance(error, Exception):
        session.told.emit(Notice(f"A mistake in rnnviz: {kind.__name__}: {error}", error=True))
