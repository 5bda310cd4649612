"""Every view of the window once, how they stand in it and share its height.

The page of words and the finder are imported and built when they are first asked for: the window
stands before that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QSplitter, QVBoxLayout, QWidget

from rnnviz.film import Frame
from rnnviz.views.branch_strip import BranchStrip
from rnnviz.views.drawing import Drawing
from rnnviz.views.equation import EquationBar, EquationPanel
from rnnviz.views.header import Header
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.model_bar import ModelBar
from rnnviz.views.modes import ModeRow
from rnnviz.views.overlays import BlackSheet, MessageBar
from rnnviz.views.panels.slots import Slots
from rnnviz.views.problem_bar import ProblemBar
from rnnviz.views.stage import StageView
from rnnviz.views.training import TrainingBar
from rnnviz.views.transport import TransportBar

if TYPE_CHECKING:
    from rnnviz.views.finder.finder import Finder
    from rnnviz.views.start import StartView
    from rnnviz.views.travelling import TravellingNumbers
    from rnnviz.views.typeset.boxes import Standing
    from rnnviz.views.words import WordsView


Rule = Callable[[int], list[int]]
"""From the height there is, in pixels, to that of every part."""

# In a lecture, the stage's part of what the formula leaves: as much as its rows need with an
# example open, since all that is above the gradient's plot is what the room sees it by.
_STAGE = 0.596
# The stage with its equation, and the panels: parts of the height.
_SHARES = [620, 380]


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
        self._unfolded: list[int] = []
        self.splitterMoved.connect(self._dragged)

    def follow(self, rule: Rule | None) -> None:
        """Share the height by a rule, whatever it becomes; None leaves it to the user again."""
        self._rule = rule
        self.share()

    def share(self) -> None:
        """Apply the rule, if there is one, since what it goes by has changed."""
        if self._rule is not None:
            self.setSizes(self._rule(self.height() - self.handleWidth()))

    def fold(self) -> None:
        """Remember the heights: the last part is about to be a line.

        How they are to be shared out meanwhile, they are when there is more to see in it.
        """
        if not self._unfolded:
            self.refresh()  # a part may have been shown again just now
            self._unfolded = super().sizes()

    def unfold(self) -> None:
        """Share the height out again as it was, or was asked for meanwhile."""
        if self._unfolded:
            sizes, self._unfolded = self.sizes(), []
            self.setSizes(sizes)

    def sizes(self) -> list[int]:
        """The parts' heights, also while the last one is folded."""
        room, asked = self.height() - self.handleWidth(), sum(self._unfolded)
        if asked <= 0 or room <= 0:
            return super().sizes()
        first = round(self._unfolded[0] * room / asked)
        return [first, room - first]

    def setSizes(self, sizes: Sequence[int]) -> None:
        """Share the height out, at once or when the last part is unfolded."""
        if self._unfolded:
            self._unfolded = list(sizes)
        else:
            super().setSizes(sizes)

    def saveState(self) -> QByteArray:
        """Its state as it is with nothing folded."""
        if not self._unfolded:
            return super().saveState()
        kept = QSplitter(self.orientation())
        for _ in range(self.count()):
            kept.addWidget(QWidget())
        kept.resize(self.size())
        kept.setHandleWidth(self.handleWidth())
        kept.setSizes(self._unfolded)
        return kept.saveState()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Go by the rule at every height."""
        super().resizeEvent(event)
        self.share()

    def _dragged(self) -> None:
        self._rule = None


class _Dressed(Protocol):
    """A view that has colours and a size of type."""

    def set_look(self, look: Look) -> None: ...


_Strip = ModeRow | ProblemBar | ModelBar | BranchStrip | TrainingBar


class _Later(QObject):
    """Dresses a view when it is shown."""

    def __init__(self, parent: QObject, wear: Callable[[Any], object]) -> None:
        super().__init__(parent)
        self._wear = wear

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Before it is laid out and painted."""
        if event.type() == QEvent.Type.Show:
            watched.removeEventFilter(self)
            self._wear(watched)
        return False


