"""A tour as a hand-out: its scenes as pictures with what is said of them, as a PDF. Needs Qt."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSizeF
from PySide6.QtGui import QPainter, QRegion
from PySide6.QtWidgets import QWidget

from rnnviz.export.moments import go_on
from rnnviz.export.offscreen import OffscreenWindow
from rnnviz.export.paper import Paper, Paragraph
from rnnviz.files.disk import write_whole
from rnnviz.files.errors import DataError, counted, show_name
from rnnviz.film import Frame
from rnnviz.film.notation import NOTATIONS, Notation
from rnnviz.frozen import record
from rnnviz.scenes.shapes import Role
from rnnviz.session.presenting import Words, texts_of
from rnnviz.tours.captions import Span, in_plain
from rnnviz.tours.scenes import Tour
from rnnviz.writing.formats import WINDOW, Appearance, ExportJob, Told

PER_PAGE = (2, 4)
"""Scenes on a page."""

_GUTTER = 18.0  # between columns, in points
_HEADING, _ABOVE, _BELOW, _AFTER = 24.0, 6.0, 7.0, 12.0
_WRAPPED = re.compile(r"(?<![.?!:…)”])\n(?=\S)")  # a line's end in the file, within a sentence
_NUMBER = 22.0  # from a scene's number to its title
_LEAST = 0.6  # of a picture's full height, where texts need the room


@record
class PageLayout:
    """How many scenes stand on a page, and how large everything is.

    Attributes
    ----------
    across, down : int
        Columns and rows.
    shape : float
        Height of a picture to its width.
    window : (int, int)
        Pixels of the window whose pictures they are: the smaller, the larger its letters.
    part, title, text, notes : float
        Sizes of type in points.
    """

    across: int
    down: int
    shape: float
    window: tuple[int, int]
    part: float
    title: float
    text: float
    notes: float

    def width(self, paper: Paper) -> float:
        """The width of a column, in points."""
        return (paper.width - (self.across - 1) * _GUTTER) / self.across


_LAYOUTS = {
    2: PageLayout(1, 2, 0.5, (1280, 740), 13.0, 11.0, 9.0, 8.5),
    4: PageLayout(2, 2, 0.72, (1120, 906), 11.5, 9.5, 8.0, 7.5),
}


@record(eq=False)
class Block:
    """A scene as it stands on a page: what is said, broken into lines.

    Attributes
    ----------
    number : int
        From 1.
    title : Paragraph
    columns : sequence of (offset, paragraphs)
        Below the picture, each with where it begins.
    fault : str
        Why there is no picture.
    """

    number: int
    title: Paragraph
    columns: Sequence[tuple[float, Sequence[Paragraph]]]
    fault: str = ""

    @property
    def text(self) -> float:
        """How high what is said below the picture is."""
        return max((sum(each.height for each in column) for _, column in self.columns), default=0.0)


def write_pages(job: ExportJob, told: Told) -> str:
    """Write a tour as a hand-out.

    Its options are "per_page", one of `PER_PAGE`, "notes" and "paper".

    Returns
    -------
    str
        What was written.

    Raises
    ------
    DataError
        Of what is no tour.
    OSError
        If the file cannot be written there.
    Cancelled
        When `told` has answered False; nothing is written then.
    """
    if isinstance(job.source, Frame):
        raise DataError("a hand-out is one of a tour", about="")
    per_page, notes = job.options.get("per_page", 2), job.options.get("notes", True)
    handout = Handout(job.source, job.appearance, per_page=per_page, notes=notes)
    write_whole(job.output, handout.pdf(job.options.get("paper", "a4"), told))
    pages = counted(handout.pages, "page")
    return f"wrote {show_name(job.output)}, {pages}"


class Handout:
    """Sets a tour's scenes onto pages.

    Parameters
    ----------
    tour : Tour
    appearance : Appearance
        Notation and colours of the pictures; their size is the layout's, and paper is white.
    per_page : int
        One of `PER_PAGE`.
    notes : bool
        Whether the presenter's notes stand beside what the room sees.

    Attributes
    ----------
    pages : int
        How many there are, once it was set.
    """

    def __init__(
        self, tour: Tour, appearance: Appearance, *, per_page: int = 2, notes: bool = True
    ) -> None:
        given = appearance
        self._tour, self._notes, self._layout = tour, notes, _LAYOUTS[per_page]
        self._notation: Notation = NOTATIONS[given.notation]
        self._appearance = Appearance(
            size=self._layout.window, notation=given.notation, colours=given.colours
        )
        self.pages = 0

    def pdf(self, paper: str = "a4", told: Told | None = None) -> bytes:
        """The hand-out as a PDF; Cancelled when `told` has answered False."""
        scenes, across = self._tour.scenes, self._layout.across
        # The window first: an application that has one is there before the first typeface is asked.
        with (
            OffscreenWindow(self._appearance) as offscreen,
            Paper(paper, self._tour.title, self._footer) as page,
        ):
            self._head(page)
            row = 0
            for start in range(0, len(scenes), across):
                here = range(start, min(start + across, len(scenes)))
                if row == self._layout.down:
                    page.turn()
                    row = 0
                row = self._row(page, offscreen, here, row, told) + 1
        self.pages = page.page
        return page.content

    # -- a row of scenes ---------------------------------------------------------------------

    def _row(
        self, page: Paper, offscreen: OffscreenWindow, scenes: range, row: int, told: Told | None
    ) -> int:
        """Set scenes side by side, and say in which row of the page they came to stand."""
        blocks: list[Block] = []
        for scene in scenes:
            go_on(told, scene / len(self._tour.scenes))
            blocks.append(self._block(page, offscreen, scene))
        parts = [self._begins(scene) for scene in scenes]
        heading = _HEADING if any(parts) else 0.0
        title = max(block.title.height for block in blocks)
        texts = max(block.text for block in blocks)
        besides = heading + title + texts + _ABOVE + _BELOW + _AFTER
        full = self._layout.width(page) * self._layout.shape
        slot = page.room / (self._layout.down - row)
        if slot - besides < _LEAST * full and row:
            page.turn()
            row, slot = 0, (page.bottom - page.top) / self._layout.down
        height = min(full, max(slot - besides, _LEAST * full))
        end = page.y + slot
        begun = page.y
        page.y += heading
        below = page.y + title + _ABOVE + height + _BELOW
        columns: list[tuple[float, Sequence[Paragraph]]] = []
        for place, block in enumerate(blocks):
            x = page.left + place * (self._layout.width(page) + _GUTTER)
            number = str(block.number)
            size = self._layout.part
            page.label(parts[place], size, x, begun + size, bold=True, role=Role.OUTPUT)
            base = page.y + block.title.baseline
            page.label(number, self._layout.title, x, base, bold=True, role=Role.MUTED)
            page.set_at(block.title, x + _NUMBER, page.y)
            if not block.fault:
                if len(blocks) > 1:
                    offscreen.show_scene(self._tour, block.number - 1)
                area = QRectF(x, page.y + title + _ABOVE, self._layout.width(page), height)
                self._picture(page, offscreen, area)
            columns += [(x + offset, each) for offset, each in block.columns]
        page.y = below
        page.set_columns(columns)
        page.y = max(page.y + _AFTER, min(end, page.bottom))
        return row

    def _block(self, page: Paper, offscreen: OffscreenWindow, scene: int) -> Block:
        """Show a scene, and break what is said of it into lines."""
        fault = offscreen.show_scene(self._tour, scene)
        shown, given = offscreen.shown, self._tour.scenes[scene]
        assert shown is not None
        width, layout = self._layout.width(page), self._layout
        said = texts_of(shown, offscreen.frame)
        title = self._spans(said.title or ((given.name, False, False),))
        heading = page.paragraph(title, layout.title, width - _NUMBER, bold=True, leading=1.3)
        beside = self._notes and layout.across == 1
        column = (width - _GUTTER) / 2 if beside else width
        texts: list[Paragraph] = []
        if fault:
            why = (Span("This scene cannot be shown: ", bold=True), Span(fault))
            texts.append(page.paragraph(why, layout.text, column))
        elif given.asks:
            for name, words in (("Question", said.asked), ("Answer", said.told)):
                spans = (Span(f"{name}  ", bold=True), *self._spans(words))
                above = 3.0 if texts else 0.0
                texts.append(page.paragraph(spans, layout.text, column, above=above))
        elif said.text:
            texts.append(page.paragraph(self._spans(said.text), layout.text, column))
        notes: list[Paragraph] = []
        if self._notes and given.notes.strip():
            text = in_plain(_WRAPPED.sub(" ", given.notes.strip()), offscreen.frame)
            for place, line in enumerate(self._notation.text(text).split("\n")):
                above = 4.0 if texts and not (beside or place) else 2.0 if place else 0.0
                notes.append(
                    page.paragraph(line, layout.notes, column, role=Role.MUTED, above=above)
                )
        if beside:
            columns = ((0.0, texts), (column + _GUTTER, notes))
        else:
            columns = ((0.0, (*texts, *notes)),)
        return Block(scene + 1, heading, columns, fault)

    def _spans(self, words: Words) -> tuple[Span, ...]:
        return tuple(Span(self._notation.text(text), bold, it) for text, bold, it in words)

    @staticmethod
    def _picture(page: Paper, offscreen: OffscreenWindow, area: QRectF) -> None:
        """What stands between the caption and the foot bar of the tour, in vectors."""
        view, parts = offscreen.view(WINDOW), offscreen.window.parts
        above, below = parts.around
        top, end = above.geometry().bottom() + 1, below.y()
        part = QRect(0, top, view.width(), end - top)
        flags = QWidget.RenderFlag.DrawChildren | QWidget.RenderFlag.DrawWindowBackground

        def draw(painter: QPainter) -> None:
            view.render(painter, QPoint(), QRegion(part), flags)

        page.frame(page.picture(area, QSizeF(part.size()), draw))

    # -- around them -------------------------------------------------------------------------

    def _head(self, page: Paper) -> None:
        """The tour's name and what it is about, over the first page."""
        tour = self._tour
        minutes = f" · {tour.minutes:.0f} minutes" if tour.minutes else ""
        line = f"rnnviz · Hand-out · {counted(len(tour.scenes), 'scene')}{minutes}"
        page.label(line, 9.0, page.left, page.y + 8.0, role=Role.MUTED)
        page.y += 14.0
        page.set(page.paragraph(tour.title, 19.0, page.width, bold=True, leading=1.3))
        if tour.about:
            page.y += 2.0
            page.set(page.paragraph(self._notation.text(tour.about), 10.0, page.width))
        page.y += 6.0
        page.line(page.left, page.y, page.right)
        page.y += 12.0

    def _begins(self, scene: int) -> str:
        """The part that begins with a scene; empty within one."""
        scenes = self._tour.scenes
        before = scenes[scene - 1].part if scene else ""
        return scenes[scene].part if scenes[scene].part != before else ""

    def _footer(self, page: Paper) -> None:
        y = page.bottom + 26.0
        page.line(page.left, y - 13.0, page.right)
        page.label(f"rnnviz · {self._tour.title}", 8.0, page.left, y, role=Role.MUTED)
        page.label(f"page {page.page}", 8.0, page.right, y, role=Role.MUTED, align=1.0)
