"""Draw resources/icon/*.svg as pictures of every size that systems ask for.

    python tools/make_icons.py

Writes rnnviz-16.png … rnnviz-256.png, and rnnviz.ico and rnnviz.icns, with which a standalone
program is built for Windows and macOS.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "icon"
SIZES = (16, 24, 32, 48, 64, 128, 256)


def drawn(name: str, size: int) -> bytes:
    """One of the drawings as a PNG of `size` × `size` pixels."""
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        QSvgRenderer(str(FOLDER / f"{name}.svg")).render(painter)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def main() -> None:
    """Draw all of them."""
    application = QGuiApplication.instance() or QGuiApplication([])
    pictures = [Image.open(io.BytesIO(drawn("rnnviz", size))) for size in SIZES]
    for size, picture in zip(SIZES, pictures, strict=True):
        picture.save(FOLDER / f"rnnviz-{size}.png", optimize=True)
    others = pictures[:-1]
    pictures[-1].save(
        FOLDER / "rnnviz.ico", append_images=others, sizes=[(size, size) for size in SIZES]
    )
    Image.open(io.BytesIO(drawn("rnnviz", 512))).save(FOLDER / "rnnviz.icns")
    del application


if __name__ == "__main__":
    main()
