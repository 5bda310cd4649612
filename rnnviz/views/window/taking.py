"""What is taken out of the window: exports, copies, prints."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QPainter, QPixmap
from PySide6.QtWidgets import QMainWindow, QWidget

from rnnviz.files.errors import show_name
from rnnviz.film.export_fields import OPTIONS, flags_of
from rnnviz.film.panels import PANELS
from rnnviz.session import Notice, Session
from rnnviz.session.commands import Commands
from rnnviz.views.chart.panel import ChartPanel
from rnnviz.views.chart.view import ChartView
from rnnviz.views.drawing import KINDS, Drawing, copy_drawing, drawn_as, image_of
from rnnviz.views.window.dress import Dress
from rnnviz.views.window.parts import Parts

if TYPE_CHECKING:
    from rnnviz.views.exporting import Wish

Made = TypeVar("Made")

_KEPT = ("format", "what", "theme", "width", "height", *OPTIONS)


class Taking(QObject):
    """Exports, copies and prints what a window shows.

    Parameters
    ----------
    window : QMainWindow
    parts : Parts
        Of the window.
    session : Session
    dress : Dress
        Of the window: paper is white, whatever its theme.
    """

    def __init__(self, window: QMainWindow, parts: Parts, session: Session, dress: Dress) -> None:
        super().__init__(window)
        self._window, self._parts, self._session, self._dress = window, parts, session, dress
        self._printer: Any = None
        parts.message.folder_asked.connect(self.open_folder)
        parts.slots.made.connect(self._hear_charts)
        self._hear_charts(parts.training)

    def register(self, does: Commands) -> None:
        """Take the commands over."""
        does.register("export", self.ask)
        does.register("copy_picture", self.copy_picture)
        does.register("copy_window", lambda: self.copy_picture("window"))
        does.register("copy_numbers", self.copy_numbers)
        does.register("print", self.print)

    # -- what can be taken -------------------------------------------------------------------

    @property
    def whats(self) -> list[tuple[str, str]]:
        """What can be drawn, by its name, and what it is called."""
        shown = self._parts.slots.shown
        return [
            ("window", "the window"),
            ("stage", "the stage"),
            *((name, PANELS[name].title) for name in shown),
        ]

    def widget(self, what: str) -> QWidget:
        """The widget of what is called so."""
        parts = self._parts
        if what == "stage":
            return parts.stage
        panel = parts.slots.panel(what)
        return parts.central if panel is None else panel

    def drawing(self, what: str) -> Drawing:
        """What is called so, as it is shown, without the window's messages."""
        return self._parts.drawing(self.widget(what))

    def _what_now(self) -> str:
        """The panel that has the focus, else the stage."""
        slots, focus = self._parts.slots, self._window.focusWidget()
        for widget in slots.panels():
            if focus is not None and (focus is widget or widget.isAncestorOf(focus)):
                return widget.name
        return "stage"

    def _hear_charts(self, within: QWidget) -> None:
        """Have the pictures of charts written that are asked for in their own menus."""
        for view in within.findChildren(ChartView):
            view.picture_asked.connect(self.ask_for_picture)

    # -- commands ----------------------------------------------------------------------------

    def copy_picture(self, what: str = "") -> None:
        """Put a part into the clipboard as a picture: the panel with the focus, or the stage."""
        what = what or self._what_now()
        copy_drawing(self.drawing(what))
        self._tell(f"Copied a picture of {dict(self.whats)[what]}.")

    def copy_numbers(self) -> None:
        """Put the numbers of the chart that has the focus, or else of the step, into it."""
        panel = self._parts.slots.panel(self._what_now())
        text = panel.view.numbers() if isinstance(panel, ChartPanel) else ""
        notation = self._dress.look.notation
        of = PANELS[panel.name].title if text and panel is not None else "this step"
        text = text or self._session.numbers_of_step(notation)
        QGuiApplication.clipboard().setText(text)
        self._tell(f"Copied the numbers of {of}, to be pasted into a spreadsheet.")

    def print(self) -> None:
        """Print the window, with a preview; on white paper, whatever the theme."""
        from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog  # not before it is needed

        # Text is written as text at the resolution that it was laid out for.
        printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
        printer.setDocName(self._window.windowTitle())
        drawing = self.drawing("window")
        printer.setPageOrientation(_orientation(drawing))
        self._printer = printer  # the dialog draws on it, and does not keep it
        dialog = QPrintPreviewDialog(printer, self._window)
        dialog.setWindowTitle("Print")
        dialog.resize(self._window.size() * 0.75)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.paintRequested.connect(self.print_on)
        dialog.open()

    def print_on(self, printer: Any) -> None:
        """Draw the window onto a printer's page, as large as there is room."""
        # On a printer itself a widget paints but pixels.
        drawing = self._in_theme("light", lambda: self.drawing("window").recorded())
        with QPainter(printer) as painter:
            page = painter.viewport()
            scale = min(page.width() / drawing.width, page.height() / drawing.height)
            painter.translate(
                (page.width() - scale * drawing.width) / 2,
                (page.height() - scale * drawing.height) / 2,
            )
            painter.scale(scale, scale)
            drawing.paint(painter)

    def _in_theme(self, theme: str, make: Callable[[], Made]) -> Made:
        """What is made while the window has a theme; for no longer than nobody can see it."""
        before = self._dress.look.palette.name
        if theme in ("shown", before):
            return make()
        self._dress.set_theme(theme)
        try:
            return make()
        finally:
            self._dress.set_theme(before)

    def ask(self) -> None:
        """Ask what is exported and how; then where to."""
        from rnnviz.views.exporting import ExportDialog  # not before it is needed

        values = {
            f"export_{name}": self._session.preferences.value(f"export_{name}") for name in _KEPT
        }
        kinds = ("moment", "tour") if self._tour else ("moment", "film")
        dialog = ExportDialog(
            self._window, self._session.formats(), self.whats, kinds, values, self._small,
            self._dress.look,
        )  # fmt: skip
        dialog.wanted.connect(self._ask_where)
        dialog.open()

    @property
    def _tour(self) -> str:
        """The file of the tour that is presented; empty where none is."""
        presenter = self._session.tour
        return "" if presenter is None else presenter.tour.path

    def _small(self, what: str, theme: str, size: QSize) -> QPixmap:
        ratio = self._window.devicePixelRatioF()
        image = self._in_theme(theme, lambda: image_of(self.drawing(what), 1.0))
        image.setDevicePixelRatio(1.0)
        small = image.scaled(
            size * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        small.setDevicePixelRatio(ratio)
        return QPixmap.fromImage(small)

    def _ask_where(self, wish: Wish) -> None:
        from rnnviz.views.outlet import ask_where  # not before it is needed

        keep = self._session.preferences.keep
        for name, value in (
            ("format", wish.row.name), ("what", wish.what), ("theme", wish.theme),
            ("width", wish.size[0]), ("height", wish.size[1]), *wish.options.items(),
        ):  # fmt: skip
            keep(f"export_{name}", value)
        home = self._session.home
        file = home.path or home.file
        place = home.beside("rnnviz" if file is None else file.stem)
        kinds = {wish.row.ending: wish.row.title}
        ask_where(self._window, "Export", place, kinds, lambda path: self.write(wish, path))

    def write(self, wish: Wish, path: Path) -> None:
        """Write what was wished: a picture of what is shown at once, all else beside."""
        if why := wish.row.why_not_named(path):
            self._tell(why, error=True)
            return
        if wish.row.of == ("moment",) and wish.theme in ("shown", self._dress.look.palette.name):
            self._write_shown(wish, path)
        else:
            self._session.export(path, self._flags(wish), self._tour_of(wish))

    def _tour_of(self, wish: Wish) -> str:
        return self._tour if "tour" in wish.row.of or "moment" in wish.row.of else ""

    def _write_shown(self, wish: Wish, path: Path) -> None:
        kind, kept = wish.row.ending.removeprefix("."), self.drawing(wish.what).recorded()
        self._session.write_made(path, lambda: drawn_as(kind, kept, wish.options.get("scale", 1.0)))

    def _flags(self, wish: Wish) -> list[str]:
        """The command line that writes it from what is open."""
        look, row = self._dress.look, wish.row
        theme = look.palette.name if wish.theme == "shown" else wish.theme
        wide, high = wish.size
        if row.of == ("moment",):
            central = self._parts.central
            wide, high = max(640, central.width()), max(400, central.height())
        flags = ["--format", row.name, "--theme", theme, "--size", f"{wide}x{high}"]
        flags += ["--colours", look.palette.values]
        if row.name != "handout":
            flags += ["--what", wish.what]
        flags += flags_of(wish.options)
        if tour := self._tour_of(wish):
            presenter = self._session.tour
            if row.of == ("moment",) and tour and presenter is not None:
                flags += ["--scene", str(presenter.index + 1)]
            return flags
        for flag, text in (("--from", wish.start), ("--to", wish.end)):
            if text and "film" in row.of:
                flags += [flag, text]
        flags += ["--notation", look.notation.name]
        for name in self._parts.slots.shown:
            flags += ["--panel", name]
        return flags

    def ask_for_picture(self, drawing: Drawing, name: str) -> None:
        """Ask where a drawing goes, and have it written as its file's ending says.

        Parameters
        ----------
        drawing : Drawing
            That is recorded: it is drawn on another thread.
        name : str
            What it is called.
        """

        def write(path: Path) -> None:
            kind = path.suffix.lower().removeprefix(".")
            if kind in KINDS:
                self._session.write_made(path, lambda: drawn_as(kind, drawing, title=name))
            else:
                named = show_name(path)
                self._tell(f"{named}: a picture is written as .png, .svg or .pdf", error=True)

        from rnnviz.views.outlet import ask_where  # not before it is needed

        plain = re.sub(r"[^\w⟨⟩]+", " ", name).strip() or "chart"
        kinds = {f".{kind}": words for kind, words in KINDS.items()}
        ask_where(self._window, "Save picture", self._session.home.beside(plain), kinds, write)

    def open_folder(self, path: Path) -> None:
        """Show the folder of a file that was written, in what the desktop has for folders."""
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))):
            self._tell(f"The desktop opens no folder; the file is {path}.", error=True)

    def _tell(self, text: str, *, error: bool = False) -> None:
        self._session.say(Notice(text, error=error))


def _orientation(drawing: Drawing) -> Any:
    from PySide6.QtGui import QPageLayout

    wide = drawing.width > drawing.height
    return QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
