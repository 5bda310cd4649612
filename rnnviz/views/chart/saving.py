"""Asks where a chart's picture goes: PNG, SVG, PDF."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from rnnviz.files.disk import why_unwritten, write_whole
from rnnviz.files.errors import show_name
from rnnviz.scenes.shapes import Role
from rnnviz.views.drawing import KINDS, Drawing, Paint, drawn_as
from rnnviz.views.panels.surface import Surface


def drawing_of(surface: Surface, paint: Paint) -> Drawing:
    """What is painted on a panel's surface."""
    ground = surface.look.palette.colour(Role.BACKGROUND)
    return Drawing(surface.width, surface.height, ground, paint)


def save_picture(owner: QWidget, name: str, drawing: Drawing) -> None:
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
        write_whole(path, drawn_as(ending, drawing, title=name))
    except OSError as error:
        why = f"{show_name(path)} cannot be written: {why_unwritten(error)}."
        QMessageBox.warning(owner, "Save picture", why)
