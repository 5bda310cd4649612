"""The bar of a shipped problem: its examples, and how the network's own answers are drawn."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QWidget

from rnnviz.film import Frame, Run
from rnnviz.film.differences import figures_said, unlike_shipped
from rnnviz.views.look import Look
from rnnviz.views.widgets import ArrowBox, Bar, TitledLabel, calm, name_box, segment_style

_WARMEST = 20  # tenths


class ProblemBar(Bar):
    """Shown where there is something to choose of a shipped problem or of a network's own answers.

    Signals
    -------
    example_chosen : str
    own_chosen : bool
        Whether the network is fed its own answers, or the targets.
    temperature_chosen : float
    length_chosen : int
    again_requested, left :
        Draw anew; leave the problem.
    """

    example_chosen = Signal(str)
    own_chosen = Signal(bool)
    temperature_chosen = Signal(float)
    length_chosen = Signal(int)
    again_requested = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: Run | None = None
        self._words = ("", "")
        self.title = TitledLabel(self)
        self.examples = ArrowBox(self)
        self.examples.setToolTip("Held-out examples: never seen in training")
        name_box(self.examples, "Example")
        self.examples.setMaxVisibleItems(20)
        self.examples.setSizeAdjustPolicy(ArrowBox.SizeAdjustPolicy.AdjustToContents)
        self.examples.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.examples.activated.connect(self._example)
        self.length_name = QLabel("length", self)
        self.length = QSlider(Qt.Orientation.Horizontal, self)
        self.length.setAccessibleName("Length")
        calm(self.length)
        self.length.valueChanged.connect(self._length)
        self.length_value = QLabel(self)
        self.own = self._button(
            "own answers", "It is fed what it answered itself", checkable=True, segment="left"
        )
        self.targets = self._button(
            "targets",
            "Teacher forcing: it is fed what it should have answered",
            checkable=True,
            segment="right",
        )
        self.own.clicked.connect(lambda: self.own_chosen.emit(True))
        self.targets.clicked.connect(lambda: self.own_chosen.emit(False))
        self.fed = QLabel("fed:", self)
        self.temperature_name = QLabel("temperature", self)
        self.temperature = QSlider(Qt.Orientation.Horizontal, self)
        self.temperature.setRange(0, _WARMEST)
        self.temperature.setPageStep(2)
        self.temperature.setAccessibleName("Temperature")
        calm(self.temperature)
        self.temperature.setToolTip(
            "How its answers are drawn: 0 takes the likeliest, 1 draws as it believes"
        )
        self.temperature.valueChanged.connect(self._warmth)
        self.temperature_value = QLabel(self)
        self.again = self._button("again", "Draw its answers anew")
        self.again.clicked.connect(self.again_requested)
        self.leave = self._button("✕", "Leave this example: back to what was open before")
        self.leave.setAccessibleName("Leave this example")
        self.leave.clicked.connect(self.left)
        fed = QHBoxLayout()
        fed.setSpacing(0)
        fed.addWidget(self.own)
        fed.addWidget(self.targets)
        self._layout.addWidget(self.title, 1)
        self._layout.addWidget(self.examples)
        for widget in (self.length_name, self.length, self.length_value, self.fed):
            self._layout.addWidget(widget)
        self._layout.addLayout(fed)
        for widget in (
            self.temperature_name,
            self.temperature,
            self.temperature_value,
            self.again,
            self.leave,
        ):
            self._layout.addWidget(widget)

    @staticmethod
    def wanted(frame: Frame) -> bool:
        """Whether a frame has anything for this bar."""
        task = frame.run.task
        return frame.run.shipped is not None or (task.fed_back is not None and task.given is None)

    def set_frame(self, frame: Frame) -> None:
        """Show what is open and in force."""
        run = frame.run
        self._say(frame)
        if run is self._run:
            return
        self._run = run
        shipped, task = run.shipped, run.task
        names = shipped.examples if shipped else ()
        shown = tuple(self.examples.itemText(i) for i in range(self.examples.count()))
        if shown != names:
            self.examples.clear()
            self.examples.addItems(list(names))
            self.examples.fit_list()
        self.examples.setVisible(bool(names))
        self.examples.setCurrentIndex(
            names.index(shipped.example) if shipped and shipped.example in names else -1
        )
        self.examples.setPlaceholderText("your own")
        self.leave.setVisible(shipped is not None)
        lengths = shipped.lengths if shipped else None
        for widget in (self.length_name, self.length, self.length_value):
            widget.setVisible(lengths is not None)
        if lengths is not None and shipped is not None:
            _quietly(self.length, shipped.length, lengths)
            self.length_value.setText(str(shipped.length))
        feeding = task.fed_back is not None
        classes = task.loss == "softmax_cross_entropy"
        known = bool(task.payable.any()) and not (task.targets[task.mask] == -1).any()
        for widget in (self.fed, self.own, self.targets):
            widget.setVisible(feeding and task.given is None and (known or not task.own))
        self.own.setChecked(task.own)
        self.targets.setChecked(not task.own)
        drawn = feeding and task.own and classes
        for widget in (self.temperature_name, self.temperature, self.temperature_value):
            widget.setVisible(drawn)
        self.again.setVisible(drawn and task.temperature > 0)
        _quietly(self.temperature, round(10 * task.temperature), (0, _WARMEST))
        self.temperature_value.setText(f"{task.temperature:.1f}")

    def _say(self, frame: Frame) -> None:
        """What it is called and what is to be seen, as long as it is what ships."""
        shipped, said = frame.run.shipped, ""
        if shipped is not None:
            apart = unlike_shipped(frame.branches)
            known = figures_said(frame.branches)
            # Of an example that is no problem all that is told is what was measured of it.
            about = "" if apart and shipped.begun is not None else shipped.about
            first = known if len(frame.branches.each) > 1 else ""
            said = " ".join(filter(None, (apart, first, about, "" if first else known)))
        words = (shipped.title if shipped else "", said)
        if words != self._words:
            self._words = words
            self.title.say(*words)

    def set_look(self, look: Look) -> None:
        """Take over colours and size."""
        self.title.setFont(look.font())
        # Half a sentence is of no use to a class.
        self.title.whole_only = look.lecture
        for widget in (
            self.examples, self.fed, self.own, self.targets, self.temperature_name, self.again,
            self.temperature_value, self.leave, self.length_name, self.length_value,
        ):  # fmt: skip
            widget.setFont(look.font(1.0 if look.lecture else 0.95))
        self.examples.setMinimumWidth(round(6 * look.unit))
        self.examples.setMaximumWidth(round(17 * look.unit))
        self.temperature.setFixedWidth(round(6 * look.unit))
        self.length.setFixedWidth(round(8 * look.unit))
        for label in (self.temperature_value, self.length_value):
            label.setMinimumWidth(round(2.0 * look.unit))
        self._layout.setSpacing(round(0.6 * look.unit))
        self._wear(look, look.air(0.3), segment_style(look))

    def minimumSizeHint(self) -> QSize:
        """As narrow as the window wants; the title gives way first."""
        return QSize(0, super().minimumSizeHint().height())

    def _example(self, index: int) -> None:
        text = self.examples.itemText(index)
        shipped = self._run.shipped if self._run else None
        if shipped is not None and text != shipped.example:
            self.example_chosen.emit(text)

    def _warmth(self, tenths: int) -> None:
        self.temperature_value.setText(f"{tenths / 10:.1f}")
        self.temperature_chosen.emit(tenths / 10)

    def _length(self, length: int) -> None:
        self.length_value.setText(str(length))
        self.length_chosen.emit(length)


def _quietly(slider: QSlider, value: int, ends: tuple[int, int]) -> None:
    """Show a value without sending it back."""
    slider.blockSignals(True)
    slider.setRange(*ends)
    slider.setValue(value)
    slider.blockSignals(False)
