"""The room under the stage: one to four slots with a panel in each, side by side.

It shows the layout that it is given, as far as that has something to show; what the user chooses in
it is another layout, which it asks for. To add a panel: a row in `film.panels`, a scene or a
chart, a widget, and a line in `WIDGETS`. What nobody shows is not imported.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import cast

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSplitter, QWidget

from rnnviz.film import Frame, Progress
from rnnviz.film.panels import MOST, PANELS, Layout, awaited, coming, why_empty
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.panels.panel import UNLIMITED, PanelWidget

SCENES: Mapping[str, str] = MappingProxyType(
    {
        name: f"rnnviz.scenes.laboratory.{name}"
        for name in ("lanes", "triangle", "ellipse", "ledger", "depth")
    }
    | {name: f"rnnviz.scenes.lecture.{name}" for name in ("loop", "order")}
    | {"shapes": "rnnviz.scenes.lecture.five_shapes"}
)
"""The module of each panel that is a scene."""
CHARTS: Mapping[str, str] = MappingProxyType(
    {name: f"rnnviz.scenes.laboratory.{name}" for name in ("singular_values", "forgetting")}
)
"""The module of each panel that is a chart over the steps and no more."""
WIDGETS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "equation": ("rnnviz.views.equation", "EquationPanel"),
        "map": ("rnnviz.views.hidden_state", "HiddenStatePanel"),
        "lines": ("rnnviz.views.hidden_state", "HiddenStatePanel"),
        "memory_cell": ("rnnviz.views.hidden_state", "HiddenStatePanel"),
        "gradient": ("rnnviz.views.chart.gradient", "GradientPanel"),
        "loss": ("rnnviz.views.training.loss_panel", "LossPanel"),
        "forecast": ("rnnviz.views.chart.forecast", "ForecastPanel"),
    }
    | dict.fromkeys(SCENES, ("rnnviz.views.panels.scene_panel", "ScenePanel"))
    | dict.fromkeys(CHARTS, ("rnnviz.views.chart.laboratory", "LaboratoryChart"))
)
"""Module and class; one widget may draw several, as its switch has it, and stays in its slot."""
_LEAST = 20.0  # units of width that a panel is read in


def widget_of(name: str) -> type[PanelWidget]:
    """The class that draws a panel."""
    module, kind = WIDGETS[name]
    return cast("type[PanelWidget]", getattr(import_module(module), kind))


class Slots(QSplitter):
    """The panels of a layout; their widgets are kept when they are taken away.

    Signals
    -------
    made(PanelWidget)
        A widget was made, whose intents are to be heard.
    wanted(Layout)
        The user wants another layout.
    shown_changed()
        Other panels take room than before.
    folding()
        All of it is about to be a line.
    fill_asked(str)
        A panel is to fill the window, or to go back.
    """

    made = Signal(object)
    wanted = Signal(object)
    shown_changed = Signal()
    folding = Signal()
    fill_asked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._look = Look(LIGHT)
        self._frame: Frame | None = None
        self._progress = Progress()
        self._span: tuple[int, int] | None = None
        self._layout = Layout("", ())
        self._widgets: list[PanelWidget] = []  # of the layout's slots, then those that are kept
        self._shown: tuple[str, ...] = ()
        self._pressed = ""
        self._filling = ""
        self._waits = False
        self.setChildrenCollapsible(False)
        self.setHandleWidth(10)
        self.splitterMoved.connect(self._dragged)

    # -- what it is given --------------------------------------------------------------------

    def set_layout(self, layout: Layout) -> None:
        """Put panels into slots."""
        if self._filling and self._filling not in layout.panels:
            at = self._layout.place(self._filling)  # another panel in its place fills the window
            self._filling = layout.panels[at] if at < len(layout.slots) else ""
        self._layout = layout
        spare, found = list(self._widgets), dict[str, PanelWidget]()
        for name in layout.panels:  # a widget goes with its panel
            same = next((w for w in spare if w.name == name), None)
            if same is not None:
                spare.remove(same)
                found[name] = same
        for place, name in enumerate(layout.panels):
            if name in found:
                continue
            kind = widget_of(name)
            here = self._widgets[place : place + 1]  # or stays in its slot, where it can draw it
            other = next((w for w in [*here, *spare] if w in spare and type(w) is kind), None)
            if other is None:
                other = self._make(kind, name)
            else:
                spare.remove(other)
            found[name] = other
        for place, name in enumerate(layout.panels):
            found[name].name = name
            if self.widget(place) is not found[name]:
                self.insertWidget(place, found[name])
        self._widgets = [*(found[name] for name in layout.panels), *spare]
        self._settle()

    def set_frame(self, frame: Frame) -> None:
        """Show a frame in every panel that can be seen; some may have something to show now."""
        self._frame = frame
        self._settle()
        for panel in self.panels():
            panel.set_frame(self._frame)  # a later one, if others are shown now

    def set_span(self, span: tuple[int, int] | None) -> None:
        """Which steps the stage shows, the first and the last."""
        self._span = span
        for widget in self.panels():
            widget.set_span(self._seen)

    @property
    def _seen(self) -> tuple[int, int] | None:
        """Those of them that can be seen: none beside a panel that is alone."""
        return None if self._filling else self._span

    def set_progress(self, progress: Progress) -> None:
        """Show how far a training has come."""
        begun_or_over = progress.running != self._progress.running
        self._progress = progress
        for widget in self._widgets:
            widget.set_progress(progress)
        if begun_or_over:  # nothing else of it empties or fills a panel
            self._settle()

    def set_look(self, look: Look) -> None:
        """Take another theme or size of type."""
        self._look = look
        for widget in self._widgets:
            widget.set_look(look)
        self._settle()
        if self._waits:
            self._stretch()

    def begin_anew(self, *, guessed: bool = False) -> None:
        """Have every panel look at all that it shows, as nobody had zoomed or moved it.

        What the room has `guessed` may stay.
        """
        for widget in self._widgets:
            widget.begin_anew(guessed=guessed)

    def fill(self, name: str) -> None:
        """Have one panel alone; an empty name for all of them again."""
        self._filling = name if name in self._layout.panels else ""
        self._settle()

    # -- what is shown -----------------------------------------------------------------------

    @property
    def layout_shown(self) -> Layout:
        """The layout, of which some panels may have nothing to show."""
        return self._layout

    @property
    def with_room(self) -> Layout:
        """The layout with room for one more where one can be seen to be missing.

        A slot that takes no room, and that nobody put there, is left out of a full one.
        """
        layout = self._layout
        if len(layout.slots) < MOST:
            return layout
        return layout.without(
            *[s.panel for s in layout.slots if not s.kept and s.panel not in self._shown][-1:]
        )

    @property
    def filling(self) -> str:
        """The panel that is alone; else empty."""
        return self._filling

    @property
    def shown(self) -> tuple[str, ...]:
        """The names of the panels that take room."""
        return self._shown

    def panel(self, name: str) -> PanelWidget | None:
        """The widget of a panel that takes room; None for others."""
        return next((w for w in self.panels() if w.name == name), None)

    def panels(self) -> list[PanelWidget]:
        """The widgets of all that take room, from left to right."""
        return [w for w in self._widgets[: len(self._layout.slots)] if w.name in self._shown]

    @property
    def current(self) -> str:
        """The panel that a command concerns: where the focus is, else pressed last, else first."""
        for widget in self.panels():
            focus = self.window().focusWidget()
            if focus is not None and (focus is widget or widget.isAncestorOf(focus)):
                return widget.name
        if self._pressed in self._shown:
            return self._pressed
        return self._shown[0] if self._shown else ""

    def cover(self, names: Collection[str], *, charts: bool = True) -> None:
        """Cover what these panels show, and no others, to let the room guess.

        Without `charts` their curves stay as they are: a film that runs uncovers them.
        """
        for widget in self.panels():
            if widget.covers is not None and (charts or widget.chart_view is None):
                widget.cover(widget.name in names)

    def cover_one(self, name: str, on: bool) -> None:
        """Cover what a panel shows, or uncover it; what is to be guessed has room to be."""
        panel = self.panel(name)
        if panel is not None:
            panel.cover(on)
            self._settle()

    def point_out(self, name: str) -> None:
        """Have a panel be the one that commands concern."""
        self._pressed = name

    def build(self) -> None:
        """Build at once what panels otherwise build after the first paint."""
        for widget in self.panels():
            widget.build()

    # -- the user's --------------------------------------------------------------------------

    def menu(self, name: str) -> QMenu:
        """What may stand in a panel's slot, and what can be done with the slot."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        menu.setFont(self._look.font())
        layout, place = self._layout, self._layout.place(name)
        for panel in PANELS.values():
            why = self.why(panel.name)
            action = menu.addAction(f"{panel.title}   (nothing yet)" if why else panel.title)
            action.setCheckable(True)
            action.setChecked(panel.name == name)
            action.setToolTip(f"Nothing to show now: {why}." if why else "")
            action.triggered.connect(_with(self._put, place, panel.name))
        menu.addSeparator()
        free = [n for n in PANELS if n not in layout.panels]
        more = menu.addMenu("&Another panel beside it")
        more.setFont(menu.font())
        more.setEnabled(len(self.with_room.slots) < MOST)
        for other in free:
            action = more.addAction(PANELS[other].title)
            action.triggered.connect(_with(self._add, name, other))
        fill = menu.addAction("Go &back" if self._filling else "&Fill the window")
        fill.triggered.connect(_with(self.fill_asked.emit, name))
        menu.addAction("&Take it away").triggered.connect(_with(self._take_away, name))
        return menu

    def _put(self, place: int, name: str) -> None:
        self.wanted.emit(self._layout.with_panel(place, name))

    def _add(self, beside: str, name: str) -> None:
        layout = self.with_room
        self.wanted.emit(layout.beside(layout.place(beside), name))

    def _take_away(self, name: str) -> None:
        self.wanted.emit(self._layout.without(name))

    def _dragged(self) -> None:
        """Keep the widths, of those that are shown."""
        sizes = dict(zip([w.name for w in self._widgets], self.sizes(), strict=False))
        before = sum(s.share for s in self._layout.slots if s.panel in self._shown)
        whole = max(1, sum(sizes[name] for name in self._shown))
        shares = {name: max(1, round(before * sizes[name] / whole)) for name in self._shown}
        self._layout = self._layout.with_shares(shares)
        self.wanted.emit(self._layout)

    # -- within ------------------------------------------------------------------------------

    def _make(self, kind: type[PanelWidget], name: str) -> PanelWidget:
        panel = kind(self, name)
        panel.set_look(self._look)
        panel.menu_asked.connect(lambda: self._open_menu(panel))
        panel.fill_asked.connect(lambda: self.fill_asked.emit(panel.name))
        panel.panel_chosen.connect(lambda other: self._switch(panel, other))
        panel.set_progress(self._progress)
        panel.set_span(self._seen)
        self.made.emit(panel)
        return panel

    def _switch(self, panel: PanelWidget, name: str) -> None:
        """The switch in a title row chooses another panel for its slot."""
        place = self._layout.place(panel.name)
        if place >= 0 and panel.name != name:
            self.wanted.emit(self._layout.with_panel(place, name))

    def _open_menu(self, panel: PanelWidget) -> None:
        self.point_out(panel.name)
        chooser = panel.chooser
        self.menu(panel.name).popup(chooser.mapToGlobal(QPoint(0, chooser.height())))

    def why(self, name: str) -> str:
        """Why a panel has nothing to show; empty where it has."""
        if self._frame is None or (name == "loss" and self._progress.running):
            return ""
        return why_empty(name, self._frame)

    def _awaits(self, name: str) -> bool:
        """Whether it will have something to show, once somebody sees it."""
        return self._frame is not None and awaited(name, self._frame)

    def _comes(self, name: str) -> str:
        """With what there will be something to show; empty where there is, or why not is said."""
        if self._frame is None or self._filling or self.why(name):
            return ""
        return coming(name, self._frame)

    @property
    def waits(self) -> bool:
        """Whether no panel has anything yet, and nobody put one there: a line is all it takes."""
        return self._waits

    def _settle(self) -> None:
        """Give room to what is to be seen, and say why a panel that stays has nothing to show."""
        layout = self._layout
        whys = {name: self.why(name) for name in layout.panels}
        room = max(1, int(self.width() / (_LEAST * self._look.unit)))
        shown = layout.shown(
            lambda name: "" if whys[name] and self._awaits(name) else whys[name], room
        )
        if self._filling:
            shown = (self._filling,)
        comes = {name: self._comes(name) for name in shown}
        kept = {slot.panel for slot in layout.slots if slot.kept}
        guessed = any(w.covers for w in self._widgets[: len(layout.slots)] if w.name in shown)
        waits = bool(shown) and all(comes.values()) and not (guessed or kept.intersection(shown))
        changed = shown != self._shown or waits != self._waits
        if waits and not self._waits:
            self.folding.emit()
        self._shown, self._waits = shown, waits
        for place, widget in enumerate(self._widgets):
            takes = place < len(layout.slots) and widget.name in shown
            if takes:
                widget.stand_in_slot(widget.name, whys[widget.name])
                widget.wait_for(comes[widget.name] if waits else "")
                widget.set_span(self._seen)
                if widget.isHidden() and self._frame is not None:
                    widget.set_frame(self._frame)
            if takes == widget.isHidden():
                widget.setVisible(takes)
                changed = True
        self.setVisible(bool(shown))
        if changed:
            self._stretch()
            self._share()
            self.shown_changed.emit()

    def _stretch(self) -> None:
        """Be as high as there is room, or a line with what is around it."""
        margins, panels = self.contentsMargins(), self.panels()
        high = max((panel.maximumHeight() for panel in panels), default=UNLIMITED)
        high = min(UNLIMITED, high + margins.top() + margins.bottom())
        self.setMaximumHeight(high)
        self.setMinimumHeight(high if self._waits else 0)  # Qt's maximum comes to count no margins

    def _share(self) -> None:
        """Share the width out as the layout has it."""
        shares = {slot.panel: slot.share for slot in self._layout.slots}
        whole = max(1, sum(shares[name] for name in self._shown))
        self.setSizes(
            [
                round(shares[w.name] * max(self.width(), 1) / whole) if not w.isHidden() else 0
                for w in self._widgets
            ]
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the shares at every width; narrow, there may be room for fewer panels."""
        super().resizeEvent(event)
        self._settle()
        self._share()


def _with(run, *given):
    return lambda _checked=False: run(*given)
