"""The commands that cover a panel's curves, let the room guess, and uncover them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from rnnviz.film.panels import PANELS
from rnnviz.session import Session
from rnnviz.session.commands import Commands
from rnnviz.session.jobs import Notice
from rnnviz.views.chart.view import ChartView
from rnnviz.views.panels.slots import Slots

if TYPE_CHECKING:
    from rnnviz.views.equation import EquationPanel


class Covering:
    """Covers the chart that commands concern.

    Parameters
    ----------
    window : QWidget
        The dialog's parent.
    slots : Slots
    session : Session
        Says what is no number.
    """

    def __init__(self, window: QWidget, slots: Slots, session: Session) -> None:
        self._window, self._slots, self._session = window, slots, session

    def register(self, does: Commands) -> None:
        """Take the commands over."""
        does.register("cover", self.switch, self.why_not)
        does.register("fade", lambda: self.fade(1))
        does.register("unfade", lambda: self.fade(-1))
        does.register("type_guess", self.type, self.why_not_typed)
        does.register("forget_guess", self.forget, self.why_no_guess)

    @property
    def _chart(self) -> ChartView | None:
        panel = self._slots.panel(self._slots.current)
        return None if panel is None or panel.why else panel.chart_view

    def why_not(self) -> str:
        """Why nothing can be covered; empty where it can."""
        name = self._slots.current
        panel = self._slots.panel(name)
        if panel is None:
            return "no panel is shown"
        none = bool(panel.why) or panel.covers is None
        return f"“{PANELS[name].title}” shows no curve to guess" if none else ""

    def why_no_guess(self) -> str:
        """Why there is nothing to forget."""
        chart = self._chart
        there = chart is not None and chart.guessing.active
        panel = self._slots.panel(self._slots.current)
        there = there or (panel is not None and bool(panel.covers))
        return self.why_not() or ("" if there else "nothing is covered, and nothing guessed")

    def why_not_typed(self) -> str:
        """Why no value can be guessed now."""
        chart = self._chart
        covers = chart is not None and chart.guessing.covers
        return self.why_not() or ("" if covers else "nothing is covered")

    def switch(self) -> None:
        """Cover the curves, or the numbers of a cell, or uncover them."""
        panel = self._slots.panel(self._slots.current)
        if panel is not None:
            self._slots.cover_one(panel.name, not panel.covers)

    def forget(self) -> None:
        """Neither cover nor guess."""
        chart, panel = self._chart, self._slots.panel(self._slots.current)
        if chart is not None:
            chart.guessing.forget()
        if panel is not None:
            self._slots.cover_one(panel.name, False)

    def fade(self, by: int) -> None:
        """Have one number more of the equation's panel left out, or one less."""
        panel = self._slots.panel("equation")
        if panel is not None:
            cast("EquationPanel", panel).fade(by)

    def type(self) -> None:
        """Ask for one value."""
        chart = self._chart
        if chart is None:
            return
        from PySide6.QtWidgets import QInputDialog  # not before it is needed

        dialog = QInputDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Type the room's guess")
        dialog.setLabelText(f"At {chart.typed_for}, such as 0.01, 1e-2 or 1/100:")
        dialog.textValueSelected.connect(lambda text: self.take(chart, text))
        dialog.open()

    def take(self, chart: ChartView, text: str) -> None:
        """Take a typed value, or say why it is none."""
        try:
            chart.type_guess(text)
        except ValueError as error:
            self._session.told.emit(Notice(f"The room's guess: {error}.", error=True))
