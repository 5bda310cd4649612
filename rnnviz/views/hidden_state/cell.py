"""The inside of the memory cell: the scene on the panel's surface, repainted where it moves.

The scene is imported when it is first shown: the window stands before that, with the map.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QPainter, QRegion

from rnnviz.film import Frame, number
from rnnviz.scenes.measure import difference
from rnnviz.scenes.phases import NOT_BACK, back
from rnnviz.scenes.readout import read_out
from rnnviz.scenes.shapes import Formula, Rect, Scene, Target
from rnnviz.views.paint import paint_scene
from rnnviz.views.panels.surface import Surface, Title
from rnnviz.views.typeset.foundry import foundry


class CellPicture:
    """One size and look of the drawing; it draws whatever frame it is given.

    Parameters
    ----------
    surface : Surface

    Attributes
    ----------
    wire : str
        The wire that is looked at; empty for none.
    covered : bool
        Whether its numbers are left out, for the room to guess; no wire is looked at then.
    """

    def __init__(self, surface: Surface) -> None:
        self.surface = surface
        self._made: tuple[Frame, str, bool, Scene] | None = None
        self._read: tuple[Scene, Target, Scene] | None = None
        self._pointer: QPointF | None = None
        self.wire, self.covered = "", False
        self._wires: dict[tuple[object, ...], tuple[str, ...]] = {}

    def scene(self, frame: Frame) -> Scene:
        """The drawing, with what is said of the place under the pointer."""
        from rnnviz.scenes.memory_cell.reading import cell_reading

        bare, at = self._bare_scene(frame), self._pointer
        target = None if at is None else bare.target_at(at.x(), at.y())
        if target is None or self.covered:
            return bare
        read = self._read
        if read is None or read[0] is not bare or read[1] != target:
            unit = self.surface.look.size(0.93)
            lines, says = partial(cell_reading, frame), self.surface.look.says
            read = bare, target, read_out(bare, target, lines, unit, says)
            self._read = read
        return read[2]

    def _bare_scene(self, frame: Frame) -> Scene:
        wire = self.looked_at(frame)
        known = self._made
        if known is not None and known[0] is frame and known[1:3] == (wire, self.covered):
            return known[3]
        scene = self._drawn(frame, wire)
        if self.covered:
            from rnnviz.scenes.memory_cell.covered import covered_cell

            scene = covered_cell(scene)
        self._made = frame, wire, self.covered, scene
        return scene

    def _drawn(self, frame: Frame, wire: str) -> Scene:
        from rnnviz.scenes.memory_cell import memory_cell_scene

        surface, look = self.surface, self.surface.look
        top = surface.title_top + 1.65 * look.unit
        area = Rect(
            surface.pad,
            top,
            surface.width - 2 * surface.pad,
            surface.height - 0.25 * look.unit - top,
        )
        size = look.size(0.86)
        return memory_cell_scene(frame, surface.width, surface.height, area, size, wire)

    def wires(self, frame: Frame) -> tuple[str, ...]:
        """The wires of the drawing, also while one of them has the drawing's place."""
        from rnnviz.scenes.memory_cell.wires import wires_in

        t = frame.step
        key = frame.layer, frame.linked(t), frame.silent(t), frame.answers(t)
        if key not in self._wires:  # the network is one and the same for a picture
            self._wires[key] = wires_in(self._drawn(frame, ""))
        return self._wires[key]

    def looked_at(self, frame: Frame) -> str:
        """The wire that is looked at, if a frame's cell has it."""
        looked = self.wire and not self.covered and self.wire in self.wires(frame)
        return self.wire if looked else ""

    def target_at(self, frame: Frame, position: QPointF) -> Target | None:
        """What lies at a point."""
        return self._bare_scene(frame).target_at(position.x(), position.y())

    def look_at(self, frame: Frame, wire: str) -> list[QRect]:
        """Look at a wire, or at none; the parts that then look different."""
        before, self.wire = self.scene(frame), wire
        return self._different(before, self.scene(frame))

    def letters_awaited(self, frame: Frame) -> bool:
        """Whether there are formulas in it, and no letters for them yet."""
        if foundry.ready or foundry.failed:
            return False
        return any(isinstance(shape, Formula) for shape in self._bare_scene(frame).shapes)

    def paint(self, painter: QPainter, frame: Frame, region: QRegion) -> None:
        """Draw the parts that are asked for."""
        self.surface.lay(painter)
        parts = [QRectF(part) for part in region]  # pyright: ignore[reportGeneralTypeIssues]
        paint_scene(painter, self.scene(frame), self.surface.look, parts)

    def changed(self, before: Frame, after: Frame) -> list[QRect]:
        """The parts that two frames show differently."""
        return self._different(self.scene(before), self.scene(after))

    def point(self, frame: Frame, position: QPointF | None) -> list[QRect]:
        """Say what is at a point, or nothing; the parts that then look different."""
        before, self._pointer = self.scene(frame), position
        after = self.scene(frame)
        return [] if after is before else self._different(before, after)

    @staticmethod
    def _different(before: Scene, after: Scene) -> list[QRect]:
        return [
            QRectF(part.x - 1, part.y - 1, part.w + 2, part.h + 2).toAlignedRect()
            for part in difference(before, after)
        ]


