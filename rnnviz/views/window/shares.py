"""How stage and panels share the height: as is usual, as the user drags, or by a lecture's rule."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

Rule = Callable[[int], list[int]]
"""From the height there is, in pixels, to that of every part."""

# In a lecture, the stage's part of what the formula leaves: as much as its rows need with an
# example open, since all that is above the gradient's plot is what the room sees it by.
_STAGE = 0.596


def lecture_rule(equation: QWidget) -> Rule:
    """Stage with its formula, and panels: the formula takes what it needs, they share the rest."""

    def share(room: int) -> list[int]:
        formula = 0 if equation.isHidden() else equation.sizeHint().height()
        stage = formula + round(_STAGE * (room - formula))
        return [stage, room - stage]

    return share


class SharedHeight(QSplitter):
    """A vertical splitter that may follow a rule, until somebody drags its handle."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._rule: Rule | None = None
        self.splitterMoved.connect(self._dragged)

    def follow(self, rule: Rule | None) -> None:
        """Share the height by a rule, whatever it becomes; None leaves it to the user again."""
        self._rule = rule
        self.share()

    def share(self) -> None:
        """Apply the rule, if there is one, since what it goes by has changed."""
        if self._rule is not None:
            self.setSizes(self._rule(self.height() - self.handleWidth()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Go by the rule at every height."""
        super().resizeEvent(event)
        self.share()

    def _dragged(self) -> None:
        self._rule = None
