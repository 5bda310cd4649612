"""Which panels and bars are shown, in which layout, and what documents remember of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtWidgets import QWidget

from rnnviz.files.errors import DataError, show_value
from rnnviz.film.fields import BARS
from rnnviz.film.panels import (
    LAYOUTS,
    MOST,
    PANELS,
    STATES,
    Layout,
    Slot,
    asked_for,
    former,
    named,
    of_panels,
    read,
    written,
)
from rnnviz.session import Session
from rnnviz.views.branch_strip import BranchStrip
from rnnviz.views.menus import Menus
from rnnviz.views.problem_bar import ProblemBar
from rnnviz.views.window.dress import Dress
from rnnviz.views.window.panel_preferences import PanelPreferences
from rnnviz.views.window.parts import Parts

if TYPE_CHECKING:
    from rnnviz.views.chart.forecast import ForecastPanel

_FIRST_SHARE, _OWN_SHARE = 170, 100  # of the width, of what is looked at with panels of its own


class Panels:
    """Shows panels and bars as the user wants them, in the window and in a lecture.

    Parameters
    ----------
    parts : Parts
    menus : Menus
        Get the marks of what is shown.
    session : Session
        Its frame is what a panel shows that appears; it is told which panels are shown; its
        preferences remember what is wanted.

    Attributes
    ----------
    own : PanelPreferences
        What is chosen of single panels.
    """

    def __init__(self, parts: Parts, menus: Menus, session: Session) -> None:
        self._parts, self._menus, self._session = parts, menus, session
        self._preferences = session.preferences
        places = ("window", "lecture")
        self._layout: dict[str, Layout] = {p: self._preferences.layout(p) for p in places}
        self._lecture = self._touring = self._landing = False
        self._bars: tuple[str, ...] = ()  # that a tour's scene shows
        self._without: Layout | None = None  # the layout before the forecast was called for
        self._before: dict[str, Layout] = {}  # while something is looked at with panels of its own
        # The splitter's sizes before a lecture, which go back to it and into documents.
        self._sizes: list[int] = []
        self._unfilled: list[int] = []  # and those before a panel filled the window
        self.own = PanelPreferences(parts, menus, session.preferences)
        slots = parts.slots
        slots.wanted.connect(self.want)
        slots.shown_changed.connect(self._shown_changed)
        slots.folding.connect(parts.splitter.fold)
        slots.fill_asked.connect(self._fill)

    # -- layouts -----------------------------------------------------------------------------

    @property
    def layout(self) -> Layout:
        """What stands in the slots of the window, or of the lecture."""
        return self._layout[self._place]

    @property
    def _place(self) -> str:
        return "tour" if self._touring else "lecture" if self._lecture else "window"

    @property
    def layouts(self) -> dict[str, Layout]:
        """All that can be chosen: what ships, then the user's."""
        return {**LAYOUTS, **self._preferences.layouts}

    def show_once(self, layout: Layout) -> None:
        """Show a layout this time."""
        self._layout[self._place] = layout
        self.apply()

    def want(self, layout: Layout) -> None:
        """Show a layout, and remember it."""
        self._layout[self._place] = layout
        if self._touring or self._before:  # which the user's own layouts come back from
            self.apply()
            return
        self._preferences.keep_layout(self._place, layout)
        for panel in layout.states[:1]:  # Ctrl+2 brings it back
            view = next(view for view, name in STATES.items() if name == panel)
            self._preferences.keep("state_view", view)
        self.apply()

    def look_with(self, panels: Sequence[str]) -> None:
        """Show what is open with panels of its own, or what was shown before that again."""
        if self._touring:
            return
        if panels and not self._before:
            self._before = dict(self._layout)
        if panels:
            slots = [
                Slot(panel, _OWN_SHARE if i else _FIRST_SHARE) for i, panel in enumerate(panels)
            ]
            self._layout = dict.fromkeys(("window", "lecture"), named(slots))
        elif self._before:
            self._layout, self._before = self._before, {}
        else:
            return
        self.apply()

    def choose(self, name: str) -> bool:
        """Show the layout of a name; whether there is one."""
        layout = self.layouts.get(name)
        if layout is not None:
            self.want(layout)
        return layout is not None

    def ask_for(self, name: str | None, panels: Sequence[str], state: str | None) -> str:
        """Show this time what the command line asks for; why that cannot be, or nothing."""
        if name is not None and name not in self.layouts:
            return f"there is no layout {show_value(name)}, but {', '.join(self.layouts)}"
        layout = self.layout if name is None else self.layouts[name]
        layout = asked_for(layout, panels, named=name is not None)
        self.show_once(layout if state is None else layout.with_state(STATES[state]))
        return ""

    def apply(self) -> None:
        """Show what is wanted."""
        parts, layout = self._parts, self.layout
        if parts.slots.layout_shown != layout:
            parts.slots.set_layout(layout)
        filled = bool(parts.slots.filling)
        equation, model = self.shows("equation"), self.shows("model")
        in_slot = "equation" in layout.panels
        self._reveal(parts.equation, equation and not in_slot)
        self._reveal(parts.model, model and not filled)
        parts.upper.setVisible(not filled)
        frame = self._session.frame
        if frame is not None:
            parts.show_strips(problem=ProblemBar.wanted(frame), branches=BranchStrip.wanted(frame))
        for name, checked in {
            "equation": equation or in_slot,
            "model": model,
            "hidden_state": bool(layout.states),
            "gradient": "gradient" in layout.panels,
            "cell": "memory_cell" in layout.panels,
            "fill": filled,
            "forecast": parts.slots.filling == "forecast",
        }.items():
            self._menus.check(name, checked)
        parts.splitter.share()

    def shows(self, bar: str) -> bool:
        """Whether a bar is wanted here."""
        if self._touring:
            return bar in self._bars
        return self._preferences.value(f"{self._place}/{bar}")

    def _show_top(self) -> None:
        """Show mode row and header, but where the picture has their room."""
        top = self._parts.top
        shown = not (self._lecture or self._touring or self._parts.slots.filling)
        if shown and top.isHidden():
            self._refresh(self._parts.header, self._parts.modes)
        top.setVisible(shown)

    def _reveal(self, view: QWidget, shown: bool) -> None:
        if shown and view.isHidden():
            self._refresh(view)
        view.setVisible(shown)

    def _refresh(self, *views: Any) -> None:
        frame = self._session.frame
        for view in views if frame is not None else ():
            view.set_frame(frame)

    def _shown_changed(self) -> None:
        if not self._landing:
            self._session.show_panels(self._parts.slots.shown)
        self.own.show_marks()
        if not self._parts.slots.waits:
            self._parts.splitter.unfold()
        self._parts.splitter.share()

    # -- commands ----------------------------------------------------------------------------

    def switch(self, bar: str) -> Callable[[bool], None]:
        """What a bar's command does; the equation may also stand in a slot."""

        def switch(shown: bool) -> None:
            if self._touring:
                self._bars = tuple({*self._bars, bar} if shown else {*self._bars} - {bar})
            else:
                self._preferences.keep(f"{self._place}/{bar}", shown)
            if not shown and bar in self.layout.panels:
                self.want(self.layout.without(bar))
            self.apply()

        return switch

    def switch_state(self, shown: bool) -> None:
        """Show the hidden state as it was shown last, or nothing of it."""
        if shown:
            self.show_state(self._preferences.value("state_view"))
        else:
            self.want(self.layout.without(*STATES.values()))

    def switch_gradient(self, shown: bool) -> None:
        """Show the gradient, or take it away."""
        layout = self.layout
        self.want(layout.with_shown("gradient") if shown else layout.without("gradient"))

    def show_state(self, view: str) -> None:
        """Show the hidden state as "map", "lines" or "cell", and remember it."""
        self.want(self.layout.with_state(STATES[view]))

    def switch_cell(self, shown: bool) -> None:
        """Show the inside of the memory cell in the state's slot, or the map again."""
        layout = self.layout
        if shown:
            self.show_state("cell")
            panel = self._parts.slots.panel("memory_cell")
            if panel is not None:  # ↑ and ↓ go to its other units
                panel.setFocus()
        elif "map" in layout.panels:
            self.want(layout.without("memory_cell"))
        else:
            self.want(layout.with_state("map"))

    def why_no_panel(self) -> str:
        """Why nothing can be done with a panel; empty where it can."""
        return "" if self._parts.slots.shown else "no panel is shown"

    def why_not_another(self) -> str:
        """Why there cannot be one more; empty where there can."""
        full = len(self._parts.slots.with_room.slots) >= MOST
        return f"there are {MOST} already" if full else ""

    def add(self) -> None:
        """One more panel, right of the one with the focus: the next that has something to show.

        It is the one that is taken away again, unless another one has the focus.
        """
        slots = self._parts.slots
        layout = slots.with_room
        free = [name for name in PANELS if name not in layout.panels]
        able = [name for name in free if not slots.why(name)] or free
        self.want(layout.beside(max(layout.place(slots.current), 0), able[0]))
        slots.point_out(able[0])

    def put(self, name: str) -> None:
        """Have a panel under the stage for good: in one more slot, or in the focus' where all are.

        There it is the one that commands concern.
        """
        self.want(self._with(name))
        self._parts.slots.point_out(name)

    def _with(self, name: str) -> Layout:
        """The layout with a panel in it: as it stands, in one more slot, or in the focus'."""
        slots = self._parts.slots
        layout = self.layout if name in self.layout.panels else slots.with_room
        here = max(layout.place(name if name in layout.panels else slots.current), 0)
        if name in layout.panels or len(layout.slots) >= MOST:
            return layout.with_panel(here, name)
        return layout.beside(here, name)

    def take_away(self) -> None:
        """Close the slot of the panel with the focus."""
        self.want(self.layout.without(self._parts.slots.current))

    def why_no_forecast(self) -> str:
        """Why no forecast can be read out; empty where one can."""
        shown = "forecast" in self._parts.slots.shown
        return "" if shown else "the panel of the forecast is not shown (F)"

    def read_forecast(self, by: int) -> None:
        """Read out what is forecast so many steps further ahead."""
        panel = self._parts.slots.panel("forecast")
        if panel is not None:
            cast("ForecastPanel", panel).read(by)

    def switch_forecast(self, shown: bool) -> None:
        """Have the forecast fill the window, wherever it stands; or all that was there before."""
        slots = self._parts.slots
        if not shown:
            self.fill(False)
        elif slots.filling != "forecast":
            self.fill(False)
            before = self.layout
            if "forecast" not in before.panels:  # this time: what is remembered is without it
                self.show_once(self._with("forecast"))
                self._without = before
            slots.point_out("forecast")
            self._parts.stage.setFocus()
            self.fill(True)

    # -- one panel alone ---------------------------------------------------------------------

    def fill(self, filling: bool) -> None:
        """Have the panel with the focus fill the window, or show all again."""
        slots = self._parts.slots
        if bool(slots.filling) != filling:
            if filling:
                self._unfilled = self._parts.splitter.sizes()
            slots.fill(slots.current if filling else "")
            self._show_top()
            self.apply()
            if not filling and slots.waits:  # folded while the stage had no height
                self._parts.splitter.setSizes(self._unfilled)
            panel = slots.panel(slots.filling)
            (panel or self._parts.stage).setFocus()
            before = None if filling else self._without
            if before is not None:  # a key had put the forecast there
                self._without = None
                self.want(before)

    def _fill(self, name: str) -> None:
        self._parts.slots.point_out(name)
        self._parts.stage.setFocus()
        self.fill(not self._parts.slots.filling)

    def _fill_with(self, name: str) -> None:
        """Have a panel fill the window, where it takes room; the forecast in any layout."""
        slots = self._parts.slots
        if name == "forecast":
            self.switch_forecast(True)
        elif name in slots.shown:
            slots.point_out(name)
            self._parts.stage.setFocus()
            self.fill(True)

    # -- tours ---------------------------------------------------------------------------------

    def for_tour(self, touring: bool) -> None:
        """Show what a tour's scenes show, or what the window or the lecture does."""
        self.fill(False)
        if not touring and self._parts.words_shown:
            self._menus.actions["words"].setChecked(False)
        self._touring, self._bars = touring, ()
        self._layout["tour"] = of_panels(())
        if touring and not self._lecture:
            self._sizes = self._parts.splitter.sizes()
        self._parts.transport.setVisible(not touring)
        self._parts.training.set_wanted(not touring)
        self._show_top()
        self.apply()
        self.share_height()
        if not touring:
            self.look_with(self._session.home.panels)
            self.own.show_marks()
            self.own.show_loss_axes()
            frame = self._session.frame
            if frame is not None:
                self._refresh(self._parts.transport)

    def begin_scene(
        self,
        layout: Layout,
        fill: str,
        bars: Sequence[str],
        *,
        words: bool | str = False,
        guessed: bool = False,
    ) -> None:
        """Make room for a scene, whose frame is about to come; the session knows its panels.

        What the room has `guessed` stays where its answer is told.
        """
        self._landing, slots = True, self._parts.slots
        if bool(words) != self._parts.words_shown:
            self._menus.actions["words"].setChecked(bool(words))
        if words:
            self._parts.words.begin_anew(dense=words is True)
        self._bars = tuple(bars)
        self._layout["tour"] = layout
        slots.set_layout(layout)
        slots.begin_anew(guessed=guessed)
        slots.fill(fill)
        self.apply()
        self.own.show_loss_axes()

    def end_scene(self) -> None:
        """Its frame has come."""
        if self._landing:
            self._landing, slots = False, self._parts.slots
            self._session.show_panels(slots.shown)
            self.own.show_marks()
            if not self._parts.words_shown:
                (slots.panel(slots.filling) or self._parts.stage).setFocus()

    # -- lecture -----------------------------------------------------------------------------

    def for_lecture(self, lecture: bool) -> None:
        """Show what a lecture shows, or what the window does; what fills it goes on doing so."""
        filling = self._parts.slots.filling
        self.fill(False)
        self._lecture = lecture
        if lecture:
            self._sizes = self._unfilled if filling else self._parts.splitter.sizes()
        self._show_top()
        self.apply()
        self._fill_with(filling)

    def share_height(self) -> None:
        """Give a lecture's stage its part of the height, or the window's what it had."""
        self._parts.share_height(lecture=self._lecture or self._touring)
        if not self._lecture and not self._touring:
            self._parts.splitter.setSizes(self._sizes)
            self._unfilled = list(self._sizes)

    # -- the page of words -------------------------------------------------------------------

    def switch_words(self, shown: bool) -> None:
        """Have the words take the place of stage, panels and transport, or give it back."""
        parts, frame = self._parts, self._session.frame
        if shown and parts.words.page() is None:
            try:
                parts.words.load()
            except DataError as error:
                self._menus.check("words", False)
                parts.message.tell(str(error), error=True)
                return
        self.fill(False)
        parts.splitter.setVisible(not shown)
        parts.transport.setVisible(not shown and not self._touring)
        parts.training.set_wanted(not shown and not self._touring)
        parts.words.setVisible(shown)
        if frame is not None and shown:
            parts.words.set_frame(frame)
        elif frame is not None:
            parts.transport.set_frame(frame)
        (parts.words if shown else parts.stage).setFocus()

    # -- for documents -----------------------------------------------------------------------

    def view(self, text_zoom: float) -> dict[str, Any]:
        """What a document remembers of the window."""
        layout, sizes, filling = self._layout["window"], self._sizes, ""
        if not self._lecture and not self._touring:
            filling = self._parts.slots.filling
            layout = self._without or layout
            sizes = self._unfilled if filling else self._parts.splitter.sizes()
        return {
            "layout": layout.name,
            "slots": written(layout),
            "bars": [bar for bar in BARS if self._preferences.value(f"window/{bar}")],
            "splitter": list(sizes),
            "text_zoom": text_zoom,
            "filling": filling,
            "near": self._near,
        }

    @property
    def _near(self) -> bool:
        """Whether the forecast panel looks at what lies around its origin alone."""
        panel = self._parts.slots.panel("forecast")
        return panel is not None and cast("ForecastPanel", panel).near.isChecked()

    def show_view(self, view: Mapping[str, Any], dress: Dress) -> None:
        """Show the window as a document remembers it; a lecture goes on as it is."""
        if not self._lecture:
            self.fill(False)
        layout, bars = read(view.get("layout"), view.get("slots")), view.get("bars")
        if layout is None and "slots" not in view:  # of a program before there were slots
            bars, state = view.get("panels"), view.get("state_view")
            if isinstance(bars, list):
                layout = former(bars, state, view.get("lower"))
            elif isinstance(state, str) and state in STATES:
                layout = self._layout["window"].with_state(STATES[state])
        if layout is not None:
            self._layout, self._before = {**self._layout, **self._before, "window": layout}, {}
            self._preferences.keep_layout("window", layout)
        if isinstance(bars, list):
            for bar in BARS:
                self._preferences.keep(f"window/{bar}", bar in bars)
        self.apply()
        zoom = view.get("text_zoom")
        if isinstance(zoom, int | float):
            dress.set_zoom(zoom)
        for name, splitter in self._parts.splitters.items():
            sizes = view.get(name)
            if self._lecture or not isinstance(sizes, list):
                continue
            if len(sizes) == splitter.count() and all(type(n) is int and n >= 0 for n in sizes):
                splitter.setSizes([min(n, 100_000) for n in sizes])
        filling = view.get("filling")
        if not self._lecture and isinstance(filling, str):
            self._fill_as(filling, near=view.get("near") is True)

    def _fill_as(self, name: str, *, near: bool) -> None:
        """Have a panel fill the window as a document says, the forecast near its origin."""
        self._fill_with(name)
        panel = self._parts.slots.panel("forecast")
        if panel is not None:
            cast("ForecastPanel", panel).near.setChecked(near)
            panel.update()
