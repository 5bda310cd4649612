"""Anything that is painted as a file for other programs: PNG, SVG, PDF; and into the clipboard.

A drawing keeps text as text and lines as lines; a widget paints itself onto it as onto the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QMarginsF,
    QPoint,
    QRectF,
    QSize,
    QSizeF,
)
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImage,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPicture,
    QRegion,
)
from PySide6.QtWidgets import QWidget

from rnnviz.frozen import record

if TYPE_CHECKING:
    from PySide6.QtSvg import QSvgGenerator

Paint = Callable[[QPainter], object]

KINDS: Mapping[str, str] = MappingProxyType({"png": "Picture", "svg": "Drawing", "pdf": "Page"})
"""What can be written, and what a dialog of files calls it."""
SCALES = (1.0, 4.0)
"""Pixels of a picture to one of the screen, from and to."""

_DOTS = 96  # an inch of a drawing: one dot is a pixel of the layout, as the type's sizes are


@record(eq=False)
class Drawing:
    """A size and the function that paints a picture of it.

    Attributes
    ----------
    width, height : int
        In device-independent pixels.
    ground : QColor
        Of what nothing is drawn on.
    paint : callable
        Draws it with a painter, from (0, 0).
    """

    width: int
    height: int
    ground: QColor
    paint: Paint

    @classmethod
    def of_widget(cls, widget: QWidget) -> Drawing:
        """What a widget shows, with all that is in it."""

        def paint(painter: QPainter) -> None:
            flags = QWidget.RenderFlag.DrawWindowBackground | QWidget.RenderFlag.DrawChildren
            widget.render(painter, QPoint(), QRegion(), flags)

        ground = widget.palette().color(widget.backgroundRole())
        return cls(widget.width(), widget.height(), ground, paint)

    def recorded(self) -> Drawing:
        """The same, painted now: it needs no widget any more, and is drawn on any thread."""
        kept = QPicture()
        with QPainter(kept) as painter:
            self.paint(painter)

        def paint(painter: QPainter) -> None:
            device = painter.device()
            painter.save()
            # A picture is drawn in its size on paper.
            painter.scale(
                kept.logicalDpiX() / device.logicalDpiX(), kept.logicalDpiY() / device.logicalDpiY()
            )
            painter.drawPicture(0, 0, kept)
            painter.restore()

        return replace(self, paint=paint)


def drawn_as(
    kind: str,
    drawing: Drawing,
    scale: float = 2.0,
    title: str = "rnnviz",
    *,
    faces: bool = True,
) -> bytes:
    """A drawing as a file of a kind.

    Parameters
    ----------
    kind : str
        "png", "svg" or "pdf".
    drawing : Drawing
    scale : float
        Of a PNG, pixels to one of the drawing.
    title : str
        Of an SVG or a PDF.
    faces : bool
        Whether an SVG has its typefaces in it; a PDF always has.
    """
    if kind == "png":
        return png_of(image_of(drawing, scale))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    (_write_svg if kind == "svg" else _write_pdf)(buffer, drawing, title)
    buffer.close()
    written = bytes(data.data())
    if kind == "pdf" or not faces:
        return written
    from rnnviz.views.typefaces import with_typefaces  # not before it is needed

    return with_typefaces(written.decode()).encode()


def image_of(drawing: Drawing, scale: float) -> QImage:
    """A drawing as pixels, `scale` to one of its own."""
    size = QSize(round(drawing.width * scale), round(drawing.height * scale))
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(drawing.ground)
    with QPainter(image) as painter:
        drawing.paint(painter)
    return image


def png_of(image: QImage) -> bytes:
    """An image as a PNG file's content.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise OSError("the picture could not be encoded")
    return bytes(buffer.data().data())


def copy_drawing(drawing: Drawing) -> None:
    """Put a drawing into the clipboard, as a picture twice as large as on the screen."""
    QGuiApplication.clipboard().setImage(image_of(drawing, 2.0))


def _write_svg(device: QIODevice, drawing: Drawing, title: str) -> None:
    from PySide6.QtSvg import QSvgGenerator  # here, since only who saves a drawing needs it

    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # of which clipping is a part
    generator.setOutputDevice(device)
    generator.setSize(QSize(drawing.width, drawing.height))
    generator.setViewBox(QRectF(0, 0, drawing.width, drawing.height))
    generator.setResolution(_DOTS)
    generator.setTitle(title)
    generator.setDescription("")
    _paint(generator, drawing)


def _write_pdf(device: QIODevice, drawing: Drawing, title: str) -> None:
    writer = QPdfWriter(device)
    writer.setResolution(_DOTS)
    writer.setTitle(title)
    writer.setCreator("rnnviz")
    points = QSizeF(drawing.width, drawing.height) * (72 / _DOTS)
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point))
    writer.setPageMargins(QMarginsF())
    _paint(writer, drawing)


def _paint(device: QSvgGenerator | QPdfWriter, drawing: Drawing) -> None:
    # A widget that paints itself onto a drawing would have its clips at another place there.
    kept = drawing.recorded()
    with QPainter(device) as painter:
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        painter.fillRect(0, 0, kept.width, kept.height, kept.ground)
        kept.paint(painter)
