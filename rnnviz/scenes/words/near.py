"""The learned words whose vectors point most nearly the same way, with the cosine."""

from __future__ import annotations

from rnnviz.scenes.measure import clean, text_width
from rnnviz.scenes.shapes import Box, Rect, Role, Shape, Target, Text
from rnnviz.scenes.words.layout import WordsLayout, fitting
from rnnviz.scenes.words.page import WordsPage

_ROW, _COLUMN = 1.5, 15.0
_ROWS = 6


def near_shapes(page: WordsPage, lay: WordsLayout) -> tuple[list[Shape], list[Target]]:
    """A heading and as many neighbours as there is room for, column by column."""
    area, u = lay.near, lay.unit
    shapes: list[Shape] = []
    targets: list[Target] = []
    if area.h <= 0.0:
        return shapes, targets
    head = Rect(area.x, area.y, area.w, 1.6 * u)
    word, found = page.asked, page.neighbours()
    if not found:
        said = f"“{clean(word)}” has no learned vector, so nothing is near it" if word else ""
        said = said or "Point at a word, or click it, to see what is near it"
        shapes.append(Text("near", head, said, Role.MUTED, lay.small, align="left"))
        return shapes, targets
    title = f"Nearest to {word}"
    shapes.append(Text("near", head, title, Role.INK, u, True, "left"))
    x = head.x + text_width(title, u, bold=True) + 0.7 * u
    beside = Rect(x, head.y, head.right - x, head.h)
    rest = fitting(
        (
            "cosine of the angle between the vectors; of any two one-hot vectors it is 0",
            "cosine between the vectors; of one-hot ones it is 0",
            "cosine",
        ),
        beside.w,
        lay.small,
    )
    shapes.append(Text("near:rest", beside, rest, Role.MUTED, lay.small, align="left"))
    rows = max(1, min(_ROWS, int((area.h - 1.7 * u) / (_ROW * u))))
    columns = max(1, min(int((area.w + u) / (_COLUMN * u)), -(-len(found) // rows)))
    wide = (area.w + u) / columns - u
    high = min(2.0 * u, max(_ROW * u, (area.h - 1.7 * u) / rows))
    names = min(0.48 * wide, 8.5 * u)
    for i, other in enumerate(found[: rows * columns]):
        column, row = divmod(i, rows)
        left, y = area.x + column * (wide + u), area.y + 1.7 * u + row * high
        place, key = Rect(left, y, wide, high), f"near:{other.index}"
        label = Rect(left, y, names - 0.4 * u, place.h)
        shapes.append(Text(f"{key}:word", label, other.word, Role.INK, u, align="left"))
        bar = Rect(left + names, place.cy - 0.35 * u, wide - names - 3.0 * u, 0.7 * u)
        shapes.append(Box(f"{key}:rail", bar, Role.LINE, None, 0.2 * u))
        filled = Rect(bar.x, bar.y, bar.w * max(0.0, other.cosine), bar.h)
        shapes.append(Box(f"{key}:bar", filled, Role.MUTED, None, 0.2 * u))
        value = Rect(bar.right, y, 2.8 * u, place.h)
        said = f"{other.cosine:.2f}".replace("-", "−")
        shapes.append(Text(f"{key}:cosine", value, said, Role.INK, lay.small, align="right"))
        targets.append(Target("near", place, unit=other.index))
    return shapes, targets
