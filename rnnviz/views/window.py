"""The window: composes the views, hands them frames and looks, and their intents to the session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from rnnviz.film import Frame, Settings
from rnnviz.keeper import Keeper
from rnnviz.preferences import Preferences
from rnnviz.session import Notice, Session
from rnnviz.views.commands import edit_commands, film_commands
from rnnviz.views.dialogs import show_about, show_keys
from rnnviz.views.documents import Documents
from rnnviz.views.equation import EquationBar
from rnnviz.views.gradient import GradientPanel
from rnnviz.views.header import Header
from rnnviz.views.hidden_state import HiddenStatePanel
from rnnviz.views.intake import Intake
from rnnviz.views.lecture import PANELS, Blank, PanelChoice
from rnnviz.views.look import DARK, LIGHT, Look, Palette, widget_palette
from rnnviz.views.menus import Choices, Command, Menus, NetworkMenu
from rnnviz.views.message import MessageBar
from rnnviz.views.model_bar import ModelBar
from rnnviz.views.stage import StageView
from rnnviz.views.transport import TransportBar
from rnnviz.views.typeset import foundry

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
        self._slow_import = Thread(target=_import_plots, daemon=True)
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
        self._model = ModelBar(self)
        self._message = MessageBar(self)
        self._stage = StageView(self)
        self._equation = EquationBar(self)
        self._hidden_state = HiddenStatePanel(self)
        self._gradient = GradientPanel(self)
        self._transport = TransportBar(self)
        self._views = (
            self._header,
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
        _column(
            central,
            (self._header, 0),
            (self._model, 0),
            (self._message, 0),
            (self._splitter, 1),
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
        network = bar.addMenu("&Network")
        self._network_menu = NetworkMenu(network, self._session.set_settings)
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
            Command(menu, "leave", "Leave the lecture, &dismiss a message", ("Esc",), self._escape),
            Command(menu, "blank", "&Blank the screen in a lecture", ("B",), self._toggle_blank),
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
        self._header.sentence_entered.connect(session.open_text)
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

    def _look_for_plots(self) -> None:
        if not self._slow_import.is_alive():
            self._imported.stop()
            self._gradient.build()

    # -- from the session --------------------------------------------------------------------

    def _take(self, frame: Frame) -> None:
        self._transport.set_playing(self._session.playing)
        self._transport.set_speed(self._session.speed)
        for view in self._views:
            if not view.isHidden():
                view.set_frame(frame)
        self._menus.check("summed", frame.summed)
        self._menus.actions["undo"].setEnabled(self._session.can_undo)
        self._menus.actions["redo"].setEnabled(self._session.can_redo)
        if frame.run.settings is not self._shown:
            self._shown = frame.run.settings
            self._network_menu.show(frame.run.settings)
        self._documents.title(frame)

    def _tell(self, notice: Notice | None) -> None:
        if notice is None:
            self._message.dismiss()
        else:
            self._message.tell(notice.text, error=notice.error)

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
        for view in (*self._views, self._message):
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
        self._header.hide()
        self._apply_panels()
        self.setWindowState(self.windowState() | Qt.WindowState.WindowFullScreen)
        self._fit_look()
        self._splitter.setSizes(_PARTS)

    def _leave_lecture(self) -> None:
        self._lecture = False
        self._blank.hide()
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowFullScreen)
        self.menuBar().show()
        self._header.show()
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


def _import_plots() -> None:
    foundry.wait()  # one import at a time
    import_module("pyqtgraph")


def _column(parent: QWidget, *rows: tuple[QWidget, int]) -> None:
    layout = QVBoxLayout(parent)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for widget, stretch in rows:
        layout.addWidget(widget, stretch)
