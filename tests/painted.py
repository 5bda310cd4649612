"""What a widget paints, as a device without pixels is told of it: texts, grounds and lines.

`painted(widget)` renders a widget, with all in it, onto such a device: whatever writes (a scene, a
chart, a label, a button, a typeset formula) is heard in the same way, and none has to say what it
wrote. What is wrong with it is found by `faults`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import QLine, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetricsF,
    QImage,
    QPaintDevice,
    QPaintEngine,
    QPaintEngineState,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPolygonF,
    QTextItem,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from rnnviz.frozen import record
from rnnviz.views.drawing import Drawing
from rnnviz.views.look import contrast
from rnnviz.views.typeset.foundry import UNITS

LETTER = "�"
"""What stands for an outline of the formulas, whose text nobody knows any more."""
_EVERYWHERE = QRectF(-1e6, -1e6, 2e6, 2e6)
_OPAQUE = 0.8
_ROUNDING = 0.6  # pixels that smooth letters may be wider than they are


@record(eq=False)
class Written:
    """A text that was painted.

    Attributes
    ----------
    text : str
    ink : QRectF
        What its letters cover, in the widget's pixels.
    size : float
        Of the font, in pixels; of a formula's letter that of its em.
    family : str
        Of the font; empty of a formula's letter.
    colour : QColor
    within : QRectF
        What can be seen of what is painted there.
    order : int
        How many things were painted before it.
    """

    text: str
    ink: QRectF
    size: float
    family: str
    colour: QColor
    within: QRectF
    order: int

    def __str__(self) -> str:
        x, y = round(self.ink.x()), round(self.ink.y())
        return f"{self.text!r} at ({x}, {y})"


@record(eq=False)
class Ground:
    """A surface that was filled with a colour, or a picture that was put down."""

    path: QPainterPath
    place: QRectF
    colour: QColor | None
    image: QImage | None
    order: int

    def colour_at(self, point: QPointF) -> QColor | None:
        """Its colour at a point; None where it is not."""
        if not self.place.contains(point) or not self.path.contains(point):
            return None
        if self.image is None:
            return self.colour
        box = self.path.boundingRect()
        x = int((point.x() - box.x()) / box.width() * self.image.width())
        y = int((point.y() - box.y()) / box.height() * self.image.height())
        return self.image.pixelColor(
            min(x, self.image.width() - 1), min(y, self.image.height() - 1)
        )


@record(eq=False)
class Stroke:
    """A straight piece of a line that was drawn."""

    start: QPointF
    end: QPointF
    colour: QColor
    order: int

    def meets(self, place: QRectF) -> bool:
        """Whether some of it lies in a rectangle."""
        first, last = 0.0, 1.0
        dx, dy = self.end.x() - self.start.x(), self.end.y() - self.start.y()
        for along, room in (
            (-dx, self.start.x() - place.left()),
            (dx, place.right() - self.start.x()),
            (-dy, self.start.y() - place.top()),
            (dy, place.bottom() - self.start.y()),
        ):
            if along == 0.0:
                if room < 0.0:
                    return False
            elif along < 0.0:
                first = max(first, room / along)
            else:
                last = min(last, room / along)
        return first < last


class Painted(QPaintEngine):
    """All that was painted, from back to front."""

    def __init__(self) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self.written: list[Written] = []
        self.grounds: list[Ground] = []
        self.strokes: list[Stroke] = []
        self._order = 0
        self._pen, self._brush, self._opacity = QPen(), QBrush(), 1.0
        self._transform, self._clip = QTransform(), _EVERYWHERE

    # -- what Qt calls -----------------------------------------------------------------------

    def begin(self, _device: QPaintDevice) -> bool:
        """Begin."""
        return True

    def end(self) -> bool:
        """End."""
        return True

    def type(self) -> QPaintEngine.Type:
        """It is no engine of Qt's, and has no pixels."""
        return QPaintEngine.Type.User

    def updateState(self, state: QPaintEngineState) -> None:
        """Keep how the next things are painted."""
        self._pen, self._brush, self._opacity = state.pen(), state.brush(), state.opacity()
        self._transform = state.transform()
        painter = state.painter()
        clip = painter.clipBoundingRect() if painter.hasClipping() else None
        self._clip = _EVERYWHERE if clip is None else self._transform.mapRect(clip)

    def drawTextItem(self, place: QPointF, item: QTextItem) -> None:
        """Hear a text."""
        text, font = item.text(), item.font()
        self._order += 1
        if text.strip() and self._pen.color().alpha():
            ink = QFontMetricsF(font).tightBoundingRect(text).translated(place)
            size = font.pixelSize() * abs(self._transform.m22())
            self._write(text, self._transform.mapRect(ink), size, font.family(), self._pen.color())

    def drawPath(self, path: QPainterPath) -> None:
        """Hear a shape, or a letter of a formula, whose outline is in the foundry's units."""
        self._order += 1
        scale, moved = abs(self._transform.m22()), self._transform.map(path)
        filled = self._brush.style() != Qt.BrushStyle.NoBrush and self._brush.color().alpha() > 0
        if filled and scale < 0.5:
            ink = moved.boundingRect()
            if ink.height() > 0.1 * scale * UNITS:  # else it is a fraction's rule
                self._write(LETTER, ink, scale * UNITS, "", self._brush.color())
            return
        if filled:
            self._fill(moved, self._faded(self._brush.color()))
        self._stroke(moved)

    def drawPolygon(self, points: Sequence[QPointF], mode: QPaintEngine.PolygonDrawMode) -> None:
        """Hear a polygon, or a line of several pieces."""
        path = QPainterPath()
        path.addPolygon(QPolygonF([QPointF(point) for point in points]))
        if mode != QPaintEngine.PolygonDrawMode.PolylineMode:
            path.closeSubpath()
            self.drawPath(path)
        else:
            self._order += 1
            self._stroke(self._transform.map(path))

    def drawLines(self, lines: Sequence[QLine | QLineF]) -> None:
        """Hear straight lines."""
        self._order += 1
        for line in lines:
            path = QPainterPath(QPointF(line.p1()))
            path.lineTo(QPointF(line.p2()))
            self._stroke(self._transform.map(path))

    def drawPixmap(self, target: QRectF, pixmap: QPixmap, source: QRectF) -> None:
        """Hear a picture."""
        self.drawImage(target, pixmap.toImage(), source)

    def drawImage(
        self, target: QRectF, image: QImage, source: QRectF, _flags: object = None
    ) -> None:
        """Hear a picture."""
        self._order += 1
        part = image.copy(source.toAlignedRect())
        part.setDevicePixelRatio(1.0)
        path = QPainterPath()
        path.addRect(self._transform.mapRect(target))
        self.grounds.append(Ground(path, self._seen(), None, part, self._order))

    # -- what is kept ------------------------------------------------------------------------

    def _seen(self) -> QRectF:
        system = self.systemClip()
        return self._clip if system.isEmpty() else self._clip & QRectF(system.boundingRect())

    def _faded(self, colour: QColor) -> QColor:
        made = QColor(colour)
        made.setAlphaF(made.alphaF() * self._opacity)
        return made

    def _write(self, text: str, ink: QRectF, size: float, family: str, colour: QColor) -> None:
        self.written.append(
            Written(text, ink, size, family, self._faded(colour), self._seen(), self._order)
        )

    def _fill(self, path: QPainterPath, colour: QColor) -> None:
        place = self._seen() & path.boundingRect()
        self.grounds.append(Ground(path, place, colour, None, self._order))

    def _stroke(self, moved: QPainterPath) -> None:
        if self._pen.style() == Qt.PenStyle.NoPen or not self._pen.color().alpha():
            return
        colour = self._faded(self._pen.color())
        for polygon in moved.toSubpathPolygons():
            for start, end in pairwise(polygon.toList()):
                self.strokes.append(Stroke(start, end, colour, self._order))