def cell_titles(frame: Frame, unit: int = 0, t: int = 0) -> list[Title]:
    """What the title may be, the most words first; name, unit, step and cell are in all.

    Of a unit and a step (both from 1), or of those that are shown.
    """
    unit, t = unit or frame.cell_unit + 1, t or frame.step
    which = f"unit {unit} · t = {t}"
    if frame.layers > 1:
        which = f"unit {unit} · layer {frame.layer + 1} · t = {t}"
    kind = short = frame.kind.name
    if frame.kind.resets:
        short = f"{kind}, reset {frame.kind.resets}"
        kind = f"{short} ({', '.join(frame.kind.known_from)})"
    return [
        ("Inside the memory cell", f"{kind} · {which}"),
        ("Inside the memory cell", f"{short} · {which}"),
        ("Memory cell", f"{kind} · {which}"),
        ("Memory cell", f"{short} · {which}"),
        ("Cell", f"{short} · {which}"),
        ("Cell", f"{frame.kind.name} · {which}"),
    ]


def cell_sayings(frame: Frame) -> list[str]:
    """What the width of the magenta bands stands for, from the most words to the fewest."""
    if back(frame, frame.step) is NOT_BACK:
        return [""]
    from rnnviz.scenes.memory_cell.drawing import gradient_of, widest

    largest = number(widest(gradient_of(frame, frame.step, frame.cell_unit)))
    if not frame.source:
        return ["no step pays a loss", ""]
    loss = "L = Σ L⟨t⟩" if frame.summed else f"L = L⟨{frame.source}⟩"
    return [
        f"{loss} · widths linear, widest {largest}",
        f"{loss} · widest {largest}",
        loss,
        "",
    ]


def cell_described(frame: Frame, wire: str = "") -> str:
    """The drawing in words, or what is said of a wire."""
    if wire:
        from rnnviz.scenes.memory_cell.card import card_words

        return card_words(frame, frame.step, frame.cell_unit, wire)
    from rnnviz.scenes.memory_cell.reading import cell_words

    return cell_words(frame, frame.cell_unit)


def wire_pressed(frame: Frame, target: Target | None) -> tuple[str | None, int]:
    """What a press asks for: a wire to look at (None: leave it as it is), and a unit, or −1."""
    from rnnviz.scenes.memory_cell.wires import wire_of

    if target is None:
        return "", -1
    if target.kind.startswith("strip:"):
        return None, target.unit
    return (None, -1) if target.kind == "card" else (wire_of(frame, target), -1)
