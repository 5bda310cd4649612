"""A chart as it is drawn: axes and curves once, into pictures; what moves lies over them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import ceil

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QFontMetricsF, QPainter, QPen, QPixmap, QPolygonF, QRegion

from rnnviz.frozen import field, record
from rnnviz.scenes.charts.axes import Axes, Seen
from rnnviz.scenes.charts.chart import Chart, Curve, Ink
from rnnviz.scenes.charts.columns import Covered, PointArray, each_in_pixels, reduced, zeros
from rnnviz.scenes.charts.labels import PlacedName, Titles, Wanted, meet, place_ends, place_titles
from rnnviz.scenes.shapes import Rect, Role
from rnnviz.views.chart.layout import end_font, end_texts, laid_out, lettering
from rnnviz.views.chart.plot import Plot, Stroke
from rnnviz.views.panels.surface import RIGHT, Surface, blit
from rnnviz.views.pixels import of_pixels

NamedEnds = list[tuple[Curve, tuple[float, float], PlacedName | None]]
"""Where curves end, and what is written there."""
Moment = tuple[float | None, float | None]
"""Up to which x curves are revealed, and where the playhead is; None for nowhere."""

_STAND_APART = 0.9  # units between points that are drawn as such
_FEW = 40  # exact zeros that are drawn one by one
_MOST_ENDS = 8  # moments whose names are kept


@record(eq=False)
class Drawn:
    """What is drawn once of a chart, until numbers, range, size or theme are others.

    Attributes
    ----------
    bare, full : QPixmap or None
        Without and with the curves that are revealed; None while there is no plot to draw them.
    fit : Seen
        All of the chart, as it fits.
    point : float
        Diameter of the curves' points, 0 where they do not stand apart.
    room : Rect
        What no name may leave.
    points, lines : list of ndarray of shape (N, 2)
        Of each curve what is drawn of it, in the axes' values and in pixels.
    """

    surface: Surface
    chart: Chart
    plot: Plot | None
    axes: Axes
    fit: Seen
    point: float
    room: Rect
    covered: Covered
    titles: Titles
    points: list[PointArray]
    lines: list[PointArray]
    bare: QPixmap
    full: QPixmap
    _ends: dict[float, NamedEnds] = field(default_factory=dict, init=False)

    # -- what moves --------------------------------------------------------------------------

    def paint_bare(self, painter: QPainter) -> None:
        """Draw the chart as it is before any curve appears."""
        if of_pixels(painter):
            painter.drawPixmap(0, 0, self.bare)
        else:
            self.surface.draw_ground(painter)
            _draw_base(painter, self)

    def paint(
        self, painter: QPainter, newest: float | None, cursor: float | None, region: QRegion
    ) -> None:
        """Draw the chart with its curves revealed up to an x, and the playhead at another.

        Only what meets a region: a moved playhead asks for a few small parts.
        """
        if not of_pixels(painter):
            self.draw(painter, newest, cursor)
            return
        surface, width = self.surface, float(self.surface.width)
        stretches = [(self.bare if self.chart.reveal else self.full, 0.0, width)]
        if self.chart.reveal and newest is not None:
            left, right = self._shown(newest)
            left = ceil(left * surface.ratio) / surface.ratio
            right = round(right * surface.ratio) / surface.ratio
            stretches = [
                (self.bare, 0.0, left),
                (self.full, left, right),
                (self.bare, right, width),
            ]
        for picture, start, stop in stretches:
            if stop > start:
                blit(painter, picture, QRectF(start, 0, stop - start, surface.height), region)
        self._draw_over(painter, newest, cursor, region)

    def changed(self, before: Moment, after: Moment) -> list[QRect]:
        """Where the chart is another at another moment, in the surface's pixels."""
        if before == after:
            return []
        plot, edge = self.axes.rect, self.dot / 2 + 2
        low, high = self.axes.x_range
        areas = [
            QRectF(self.surface.playhead_rect(self.axes.x(cursor), plot.y, plot.bottom))
            for _, cursor in (before, after)
            if cursor is not None and low <= cursor <= high
        ]
        if not self.chart.reveal or before[0] == after[0]:
            return [area.toAlignedRect() for area in areas]
        titles: list[set[int]] = []
        for newest, _ in (before, after):
            ends = [] if newest is None else self.ends(newest)
            titles.append(set(self.shown_titles(ends)))
            for _, (x, y), text in ends:
                areas.append(QRectF(x - edge, y - edge, 2 * edge, 2 * edge))
                areas += [] if text is None else [qrect(text.box).adjusted(-1, -1, 1, 1)]
        areas += [qrect(self.titles.written[each].box) for each in titles[0] ^ titles[1]]
        if bool(self.left_out(before[0])) != bool(self.left_out(after[0])):
            areas.append(self._mark)
        there = [(0.0, 0.0) if n is None else self._shown(n) for n, _ in (before, after)]
        for one, other in zip(*there, strict=True):
            if one != other:
                left, right = sorted((one, other))
                areas.append(QRectF(left - 2, plot.y - 2, right - left + 4, plot.h + 4))
        return [area.toAlignedRect() for area in areas]

    def reduced_alike(self, chart: Chart, axes: Axes, surface: Surface) -> bool:
        """Whether as much is left of a chart's curves in another picture."""
        same = self.axes.x_range == axes.x_range and self.axes.rect.w == axes.rect.w
        return same and self.chart is chart and self.surface.ratio == surface.ratio

    def draw(self, painter: QPainter, newest: float | None, cursor: float | None) -> None:
        """The same onto a device without pixels: lines stay lines, and text stays text."""
        self.surface.draw_ground(painter)
        _draw_base(painter, self)
        if not self.chart.reveal or newest is not None:
            left, right = (
                (0.0, float(self.surface.width)) if newest is None else self._shown(newest)
            )
            plot = self.axes.rect
            _draw_revealed(painter, self, Rect(left, plot.y, right - left, plot.h))
        self._draw_over(
            painter, newest, cursor, QRegion(0, 0, self.surface.width, self.surface.height)
        )

    def ends(self, newest: float) -> NamedEnds:
        """Where the revealed curves end, and their names, as far as they have room.

        Curves that go on beyond the picture are named where they leave it, without a value.
        """
        if newest not in self._ends:
            if len(self._ends) >= _MOST_ENDS:
                self._ends.clear()
            self._ends[newest] = self._placed(newest)
        return self._ends[newest]

    def _placed(self, newest: float) -> NamedEnds:
        beyond, newest = newest, self._last_seen(newest)
        found: list[tuple[Curve, tuple[float, float]]] = []
        bottom, top = self.axes.y_range
        for curve in self.chart.curves:
            named = newest == beyond or bool(curve.name)
            named = named and curve.revealed and curve.end is not None
            y = curve.at(newest) if named else float("nan")
            if bottom <= y <= top or (y == -np.inf and self.axes.floor):
                found.append((curve, self.axes.place(newest, y)))
            elif np.isfinite(y) and self.axes.y_range == self.fit.y:  # named at the edge
                found.append((curve, self.axes.place(newest, bottom if y < bottom else top)))
        wanted = [
            Wanted(self._end_texts(c, newest) if newest == beyond else (c.name,), at)
            for c, at in found
        ]
        side = -1 if self.chart.reveal == "leftwards" else 1
        titles = [each.box for each in self.titles.written.values()]
        placed: list[PlacedName | None] = []
        for taken in (titles, []):  # rather than a curve's name a title gives way
            placed = place_ends(
                wanted,
                side,
                self.covered,
                self.room,
                lettering(self.surface, self.dot),
                shown=self._shown(beyond),
                taken=taken,
            )
            if all(placed):
                break
        return [(curve, at, text) for (curve, at), text in zip(found, placed, strict=True)]

    def _end_texts(self, curve: Curve, newest: float) -> tuple[str, ...]:
        """What may be written where a curve ends, with an arrow where that is beyond the edge."""
        y, (bottom, top) = curve.at(newest), self.axes.y_range
        arrow = " ↑" if y > top else " ↓" if -np.inf < y < bottom else ""
        return tuple(f"{text}{arrow}" for text in end_texts(curve, y))

    def shown_titles(self, ends: NamedEnds) -> dict[int, PlacedName]:
        """The titles that no name at a curve's end lies on."""
        boxes = [text.box for _, _, text in ends if text is not None]
        return {
            index: title
            for index, title in self.titles.written.items()
            if not any(meet(title.box, box) for box in boxes)
        }

    def left_out(self, newest: float | None) -> list[str]:
        """The names that have no room in the picture."""
        ends = [] if newest is None else self.ends(newest)
        return [
            *self.titles.left_out,
            *(c.name or self.chart.name for c, _, text in ends if not text),
        ]

    def draw_rings(self, painter: QPainter, x: float) -> None:
        """Mark the points that the pointer is at."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.surface.look.palette.colour(Role.INK), 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = self.dot / 2 + 3
        bottom, top = self.axes.y_range
        for curve in self.chart.curves:
            y = float("nan") if curve.titles else curve.at(x)
            if bottom <= y <= top or (y == -np.inf and self.axes.floor):
                painter.drawEllipse(QPointF(*self.axes.place(x, y)), radius, radius)

    def title_at(self, x: float, y: float) -> tuple[Rect, str] | None:
        """The title at a pixel, and what its curve is."""
        for index, (box, _) in self.titles.written.items():
            if box.contains(x, y):
                return box, self.chart.curves[index].tip
        return None

    @property
    def dot(self) -> float:
        """Diameter of the dots at the curves' ends."""
        return max(self.point, 0.5 * self.surface.unit)

    def _last_seen(self, newest: float) -> float:
        """The x nearest to where the curves end that is in the picture."""
        low, high = self.axes.x_range
        every = self.chart.x.least / 2 or 1.0  # as steps are whole
        if self.chart.reveal == "leftwards":
            return max(newest, float(np.ceil(low / every) * every))
        return min(newest, float(np.floor(high / every) * every))

    def _shown(self, newest: float) -> tuple[float, float]:
        """From which pixel to which the revealed curves are there."""
        rect, at = self.axes.rect, self.axes.x(newest)
        if self.chart.reveal == "leftwards":
            return (at if newest > self.chart.x.low else rect.x - 1), float(self.surface.width)
        return 0.0, at if newest < self.chart.x.high - 0.5 else float(self.surface.width)

    def _draw_over(
        self, painter: QPainter, newest: float | None, cursor: float | None, region: QRegion
    ) -> None:
        surface, plot, palette = self.surface, self.axes.rect, self.surface.look.palette
        low, high = self.axes.x_range
        place = self.axes.x(cursor) if cursor is not None and low <= cursor <= high else None
        if place is not None:
            surface.draw_playhead(painter, place, plot.y, plot.bottom)
        ends = self.ends(newest) if newest is not None and self.chart.reveal else []
        painter.setFont(surface.look.font(0.86))
        for index, (box, text) in self.shown_titles(ends).items():
            if not _meets(region, box):
                continue
            self._write(painter, box, text)
            painter.setPen(palette.text(self.chart.curves[index].ink))
            painter.drawText(qrect(box), Qt.AlignmentFlag.AlignCenter, text)
            if place is not None:  # the name may take a piece of the line, but not its handle
                painter.save()
                painter.setClipRect(qrect(box))  # elsewhere it stands: twice its edge were darker
                surface.draw_handle(painter, place, plot.y)
                painter.restore()
        painter.setPen(palette.text(Role.INK))  # which has its contrast on shades, too
        for box, text in self.titles.shades:
            if _meets(region, box):
                self._write(painter, box, text)
                painter.drawText(qrect(box), Qt.AlignmentFlag.AlignCenter, text)
        if newest is not None and ends:
            self._draw_ends(painter, newest, ends, region)
        if self.left_out(newest):
            painter.setPen(palette.text(Role.MUTED))
            painter.drawText(self._mark, Qt.AlignmentFlag.AlignCenter, "⋮")

    @property
    def _mark(self) -> QRectF:
        """Where it is said that the menu has names that have no room; under the title row."""
        plot, unit = self.axes.rect, self.surface.unit
        return QRectF(plot.right - 0.2 * unit, plot.y - 0.2 * unit, unit, 1.3 * unit)

    def _draw_ends(
        self, painter: QPainter, newest: float, ends: NamedEnds, region: QRegion
    ) -> None:
        """The points that have just been reached, and what is said of them."""
        palette, radius, unit = self.surface.look.palette, self.dot / 2, self.surface.unit
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        here = self._last_seen(newest) == newest
        bottom, top = self.axes.y_range
        for curve, at, _ in ends if here else ():
            if not (bottom <= curve.at(newest) <= top or curve.at(newest) == -np.inf):
                continue  # it is beyond the edge, which its name says
            colour = palette.colour(curve.ink)
            painter.setPen(QPen(colour, max(1.5, unit / 8)))
            zero = curve.at(newest) == -np.inf
            painter.setBrush(palette.colour(Role.PANEL) if zero else colour)
            painter.drawEllipse(QPointF(*at), radius, radius)
        painter.setFont(end_font(self.surface))
        for curve, _, text in ends:
            if text is not None and _meets(region, text.box):
                self._write(painter, text.box, text.text)
                painter.setPen(palette.text(curve.ink))
                painter.drawText(qrect(text.box), Qt.AlignmentFlag.AlignCenter, text.text)

    def _write(self, painter: QPainter, box: Rect, text: str) -> None:
        painter.fillRect(qrect(box), self.surface.look.palette.colour(Role.PANEL, 0.88))