class _Device(QPaintDevice):
    """A device without pixels that hears what is painted on it."""

    def __init__(self, size: QSize) -> None:
        super().__init__()
        self.painted, self._size = Painted(), size

    def paintEngine(self) -> QPaintEngine:
        return self.painted

    def metric(self, which: QPaintDevice.PaintDeviceMetric) -> int:
        metric = QPaintDevice.PaintDeviceMetric
        return {
            metric.PdmWidth: self._size.width(),
            metric.PdmHeight: self._size.height(),
            metric.PdmWidthMM: self._size.width() // 4,
            metric.PdmHeightMM: self._size.height() // 4,
            metric.PdmNumColors: 1 << 24,
            metric.PdmDepth: 32,
            metric.PdmDevicePixelRatio: 1,
            metric.PdmDevicePixelRatioScaled: int(QPaintDevice.devicePixelRatioFScale()),
        }.get(which, 96)  # dots an inch


def painted(widget: QWidget) -> Painted:
    """Paint a widget with all in it, and say what was painted."""
    device = _Device(widget.size())
    with QPainter(device) as painter:
        Drawing.of_widget(widget).paint(painter)
    return device.painted


# -- what is wrong with it ---------------------------------------------------------------------


def faults(found: Painted, room: QRectF, least: float) -> Iterator[str]:
    """What a back row cannot read: too small, too faint, cut, outside, over each other.

    Parameters
    ----------
    found : Painted
    room : QRectF
        The widget.
    least : float
        The smallest size of type, in pixels.
    """
    for text in found.written:
        if text.size < least - 0.01:
            yield f"{text}: {text.size:.0f} px are too small"
        if text.text.endswith("…"):
            yield f"{text} is cut"
        if text.text.strip() == "⋮":
            yield f"{text}: something has no room"
        core = text.ink.adjusted(_ROUNDING, _ROUNDING, -_ROUNDING, -_ROUNDING)
        if not (room & text.within).contains(core):
            yield f"{text} is clipped"
        ground = ground_of(text, found)
        ratio = contrast(laid(text.colour, ground), ground)
        if ratio < 4.5:
            yield f"{text}: {ratio:.2f}:1 in {text.colour.name()} on {ground.name()}"
    yield from _meetings(found)