class Parts:
    """The views, from top to bottom.

    Attributes
    ----------
    top : QWidget
        Mode row and header, which a lecture does without.
    upper : QWidget
        The stage with its equation.
    splitter : QSplitter
        That over the slots with their panels.
    central : QWidget
        All of it, without menu and frame.
    of_frame : tuple of QWidget
        The views that show a frame and may be hidden.
    around : tuple of QWidget
        The caption and the foot bar of a tour, while one is presented.
    """

    def __init__(self, window: QMainWindow) -> None:
        self.modes = ModeRow(window)
        self.header = Header(window)
        self.problem = ProblemBar(window)
        self.model = ModelBar(window)
        self.branches = BranchStrip(window)
        self.message = MessageBar(window)
        self.stage = StageView(window)
        self.equation = EquationBar(window)
        self.slots = Slots(window)
        self.training = TrainingBar(window)
        self.transport = TransportBar(window)
        self.of_frame = (
            self.header,
            self.modes,
            self.problem,
            self.model,
            self.branches,
            self.stage,
            self.equation,
            self.slots,
            self.transport,
        )
        self._lay_out(window)
        self.message.lie_over(self.central, self.equation, self.stage, self.slots)
        self.blank = BlackSheet(self.central)
        self._dressed: list[_Dressed] = [
            self.header, self.stage, self.equation, self.slots, self.transport, self.message,
        ]  # fmt: skip
        self._look: Look | None = None
        self._strips = (self.modes, self.problem, self.model, self.branches, self.training)
        self._worn: dict[_Strip, Look] = {}
        self._later = _Later(window, self._wear)
        self.around: tuple[QWidget, ...] = ()
        self._words: WordsView | None = None
        self._start: StartView | None = None
        self._finder: Finder | None = None
        self._numbers: TravellingNumbers | None = None
        self._still = False

    @property
    def look(self) -> Look:
        """What the views wear."""
        return self._look or Look(LIGHT)

    @property
    def as_read(self) -> tuple[QWidget, ...]:
        """The rows of the window and its panels, from top to bottom and left to right."""
        head, foot = (self.around[:1], self.around[1:])
        page = () if self._words is None else (self._words,)
        return (
            *head, self.modes, self.header, self.model, self.problem, self.branches, *page,
            self.stage, self.equation, *self.slots.panels(), self.training, self.transport,
            *foot, self.message,
        )  # fmt: skip

    @property
    def words(self) -> WordsView:
        """The page of words as vectors, which takes the splitter's place."""
        if self._words is None:
            from rnnviz.views.words import WordsView

            self._words = words = WordsView(self.central)
            words.hide()
            self._rows.insertWidget(self._rows.indexOf(self.splitter) + 1, words, 1)
            words.stackUnder(self.message)
            self.message.lie_over_too(words)
            self.dress(words)
        return self._words

    @property
    def words_shown(self) -> bool:
        """Whether the page of words stands in the splitter's place."""
        return self._words is not None and not self._words.isHidden()

    @property
    def start(self) -> StartView:
        """The start page, which lies over everything but a message."""
        if self._start is None:
            from rnnviz.views.start import StartView

            self._start = start = StartView(self.central)
            start.stackUnder(self.message)
            self.dress(start)
        return self._start

    @property
    def finder(self) -> Finder:
        """The palette of commands, and F1, over everything."""
        if self._finder is None:
            from rnnviz.views.finder.finder import Finder

            self._finder = Finder(self.central)
            self.dress(self._finder)
        return self._finder

    @property
    def numbers(self) -> TravellingNumbers:
        """The numbers that travel from the equation to the stage."""
        if self._numbers is None:
            from rnnviz.views.travelling import TravellingNumbers

            self._numbers = numbers = TravellingNumbers(
                self.central, self.stage, self.stage.travelling, self._written
            )
            numbers.stackUnder(self.message)
            numbers.hold(self._still)
            self.dress(numbers)
        return self._numbers

    def drawing(self, widget: QWidget) -> Drawing:
        """What a part of the window shows, without the message that may lie over it."""
        drawing, message = Drawing.of_widget(widget), self.message

        def paint(painter: QPainter) -> None:
            told = not message.isHidden()
            message.setVisible(False)
            drawing.paint(painter)
            message.setVisible(told)

        return replace(drawing, paint=paint)

    def _written(self, item: object) -> tuple[QWidget, Standing] | None:
        """Where the equation that is seen writes something, be it the bar or the panel."""
        view = self.equation if self.equation.isVisible() else self.slots.panel("equation")
        if not isinstance(view, EquationBar | EquationPanel) or not view.isVisible():
            return None
        standing = view.standing(item)
        return None if standing is None else (view, standing)

    def carry_numbers(self, frame: Frame) -> None:
        """Have what travels at a frame's moment where it is by then, if anything may."""
        if self._numbers is not None or not (frame.moment.resting or self._still):
            self.numbers.follow()

    def hold_numbers(self, still: bool) -> None:
        """Have nothing travel, or let it."""
        self._still = still
        if self._numbers is not None:
            self._numbers.hold(still)

    def set_look(self, look: Look) -> None:
        """Give every view that has been built these colours and this size of type.

        A row that is hidden gets them when it is shown.
        """
        self._look = look
        for view in self._dressed:
            view.set_look(look)
        for strip in self._strips:
            if strip.isVisibleTo(self.central.window()):
                self._wear(strip)
            else:
                strip.installEventFilter(self._later)

    def _wear(self, strip: _Strip) -> None:
        if self._look is not None and self._worn.get(strip) != self._look:
            self._worn[strip] = self._look
            strip.set_look(self._look)

    def undress(self, view: _Dressed) -> None:
        """Give a view no colours any more: it goes."""
        self._dressed.remove(view)

    def dress(self, view: _Dressed) -> None:
        """Give a view that was built later the colours in force, and those that follow."""
        self._dressed.append(view)
        if self._look is not None:
            view.set_look(self._look)

    @property
    def with_context(self) -> dict[str, QWidget]:
        """The views above the slots with a context menu, by their names in its table."""
        return {"stage": self.stage, "equation": self.equation, "branches": self.branches}

    @property
    def splitters(self) -> dict[str, QSplitter]:
        """Splitters by the name that preferences and documents have for them."""
        return {"splitter": self.splitter}

    def put_around(self, above: QWidget, below: QWidget) -> None:
        """Put the caption and the foot bar of a tour around everything."""
        self._rows.insertWidget(0, above)
        self._rows.addWidget(below)
        self.around = above, below
        for view in self.around:
            self.dress(view)  # pyright: ignore[reportArgumentType]
            view.show()

    def take_from_around(self) -> None:
        """Take them away again."""
        for view in self.around:
            self.undress(view)  # pyright: ignore[reportArgumentType]
            self._rows.removeWidget(view)
            view.hide()
            view.deleteLater()
        self.around = ()

    def show_strips(self, *, problem: bool, branches: bool) -> None:
        """Show the rows above the stage that there is something for, if there is a stage."""
        problem = problem and not self.around  # a tour says itself what is shown
        self.problem.setVisible(problem and not self.slots.filling)
        self.branches.setVisible(branches and not self.slots.filling)

    def share_height(self, *, lecture: bool = False) -> None:
        """Give stage and panels their usual parts of the height; in a lecture, by its rule."""
        self.splitter.follow(lecture_rule(self.equation) if lecture else None)
        if not lecture:
            self.splitter.setSizes(_SHARES)

    def _lay_out(self, window: QMainWindow) -> None:
        self.upper = QWidget(window)
        _column(self.upper, (self.stage, 1), (self.equation, 0))
        self.slots.setContentsMargins(12, 0, 12, 8)
        self.splitter = SharedHeight(window)
        self.splitter.addWidget(self.upper)
        self.splitter.addWidget(self.slots)
        for part, share in enumerate(_SHARES):
            self.splitter.setStretchFactor(part, share)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(10)
        self.central = QWidget(window)
        self.top = QWidget(window)
        top = QHBoxLayout(self.top)
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(0)
        top.addWidget(self.modes)
        top.addWidget(self.header, 1)
        self.problem.hide()
        self.branches.hide()
        self._rows = _column(
            self.central,
            (self.top, 0),
            (self.model, 0),
            (self.problem, 0),
            (self.branches, 0),
            (self.splitter, 1),
            (self.training, 0),
            (self.transport, 0),
        )
        window.setCentralWidget(self.central)


def _column(parent: QWidget, *rows: tuple[QWidget, int]) -> QVBoxLayout:
    layout = QVBoxLayout(parent)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for widget, stretch in rows:
        layout.addWidget(widget, stretch)
    return layout
