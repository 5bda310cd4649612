"""What happens at this moment, said at the cell where it happens, while a step is animated.

On the way forward it stands where the step's answer will be, which nobody has given yet. On the
way back, when that place is taken, it stands under the cell, beside the arrow of its input, which
nothing comes along then; at the update, which is all cells' own, in the middle under all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from rnnviz.film import Frame, Stage, happening
from rnnviz.scenes.column import Column
from rnnviz.scenes.layout import StageLayout
from rnnviz.scenes.measure import reach, text_width
from rnnviz.scenes.outputs import output_rect
from rnnviz.scenes.shapes import Box, Rect, Role, Shape, Symbol, Text

_SILENT = ("output", "loss")  # phases in which the answer itself comes there
_LINE = 1.3  # from one line to the next
_EDGE = 0.4  # from the picture's sides
_SLACK = 1.06  # hinting may widen every letter a little


def caption_shapes(frame: Frame, lay: StageLayout, c: Column) -> list[Shape]:
    """The words of the phase under way at a column; nothing at rest, or without room for all."""
    moment, phase = frame.moment, frame.moment.phase
    if moment.stage is not Stage.FORWARD or phase is None or moment.resting:
        return []
    if phase.name in _SILENT or not lay.output_rows:
        return []
    words, u = happening(frame), lay.unit
    box = output_rect(lay, c.x).grown(
        0.1 * u
    )  # all of it: letters half covered are worse than none
    lines = _broken(words, box.w - 0.8 * u, u)
    high = _LINE * u * len(lines)
    if not lines or high > box.h:
        return []
    shapes: list[Shape] = [
        Box("caption", box, Role.BACKGROUND, Role.PLAYHEAD, 0.5 * u, 0.14 * u, c.fade)
    ]
    for place, line in enumerate(lines):
        row = Rect(box.x, box.cy - high / 2 + _LINE * u * place, box.w, _LINE * u)
        shapes.append(Text(f"caption:{place}", row, line, size=u, alpha=c.fade))
    return shapes


def caption_below(
    frame: Frame, lay: StageLayout, columns: Sequence[Column], names: Sequence[Shape] = ()
) -> list[Shape]:
    """The words of the phase under way on the way back, or of the update; nothing at rest.

    Where one of the `names` of weights stands beside the arrow they stand beside that.
    """
    moment, u = frame.moment, lay.unit
    if moment.stage not in (Stage.BACKWARD, Stage.UPDATE) or moment.resting or not columns:
        return []
    words = happening(frame)
    wide = text_width(words, u) * _SLACK + 1.2 * u
    gap = lay.token.y - lay.cell.bottom
    high = min(1.6 * u, gap - 0.3 * u)
    if not words or wide > lay.width - 2 * _EDGE * u or high < _LINE * u:
        return []
    current = next((c for c in columns if c.current), None)
    x = (
        (columns[0].x + columns[-1].x - wide) / 2
        if current is None
        else _beside(lay, current, wide)
    )
    x = min(max(x, _EDGE * u), lay.width - _EDGE * u - wide)
    top = lay.cell.bottom + (gap - high) / 2
    for name in (reach(shape) for shape in names if isinstance(shape, Symbol)):
        within = name.y < top + high and top < name.bottom
        beyond = name.right + 0.4 * u
        if within and name.x < x + wide and x < beyond and beyond + wide <= lay.width - _EDGE * u:
            x = beyond
    box = Rect(x, top, wide, high)
    fade = 1.0 if current is None else current.fade
    return [
        Box("caption", box, Role.BACKGROUND, Role.GRADIENT, 0.5 * u, 0.14 * u, fade),
        Text("caption:0", box, words, size=u, alpha=fade),
    ]


def _beside(lay: StageLayout, c: Column, wide: float) -> float:
    """Where it begins: right of the arrow of the input, or left of what goes down beside it."""
    u = lay.unit
    right = c.x + 0.7 * u
    return right if right + wide <= lay.width - _EDGE * u else c.x - 1.4 * u - wide


def _broken(words: str, width: float, size: float) -> list[str]:
    """Lines of at most a width; none where a word alone is wider."""
    lines: list[str] = []
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) * _SLACK <= width:
            lines[-1] = longer
        elif text_width(word, size) * _SLACK <= width:
            lines.append(word)
        else:
            return []
    return lines
