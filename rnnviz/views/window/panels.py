"""Which panels are shown, the page of words in their place, and what documents remember."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rnnviz.files.errors import DataError
from rnnviz.film.fields import FIELDS, PANELS
from rnnviz.film.word_space import spoken, word_space
from rnnviz.session import Session
from rnnviz.views.lecture import PanelChoice
from rnnviz.views.menus import Menus
from rnnviz.views.window.dress import Dress
from rnnviz.views.window.parts import Parts


class Panels:
    """Shows and hides panels as the user wants them, in the window and in a lecture.

    Parameters
    ----------
    parts : Parts
    menus : Menus
        Get the marks of what is shown.
    session : Session
        Its frame is what a panel shows that appears; its preferences remember what is wanted.
    """

    def __init__(self, parts: Parts, menus: Menus, session: Session) -> None:
        self._parts, self._menus, self._session = parts, menus, session
        self._preferences = session.preferences
        self._choice = PanelChoice(self._preferences)
        self._lecture = False
        parts.hidden_state.mode_chosen.connect(self.show_state)
        # The splitter's sizes before a lecture, which go back to it and into documents.
        self._sizes: list[int] = []

    # -- panels ------------------------------------------------------------------------------

    def apply(self) -> None:
        """Show the panels that are wanted."""
        parts, frame = self._parts, self._session.frame
        for panel, view in parts.of_panel.items():
            wanted = self._choice.wanted(panel, lecture=self._lecture)
            self._menus.check(panel, wanted)
            if wanted and view.isHidden() and frame is not None:
                view.set_frame(frame)
            view.setVisible(wanted)
        state = parts.hidden_state
        if state.mode != self._preferences.value("state_view"):
            state.show_mode(self._preferences.value("state_view"))
        self._menus.check("cell", state.cell_shown and not state.isHidden())
        parts.lower.setVisible(not (parts.hidden_state.isHidden() and parts.gradient.isHidden()))
        parts.splitter.share()

    def switch(self, panel: str) -> Callable[[bool], None]:
        """What a panel's command does."""

        def switch(shown: bool) -> None:
            self._choice.want(panel, shown, lecture=self._lecture)
            self.apply()

        return switch

    def show_state(self, view: str) -> None:
        """Show the hidden state as "map", "lines" or "cell", and remember it."""
        self._preferences.keep("state_view", view)
        self.apply()

    def switch_cell(self, shown: bool) -> None:
        """Show the inside of the memory cell, with its panel if that is hidden, or the map."""
        if shown:
            self._choice.want("hidden_state", True, lecture=self._lecture)
        self.show_state("cell" if shown else "map")
        if shown:  # ↑ and ↓ go to its other units
            self._parts.hidden_state.setFocus()

    def for_lecture(self, lecture: bool) -> None:
        """Show the panels of a lecture, or those of the window."""
        self._lecture = lecture
        if lecture:
            self._sizes = self._parts.splitter.sizes()
        self._parts.top.setVisible(not lecture)
        self.apply()

    def share_height(self) -> None:
        """Give a lecture's stage its part of the height, or the window's what it had."""
        self._parts.share_height(lecture=self._lecture)
        if not self._lecture:
            self._parts.splitter.setSizes(self._sizes)

    # -- the page of words -------------------------------------------------------------------

    def switch_words(self, shown: bool) -> None:
        """Have the words take the place of stage, panels and transport, or give it back."""
        parts, frame = self._parts, self._session.frame
        if shown and parts.words.page() is None:
            try:
                parts.words.set_space(word_space())
            except DataError as error:
                self._menus.check("words", False)
                parts.message.tell(str(error), error=True)
                return
        parts.splitter.setVisible(not shown)
        parts.transport.setVisible(not shown)
        parts.training.set_wanted(not shown)
        parts.words.setVisible(shown)
        if frame is not None and shown:
            parts.words.set_words(spoken(frame))
        elif frame is not None:
            parts.transport.set_frame(frame)
        (parts.words if shown else parts.stage).setFocus()

    # -- for documents -----------------------------------------------------------------------

    def view(self, text_zoom: float) -> dict[str, Any]:
        """What a document remembers of the window."""
        splitter = self._parts.splitter
        return {
            "panels": [p for p in PANELS if self._choice.wanted(p, lecture=False)],
            "splitter": list(self._sizes if self._lecture else splitter.sizes()),
            "lower": self._parts.lower.sizes(),
            "text_zoom": text_zoom,
            "state_view": self._preferences.value("state_view"),
        }

    def show_view(self, view: Mapping[str, Any], dress: Dress) -> None:
        """Show the window as a document remembers it; a lecture goes on as it is."""
        panels, zoom = view.get("panels"), view.get("text_zoom")
        if not FIELDS["state_view"].refusal(view.get("state_view")):
            self.show_state(view["state_view"])
        if isinstance(panels, list):
            for panel in PANELS:
                self._choice.want(panel, panel in panels, lecture=False)
            self.apply()
        if isinstance(zoom, int | float):
            dress.set_zoom(zoom)
        for name, splitter in self._parts.splitters.items():
            sizes = view.get(name)
            if self._lecture or not isinstance(sizes, list):
                continue
            if len(sizes) == splitter.count() and all(type(n) is int and n >= 0 for n in sizes):
                splitter.setSizes([min(n, 100_000) for n in sizes])