def draw_chart(
    surface: Surface,
    chart: Chart,
    plot: Plot | None,
    area: Rect,
    seen: Seen | None,
    before: Drawn | None = None,
) -> Drawn:
    """Draw a chart, whole, whatever the playhead; axes alone while there is no plot to draw it.

    `area` is where axis and curves with their names may be; the words of the horizontal axis
    stand under it. What is left of its curves in so many pixels is taken over from `before`,
    where that is the same: another theme needs no look at a million numbers.
    """
    axes, fit, room = laid_out(surface, chart, area, seen)
    pitch = (axes.x(2.0) - axes.x(1.0)) if chart.x.least else 0.0
    point = 0.5 * surface.unit if pitch >= _STAND_APART * surface.unit else 0.0
    columns = round(axes.rect.w * surface.ratio / 2)
    if before is None or not before.reduced_alike(chart, axes, surface):
        points = [reduced(curve, axes, columns) for curve in chart.curves]
    else:
        points = before.points
    lines = each_in_pixels(axes, points)
    covered = Covered(
        Rect(0, 0, surface.width, surface.height), lines, [c.revealed for c in chart.curves]
    )
    titles = place_titles(chart, axes, covered, room, lettering(surface, point), points)
    bare = surface.blank()
    made = Drawn(
        surface, chart, plot, axes, fit, point, room, covered, titles, points, lines, bare, bare
    )
    with QPainter(bare) as painter:
        _draw_base(painter, made)
    if plot is None:
        return made
    full = bare.copy()
    with QPainter(full) as painter:
        _draw_revealed(painter, made, axes.rect)
    return replace(made, full=full)


