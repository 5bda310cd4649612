"""What `tests.painted` finds: each fault that a picture can have, and none where there is none."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QLabel, QWidget

from tests.painted import faults, painted


class Page(QWidget):
    """Writes, fills and draws what it is told."""

    def __init__(self, *orders):
        super().__init__()
        self.resize(400, 100)
        self.orders = orders

    def paintEvent(self, _event):
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor("white"))
            for what, *given in self.orders:
                if what == "write":
                    x, y, text, size, colour = given
                    font = QFont("Inter")
                    font.setPixelSize(size)
                    painter.setFont(font)
                    painter.setPen(QColor(colour))
                    painter.drawText(x, y, text)
                elif what == "fill":
                    painter.fillRect(QRectF(*given[:4]), QColor(given[4]))
                else:
                    painter.setPen(QColor("black"))
                    painter.drawLine(*given)


GOOD = ("write", 20, 50, "Harry", 20, "black")


@pytest.mark.parametrize(
    ("orders", "said"),
    [
        ([GOOD], []),
        ([("write", 20, 50, "Harry", 12, "black")], ["too small"]),
        ([("write", 20, 50, "Harr…", 20, "black")], ["is cut"]),
        ([("write", 20, 50, "⋮", 20, "black")], ["has no room"]),
        ([("write", 380, 50, "Harry", 20, "black")], ["is clipped"]),
        ([("write", 20, 50, "Harry", 20, "#999999")], ["on #ffffff"]),
        ([("fill", 0, 0, 90, 90, "#333333"), GOOD], ["on #333333"]),
        ([GOOD, ("write", 40, 55, "Potter", 20, "black")], ["lies on"]),
        ([("draw", 0, 45, 200, 45), GOOD], ["goes through"]),
        ([GOOD, ("draw", 0, 45, 200, 45)], ["goes over"]),
        ([("draw", 0, 45, 200, 45), ("fill", 0, 20, 200, 50, "white"), GOOD], []),
        ([("draw", 0, 70, 200, 70), GOOD], []),
    ],
)
def test_each_fault_is_found(qtbot, orders, said):
    page = Page(*orders)
    qtbot.addWidget(page)
    found = list(faults(painted(page), QRectF(page.rect()), 15.0))
    assert len(found) == len(said)
    assert all(word in fault for word, fault in zip(said, found, strict=True)), found


def test_a_text_is_clipped_by_the_widget_that_it_stands_in(qtbot):
    page = Page()
    qtbot.addWidget(page)
    label = QLabel("Harry Potter", page)
    label.setGeometry(20, 20, 30, 40)
    page.show()
    assert any("clipped" in fault for fault in faults(painted(page), QRectF(page.rect()), 1.0))
