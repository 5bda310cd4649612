"""The window: composes the views, hands them frames and looks, and their intents to the session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from threading import Thread
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from rnnviz.film import Frame, Lesson, Progress, Settings
from rnnviz.film.word_space import DataError, spoken, word_space
from rnnviz.keeper import Keeper
from rnnviz.preferences import Preferences
from rnnviz.session import Notice, Session
from rnnviz.views.commands import edit_commands, film_commands, training_commands
from rnnviz.views.dialogs import show_about, show_keys
from rnnviz.views.documents import Documents
from rnnviz.views.equation import EquationBar
from rnnviz.views.gradient import GradientPanel
from rnnviz.views.header import Header
from rnnviz.views.hidden_state import HiddenStatePanel
from rnnviz.views.intake import Intake
from rnnviz.views.lecture import PANELS, Blank, PanelChoice
from rnnviz.views.lesson_bar import LessonBar
from rnnviz.views.look import DARK, LIGHT, Look, Palette, widget_palette
from rnnviz.views.menus import Choices, Command, Menus, NetworkMenu, fill_examples
from rnnviz.views.message import MessageBar
from rnnviz.views.model_bar import ModelBar
from rnnviz.views.modes import MODE_NAMES, ModeRow
from rnnviz.views.preview import Asking
from rnnviz.views.stage import StageView
from rnnviz.views.training import TrainingBar, open_dialog
from rnnviz.views.transport import TransportBar
from rnnviz.views.typeset import foundry
from rnnviz.views.words import WordsView

# Body text at 1600×900, and what it may not fall below.
_UNIT, _SMALLEST = 14.0, 12.0
# The stage with its equation, and the panels: parts of the height.
_PARTS = [620, 380]
# In front of a class no text may be lower than 2.2 % of the screen.
_LECTURE_UNIT = 0.0235


class MainWindow(QMainWindow):
    """The program's window.

    Parameters
    ----------
    session : Session
        Gets every intent; its frames are shown.
    preferences : Preferences
        What is remembered.
    keeper : Keeper, optional
        Saves documents; without one, nothing is autosaved.
    """

    def __init__(
        self, session: Session, preferences: Preferences, keeper: Keeper | None = None
    ) -> None:
        super().__init__()
        self._session, self._preferences = session, preferences
        self._keeper = keeper or Keeper(session)
        self._keeper.view = self._view
        self._documents = Documents(self, session, self._keeper, preferences, self._show_view)
        self._palette: Palette = LIGHT
        self._look = Look(LIGHT, unit=0.0)
        self._lecture = self._painted = False
        self._parts: list[int] = []
        self._panels = PanelChoice(preferences)
        self._shown: Settings | None = None
        # Importing pyqtgraph takes 0.4 s, which would be felt on this thread.
        self._slow_import = Thread(target=self._import_slowly, daemon=True)
        self._shipped: tuple[tuple[str, Lesson], ...] = ()
        self._imported = QTimer(self)
        self._imported.setInterval(20)
        self._imported.timeout.connect(self._look_for_plots)
        self.setWindowTitle("rnnviz")
        self.setMinimumSize(QSize(760, 480))
        self.setAcceptDrops(True)
        self._build()
        self._connect()
        self._restore()

    # -- for others --------------------------------------------------------------------------

    def picture(self) -> QPixmap:
        """What the window shows, without menu and frame, as a picture."""
        return self._central.grab()

    @property
    def lecture(self) -> bool:
        """Whether the stage is fullscreen in front of a class."""
        return self._lecture

    @property
    def look(self) -> Look:
        """Colours and size of type in force."""
        return self._look

    def show_words(self, shown: bool) -> None:
        """Show the words as vectors in place of the stage, or the stage again."""
        self._menus.actions["words"].setChecked(shown)

    def set_theme(self, theme: str) -> None:
        """Take "light", "dark", or "system" for the system's own."""
        dark = theme == "dark"
        if theme == "system":
            dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        self._palette = DARK if dark else LIGHT
        QApplication.setPalette(widget_palette(self._palette))
        self._themes.show(theme)
        self._fit_look()

    def finish(self) -> None:
        """Build at once what is otherwise built after the first paint, for a picture."""
        self._gradient.build()
        foundry.wait(20.0)

    # -- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        self._header = Header(self)
        self._modes = ModeRow(self)
        self._lesson = LessonBar(self)
        self._model = ModelBar(self)
        self._message = MessageBar(self)
        self._stage = StageView(self)
        self._equation = EquationBar(self)
        self._hidden_state = HiddenStatePanel(self)
        self._gradient = GradientPanel(self)
        self._training = TrainingBar(self)
        self._transport = TransportBar(self)
        self._words = WordsView(self)
        self._words.hide()
        self._views = (
            self._header,
            self._modes,
            self._lesson,
            self._model,
            self._stage,
            self._equation,
            self._hidden_state,
            self._gradient,
            self._transport,
        )
        self._of_panel = dict(
            zip(
                PANELS,
                (self._equation, self._hidden_state, self._gradient, self._model),
                strict=True,
            )
        )
        upper, self._lower = QWidget(self), QSplitter(Qt.Orientation.Horizontal, self)
        _column(upper, (self._stage, 1), (self._equation, 0))
        self._lower.addWidget(self._hidden_state)
        self._lower.addWidget(self._gradient)
        self._lower.setContentsMargins(12, 0, 12, 8)
        self._splitter = QSplitter(Qt.Orientation.Vertical, self)
        self._splitter.addWidget(upper)
        self._splitter.addWidget(self._lower)
        for part, share in enumerate(_PARTS):
            self._splitter.setStretchFactor(part, share)
            self._lower.setStretchFactor(part, 1)
        for splitter in (self._lower, self._splitter):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(10)
        central = QWidget(self)
        self._top = QWidget(self)
        top = QHBoxLayout(self._top)
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(0)
        top.addWidget(self._modes)
        top.addWidget(self._header, 1)
        self._lesson.hide()
        _column(
            central,
            (self._top, 0),
            (self._model, 0),
            (self._lesson, 0),
            (self._message, 0),
            (self._splitter, 1),
            (self._words, 1),
            (self._training, 0),
            (self._transport, 0),
        )
        self.setCentralWidget(central)
        self._central = central
        self._blank = Blank(central)
        guard = self._documents.guard
        self._intake = Intake(self, self._session, lambda: self._header.unit, guard)
        self._build_menus()

    def _build_menus(self) -> None:
        bar = self.menuBar()
        self._menus = Menus(self, bar)
        self._menus.add(self._file_commands())
        self._documents.add_recent(self._menus.menus["&File"], self._menus.actions["type"])
        self._menus.add(edit_commands(self._session))
        self._menus.add(film_commands(self._session))
        self._menus.add(self._mode_commands())
        self._examples = bar.addMenu("E&xamples")
        network = bar.addMenu("&Network")
        self._network_menu = NetworkMenu(network, self._session.set_settings)
        self._menus.menus["&Network"] = network
        network.addSeparator()
        self._menus.add(training_commands(self._session, self._plan_training, self._training.step))
        self._menus.add(self._view_commands())
        themes = {"Like the &system": "system", "&Light": "light", "&Dark": "dark"}
        self._themes = Choices(self._menus.menus["&View"], "T&heme", themes, self._choose_theme)
        self._menus.add(
            (
                Command(
                    "&Help", "keys", "&Keys", ("F1",), lambda: show_keys(self, self._menus.keys())
                ),
                Command("&Help", "about", "&About rnnviz", (), lambda: show_about(self)),
            )
        )

    def _file_commands(self) -> tuple[Command, ...]:
        menu = "&File"
        return (
            Command(menu, "open", "&Open …", ("Ctrl+O",), self._intake.ask_for_file),
            Command(menu, "type", "&Type a sentence", ("Ctrl+L",), self._header.focus_sentence),
            Command(menu, "paste", "&Paste a text", ("Ctrl+V",), self._intake.paste),
            Command(
                menu,
                "sentence",
                "The lecture's &sentence",
                (),
                lambda: self._documents.guard(self._session.open_default),
                separator=True,
            ),
            Command(
                menu,
                "series",
                "A year of t&emperature",
                (),
                lambda: self._documents.guard(self._session.open_sample),
            ),
            *self._documents.commands(menu),
            Command(
                menu,
                "export",
                "Save &picture …",
                ("Ctrl+E",),
                lambda: self._intake.ask_where_to_save(self.picture()),
                separator=True,
            ),
            Command(menu, "quit", "&Quit", ("Ctrl+Q",), self.close, separator=True),
        )

    def _mode_commands(self) -> tuple[Command, ...]:
        def choose(mode: str) -> Callable[[], object]:
            return lambda: self._choose_mode(mode)

        modes = (
            Command("&Mode", mode, f"&{place} {name}", (f"Alt+{place}",), choose(mode))
            for place, (mode, name) in enumerate(MODE_NAMES.items(), start=1)
        )
        forecast = Command(
            "&Mode",
            "forecast",
            "&Forecast a series beyond its end",
            ("F",),
            self._forecast,
            checkable=True,
            separator=True,
        )
        return (*modes, forecast)

    def _forecast(self, on: bool) -> None:
        frame = self._session.frame
        if frame is not None:
            self._session.forecast(min(24, max(1, frame.run.steps // 3)) if on else 0)

    def _choose_mode(self, mode: str) -> None:
        """Another mode; one that is not possible here says why."""
        frame = self._session.frame
        why = frame.why_not(mode) if frame is not None else ""
        if why:
            self._tell(Notice(f"{MODE_NAMES[mode]}: {why}.", error=True))
        else:
            self._session.choose_mode(mode)

    def _view_commands(self) -> tuple[Command, ...]:
        menu = "&View"
        panels = (
            Command(
                menu,
                panel,
                text,
                (f"Ctrl+{number}",),
                self._panel_switch(panel),
                checkable=True,
                separator=number == 1,
            )
            for number, (panel, text) in enumerate(
                zip(PANELS, ("&Equation", "&Hidden state", "&Gradient", "&Model bar"), strict=True),
                start=1,
            )
        )
        return (
            Command(menu, "lecture", "&Lecture, fullscreen", ("F5",), self._toggle_lecture),
            Command(
                menu, "leave", "Leave words or lecture, &dismiss a message", ("Esc",), self._escape
            ),
            Command(menu, "blank", "&Blank the screen in a lecture", ("B",), self._toggle_blank),
            Command(
                menu, "words", "&Words as vectors", ("F2",), self._switch_words, checkable=True
            ),
            *panels,
            Command(
                menu,
                "larger",
                "Lar&ger type",
                ("Ctrl++", "Ctrl+="),
                lambda: self._zoom(self._preferences.text_zoom * 1.1),
                separator=True,
            ),
            Command(
                menu,
                "smaller",
                "S&maller type",
                ("Ctrl+-",),
                lambda: self._zoom(self._preferences.text_zoom / 1.1),
            ),
            Command(menu, "normal", "&Normal type", ("Ctrl+0",), lambda: self._zoom(1.0)),
        )

    def _connect(self) -> None:
        session = self._session
        session.changed.connect(self._take)
        session.told.connect(self._tell)
        self._message.cancelled.connect(session.cancel)
        ask = Asking(self, lambda: self._look)
        session.asked.connect(ask.about)
        session.informed.connect(lambda info: ask.inform(info, self._intake.ask_for_file))
        session.informed.connect(lambda info: self._preferences.add_recent(info.path))
        ask.changed.connect(session.look_again)
        ask.accepted.connect(session.open_asked)
        ask.refused.connect(session.forget_asked)
        self._header.sentence_entered.connect(session.open_text)
        self._header.lesson_text_entered.connect(session.read)
        self._modes.mode_chosen.connect(session.choose_mode)
        self._modes.lesson_chosen.connect(self._open_lesson)
        self._lesson.example_chosen.connect(session.open_example)
        self._lesson.own_chosen.connect(session.set_own)
        self._lesson.temperature_chosen.connect(session.set_temperature)
        self._lesson.again_requested.connect(session.draw_again)
        self._lesson.length_chosen.connect(session.set_length)
        self._lesson.left.connect(lambda: self._documents.guard(session.open_default))
        for view in (self._stage, self._hidden_state, self._gradient, self._transport):
            view.sought.connect(session.seek)
        for view in (self._stage, self._hidden_state):
            view.unit_selected.connect(session.select_unit)
        for view in (self._stage, self._gradient):
            view.source_chosen.connect(session.choose_source)
        self._stage.layer_selected.connect(session.select_layer)
        self._hidden_state.layer_chosen.connect(session.select_layer)
        self._hidden_state.quantity_chosen.connect(session.choose_quantity)
        self._gradient.summed_chosen.connect(session.choose_summed)
        self._model.settings_chosen.connect(session.set_settings)
        bar = self._transport
        bar.play_toggled.connect(session.toggle_play)
        bar.next_requested.connect(session.next)
        bar.previous_requested.connect(session.previous)
        bar.start_requested.connect(session.to_start)
        bar.end_requested.connect(session.to_end)
        bar.speed_chosen.connect(session.set_speed)
        bar.reset_requested.connect(session.reset)
        bar.learning_rate_chosen.connect(session.set_learning_rate)
        session.training.connect(self._show_training)
        self._training.train_requested.connect(self._plan_training)
        self._training.stop_requested.connect(session.stop_training)
        self._training.follow_chosen.connect(session.follow_training)
        self._training.origin_sought.connect(session.seek_training)
        self._show_training(session.progress)
        self._blank.lifted.connect(self._blank.uncover)
        self._menus.actions["animated"].toggled.connect(
            lambda on: self._preferences.set_flag("animated", on)
        )
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_theme_changed)

    def _restore(self) -> None:
        self._menus.actions["animated"].setChecked(self._preferences.flag("animated", True))
        self._session.set_animated(self._preferences.flag("animated", True))
        geometry = self._preferences.bytes("geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            # The window manager's frame comes on top of the window's own size.
            available = self.screen().availableSize() - QSize(8, 48)
            self.resize(QSize(1600, 900).boundedTo(available))
        self._apply_panels()
        self.set_theme(self._preferences.theme)
        self._stage.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._stage.setFocus()

    def _after_first_paint(self) -> None:
        self._keeper.begin()
        self._equation.warm()
        self._slow_import.start()
        self._imported.start()

    def _import_slowly(self) -> None:
        foundry.wait()  # one import at a time
        import_module("pyqtgraph")
        self._shipped = self._session.catalogue()

    def _look_for_plots(self) -> None:
        if not self._slow_import.is_alive():
            self._imported.stop()
            self._gradient.build()
            self._offer(self._shipped)

    # -- from the session --------------------------------------------------------------------

    def _offer(self, lessons: Sequence[tuple[str, Lesson]]) -> None:
        """Put what ships into the menu and behind the modes' pictures."""
        self._modes.offer(lessons)
        fill_examples(self._examples, lessons, MODE_NAMES, self._open_lesson)

    def _open_lesson(self, name: str) -> None:
        self._documents.guard(lambda: self._session.open_lesson(name))

    def _take(self, frame: Frame) -> None:
        self._lesson.setVisible(LessonBar.wanted(frame))
        self._transport.set_playing(self._session.playing)
        self._transport.set_speed(self._session.speed)
        for view in self._views:
            if not view.isHidden():
                view.set_frame(frame)
        self._training.set_frame(frame)  # it says itself whether there is anything to show
        if not self._words.isHidden():
            self._words.set_words(spoken(frame))
        self._menus.check("summed", frame.summed)
        self._menus.check("forecast", frame.task.given is not None)
        self._menus.actions["undo"].setEnabled(self._session.can_undo)
        self._menus.actions["redo"].setEnabled(self._session.can_redo)
        if frame.run.settings is not self._shown:
            self._shown = frame.run.settings
            self._network_menu.show(frame.run.settings)
        self._documents.title(frame)

    def _show_training(self, progress: Progress) -> None:
        self._training.set_progress(progress)
        self._menus.actions["train"].setEnabled(not progress.running)
        self._menus.actions["stop_training"].setEnabled(progress.running)

    def _plan_training(self) -> None:
        offer = None if self._session.progress.running else self._session.offer_training()
        if offer is not None:
            open_dialog(self, offer, self._look, self._session.train)

    def _tell(self, notice: Notice | None) -> None:
        if notice is None:
            self._message.clear()
        else:
            self._message.tell(notice.text, error=notice.error, cancel=notice.cancel)

    # -- look --------------------------------------------------------------------------------

    def _fit_look(self) -> None:
        """Give every view the colours and the size of type that fit the window."""
        size = self.size()
        if self._lecture:
            unit = _LECTURE_UNIT * size.height() * max(self._preferences.text_zoom, 1.0)
        else:
            fit = min(size.width() / 1600, size.height() / 900)
            unit = max(_SMALLEST, _UNIT * fit) * self._preferences.text_zoom
        look = Look(self._palette, round(unit * 2) / 2, self._lecture)
        if look == self._look:
            return
        self._look = look
        self.setFont(look.font())
        for view in (*self._views, self._training, self._message, self._words):
            view.set_look(look)

    def _zoom(self, zoom: float) -> None:
        self._preferences.text_zoom = zoom
        self._fit_look()

    def _choose_theme(self, theme: str) -> None:
        self._preferences.theme = theme
        self.set_theme(theme)

    def _system_theme_changed(self) -> None:
        if self._preferences.theme == "system":
            self.set_theme("system")

    # -- panels and lecture ------------------------------------------------------------------

    def _panel_switch(self, panel: str) -> Callable[[bool], None]:
        def switch(shown: bool) -> None:
            self._panels.want(panel, shown, lecture=self._lecture)
            self._apply_panels()

        return switch

    def _apply_panels(self) -> None:
        for panel, view in self._of_panel.items():
            wanted = self._panels.wanted(panel, lecture=self._lecture)
            self._menus.check(panel, wanted)
            if wanted and view.isHidden() and self._session.frame is not None:
                view.set_frame(self._session.frame)
            view.setVisible(wanted)
        self._lower.setVisible(not (self._hidden_state.isHidden() and self._gradient.isHidden()))

    def _switch_words(self, shown: bool) -> None:
        """Have the words take the place of stage, panels and transport, or give it back."""
        frame = self._session.frame
        if shown and self._words.page() is None:
            try:
                self._words.set_space(word_space())
            except DataError as error:
                self._menus.check("words", False)
                self._message.tell(str(error), error=True)
                return
        self._splitter.setVisible(not shown)
        self._transport.setVisible(not shown)
        self._training.set_wanted(not shown)
        self._words.setVisible(shown)
        if frame is not None and shown:
            self._words.set_words(spoken(frame))
        elif frame is not None:
            self._transport.set_frame(frame)
        (self._words if shown else self._stage).setFocus()

    def _view(self) -> dict[str, Any]:
        """What a document remembers of the window."""
        panels = [p for p in PANELS if self._panels.wanted(p, lecture=False)]
        sizes = self._parts if self._lecture else self._splitter.sizes()
        return {
            "panels": panels,
            "splitter": list(sizes),
            "lower": self._lower.sizes(),
            "text_zoom": self._preferences.text_zoom,
        }

    def _show_view(self, view: Mapping[str, Any]) -> None:
        """Show the window as a document remembers it; a lecture goes on as it is."""
        panels, zoom = view.get("panels"), view.get("text_zoom")
        if isinstance(panels, list):
            for panel in PANELS:
                self._panels.want(panel, panel in panels, lecture=False)
            self._apply_panels()
        if isinstance(zoom, int | float):
            self._zoom(min(max(float(zoom), 0.5), 3.0))
        for name, splitter in (("splitter", self._splitter), ("lower", self._lower)):
            sizes = view.get(name)
            if self._lecture or not isinstance(sizes, list):
                continue
            if len(sizes) == splitter.count() and all(type(n) is int and n >= 0 for n in sizes):
                splitter.setSizes([min(n, 100_000) for n in sizes])

    def _toggle_lecture(self) -> None:
        if self._lecture:
            self._leave_lecture()
            return
        self._lecture = True
        self._parts = self._splitter.sizes()
        self.menuBar().hide()
        self._top.hide()
        self._apply_panels()
        self.setWindowState(self.windowState() | Qt.WindowState.WindowFullScreen)
        self._fit_look()
        self._splitter.setSizes(_PARTS)

    def _leave_lecture(self) -> None:
        self._lecture = False
        self._blank.hide()
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowFullScreen)
        self.menuBar().show()
        self._top.show()
        self._apply_panels()
        self._fit_look()
        self._splitter.setSizes(self._parts)
        if self._session.frame is not None:
            self._header.set_frame(self._session.frame)

    def _toggle_blank(self) -> None:
        if self._blank.isVisible():
            self._blank.uncover()
        elif self._lecture:
            self._blank.cover()

    def _escape(self) -> None:
        if self._blank.isVisible():
            self._blank.uncover()
        elif self._message.isVisible():
            self._message.dismiss()
        elif not self._words.isHidden():
            self.show_words(False)
        elif self._lecture:
            self._leave_lecture()

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
        if self._parts:
            return
        self._parts = _PARTS
        for widget in (self, self._central):
            layout = widget.layout()
            if layout is not None:
                layout.activate()
        self._splitter.setSizes(_PARTS)
        for name, splitter in (("splitter", self._splitter), ("lower", self._lower)):
            state = self._preferences.bytes(name)
            if state is not None:
                splitter.restoreState(state)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Have the slow imports follow the first paint."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self._after_first_paint)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the size of type follow the window."""
        super().resizeEvent(event)
        self._fit_look()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the window and end what runs; ask first where work would be lost."""
        if not self._documents.may_close():
            event.ignore()
            return
        if not self._lecture:
            self._preferences.set_bytes("geometry", self.saveGeometry())
            self._preferences.set_bytes("splitter", self._splitter.saveState())
            self._preferences.set_bytes("lower", self._lower.saveState())
        self._keeper.close()
        self._session.close()
        super().closeEvent(event)


def _column(parent: QWidget, *rows: tuple[QWidget, int]) -> None:
    layout = QVBoxLayout(parent)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for widget, stretch in rows:
        layout.addWidget(widget, stretch)
