"""Making a tour in the window: the editor beside the stage, its questions, and its files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDockWidget, QFileDialog, QMainWindow, QMenu

from rnnviz.files.errors import counted, show_name
from rnnviz.film.fields import BARS, FIELDS
from rnnviz.film.places import At, read_at
from rnnviz.session import Session
from rnnviz.session.authoring import LOOKS
from rnnviz.session.commands import Commands
from rnnviz.views.authoring.editor import Contents, TourEditor
from rnnviz.views.authoring.scene_list import SceneRow
from rnnviz.views.documents import Documents, Work
from rnnviz.views.look import Look
from rnnviz.views.presenting.caption import CaptionView
from rnnviz.views.window.dress import usual_unit
from rnnviz.views.window.lecture import Lecture
from rnnviz.views.window.panels import Panels
from rnnviz.views.window.parts import Parts

_TOURS = "Tours (*.toml)"
_DOCUMENTS = "rnnviz documents (*.rnnviz)"
_SMALL = (1280, 720, 16.0)  # a small beamer: pixels, and what its captions are measured with
_LINES = 2
_OPENED = {"lecture": "the lecture’s sentence", "vanishing": "a sentence that vanishes"}
_SHARE = 0.26  # of the window's width, at first


class Making(QObject):
    """Shows the tour that is being made, and has done what is asked of it.

    Parameters
    ----------
    window : QMainWindow
    commands : Commands
    parts : Parts
    panels : Panels
    lecture : Lecture
        Has a class see the stage alone.
    documents : Documents
        Asks about a tour that is not saved, as about a document.
    session : Session
    in_force : callable
        By a field's name what is in force of the view.
    """

    def __init__(
        self,
        window: QMainWindow,
        commands: Commands,
        parts: Parts,
        panels: Panels,
        lecture: Lecture,
        documents: Documents,
        session: Session,
        in_force: Callable[[str], object],
    ) -> None:
        super().__init__(window)
        self._window, self._parts, self._panels = window, parts, panels
        self._documents, self._session, self._in_force = documents, session, in_force
        self._commands, self._author = commands, session.author
        lecture.switched = self.for_lecture
        self._author.stage = self._stage
        self._author.seen = lambda: self.shown
        self._author.changed.connect(self._tell)
        self._work = Work(lambda: self._author.modified, self._question, self.save)
        documents.works.append(self._work)
        self.tours: Sequence[tuple[str, str, str]] = ()
        self.editor: TourEditor | None = None
        self._dock: QDockWidget | None = None
        self._measure: CaptionView | None = None
        self._hidden = False

    # -- the editor --------------------------------------------------------------------------

    def add(self) -> None:
        """Take the present state as a scene."""
        self._author.add()

    def open(self) -> None:
        """Show the editor, with the tour that is being made, presented, or kept by the document."""
        self._author.begin()
        if self._author.draft is None:
            return
        if self._dock is None:
            self._build()
        assert self._dock is not None and self.editor is not None
        self._dock.show()
        self._dock.raise_()
        self._tell()
        (self.editor.list if self._author.draft.tour.scenes else self.editor.title).setFocus()

    @property
    def shown(self) -> bool:
        """Whether the editor can be seen."""
        return self._dock is not None and self._dock.isVisible()

    def set_look(self, look: Look) -> None:
        """Take other colours; in a lecture the editor keeps the type of one's own screen."""
        if self.editor is not None:
            unit = look.unit if not look.lecture else usual_unit(self._window.size())
            own = replace(look, unit=unit, lecture=False)
            self.editor.set_look(own)
            if self._dock is not None:
                self._dock.setFont(own.font())

    def for_lecture(self, lecture: bool) -> None:
        """Have a class see the stage alone."""
        if self._dock is not None and not self._dock.isFloating():
            if lecture:
                self._hidden = self._dock.isVisible()
                self._dock.hide()
            elif self._hidden:
                self._dock.show()

    def prepare(self) -> None:
        """Have what F5 presents."""
        if self.shown:
            self._present(self._author.prepare)
        elif self._session.tour is None:
            self.present_kept()

    def present_kept(self) -> None:
        """Present the tour that the document keeps."""
        self._present(self._author.present_kept)

    def _present(self, present: Callable[[], object]) -> None:
        """Present something, after asking about work that it would take the place of."""
        if self._session.tour is None:
            self._documents.guard(present)
        else:
            present()

    def _build(self) -> None:
        editor = self.editor = TourEditor()
        dock = self._dock = QDockWidget(self._window)
        dock.setObjectName("tour-dock")
        dock.setWidget(editor)
        dock.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        dock.dockLocationChanged.connect(self._stand)
        self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        self._parts.dress(self)
        wide = round(_SHARE * self._window.width())
        self._window.resizeDocks([dock], [wide], Qt.Orientation.Horizontal)
        menu = QMenu(editor.file)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        editor.file.setMenu(menu)
        editor.asked.connect(self._do)
        editor.chosen.connect(self._author.look_at)
        editor.moved.connect(self._author.move)
        editor.said.connect(self._say)
        editor.called.connect(lambda key, value: self._author.call(**{key: value}))
        self._measure = CaptionView(editor)
        self._measure.hide()

    def _stand(self, area: Qt.DockWidgetArea) -> None:
        sides = Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea
        upright = bool(area & sides)
        assert self.editor is not None
        self.editor.stand(Qt.Orientation.Vertical if upright else Qt.Orientation.Horizontal)

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        menu.addAction("&New tour", lambda: self._instead(self._author.begin_new))
        menu.addAction("&Open …", lambda: self._instead(self._ask_for_file))
        ships = menu.addMenu("A &copy of")
        for name, title, _ in self.tours:
            load = lambda name=name: self._author.load_shipped(name)  # noqa: E731
            ships.addAction(title.replace("&", "&&"), lambda load=load: self._instead(load))
        menu.addSeparator()
        some = self._author.draft is not None and bool(self._author.draft.tour.scenes)
        for text, does in (
            ("&Save\tCtrl+S", self.save),
            ("Save &as …\tCtrl+Shift+S", self.save_as),
            ("Save in the &document", self.save_within),
        ):
            menu.addAction(text, lambda does=does: does()).setEnabled(some)
        menu.addSeparator()
        menu.addAction("C&lose the tour", lambda: self._instead(self._close))

    def _close(self) -> None:
        self._author.drop()
        if self._dock is not None:
            self._dock.hide()
        self._parts.stage.setFocus()

    def _do(self, what: str) -> None:
        author, draft = self._author, self._author.draft
        place = -1 if draft is None else draft.index
        does: dict[str, Callable[[], object]] = {
            "add": lambda: self._commands.run("add_scene"),
            "take": author.retake,
            "try": lambda: self._present(author.attempt),
            "earlier": lambda: author.move(place, place - 1),
            "later": lambda: author.move(place, place + 1),
            "duplicate": author.duplicate,
            "delete": author.remove,
            "undo": author.undo,
            "redo": author.redo,
            "save": self.save,
            "save_as": self.save_as,
            "leave": self._parts.stage.setFocus,
        }
        why = self._commands.why_not("add_scene") if what == "take" else ""
        if why:
            self._parts.message.tell(f"Not taken: {why}.")
        else:
            does[what]()

    # -- what it shows -----------------------------------------------------------------------

    def _tell(self) -> None:
        author, editor, draft = self._author, self.editor, self._author.draft
        if editor is None or self._dock is None:
            return
        if draft is None:
            self._dock.hide()
            return
        tour, scene = draft.tour, draft.scene
        new = "not saved yet" if draft.modified else "in no file yet"
        where = new if author.path is None else show_name(author.path)
        if author.path is not None and draft.modified:
            where = f"• {where}"
        self._dock.setWindowTitle(f"Tour: {tour.title}{' •' if author.modified else ''}")
        rows = tuple(
            SceneRow(
                _first_words(each),
                each.minutes,
                each.part if number == 0 or each.part != tour.scenes[number - 1].part else "",
                each.opens is None,
                each.asks,
            )
            for number, each in enumerate(tour.scenes)
        )
        values: dict[str, Any] = {}
        if scene is not None:
            names = ("title", "caption", "question", "answer", "notes", "minutes", "speed", "part")
            values = {name: getattr(scene, name) for name in names}
            values["play"] = "" if scene.play is None else str(scene.play)
        editor.tell(
            Contents(
                tour.title,
                where,
                tour.planned,
                rows,
                draft.index,
                "" if scene is None else scene.name,
                values,
                draft.undoes,
                draft.redoes,
            )
        )

    def _say(self, key: str, value: object) -> None:
        """A field was changed: have it said, or say why it cannot be."""
        editor = self.editor
        assert editor is not None
        why = ""
        if key == "play":
            try:
                place = _place(str(value))
            except ValueError as error:
                editor.form.warn(key, str(error))
                return
            why = self._author.say(play=place)
        else:
            why = self._author.say(**{key: value})
        editor.form.warn(key, f"{why[:1].upper()}{why[1:]}" or self._too_long(key, value))

    def _too_long(self, key: str, value: object) -> str:
        """What is said of a text that takes more lines than there is room for; else nothing."""
        measure = self._measure
        if measure is None or key not in ("title", "caption", "question", "answer"):
            return ""
        wide, high, unit = _SMALL
        measure.resize(wide, high)
        measure.set_look(replace(self._parts.look, unit=unit, lecture=True))
        words = self._author.as_said(str(value))
        measure.say(*((words, ()) if key == "title" else ((), words)))
        lines, most = (measure.lines[0], 1) if key == "title" else (measure.lines[1], _LINES)
        if lines <= most:
            return ""
        return f"The {key} takes {lines} lines on a screen of {wide} × {high}: make it shorter."

    def _stage(self) -> dict[str, Any]:
        """What the window knows of the present state."""
        slots, panels = self._parts.slots, self._panels.layout.panels
        if not slots.filling:  # those that have nothing to show yet take no room
            panels = tuple(name for name in panels if name in slots.shown)
        bars = tuple(b for b in BARS if self._panels.shows(b) and b not in panels)
        return {
            "panels": panels,
            "fill": slots.filling,
            "bars": () if slots.filling else bars,
            "words": self._parts.words_shown and self._parts.words.shown,
            "cover": tuple(panel.name for panel in slots.panels() if panel.covers),
            "looks": {name: FIELDS[name].clamped(self._in_force(name)) for name in LOOKS},
        }

    # -- files -------------------------------------------------------------------------------

    def _instead(self, action: Callable[[], object]) -> None:
        """Do something that takes the draft's place, after asking about one that is not saved."""
        self._documents.guard(action, self._work)

    def _question(self, _closing: bool) -> tuple[str, str]:
        draft, path = self._author.draft, self._author.path
        assert draft is not None
        count = len(draft.tour.scenes)
        if path is not None:
            return f"Save the changes to the tour {show_name(path)}?", "Otherwise they are lost."
        what = f"{'it is' if count == 1 else 'they are'} lost"
        return f"Save the tour “{draft.tour.title}”?", (
            f"It has {counted(count, 'scene')} and stands in no file. Otherwise {what}."
        )

    def save(self, then: Callable[[], object] = lambda: None) -> None:
        """Save the tour where it stands, or ask where."""
        if self._author.path is None:
            self.save_as(then)
        else:
            self._author.save(self._author.path, then)

    def save_as(self, then: Callable[[], object] = lambda: None) -> None:
        """Ask for a file of its own."""
        draft = self._author.draft
        if draft is None or not draft.tour.scenes:
            return
        kept = "".join(c if c.isalnum() or c in " -_" else " " for c in draft.tour.title)
        name = "-".join(kept.lower().split())[:60] or "tour"
        self._ask(f"{name}.toml", _TOURS, lambda path: self._author.save(path, then, over=True))

    def save_within(self) -> None:
        """Have the document keep it: the one that is open, or one that is asked for."""
        path = self._author.document
        if path is not None:
            self._author.save(path)
        else:
            name = f"{Path(self._session.home.file or 'run').stem}.rnnviz"
            self._ask(name, _DOCUMENTS, self._author.save)

    def _ask(self, name: str, filters: str, save: Callable[[Path], object]) -> None:
        place = self._author.path
        proposed = self._session.home.beside(name) if place is None else str(place.parent / name)
        dialog = QFileDialog(self._window, "Save the tour", proposed, filters)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        suffix = ".toml" if filters == _TOURS else ".rnnviz"
        dialog.setDefaultSuffix(suffix[1:])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: save(_with_suffix(chosen, suffix)))
        dialog.open()

    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self._window, "Edit a tour", "", _TOURS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self._author.load(Path(chosen)))
        dialog.open()


def _first_words(scene: Any) -> str:
    """What a scene is called in the list: what it says first, else what it opens and where."""
    text = scene.title or scene.caption or scene.question
    if not text:
        what, value = next(iter((scene.opens or {}).items()), ("", scene.name))
        text = f"({_OPENED.get(what, str(value))} · {scene.at or 'start'})"
    return " ".join(text.split())


def _place(text: str) -> At | None:
    """A place that was typed; ValueError for what is none."""
    return read_at(text.strip()) if text.strip() else None


def _with_suffix(chosen: str, suffix: str) -> Path:
    path = Path(chosen)
    return path if path.suffix.lower() == suffix else path.with_name(path.name + suffix)
