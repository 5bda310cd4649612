"""The heat map: units × steps in the colours of their values, with the scale of these colours."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap, QRegion

from rnnviz.film import Frame
from rnnviz.frozen import record
from rnnviz.scenes.charts.axes import nice
from rnnviz.scenes.charts.steps import step_labels
from rnnviz.scenes.shapes import Role
from rnnviz.views.hidden_state.grid import Grid, gaps, map_image, scale_image
from rnnviz.views.hidden_state.values import known, scale_marks
from rnnviz.views.panels.surface import LEFT, RIGHT, Surface, blit
from rnnviz.views.pixels import draw_cells, of_pixels


def scale_width(surface: Surface, frame: Frame) -> float:
    """Room that the scale takes right of the map, with its labels."""
    small = QFontMetricsF(surface.small)
    return max(small.horizontalAdvance(text) for _, text in scale_marks(frame)) + 1.8 * surface.unit


def draw_scale(painter: QPainter, surface: Surface, grid: Grid, frame: Frame) -> None:
    """The colours from the largest value to the smallest, and what they stand for."""
    unit, rect = surface.unit, grid.rect
    bar = QRectF(rect.right() + 0.9 * unit, rect.top(), 0.6 * unit, rect.height())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    (top, largest), (_, middle), (bottom, smallest) = scale_marks(frame)
    draw_cells(painter, bar, scale_image(surface.look.palette, bottom / top))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.setFont(surface.small)
    painter.setPen(surface.look.palette.colour(Role.INK))
    high = QFontMetricsF(surface.small).height()
    labels = [(largest, bar.top()), (smallest, bar.bottom() - high)]
    if bar.height() >= 3 * high:
        labels.append((middle, bar.center().y() - high / 2))
    for text, y in labels:
        box = QRectF(bar.right() + 0.35 * unit, y, surface.width - bar.right(), high)
        painter.drawText(box, LEFT, text)


def draw_unit_numbers(painter: QPainter, surface: Surface, grid: Grid) -> None:
    """The numbers of the rows, as many as have room."""
    painter.setFont(surface.small)
    painter.setPen(surface.look.palette.colour(Role.MUTED))
    for count, box in unit_numbers(surface, grid).items():
        painter.drawText(box, RIGHT, str(count))


def unit_numbers(surface: Surface, grid: Grid) -> dict[int, QRectF]:
    """The units, from 1, whose numbers have room beside their rows, and where."""
    apart = 0.95 * QFontMetricsF(surface.small).height()
    stride = nice(apart / grid.row)
    shown = set(range(stride, grid.units + 1, stride))
    if (stride - 1) * grid.row >= apart or grid.units < stride:
        shown.add(1)
    return {
        count: number_box(surface, grid, grid.rect.top() + (count - 0.5) * grid.row)
        for count in sorted(shown)
    }


def number_box(surface: Surface, grid: Grid, y: float) -> QRectF:
    """Where the number of a row is written whose middle is at y."""
    high = QFontMetricsF(surface.small).height()
    left, right = 0.3 * surface.pad, grid.rect.left() - 0.3 * surface.unit
    return QRectF(left, y - high / 2, right - left, high)


@record(eq=False)
class MapPicture:
    """The map of a pass. It is painted once; a moving playhead copies the part that is known.

    Attributes
    ----------
    bare : QPixmap
        The whole panel with nothing known.
    full : QPixmap
        The grid alone, with everything known.
    gap : int
        Pixels between two cells.
    lost : int
        The first step with a value that is not finite; 0 for none.
    """

    surface: Surface
    grid: Grid
    bare: QPixmap
    full: QPixmap
    gap: int
    lost: int

    def paint(self, painter: QPainter, frame: Frame, region: QRegion) -> None:
        """Draw what is known, the selected unit and the playhead."""
        surface, grid = self.surface, self.grid
        if of_pixels(painter):
            blit(painter, self.bare, QRectF(0, 0, surface.width, surface.height), region)
        else:  # where text stays text
            surface.draw_ground(painter)
            _draw_bare(painter, surface, grid, frame, self.gap)
        whole, part = known(frame)
        shown = [grid.block((0, whole), (0, frame.units))]
        if part:
            shown.append(grid.block((whole, whole + 1), (0, part)))
        for block in shown:
            if block.width() * grid.ratio >= 1 and block.height() * grid.ratio >= 1:
                blit(painter, self.full, block, region, grid.rect.topLeft())
        if frame.playhead.unit >= 0:
            self._draw_selected(painter, frame.playhead.unit)
        self._draw_place(painter, frame.moment.step)

    @property
    def rect(self) -> QRectF:
        """Where the steps and units are."""
        return self.grid.rect

    def block(self, step: int, unit: int) -> QRectF:
        """Where a unit's value at a step is."""
        return self.grid.block((step - 1, step), (unit, unit + 1))

    def step_at(self, x: float) -> int:
        """The step whose column holds x."""
        return self.grid.step_at(x)

    def unit_at(self, position: QPointF, step: int, frame: Frame) -> int:
        """The unit whose row is at a point."""
        return self.grid.unit_at(position.y())

    def changed(self, before: Frame, after: Frame) -> list[QRect]:
        """The parts below the title row that two frames of this pass show differently."""
        if before.playhead.unit != after.playhead.unit:
            return [QRect(0, 0, self.surface.width, self.surface.height)]
        old, new = known(before), known(after)
        stood, stands = before.moment.step, after.moment.step
        if (old, stood) == (new, stands):
            return []
        steps = {stood, stands}
        if old != new:
            steps |= {min(old, new)[0] + 1, max(old, new)[0] + (max(old, new)[1] > 0)}
        near = sorted({min(max(step, 1), after.steps) for step in steps})
        far = abs(old[0] - new[0]) > 1
        stretches = [(near[0], near[-1])] if far else [(step, step) for step in near]
        margin = 0.6 * self.surface.unit + 3
        top = self.surface.playhead_rect(0.0, self.grid.rect.top(), 0.0).top()
        rects: list[QRect] = []
        for first, last in stretches:
            left, right = self.grid.right(first - 1) - margin, self.grid.right(last) + margin
            strip = QRectF(left, top, right - left, self.surface.height - top)
            rects.append(strip.toAlignedRect())
        return rects

    def _draw_selected(self, painter: QPainter, unit: int) -> None:
        """Outline the selected unit's row and write its number beside it."""
        surface, grid = self.surface, self.grid
        palette, size = surface.look.palette, surface.unit
        row = grid.block((0, grid.steps), (unit, unit + 1))
        if row.height() < 4:
            row = QRectF(row.left(), row.center().y() - 2, row.width(), 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        width = max(2, round(size / 9))
        for role, wide in ((Role.PANEL, width + 2), (Role.INK, width)):
            painter.setPen(QPen(palette.colour(role), wide))
            painter.drawRect(row.adjusted(-1, -1, 1, 1))
        font = surface.small
        font.setBold(True)
        high = QFontMetricsF(font).height()
        y = min(max(row.center().y(), high / 2), surface.height - high / 2)
        box = number_box(surface, grid, y)
        for other in (box, *unit_numbers(surface, grid).values()):
            if abs(other.center().y() - y) < 0.85 * high:
                painter.fillRect(other, palette.colour(Role.PANEL))
        painter.setFont(font)
        painter.setPen(palette.colour(Role.INK))
        painter.drawText(box, RIGHT, str(unit + 1))

    def _draw_place(self, painter: QPainter, step: int) -> None:
        """The playhead: a frame round the current column, a line where columns are narrow."""
        rect, unit, palette = self.grid.rect, self.surface.unit, self.surface.look.palette
        column = self.grid.column(step) if step else QRectF(rect.left(), 0, 0, 0)
        if column.width() < 0.7 * unit:
            self.surface.draw_playhead(painter, column.center().x(), rect.top(), rect.bottom())
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for role, width in ((Role.PANEL, unit / 3.2), (Role.PLAYHEAD, max(2.0, unit / 5.5))):
            painter.setPen(QPen(palette.mark(role), width))
            painter.drawRoundedRect(column.adjusted(-1, -1, 0, 1), 2, 2)


def draw_map(surface: Surface, frame: Frame) -> MapPicture:
    """Draw the map of a frame's pass, whole, whatever the playhead."""
    palette, unit = surface.look.palette, surface.unit
    small = QFontMetricsF(surface.small)
    left = surface.pad + small.horizontalAdvance(str(frame.units)) + 0.5 * unit
    width = surface.width - surface.pad - scale_width(surface, frame) - left
    width = min(width, 12 * unit * frame.steps)
    height = surface.height - surface.foot - 0.5 * unit - surface.head
    rect = surface.snapped(QRectF(left, surface.head, width, height))
    grid = Grid(rect, frame.steps, frame.units, surface.ratio)
    gap = 0  # between two cells; none where cells are small
    if grid.pitch >= 6 and grid.row >= 4:
        gap = max(1, round(surface.ratio * unit / 14))
    bare = surface.blank()
    painter = QPainter(bare)
    _draw_bare(painter, surface, grid, frame, gap)
    painter.end()
    image = map_image(
        frame.extremes.of_columns(grid.pixels[0]).T,
        frame.shown_limit,
        grid.pixels,
        palette=palette,
        gap=gap,
        ground=palette.colour(Role.PANEL),
        hatch=(palette.colour(Role.INK), palette.colour(Role.PANEL)),
        ratio=surface.ratio,
    )
    full = QPixmap.fromImage(image)
    full.setDevicePixelRatio(surface.ratio)
    return MapPicture(surface, grid, bare, full, gap, frame.extremes.first_lost)


def _draw_bare(painter: QPainter, surface: Surface, grid: Grid, frame: Frame, gap: int) -> None:
    """All but the values: steps, units, scale, and the cells' outlines."""
    rect = grid.rect
    labels = step_labels(frame, 0.5, frame.steps + 0.5, surface.room(rect.width()))
    places = [(rect.left() + (t - 0.5) * grid.pitch, text) for t, text in labels]
    surface.write_under(painter, rect.bottom(), places)
    draw_unit_numbers(painter, surface, grid)
    draw_scale(painter, surface, grid, frame)
    _draw_empty(painter, grid, gap, surface.look.palette.colour(Role.LINE))


def _draw_empty(painter: QPainter, grid: Grid, gap: int, line: QColor) -> None:
    """The cells of which nothing is known: their outlines, in the gaps, and nothing in them."""
    rect, ratio, (wide, high) = grid.rect, grid.ratio, grid.pixels
    thick = max(1, round(ratio))
    columns = [0, *gaps(grid.steps, wide, gap), wide - thick]
    rows = [0, *gaps(grid.units, high, gap), high - thick]
    for pixel in columns:
        x = rect.left() + pixel / ratio
        painter.fillRect(QRectF(x, rect.top(), thick / ratio, rect.height()), line)
    for pixel in rows:
        y = rect.top() + pixel / ratio
        painter.fillRect(QRectF(rect.left(), y, rect.width(), thick / ratio), line)
