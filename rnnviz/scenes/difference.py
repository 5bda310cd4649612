"""Where two pictures differ, so that a view paints no more than that."""

from __future__ import annotations

from rnnviz.scenes.measure import Sides, sides
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
    spots: dict[str, Sides] = {}

    def mark(shape: Shape) -> None:
        name = shape.id.partition(":")
        key = name[2].partition(":")[0] or name[0]
        spot = sides(shape)
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
    grown = [(x0 - 2.0, y0 - 2.0, x1 + 2.0, y1 + 2.0) for x0, y0, x1, y1 in spots.values()]
    return tuple(Rect(x0, y0, x1 - x0, y1 - y0) for x0, y0, x1, y1 in _merged(grown))


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


def _joined(a: Sides, b: Sides) -> Sides:
    # Tuples and no min and max: this is asked for hundreds of times a frame.
    return (
        a[0] if a[0] < b[0] else b[0],
        a[1] if a[1] < b[1] else b[1],
        a[2] if a[2] > b[2] else b[2],
        a[3] if a[3] > b[3] else b[3],
    )


def _area(sides: Sides) -> float:
    return (sides[2] - sides[0]) * (sides[3] - sides[1])


def _merged(parts: list[Sides]) -> list[Sides]:
    """Join what overlaps, unless the joint rectangle would hold much that neither does."""
    done: list[Sides] = []
    for part in parts:
        found = part
        again = True
        while again:
            again = False
            for other in done:
                joint = _joined(found, other)
                if _area(joint) <= 1.2 * (_area(found) + _area(other)):
                    done.remove(other)
                    found = joint
                    again = True
                    break
        done.append(found)
    return done
