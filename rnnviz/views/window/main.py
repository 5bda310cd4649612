"""The window itself: its parts put together, what the session says, what Qt asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QMainWindow, QWidget

from rnnviz.film import Frame, Progress, Settings
from rnnviz.film.cost import budget
from rnnviz.film.fields import FIELDS
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
from rnnviz.views.window.lecture import Lecture
from rnnviz.views.window.motion import Motion
from rnnviz.views.window.panels import LayoutMenu, Panels
from rnnviz.views.window.parts import Parts
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
    from rnnviz.session.presenting import Presenter
    from rnnviz.views.finder.finder import Finder
    from rnnviz.views.outlet import Outlet
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
    """

    painted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._preferences = session, session.preferences
        session.autosave.view = self._view
        session.draws_with(undrawn)
        self._documents = Documents(self, session, self.show_view)
        self._warming = Warming(self, session, self._warmed)
        self._shared = self._was_painted = self._ended = False
        self._settings: Settings | None = None
        self._touring: Touring | None = None
        self.setWindowTitle("rnnviz")
        self.setMinimumSize(QSize(760, 480))
        self.setAcceptDrops(True)
        self._parts = parts = Parts(self)
        self._keyboard = Keyboard(self, parts)
        self._intake = Intake(self, session, lambda: parts.header.unit, self._documents.guard)
        self._commands = Commands(session)
        self._menus = Menus(self, self.menuBar(), self._commands)
        self._dress = Dress(self, parts, session.preferences)
        self._panels = Panels(parts, self._menus, session)
        self._lecture = Lecture(self, parts, self._menus, self._panels, self._dress, session)
        self._commands.instead = self._instead
        self._lecture.presented = self._presented
        self._fill_menus()
        self._connect()
        self._restore()

    # -- for others --------------------------------------------------------------------------

    def picture(self) -> QPixmap:
        """What the window shows, without menu, frame and message, as a picture."""
        message = self._parts.message
        told = not message.isHidden()
        message.setVisible(False)
        # What a caption or a panel has just asked of the layout: it is laid out when that is read.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        picture = self._parts.central.grab()
        message.setVisible(told)
        return picture

    @property
    def session(self) -> Session:
        """What it shows."""
        return self._session

    @property
    def commands(self) -> Commands:
        """What can be done in it."""
        return self._commands

    @property
    def menus(self) -> Menus:
        """Its menus, and their actions by the commands' names."""
        return self._menus

    @property
    def finder(self) -> Finder:
        """The palette of commands, and F1."""
        return self._parts.finder

    @property
    def parts(self) -> Parts:
        """What it is made of."""
        return self._parts

    @property
    def lecture(self) -> bool:
        """Whether the stage is fullscreen in front of a class."""
        return self._lecture.on

    @property
    def touring(self) -> Touring | None:
        """The tour in the window; None where none is presented."""
        return self._touring

    @property
    def look(self) -> Look:
        """Colours and size of type in force."""
        return self._dress.look

    def show_words(self, shown: bool) -> None:
        """Show the words as vectors in place of the stage, or the stage again."""
        self._menus.actions["words"].setChecked(shown)

    @property
    def panels(self) -> Panels:
        """Which panels are shown, in which layout."""
        return self._panels

    def show_view(self, view: Mapping[str, Any]) -> None:
        """Show panels and sizes as a document had them; what lies changes nothing."""
        self._panels.show_view(view, self._dress)
        for name, wear in self._wears.items():
            if name in view and not FIELDS[name].refusal(view[name]):
                wear(view[name])

    def set_theme(self, theme: str) -> None:
        """Take "light", "dark", or "system" for the system's own."""
        self._themes.show(theme)
        self._dress.set_theme(theme)

    def set_colours(self, colours: str) -> None:
        """Take one of the maps of values, by its name in the field."""
        self._colours.show(colours)
        self._dress.set_colours(colours)

    def finish(self) -> None:
        """Build at once what is otherwise built after the first paint, for a picture."""
        self._parts.slots.build()
        foundry.wait(20.0)
        frame = self._session.frame
        if frame is not None:
            self._parts.carry_numbers(frame)
        if self._touring is not None:
            self._touring.finish()

    def leave(self) -> None:
        """Keep sizes, settings and work for the next start, and ask nobody: the process ends."""
        if not self.lecture and self._touring is None:
            self._dress.keep_sizes()
        self._session.leave()

    def keep(self) -> None:
        """Keep work for the next start, and be closed without a question: the desktop ends."""
        self._ended = True
        self._session.autosave.keep()

    # -- building ----------------------------------------------------------------------------

    def _fill_menus(self) -> None:
        session, menus, does = self._session, self._menus, self._commands
        self._network_menu = NetworkMenu(menus.menus[NETWORK], session.set_settings)
        menus.fill()
        self._tours_menu = menus.menus[HELP].addMenu("&Tours")
        self._documents.add_recent(menus.menus[FILE], menus.actions["type"])
        self._themes = self._choices("theme", self._choose_theme)
        self._colours = self._choices("colours", self._choose_colours)
        self._notations = self._choices("notation", self._choose_notation)
        self._notations.keep_plain()
        motions = self._choices("motion", self._choose_motion)
        self._motion = Motion(self, self._parts, session, motions.show)
        self.set_motion = self._motion.set
        self._wears = {
            "theme": self.set_theme,
            "colours": self.set_colours,
            "notation": self.set_notation,
            "motion": self.set_motion,
        }
        self._memory = self._choices("memory_pass", session.allow_memory)
        self._memory.show(budget("memory_pass") / 1e9)
        self._layouts = layouts = LayoutMenu(menus.menus[VIEW], self, self._panels, session)
        Taking(self, self._parts, session, self._dress).register(does)
        does.register("quit", self.close)
        does.register("start_page", lambda: self.starting.show())
        does.register("train", self._plan_training)
        does.register("later", lambda: self._parts.training.step(1))
        does.register("earlier", lambda: self._parts.training.step(-1))
        does.register("rename_branch", self._parts.branches.rename)
        register_files(does, session, self._documents, self._intake)
        does.register("save_numbers", lambda: self._outlet.ask_for_numbers())
        does.register("save_weights", lambda: self._outlet.ask_for_weights())
        guard = self._documents.guard
        does.register("exercise", lambda: self._outlet.ask_for_exercise(self.look, guard))
        covering = Covering(self, self._parts.slots, session)
        does.register("cover", covering.switch, covering.why_not)
        does.register("fade", lambda: covering.fade(1))
        does.register("unfade", lambda: covering.fade(-1))
        does.register("type_guess", covering.type, covering.why_not_typed)
        does.register("forget_guess", covering.forget, covering.why_no_guess)
        register_view(does, self._panels, layouts, self._lecture, self._dress)
        does.register(
            "palette",
            lambda: self.finder.open(
                "A command, a setting, an example, a file", self._entries.palette
            ),
        )
        does.register(
            "keys",
            lambda: self.finder.open("Search keys and settings", self._entries.help, grouped=True),
        )
        does.register("continue", self._continue_text)
        does.register("notes", self._show_notes)
        register_making(does, self._lecture, session, lambda: self.making)
        for name in ("pen", "pen_stays", "spotlight", "zoom"):
            does.register(name, partial(self._point, name))
        does.register("about", self._tell_about)
        does.register("diagnostics", self._copy_diagnostics)
        for name, view in self._parts.with_context.items():
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            view.customContextMenuRequested.connect(partial(self._pop_up, name, view))
        self._parts.slots.made.connect(self._made)

    def _choices(self, field: str, chosen: Callable[..., object]) -> Choices:
        """A field's choices in the View menu."""
        row = FIELDS[field]
        names = {choice.text: choice.changes[field] for choice in row.choices}
        return Choices(self._menus.menus[VIEW], row.menu, names, chosen)

    @cached_property
    def _outlet(self) -> Outlet:
        """Writes for other programs; imported when it is first asked to."""
        from rnnviz.views.outlet import Outlet

        return Outlet(self, self._session, lambda: self.look.notation)

    @cached_property
    def starting(self) -> Starting:
        """The start page; imported when it is first asked for."""
        from rnnviz.views.window.start import Starting

        session, guard = self._session, self._documents.guard
        made = Starting(
            self._parts,
            self._commands,
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

        parts, panels, lecture = self._parts, self._panels, self._lecture
        about = self._documents, self._session, self._in_force
        made = Making(self, self._commands, parts, panels, lecture, *about)
        made.tours = self._entries.tours
        return made

    def _instead(self, command: str) -> bool:
        """What is done in a command's place: a blank screen is uncovered, the start page left."""
        if "starting" in self.__dict__ and self.starting.leave_for(command):
            return True
        return self._lecture.uncover_first(command)

    @cached_property
    def _entries(self) -> Entries:
        """What the finder finds; made, and imported, when what ships is known."""
        from rnnviz.views.window.entries import Entries

        session = self._session
        return Entries(
            session,
            self._commands,
            self._menus,
            {
                "theme": self._choose_theme,
                "notation": self._choose_notation,
                "colours": self._choose_colours,
                "motion": self._choose_motion,
                "memory_pass": self._allow_memory,
                "state_view": self._panels.show_state,
                "layout": self._panels.choose,
                "panel": self._panels.put,
                "speed": session.set_speed,
            },
            self._in_force,
            lambda words: self.look.says(words),
            self._open_problem,
            lambda path: self._documents.guard(lambda: session.open_file(path)),
            self._open_tour,
        )

    def _connect(self) -> None:
        session, parts = self._session, self._parts
        session.changed.connect(self._take)
        session.homed.connect(lambda home: self._panels.look_with(home.panels))
        session.told.connect(self._tell)
        session.training.connect(self._show_training)
        session.toured.connect(self._tour)
        connect(parts, session)
        parts.message.detailed.connect(self._show_details)
        ask = FileDialogs(self, lambda: self._dress.look)
        connect_asking(ask, session)
        session.informed.connect(lambda info: ask.inform(info, self._intake.ask_for_file))
        session.informed.connect(lambda info: self._preferences.add_recent(info.path))
        parts.modes.problem_chosen.connect(self._open_problem)
        parts.problem.left.connect(lambda: self._documents.guard(session.leave_problem))
        for box in (*parts.model.boxes.values(), parts.problem.examples):
            box.activated.connect(partial(self._chosen, box))
        parts.training.train_requested.connect(self._plan_training)
        self._show_training(session.progress)
        self._menus.actions["animated"].toggled.connect(
            lambda on: self._preferences.keep("animated", on)
        )
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_theme_changed)

    def _restore(self) -> None:
        self._menus.actions["animated"].setChecked(self._preferences.value("animated"))
        self._session.set_animated(self._preferences.value("animated"))
        self._dress.restore_size()
        self._panels.apply()
        self._panels.show_marks()
        self._panels.show_loss_axes()
        self.set_notation(self._preferences.value("notation"))
        self.set_colours(self._preferences.value("colours"))
        self.set_theme(self._preferences.value("theme"))
        self.set_motion(self._preferences.value("motion"))
        self._parts.stage.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._parts.stage.setFocus()

    def _after_first_paint(self) -> None:
        self.painted.emit()
        self._session.autosave.begin()
        mended = self._preferences.mend()
        if mended:
            self._session.say(Notice(mended, error=True, beside=True))
        self._parts.equation.warm()
        self._warming.begin()

    def _warmed(self, shipped: Shipped, tours: Tours) -> None:
        self._motion.follow_system()
        self._parts.slots.build()
        self._offer(shipped, tours)

    # -- from the session --------------------------------------------------------------------

    def _tour(self, presenter: Presenter | None) -> None:
        """A tour is presented now, or none any more."""
        if self._touring is not None:
            self._touring.leave()
            self._touring = None
        if presenter is not None:
            from rnnviz.views.window.touring import Touring  # not before it is needed

            self._touring = Touring(
                self,
                presenter,
                self._session,
                self._parts,
                self._panels,
                self._menus,
                self._twin,
                {"notation": self._wear_notation, "colours": self._wear_colours},
            )
        self._lecture.tour(presenter is not None)

    def _wear_notation(self, name: object) -> str:
        if isinstance(name, str):
            self.set_notation(name)
        return self.look.notation.name

    def _wear_colours(self, name: object) -> str:
        if isinstance(name, str):
            self.set_colours(name)
        return self._dress.colours

    def _twin(self) -> MainWindow:
        """Another window, on no screen, for the picture of what comes next."""
        made = MainWindow(Session())
        made.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        made.menuBar().hide()
        made.resize(_TWIN)
        made.show()
        return made

    def _presented(self) -> None:
        """With another screen the speaker has it."""
        touring = self._touring
        screen = None if touring is None else touring.speaking.other_screen()
        if touring is not None and screen is not None:
            touring.speaking.open_on(screen)

    def _show_notes(self, shown: bool) -> None:
        if self._touring is not None:
            self._touring.speaking.switch(shown)

    def _point(self, what: str, on: bool) -> None:
        if self._touring is not None:
            self._touring.point(what, on)

    def _open_tour(self, name: str) -> None:
        self._documents.guard(lambda: self._session.open_tour(name))

    def _offer(self, problems: Shipped, tours: Tours = ()) -> None:
        """Put what ships into the menu and behind the modes' pictures."""
        self._parts.modes.offer(problems)
        self._entries.shipped, self._entries.tours = problems, tours
        menus = self._menus.menus
        fill_examples(menus[EXAMPLES], problems, self._open_problem, tours, self._open_tour)
        add_tours(self._tours_menu, tours, self._open_tour)
        self.starting.offer_tours([(name, title) for name, title, _ in tours])

    def _chosen(self, box: QWidget, _index: int) -> None:
        """What was chosen by the mouse is not chosen again by the stage's keys."""
        if clicked_into(box):
            self._parts.stage.setFocus()

    def _open_problem(self, name: str) -> None:
        self._documents.guard(lambda: self._session.open_problem(name))

    def _take(self, frame: Frame) -> None:
        show_frame(frame, self._session, self._parts, self._menus)
        if "starting" in self.__dict__:
            self.starting.set_frame(frame)
        if frame.run.settings is not self._settings:
            self._settings = frame.run.settings
            self._network_menu.show(frame.run.settings)
        self._documents.title(frame)

    def _show_training(self, progress: Progress) -> None:
        self._parts.training.set_progress(progress)
        self._parts.slots.set_progress(progress)

    def _tell(self, notice: Notice | None) -> None:
        """Say something, or take it away."""
        message = self._parts.message
        if notice is None:
            message.clear()
        else:
            message.tell(
                notice.text, error=notice.error, cancel=notice.cancel, beside=notice.beside,
                writing=notice.writing, path=notice.path,
            )  # fmt: skip

    def _plan_training(self) -> None:
        offer = None if self._session.progress.running else self._session.offer_training()
        if offer is not None:
            from rnnviz.views.training.dialog import open_dialog  # not before it is needed

            session = self._session
            dialog = open_dialog(self, offer, self.look, session.train, session.estimate)
            session.estimated.connect(dialog.show_time)
            dialog.finished.connect(session.forget_estimate)

    def _show_details(self, text: str) -> None:
        from rnnviz.views.dialogs import show_details  # not before it is needed

        show_details(self, text)

    def _continue_text(self) -> None:
        frame, session = self._session.frame, self._session
        if frame is None:
            return
        from rnnviz.film.continuing import beginning
        from rnnviz.views.continuing import ContinueDialog  # not before it is needed

        dialog = ContinueDialog(self, beginning(frame), self.look)
        dialog.wanted.connect(session.continue_text)
        dialog.stopped.connect(session.stop_continuing)
        dialog.finished.connect(session.stop_continuing)
        session.continued.connect(dialog.show_continued)
        dialog.show()

    def _tell_about(self) -> None:
        from rnnviz.views.dialogs import show_about  # not before it is needed

        show_about(self)

    def _copy_diagnostics(self) -> None:
        from rnnviz.views.diagnostics import diagnostics  # not before it is needed

        size = self.width(), self.height()
        text = diagnostics(self._session.frame, self.look, size)
        QGuiApplication.clipboard().setText(text)
        said = "Copied: versions, system and screens, to be pasted into a report."
        self._session.say(Notice(said))

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
        self._panels.fill(False)
        panel.setFocus()  # its keys open the others
        self._open_problem(name)

    def _pop_up(self, name: str, view: QWidget, place: QPoint) -> None:
        self._parts.slots.point_out(name)
        menu = self._menus.context_menu(CONTEXTS[name])
        menu.setFont(self.look.font())
        if view is self._parts.stage:
            add_left_out(menu, tuple(map(self.look.says, self._parts.stage.left_out)))
        menu.popup(view.mapToGlobal(place))

    def _in_force(self, field: str) -> object:
        """What is in force of a field of the view."""
        if field == "speed":
            return self._session.speed
        if field == "layout":
            return self._panels.layout.name
        if field == "notation":
            return self.look.notation.name
        if field == "panel":
            return self._parts.slots.shown
        if field == "colours":
            return self._dress.colours
        if field == "motion":
            return self._motion.wanted
        return self._preferences.value(field)

    # -- look, and what documents remember of it ---------------------------------------------

    def _allow_memory(self, gigabytes: float) -> None:
        self._session.allow_memory(gigabytes)
        self._memory.show(gigabytes)

    def set_notation(self, name: str) -> None:
        """Write the symbols of the "lecture", a "textbook" or a "framework"."""
        self._notations.show(name)
        self._dress.set_notation(name)
        self._menus.says = self.look.says
        frame = self._session.frame
        if frame is not None:
            self._take(frame)

    def _choose_notation(self, name: str) -> None:
        self._preferences.keep("notation", name)
        self.set_notation(name)

    def _choose_theme(self, theme: str) -> None:
        self._preferences.keep("theme", theme)
        self.set_theme(theme)

    def _choose_colours(self, colours: str) -> None:
        self._preferences.keep("colours", colours)
        self.set_colours(colours)

    def _choose_motion(self, motion: str) -> None:
        self._preferences.keep("motion", motion)
        self.set_motion(motion)

    def _system_theme_changed(self) -> None:
        if self._preferences.value("theme") == "system":
            self.set_theme("system")

    def _view(self) -> dict[str, Any]:
        view = self._panels.view(self._preferences.value("text_zoom"))
        return {**view, "colours": self._dress.colours, "notation": self.look.notation.name}

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
        toured = self._touring is not None and self._touring.key(event)
        if not toured and not self._keyboard.key(event):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes through the window as one reads it."""
        return self._keyboard.go(forward=next)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Keys that hold something in a tour."""
        if self._touring is None or not self._touring.key_up(event):
            super().keyReleaseEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the window and end what runs; ask first where work would be lost."""
        if self._ended:
            self.leave()
            self._session.close()
            super().closeEvent(event)
            return
        if not self._documents.may_close():
            event.ignore()
            return
        if not self.lecture and self._touring is None:
            self._dress.keep_sizes()
        self._session.close()
        super().closeEvent(event)
