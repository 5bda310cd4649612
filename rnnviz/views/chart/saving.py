"""A chart's picture to the clipboard and to files: PNG, SVG, PDF."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize, QSizeF
from PySide6.QtGui import QGuiApplication, QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from rnnviz.files.disk import why_unwritten, write_whole
from rnnviz.files.errors import show_name
from rnnviz.scenes.shapes import Role
from rnnviz.views.panels.surface import Surface

Paint = Callable[[QPainter], None]
KINDS = {"png": "Picture (*.png)", "svg": "Drawing (*.svg)", "pdf": "Page (*.pdf)"}
_SCALE = 2.0  # pixels of a saved picture to one of the screen


def copy_picture(surface: Surface, paint: Paint) -> None:
    """Put the picture into the clipboard."""
    QGuiApplication.clipboard().setImage(_image(surface, paint))


def save_picture(owner: QWidget, name: str, surface: Surface, paint: Paint) -> None:
    """Ask for a file and write the picture into it, as its ending says."""
    plain = re.sub(r"[^\w⟨⟩]+", " ", name).strip() or "chart"
    chosen, kind = QFileDialog.getSaveFileName(
        owner, "Save picture", f"{plain}.png", ";;".join(KINDS.values())
    )
    if not chosen:
        return
    path = Path(chosen)
    ending = path.suffix.lower().removeprefix(".")
    if ending not in KINDS:
        ending = next((e for e, words in KINDS.items() if words == kind), "png")
        path = path.with_name(f"{path.name}.{ending}")
    try:
        write_whole(path, picture_bytes(ending, surface, paint))
    except OSError as error:
        why = f"{show_name(path)} cannot be written: {why_unwritten(error)}."
        QMessageBox.warning(owner, "Save picture", why)


def picture_bytes(kind: str, surface: Surface, paint: Paint) -> bytes:
    """The picture as a file of a kind: "png", "svg" or "pdf"."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if kind == "png":
        _image(surface, paint).save(buffer, "PNG")  # type: ignore[call-overload]
    elif kind == "svg":
        _write_svg(buffer, surface, paint)
    else:
        _write_pdf(buffer, surface, paint)
    buffer.close()
    return bytes(data.data())


def _image(surface: Surface, paint: Paint) -> QImage:
    size = QSize(round(surface.width * _SCALE), round(surface.height * _SCALE))
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(_SCALE)
    image.fill(surface.look.palette.colour(Role.BACKGROUND))
    with QPainter(image) as painter:
        paint(painter)
    return image


def _write_svg(device: QIODevice, surface: Surface, paint: Paint) -> None:
    from PySide6.QtSvg import QSvgGenerator  # here, since only who saves a drawing needs it

    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # of which clipping is a part
    generator.setOutputDevice(device)
    generator.setSize(QSize(surface.width, surface.height))
    generator.setViewBox(QRectF(0, 0, surface.width, surface.height))
    with QPainter(generator) as painter:
        paint(painter)


def _write_pdf(device: QIODevice, surface: Surface, paint: Paint) -> None:
    writer = QPdfWriter(device)
    writer.setResolution(96)  # one dot is a pixel of the layout, as the type's sizes are
    points = QSizeF(surface.width, surface.height) * 0.75
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point))
    writer.setPageMargins(QMarginsF())
    with QPainter(writer) as painter:
        paint(painter)
