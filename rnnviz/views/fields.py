"""Fields that can be told from what they stand on, in the dark theme too."""

from __future__ import annotations

from PySide6.QtGui import QPalette

from rnnviz.scenes.shapes import Role
from rnnviz.views.look import Look, widget_palette

# How far a field's ground goes towards the ink: Fusion's own outline is darker than the window,
# which on a dark one cannot be seen.
_TINT = 0.14


def field_palette(look: Look) -> QPalette:
    """The theme's palette; in the dark one fields are lighter than the window."""
    palette = widget_palette(look.palette)
    if look.palette.dark:
        palette.setColor(QPalette.ColorRole.Base, look.palette.tint(Role.INK, _TINT))
    return palette