def _meets(region: QRegion, box: Rect) -> bool:
    """Whether anything of a text in a box is in a region: letters may reach beyond it."""
    return region.intersects(qrect(box).adjusted(-3, -3, 3, 3).toAlignedRect())


def qrect(rect: Rect) -> QRectF:
    """A scene's rectangle in Qt's terms."""
    return QRectF(rect.x, rect.y, rect.w, rect.h)


# -- drawing -----------------------------------------------------------------------------------


def _draw_base(painter: QPainter, drawn: Drawn) -> None:
    """Shades, axes with their grid, and the curves that are there at once."""
    surface, axes, palette = drawn.surface, drawn.axes, drawn.surface.look.palette
    plot = axes.rect
    for ink, area in _shades(drawn, hatched=False):
        painter.fillRect(area, palette.colour(ink, 0.10))
    small = QFontMetricsF(surface.small)
    low, high = axes.x_range
    under = [(axes.x(value), text) for value, text in axes.x_ticks if low <= value <= high]
    surface.write_under(painter, plot.bottom, under)
    painter.setFont(surface.small)
    painter.setPen(palette.colour(Role.MUTED))
    for value, text in axes.y_ticks:
        top = min(max(axes.y(value) - small.height() / 2, 0.0), surface.height - small.height())
        right = plot.x - round(0.45 * surface.unit)
        painter.drawText(QRectF(0.0, top, right, small.height()), RIGHT, text)
    if drawn.plot is None:
        return
    drawn.plot.arrange(surface.width, surface.height, axes)
    grid = palette.colour(Role.LINE)
    drawn.plot.paint(painter, [], plot, grid)
    _draw_bands(painter, drawn)
    drawn.plot.paint(painter, _pieces(drawn, revealed=False), axes.curves_rect)