def ground_of(text: Written, found: Painted) -> QColor:
    """The colour behind the middle of a text."""
    colour, middle = QColor("#ffffff"), text.ink.center()
    for ground in found.grounds:
        if ground.order >= text.order:
            break
        over = ground.colour_at(middle)
        if over is not None:
            colour = laid(over, colour)
    return colour


def laid(colour: QColor, ground: QColor) -> QColor:
    """A colour that lets some of its ground through."""
    share = colour.alphaF()
    ends = zip(colour.getRgbF()[:3], ground.getRgbF()[:3], strict=True)
    return QColor.fromRgbF(*(min(1.0, share * top + (1.0 - share) * low) for top, low in ends))


def _meetings(found: Painted) -> Iterator[str]:
    """Texts that lie on another, and lines that go through one."""
    for at, text in enumerate(found.written):
        for other in found.written[:at]:
            both = text.ink & other.ink
            if both.width() > 2 and both.height() > 1 and not _of_one(text, other):
                yield f"{text} lies on {other}"
        core = text.ink.adjusted(1, 1, -1, -1)
        for stroke in found.strokes:
            if stroke.meets(core) and not _covered(stroke, text, found):
                after = "goes over" if stroke.order > text.order else "goes through"
                yield f"a line in {stroke.colour.name()} {after} {text}"
                break


def _of_one(text: Written, other: Written) -> bool:
    """Whether two texts are parts of one symbol or formula, whose letters stand close."""
    if not text.family and not other.family:
        return True
    return text.order - other.order <= 3 and text.family == other.family != "Inter"


def _covered(stroke: Stroke, text: Written, found: Painted) -> bool:
    """Whether the ground that a text stands on hides a line that was drawn before."""
    return any(
        stroke.order < ground.order < text.order
        and ground.colour is not None
        and ground.colour.alphaF() > _OPAQUE
        and ground.colour_at(text.ink.center()) is not None
        for ground in found.grounds
    )
