"""The window itself: its parts put together, what the session says, what Qt asks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QMainWindow, QWidget

from rnnviz.film import Frame, Progress, Settings
from rnnviz.film.cost import budget
from rnnviz.film.notation import Notation
from rnnviz.session import Notice, Session
from rnnviz.session.commands import CONTEXTS, EXAMPLES, FILE, HELP, NETWORK, VIEW, Commands
from rnnviz.views.documents import Documents
from rnnviz.views.intake import Intake
from rnnviz.views.look import Look
from rnnviz.views.menus import Choices, Menus, NetworkMenu, add_tours, fill_examples
from rnnviz.views.panels.panel import PanelWidget
from rnnviz.views.preview import FileDialogs
from rnnviz.views.typeset.foundry import foundry
from rnnviz.views.undrawn import undrawn
from rnnviz.views.widgets import add_left_out, clicked_into
from rnnviz.views.window.covering import Covering
from rnnviz.views.window.dress import Dress
from rnnviz.views.window.keyboard import Keyboard
from rnnviz.views.window.layout_menu import LayoutMenu
from rnnviz.views.window.lecture import Lecture
from rnnviz.views.window.looks import Looks
from rnnviz.views.window.panels import Panels
from rnnviz.views.window.parts import Parts
from rnnviz.views.window.presentation import Presentation
from rnnviz.views.window.taking import Taking
from rnnviz.views.window.warming import Shipped, Tours, Warming
from rnnviz.views.window.wiring import (
    connect,
    connect_asking,
    register_files,
    register_making,
    register_view,
    show_frame,
)

if TYPE_CHECKING:
    from rnnviz.views.finder.finder import Finder
    from rnnviz.views.outlet import Outlet
    from rnnviz.views.window.dialogs import Dialogs
    from rnnviz.views.window.entries import Entries
    from rnnviz.views.window.making import Making
    from rnnviz.views.window.start import Starting
    from rnnviz.views.window.touring import Touring


_TWIN = QSize(1280, 720)  # of the window that draws what comes next in a tour


class MainWindow(QMainWindow):
    """The program's window.

    Parameters
    ----------
    session : Session
        Gets every intent; its frames are shown.

    Signals
    -------
    painted
        It has been painted for the first time.

    Attributes
    ----------
    session : Session
    parts : Parts
        What it is made of.
    commands : Commands
        What can be done in it.
    menus : Menus
        Its menus, and their actions by the commands' names.
    panels : Panels
        Which panels are shown, in which layout.
    set_theme, set_colours, set_notation, set_motion : callable
        Take a look for this time; see `Looks`.
    """

    painted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session, self._preferences = session, session.preferences
        session.autosave.view = self._view
        session.draws_with(undrawn)
        self._documents = Documents(self, session, self.show_view)
        self._warming = Warming(self, session, self._warmed)
        self._shared = self._was_painted = self._ended = False
        self._settings: Settings | None = None
        self.setWindowTitle("rnnviz")
        self.setMinimumSize(QSize(760, 480))
        self.setAcceptDrops(True)
        self.parts = parts = Parts(self)
        self._keyboard = Keyboard(self, parts)
        self._intake = Intake(self, session, lambda: parts.header.unit, self._documents.guard)
        self.commands = Commands(session)
        self.menus = Menus(self, self.menuBar(), self.commands)
        self._dress = Dress(self, parts, session.preferences)
        self.panels = Panels(parts, self.menus, session)
        self._lecture = Lecture(self, parts, self.menus, self.panels, self._dress, session)
        self.commands.instead = self._instead
        self._fill_menus()
        self._connect()
        self._restore()

    # -- for others --------------------------------------------------------------------------

    def picture(self) -> QPixmap:
        """What the window shows, without menu, frame and message, as a picture."""
        message = self.parts.message
        told = not message.isHidden()
        message.setVisible(False)
        # What a caption or a panel has just asked of the layout: it is laid out when that is read.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        picture = self.parts.central.grab()
        message.setVisible(told)
        return picture

    @property
    def finder(self) -> Finder:
        """The palette of commands, and F1."""
        return self.parts.finder

    @property
    def lecture(self) -> bool:
        """Whether the stage is fullscreen in front of a class."""
        return self._lecture.on

    @property
    def touring(self) -> Touring | None:
        """The tour in the window; None where none is presented."""
        return self._presentation.touring

    @property
    def look(self) -> Look:
        """Colours and size of type in force."""
        return self._dress.look

    def show_words(self, shown: bool) -> None:
        """Show the words as vectors in place of the stage, or the stage again."""
        self.menus.actions["words"].setChecked(shown)

    def show_view(self, view: Mapping[str, Any]) -> None:
        """Show panels and sizes as a document had them; what lies changes nothing."""
        self.panels.show_view(view, self._dress)
        self._looks.show_view(view)

    def finish(self) -> None:
        """Build at once what is otherwise built after the first paint, for a picture."""
        self.parts.slots.build()
        foundry.wait(20.0)
        frame = self.session.frame
        if frame is not None:
            self.parts.carry_numbers(frame)
        self._presentation.finish()

    def leave(self) -> None:
        """Keep sizes, settings and work for the next start, and ask nobody: the process ends."""
        if not self.lecture and self.touring is None:
            self._dress.keep_sizes()
        self.session.leave()

    def keep(self) -> None:
        """Keep work for the next start, and be closed without a question: the desktop ends."""
        self._ended = True
        self.session.autosave.keep()

    # -- building ----------------------------------------------------------------------------

    def _fill_menus(self) -> None:
        session, menus, does = self.session, self.menus, self.commands
        self._network_menu = NetworkMenu(menus.menus[NETWORK], session.set_settings)
        menus.fill()
        self._tours_menu = menus.menus[HELP].addMenu("&Tours")
        self._documents.add_recent(menus.menus[FILE], menus.actions["type"])
        view = menus.menus[VIEW]
        self._looks = looks = Looks(self, view, self.parts, self._dress, session, self._spelled)
        self.set_theme, self.set_colours = looks.set_theme, looks.set_colours
        self.set_notation, self.set_motion = looks.set_notation, looks.motion.set
        self._memory = Choices.of_field(view, "memory_pass", session.allow_memory)
        self._memory.show(budget("memory_pass") / 1e9)
        self._layouts = layouts = LayoutMenu(view, self, self.panels, session)
        Taking(self, self.parts, session, self._dress).register(does)
        does.register("quit", self.close)
        does.register("start_page", lambda: self.starting.show())
        does.register("train", lambda: self._dialogs.plan_training())
        does.register("later", lambda: self.parts.training.step(1))
        does.register("earlier", lambda: self.parts.training.step(-1))
        does.register("rename_branch", self.parts.branches.rename)
        register_files(does, session, self._documents, self._intake)
        does.register("save_numbers", lambda: self._outlet.ask_for_numbers())
        does.register("save_weights", lambda: self._outlet.ask_for_weights())
        guard = self._documents.guard
        does.register("exercise", lambda: self._outlet.ask_for_exercise(self.look, guard))
        Covering(self, self.parts.slots, session).register(does)
        wears = {name: partial(looks.wear, name) for name in ("notation", "colours")}
        about = self.parts, self.panels, menus, self._lecture
        self._presentation = Presentation(self, session, *about, self._twin, wears)
        self._presentation.register(does)
        register_view(does, self.panels, layouts, self._lecture, self._dress)
        does.register(
            "palette",
            lambda: self.finder.open(
                "A command, a setting, an example, a file", self.entries.palette
            ),
        )
        does.register(
            "keys",
            lambda: self.finder.open("Search keys and settings", self.entries.help, grouped=True),
        )
        does.register("continue", lambda: self._dialogs.continue_text())
        register_making(does, self._lecture, session, lambda: self.making)
        does.register("about", lambda: self._dialogs.tell_about())
        does.register("diagnostics", lambda: self._dialogs.copy_diagnostics())
        for name, view in self.parts.with_context.items():
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            view.customContextMenuRequested.connect(partial(self._pop_up, name, view))
        self.parts.slots.made.connect(self._made)

    @cached_property
    def _outlet(self) -> Outlet:
        """Writes for other programs; imported when it is first asked to."""
        from rnnviz.views.outlet import Outlet

        return Outlet(self, self.session, lambda: self.look.notation)

    @cached_property
    def _dialogs(self) -> Dialogs:
        """Dialogs of commands; imported when the first is asked for."""
        from rnnviz.views.window.dialogs import Dialogs

        return Dialogs(self, self.session, lambda: self.look)

    @cached_property
    def starting(self) -> Starting:
        """The start page; imported when it is first asked for."""
        from rnnviz.views.window.start import Starting

        session, guard = self.session, self._documents.guard
        made = Starting(
            self.parts,
            self.commands,
            session,
            self._open_problem,
            lambda path: guard(lambda: session.open_file(path)),
        )
        made.open_tour = self._open_tour
        session.homed.connect(lambda _home: made.leave())
        return made

    @cached_property
    def making(self) -> Making:
        """Makes tours; imported when it is first asked for."""
        from rnnviz.views.window.making import Making

        parts, panels, lecture = self.parts, self.panels, self._lecture
        about = self._documents, self.session, self._in_force
        made = Making(self, self.commands, parts, panels, lecture, *about)
        made.tours = self.entries.tours
        return made

    def _instead(self, command: str) -> bool:
        """What is done in a command's place: a blank screen is uncovered, the start page left."""
        if "starting" in self.__dict__ and self.starting.leave_for(command):
            return True
        return self._lecture.uncover_first(command)

    @cached_property
    def entries(self) -> Entries:
        """What the finder finds; made, and imported, when what ships is known."""
        from rnnviz.views.window.entries import Entries

        session = self.session
        return Entries(
            session,
            self.commands,
            self.menus,
            {
                **self._looks.chooses,
                "memory_pass": self._allow_memory,
                "state_view": self.panels.show_state,
                "layout": self.panels.choose,
                "panel": self.panels.put,
                "speed": session.set_speed,
            },
            self._in_force,
            lambda words: self.look.says(words),
            self._open_problem,
            lambda path: self._documents.guard(lambda: session.open_file(path)),
            self._open_tour,
        )

    def _connect(self) -> None:
        session, parts = self.session, self.parts
        session.changed.connect(self._take)
        session.homed.connect(lambda home: self.panels.look_with(home.panels))
        session.told.connect(self._tell)
        session.training.connect(self._show_training)
        connect(parts, session)
        parts.message.detailed.connect(lambda text: self._dialogs.show_details(text))
        ask = FileDialogs(self, lambda: self._dress.look)
        connect_asking(ask, session)
        session.informed.connect(lambda info: ask.inform(info, self._intake.ask_for_file))
        session.informed.connect(lambda info: self._preferences.add_recent(info.path))
        parts.modes.problem_chosen.connect(self._open_problem)
        parts.problem.left.connect(lambda: self._documents.guard(session.leave_problem))
        for box in (*parts.model.boxes.values(), parts.problem.examples):
            box.activated.connect(partial(self._chosen, box))
        parts.training.train_requested.connect(lambda: self._dialogs.plan_training())
        self._show_training(session.progress)
        self.menus.actions["animated"].toggled.connect(
            lambda on: self._preferences.keep("animated", on)
        )

    def _restore(self) -> None:
        self.menus.actions["animated"].setChecked(self._preferences.value("animated"))
        self.session.set_animated(self._preferences.value("animated"))
        self._dress.restore_size()
        self.panels.apply()
        self.panels.own.show_marks()
        self.panels.own.show_loss_axes()
        self._looks.restore()
        self.parts.stage.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.parts.stage.setFocus()

    def _after_first_paint(self) -> None:
        self.painted.emit()
        self.session.autosave.begin()
        mended = self._preferences.mend()
        if mended:
            self.session.say(Notice(mended, error=True, beside=True))
        self.parts.equation.warm()
        self._warming.begin()

    def _warmed(self, shipped: Shipped, tours: Tours) -> None:
        self._looks.motion.follow_system()
        self.parts.slots.build()
        self._offer(shipped, tours)

    # -- from the session --------------------------------------------------------------------

    def _twin(self) -> MainWindow:
        """Another window, on no screen, for the picture of what comes next."""
        made = MainWindow(Session())
        made.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        made.menuBar().hide()
        made.resize(_TWIN)
        made.show()
        return made

    def _open_tour(self, name: str) -> None:
        self._documents.guard(lambda: self.session.open_tour(name))

    def _offer(self, problems: Shipped, tours: Tours = ()) -> None:
        """Put what ships into the menu and behind the modes' pictures."""
        self.parts.modes.offer(problems)
        self.entries.shipped, self.entries.tours = problems, tours
        menus = self.menus.menus
        fill_examples(menus[EXAMPLES], problems, self._open_problem, tours, self._open_tour)
        add_tours(self._tours_menu, tours, self._open_tour)
        self.starting.offer_tours([(name, title) for name, title, _ in tours])

    def _chosen(self, box: QWidget, _index: int) -> None:
        """What was chosen by the mouse is not chosen again by the stage's keys."""
        if clicked_into(box):
            self.parts.stage.setFocus()

    def _open_problem(self, name: str) -> None:
        self._documents.guard(lambda: self.session.open_problem(name))

    def _take(self, frame: Frame) -> None:
        show_frame(frame, self.session, self.parts, self.menus)
        if "starting" in self.__dict__:
            self.starting.set_frame(frame)
        if frame.run.settings is not self._settings:
            self._settings = frame.run.settings
            self._network_menu.show(frame.run.settings)
        self._documents.title(frame)

    def _show_training(self, progress: Progress) -> None:
        self.parts.training.set_progress(progress)
        self.parts.slots.set_progress(progress)

    def _tell(self, notice: Notice | None) -> None:
        """Say something, or take it away."""
        message = self.parts.message
        if notice is None:
            message.clear()
        else:
            message.tell(
                notice.text, error=notice.error, cancel=notice.cancel, beside=notice.beside,
                writing=notice.writing, path=notice.path,
            )  # fmt: skip

    def _made(self, panel: PanelWidget) -> None:
        """A panel was made: it has a context menu like the other views."""
        panel.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        panel.customContextMenuRequested.connect(
            lambda place: self._pop_up(panel.name, panel, place)
        )
        if hasattr(panel, "example_chosen"):
            panel.example_chosen.connect(partial(self._open_example, panel))  # pyright: ignore

    def _open_example(self, panel: PanelWidget, name: str) -> None:
        """Open a shipped problem from a picture of it, which leaves the stage its room."""
        self.panels.fill(False)
        panel.setFocus()  # its keys open the others
        self._open_problem(name)

    def _pop_up(self, name: str, view: QWidget, place: QPoint) -> None:
        self.parts.slots.point_out(name)
        menu = self.menus.context_menu(CONTEXTS[name])
        menu.setFont(self.look.font())
        if view is self.parts.stage:
            add_left_out(menu, tuple(map(self.look.says, self.parts.stage.left_out)))
        menu.popup(view.mapToGlobal(place))

    def _in_force(self, field: str) -> object:
        """What is in force of a field of the view."""
        if field == "speed":
            return self.session.speed
        if field == "layout":
            return self.panels.layout.name
        if field == "panel":
            return self.parts.slots.shown
        looks = self._looks
        return looks.in_force(field) if field in looks.takes else self._preferences.value(field)

    def _allow_memory(self, gigabytes: float) -> None:
        self.session.allow_memory(gigabytes)
        self._memory.show(gigabytes)

    def _spelled(self, notation: Notation) -> None:
        """Menus to come, and what is shown, have other symbols."""
        self.menus.says = notation.text
        if self.session.frame is not None:
            self._take(self.session.frame)

    def _view(self) -> dict[str, Any]:
        view = self.panels.view(self._preferences.value("text_zoom"))
        return {**view, **{name: self._looks.in_force(name) for name in ("colours", "notation")}}

    # -- Qt ----------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files and texts."""
        if event.mimeData().hasUrls() or event.mimeData().hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        event.acceptProposedAction()
        self._intake.take(event.mimeData(), "dropped")

    def showEvent(self, event: QShowEvent) -> None:
        """Share the height out, once there is one."""
        super().showEvent(event)
        if not self._shared:
            self._shared = True
            self._dress.restore_splitters()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Have the slow imports follow the first paint."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, self._after_first_paint)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the size of type follow the window."""
        super().resizeEvent(event)
        self._dress.fit()
        self._lecture.resized()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no command has: a tour's scenes are called by their numbers."""
        if not self._presentation.key(event) and not self._keyboard.key(event):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes through the window as one reads it."""
        return self._keyboard.go(forward=next)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Keys that hold something in a tour."""
        if not self._presentation.key_up(event):
            super().keyReleaseEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the window and end what runs; ask first where work would be lost."""
        if self._ended:
            self.leave()
            self.session.close()
            super().closeEvent(event)
            return
        if not self._documents.may_close():
            event.ignore()
            return
        if not self.lecture and self.touring is None:
            self._dress.keep_sizes()
        self.session.close()
        super().closeEvent(event)