def _draw_bands(painter: QPainter, drawn: Drawn) -> None:
    """Tint what lies between two curves."""
    axes, palette = drawn.axes, drawn.surface.look.palette
    painter.save()
    painter.setClipRect(qrect(axes.curves_rect))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for band in drawn.chart.bands:
        known = np.isfinite(band.low) & np.isfinite(band.high)
        painter.setBrush(palette.colour(band.ink, 0.18))
        for part in np.split(np.arange(len(known)), np.flatnonzero(np.diff(known)) + 1):
            if part.size < 2 or not known[part[0]]:
                continue
            x = axes.x(np.asarray(band.x[part], np.float64)).tolist()
            ends = [axes.y(np.asarray(y[part], np.float64)).tolist() for y in band[1:3]]
            corners = [*zip(x, ends[0], strict=True), *zip(x[::-1], ends[1][::-1], strict=True)]
            painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
    painter.restore()


def _draw_revealed(painter: QPainter, drawn: Drawn, within: Rect) -> None:
    """The curves that appear as the playhead proceeds, with their exact zeros."""
    if drawn.plot is None:
        return
    axes, palette = drawn.axes, drawn.surface.look.palette
    plot = axes.rect
    for ink, area in _shades(drawn, hatched=True):
        painter.fillRect(area, QBrush(palette.colour(ink), Qt.BrushStyle.BDiagPattern))
    shown = [c for c in drawn.chart.curves if c.revealed]
    clip = axes.curves_rect
    left, right = max(within.x, clip.x), min(within.right, clip.right)
    drawn.plot.arrange(drawn.surface.width, drawn.surface.height, axes)
    part = Rect(left, clip.y, max(0.0, right - left), clip.h)
    drawn.plot.paint(painter, _pieces(drawn, revealed=True), part)
    if axes.floor:
        part = Rect(left, plot.y, max(0.0, right - left), plot.h)
        drawn.plot.paint(painter, [p for c in shown for p in _zeros(drawn, c)], part)


