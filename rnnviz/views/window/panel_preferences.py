"""What preferences have of single panels: whether saturated units are marked, the loss's axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rnnviz.film.fields import LOSS_AXES
from rnnviz.film.panels import COUNTS_SATURATED, PANELS
from rnnviz.session import Preferences
from rnnviz.views.menus import Menus
from rnnviz.views.panels.panel import PanelWidget
from rnnviz.views.window.parts import Parts

if TYPE_CHECKING:
    from rnnviz.views.training.loss_panel import LossPanel


class PanelPreferences:
    """Shows panels as the preferences have them, and keeps what is chosen.

    Parameters
    ----------
    parts : Parts
    menus : Menus
        Get the marks of what is in force.
    preferences : Preferences
    """

    def __init__(self, parts: Parts, menus: Menus, preferences: Preferences) -> None:
        self._parts, self._menus, self._preferences = parts, menus, preferences
        parts.slots.made.connect(self._made)

    def _made(self, panel: PanelWidget) -> None:
        """A panel was made: the loss is laid out as the preferences have it, and may be asked."""
        if panel.name == "loss":
            loss = cast("LossPanel", panel)
            loss.axes_chosen.connect(self.lay_out_loss)
            for name in LOSS_AXES:
                loss.set_axes(name, self._preferences.value(name))

    def mark_saturated(self, marked: bool) -> None:
        """Mark saturated units on the stage where the panel that counts them is shown, or not."""
        self._preferences.keep("saturated", marked)
        self.show_marks()

    def show_marks(self) -> None:
        """Mark them, or not, as the preferences have it."""
        wanted, shown = self._preferences.value("saturated"), self._parts.slots.shown
        self._menus.check("saturated", wanted)
        self._parts.stage.set_marked(wanted and COUNTS_SATURATED in shown)

    def why_no_marks(self) -> str:
        """Why no units are marked; empty where they can be."""
        if COUNTS_SATURATED in self._parts.slots.shown:
            return ""
        return f"they are marked where “{PANELS[COUNTS_SATURATED].title}” is shown"

    def lay_out_loss(self, name: str, on: bool) -> None:
        """Lay the loss out in another way, here and at the next start: a field's name."""
        self._preferences.keep(name, on)
        self.show_loss_axes()

    def show_loss_axes(self) -> None:
        """Lay it out as the preferences have it."""
        panel = self._parts.slots.panel("loss")
        for name in LOSS_AXES:
            wanted = self._preferences.value(name)
            self._menus.check(name, wanted)
            if panel is not None:
                cast("LossPanel", panel).set_axes(name, wanted)
