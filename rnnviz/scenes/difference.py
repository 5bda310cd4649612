"""Where two pictures differ, so that a view paints no more than that."""

from __future__ import annotations

from rnnviz.scenes.measure import reach
from rnnviz.scenes.shapes import Heat, Picture, Rect, Scene, Shape

_FEW = 100


def difference(old: Scene, new: Scene) -> tuple[Rect, ...]:
    """Rectangles that hold every shape that is in one scene and not, or not so, in the other.

    Shapes are matched by their ids. Those of one step ("cell:6", "heat:6" …) share a rectangle,
    and rectangles are joined where that adds little. Scenes of different sizes, or with few shapes
    in common, differ everywhere.
    """
    everywhere = (Rect(0.0, 0.0, new.width, new.height),)
    if (old.width, old.height) != (new.width, new.height):
        return everywhere
    # Columns at rest keep their very shapes, which need no closer look.
    kept = {*map(id, old.shapes)}.intersection(map(id, new.shapes))
    if len(new.shapes) > _FEW and len(kept) < 0.4 * len(new.shapes):  # another page
        return everywhere
    before = {shape.id: shape for shape in old.shapes if id(shape) not in kept}
    spots: dict[str, Rect] = {}

    def mark(shape: Shape) -> None:
        name = shape.id.partition(":")
        key = name[2].partition(":")[0] or name[0]
        spot = reach(shape)
        known = spots.get(key)
        spots[key] = spot if known is None else _joined(known, spot)

    for shape in new.shapes:
        if id(shape) in kept:
            continue
        earlier = before.pop(shape.id, None)
        if earlier is None:
            mark(shape)
        elif not _same(earlier, shape):
            mark(earlier)
            mark(shape)
    for shape in before.values():
        mark(shape)
    return _merged([spot.grown(2.0) for spot in spots.values()])


def _same(a: Shape, b: Shape) -> bool:
    if isinstance(a, Heat) and isinstance(b, Heat):
        return (
            a.values is b.values
            and a.rect == b.rect
            and a.alpha == b.alpha
            and (a.limit, a.gap, a.radius, a.blank) == (b.limit, b.gap, b.radius, b.blank)
        )
    if isinstance(a, Picture) and isinstance(b, Picture):
        same = a.rect == b.rect and a.alpha == b.alpha and a.lit == b.lit
        return same and a.values is b.values
    return a == b


def _joined(a: Rect, b: Rect) -> Rect:
    x, y = min(a.x, b.x), min(a.y, b.y)
    return Rect(x, y, max(a.right, b.right) - x, max(a.bottom, b.bottom) - y)


def _merged(rects: list[Rect]) -> tuple[Rect, ...]:
    """Join what overlaps, unless the joint rectangle would hold much that neither does."""
    done: list[Rect] = []
    for rect in rects:
        found = rect
        again = True
        while again:
            again = False
            for other in done:
                joint = _joined(found, other)
                if joint.w * joint.h <= 1.2 * (found.w * found.h + other.w * other.h):
                    done.remove(other)
                    found = joint
                    again = True
                    break
        done.append(found)
    return tuple(done)