def _shades(drawn: Drawn, *, hatched: bool) -> Iterator[tuple[Ink, QRectF]]:
    """The shades of one kind that are seen, each with its colour."""
    axes, plot = drawn.axes, drawn.axes.rect
    for shade in drawn.chart.shades:
        left, right = max(axes.x(shade.start), plot.x), min(axes.x(shade.stop), plot.right)
        if shade.hatched == hatched and right > left:
            yield shade.ink, QRectF(left, plot.y, right - left, plot.h)


def _pieces(drawn: Drawn, *, revealed: bool) -> list[Stroke]:
    """The curves that are there at once, or those that appear."""
    each = zip(drawn.chart.curves, drawn.points, drawn.lines, strict=True)
    return [_piece(drawn, *every) for every in each if every[0].revealed == revealed]


def _piece(drawn: Drawn, curve: Curve, points: PointArray, pixels: PointArray) -> Stroke:
    surface, axes = drawn.surface, drawn.axes
    width = max(1.2, curve.width * surface.unit)
    marker = drawn.point * curve.points / 0.5
    if curve.sheer:
        columns = round(axes.rect.w * surface.ratio)
        points = reduced(curve, axes, columns)
        if len(points) > columns:
            # What overlaps stays visible where the lines have become areas.
            return Stroke(points, surface.look.palette.colour(curve.ink, 0.59), smooth=False)
    colour = surface.look.palette.colour(curve.ink, curve.alpha)
    if curve.sheer:
        return Stroke(points, colour, width, curve.dash, marker=marker)
    return Stroke(points, colour, width, curve.dash, marker=marker, pixels=pixels)


def _zeros(drawn: Drawn, curve: Curve) -> list[Stroke]:
    """The exact zeros: hollow points, or a dashed line where they are many."""
    surface, axes, zero = drawn.surface, drawn.axes, drawn.axes.zero
    exact = zeros(curve, axes)
    if zero is None or not exact.size:
        return []
    palette = surface.look.palette
    colour, width = palette.colour(curve.ink), max(2.0, curve.width * surface.unit)
    if drawn.point or exact.size <= _FEW:
        points = np.column_stack([exact, np.full(exact.size, zero)])
        diameter = drawn.point or 0.4 * surface.unit
        hollow = palette.colour(Role.PANEL)
        return [Stroke(points, colour, width, marker=diameter, hollow=hollow, line=False)]
    broken = np.flatnonzero(np.diff(exact) > 1) + 1
    x = np.insert(exact, broken, exact[broken - 1] + 0.5)
    y = np.insert(np.full(exact.size, zero), broken, np.nan)
    return [Stroke(np.column_stack([x, y]), colour, width, (4.0, 3.0))]
