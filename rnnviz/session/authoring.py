"""Making a tour: what is on the stage becomes a scene, scenes are edited, tried and saved.

There is one draft at a time. Recording places what it has recorded, and files are read and written,
on a thread of their own, one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from rnnviz.files.disk import fingerprint, is_there, read_content
from rnnviz.files.errors import DataError, counted, show_name
from rnnviz.opening.door import DOCUMENTS, MAX_TOUR
from rnnviz.opening.toml_files import has_comments, read_toml
from rnnviz.session.autosave import Autosave
from rnnviz.session.history import Home
from rnnviz.session.jobs import Notice, Tell, Worker
from rnnviz.session.moves import Clock
from rnnviz.session.presenting import Presenter, Words
from rnnviz.session.state import State
from rnnviz.session.tour_files import for_a_crash, write_tour, write_within
from rnnviz.session.work import reason_of
from rnnviz.tours.captions import filled, spans
from rnnviz.tours.drafts import Draft, is_strung, same_pictures
from rnnviz.tours.placing import OF_PLAYHEAD
from rnnviz.tours.recording import Present, recorded
from rnnviz.tours.scenes import Tour, TourScene
from rnnviz.tours.script import KEYS, read_tour, shipped_names, shipped_tour, tour_of
from rnnviz.tours.writing import tour_text

LOOKS = tuple(name for name in KEYS["view"] if name not in OF_PLAYHEAD)
"""The fields of the view that a scene may set and the window has, not the playhead."""
_COMMENTS = "What stands behind # in the file is not kept when it is saved here."


class Author(QObject):
    """The maker of tours: one draft, what may be done to it, and its file.

    Signals
    -------
    changed :
        The draft, or which of its scenes is looked at.

    Parameters
    ----------
    state : State
    clock : Clock
    autosave : Autosave
        Writes the document that keeps a tour.
    tell : callable
    present : callable (Tour, int)
        Presents a tour from a scene on.

    Attributes
    ----------
    draft : Draft or None
    path : Path or None
        The file or document that it stands in; None while it stands in none.
    stage : callable () → mapping
        What the window knows of the present state: fields of a `Present`.
    seen : callable () → bool
        Whether the draft is before the user's eyes.
    network : callable () → Path or None
        The file with the network that was opened last.
    """

    changed = Signal()

    def __init__(
        self,
        state: State,
        clock: Clock,
        autosave: Autosave,
        tell: Tell,
        present: Callable[[Tour, int], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._clock = state, clock
        self._autosave, self._tell, self._present = autosave, tell, present
        self.draft: Draft | None = None
        self.path: Path | None = None
        self.stage: Callable[[], Mapping[str, Any]] = dict
        self.seen: Callable[[], bool] = lambda: False
        self.network: Callable[[], Path | None] = lambda: None
        self._mark: bytes | None = None  # of the file as it was read or written last
        self._presenter: Presenter | None = None
        self._given: Tour | None = None  # the draft's tour, as it is presented
        self._queue: list[tuple[Callable[[], Any], Callable[[Any], object]]] = []
        self._worker = Worker(self)
        self._worker.finished.connect(self._done)

    # -- what there is -----------------------------------------------------------------------

    @property
    def modified(self) -> bool:
        """Whether there is a tour that is not saved."""
        return self.draft is not None and bool(self.draft.tour.scenes) and self.draft.modified

    @property
    def tried(self) -> bool:
        """Whether what is presented is the draft as it is now."""
        return self.draft is not None and self._given is self.draft.tour

    @property
    def document(self) -> Path | None:
        """The document that may keep the tour: its own, or the one that is open; else None."""
        before = None if self._presenter is None else self._presenter.home_before.path
        own = self.path if self.path is not None and _is_document(self.path) else None
        return own or self._state.home.path or before

    def as_said(self, text: str) -> Words:
        """A text as a caption has it, with the figures of what is shown."""
        frame = self._state.frame
        said = spans(text if frame is None else filled(text, frame))
        return tuple((span.text, span.bold, span.italic) for span in said)

    def unsaved(self) -> tuple[str, str]:
        """The text of a tour that is not saved, for a crash, and what its files are named from."""
        if self.draft is None or not self.modified:
            return "", ""
        return for_a_crash(self.draft.tour, self.path)

    @property
    def at_rest(self) -> bool:
        """Whether no thread works any more."""
        return not self._queue and self._worker.at_rest

    def close(self) -> None:
        """Finish what is being written."""
        waiting, self._queue = self._queue[1:], []
        self._worker.stop()
        for work, _ in waiting:
            with suppress(DataError, ValueError):  # nobody would hear of it any more
                work()

    # -- which tour --------------------------------------------------------------------------

    def begin(self) -> None:
        """Have a draft: of the tour that is presented, of the document's, or a new one."""
        if self.draft is not None:
            return
        presenter, home = self._presenter, self._state.home
        if presenter is not None:
            self._begin_from(presenter.tour, presenter.index)
        elif home.tour:
            try:
                self._begin_from(self._kept(home, strict=True), 0, saved=home.tour_place is None)
            except DataError as error:
                self._tell(Notice(str(error), error=True))
        else:
            self.begin_new()

    def begin_new(self) -> None:
        """Begin an empty draft in place of the one that there is."""
        self._take(Draft(), None)

    def load(self, path: Path) -> None:
        """Read a tour's file to edit it; its fault is said, with line and key."""

        def work() -> tuple[Tour, str]:
            tour = read_tour(path, strict=True)
            return tour, read_content(path).data.decode("utf-8-sig")

        def done(found: tuple[Tour, str]) -> None:
            self._begin_from(found[0], 0)
            if self.path is not None and has_comments(found[1]):
                self._tell(Notice(_COMMENTS))

        self._do(work, done)

    def load_shipped(self, name: str) -> None:
        """Begin with a copy of a tour that ships."""
        self._do(lambda: shipped_tour(name, strict=True), lambda tour: self._begin_from(tour, 0))

    def drop(self) -> None:
        """Put the draft away."""
        self._take(None, None)

    def _begin_from(self, tour: Tour, index: int, *, saved: bool = True) -> None:
        """Edit a tour that was read, where it stands, or a copy of one that ships or is strung."""
        fault = next((scene.fault for scene in tour.scenes if scene.fault), "")
        if fault:
            self._tell(Notice(f"To be edited it must be mended: {fault}", error=True))
            return
        path = Path(tour.path) if is_there(tour.path) else None
        if path is not None and tour.name in shipped_names():
            path = None if path.samefile(shipped_tour(tour.name).path) else path
        if is_strung(tour):
            path = None
            self._tell(Notice("Its parts are copied into one tour; their files stay."))
        draft = Draft(tour, index, saved=saved)
        self._take(draft, path)
        if self._presenter is not None and self._presenter.tour is tour:
            self._presenter.retell(draft.tour)  # the same, with names apart
            self._given = draft.tour
        if path is not None and not _is_document(path):
            self._do(lambda: fingerprint(path), self._remember_mark)

    def _remember_mark(self, mark: bytes | None) -> None:
        self._mark = mark

    def _take(self, draft: Draft | None, path: Path | None) -> None:
        self.draft, self.path, self._mark = draft, path, None
        self._given = None
        self.changed.emit()

    # -- recording ---------------------------------------------------------------------------

    def add(self) -> None:
        """Take the present state as a new scene after the one that is looked at."""
        self.begin()

        def done(scene: TourScene) -> None:
            draft = self.draft
            if draft is not None:
                draft.add(scene)
                self._edited()
                where = f"Added as scene {draft.index + 1} of “{draft.tour.title}”"
                more = (
                    "" if self.seen() else "; Ctrl+Shift+E shows the tour, which is not saved yet"
                )
                self._tell(Notice(f"{where}{more}"))

        self._record(done)

    def retake(self) -> None:
        """Have the scene that is looked at show the present state."""

        def done(scene: TourScene) -> None:
            draft = self.draft
            if draft is not None and draft.index >= 0:
                draft.take(draft.index, scene)
                self._edited()
                self._tell(Notice(f"Scene {draft.index + 1} shows what is on the stage now."))

        self._record(done)

    def _record(self, done: Callable[[TourScene], object]) -> None:
        branches, home = self._state.branches, self._state.home
        if self.draft is None or branches is None:
            return
        present = Present(
            branches, home.file, home.path, self.network(), speed=self._clock.speed, **self.stage()
        )
        name = self.draft.free_name()
        self._do(lambda: recorded(present, name), done)

    # -- edits -------------------------------------------------------------------------------

    def look_at(self, index: int) -> None:
        """Look at another scene of the draft."""
        draft = self.draft
        if draft is not None and 0 <= index < len(draft.tour.scenes) and index != draft.index:
            draft.index = index
            self.changed.emit()

    def say(self, **changes: Any) -> str:
        """Change what the scene says that is looked at; why that cannot be, or nothing."""
        return self._try(lambda draft: draft.say(draft.index, **changes))

    def call(self, **changes: Any) -> str:
        """Change the tour's own title, or the minutes that there are for it."""
        return self._try(lambda draft: draft.call(**changes))

    def move(self, index: int, to: int) -> None:
        """Put a scene at another place."""
        draft = self.draft
        if draft is not None and draft.move(index, to):
            self._edited()
            self._warn(to, index, index + 1)

    def duplicate(self) -> None:
        """A copy of the scene that is looked at, after it."""
        self._try(lambda draft: draft.duplicate(draft.index))

    def remove(self) -> None:
        """Take the scene that is looked at out of the tour."""
        draft = self.draft
        if draft is not None and draft.index >= 0:
            place = draft.index
            draft.remove(place)
            self._edited()
            self._warn(place)

    def undo(self) -> None:
        """Take the last edit of the tour back."""
        if self.draft is not None and self.draft.undoes is not None:
            self.draft.undo()
            self._tell(None)  # what was said of the edit
            self._edited()

    def redo(self) -> None:
        """Make the edit again that was taken back last."""
        if self.draft is not None and self.draft.redoes is not None:
            self.draft.redo()
            self._tell(None)
            self._edited()

    def _try(self, edit: Callable[[Draft], object]) -> str:
        draft = self.draft
        if draft is None:
            return ""
        try:
            edit(draft)
        except DataError as error:
            return error.reason
        self._edited()
        return ""

    def _warn(self, *places: int) -> None:
        """Say which scene goes on from another one now: one that opens nothing itself."""
        draft = self.draft
        scenes = () if draft is None else draft.tour.scenes
        goes_on = [n for n in places if 0 <= n < len(scenes) and scenes[n].opens is None]
        if goes_on:
            text = f"Scene {goes_on[0] + 1} opens nothing itself and now goes on from another one."
            self._tell(Notice(text))

    def _edited(self) -> None:
        """What is presented of it says the same at once, where it shows the same."""
        draft, presenter, given = self.draft, self._presenter, self._given
        if draft is not None and presenter is not None and given is not None:
            here = given is presenter.tour and draft.tour is not given
            if here and same_pictures(given, draft.tour):
                presenter.retell(draft.tour)
                self._given = draft.tour
        self.changed.emit()

    # -- presenting --------------------------------------------------------------------------

    def toured(self, presenter: Presenter | None) -> None:
        """A tour is presented now, or none any more."""
        self._presenter, self._given = presenter, None
        if presenter is not None:
            presenter.landed.connect(self._landed)
            if self.draft is not None and presenter.tour is self.draft.tour:
                self._given = presenter.tour
        self.changed.emit()

    def attempt(self) -> None:
        """Go to the scene that is looked at, live."""
        draft = self.draft
        if draft is None or draft.index < 0:
            return
        if self.tried and self._presenter is not None:
            self._presenter.go(draft.index)
        else:
            self._present(draft.tour, draft.index)

    def prepare(self) -> None:
        """Have what F5 presents: the draft from here, or the tour that the document keeps."""
        draft, presenter = self.draft, self._presenter
        if draft is not None and draft.tour.scenes:
            if not self.tried or presenter is None or presenter.index != draft.index:
                self.attempt()
        elif presenter is None:
            self.present_kept()

    def present_kept(self) -> None:
        """Present the tour that the document keeps; its fault is said."""
        if self._state.home.tour:
            try:
                self._present(self._kept(self._state.home), 0)
            except DataError as error:
                self._tell(Notice(str(error), error=True))

    def _kept(self, home: Home, *, strict: bool = False) -> Tour:
        path = str(home.tour_place or home.path or home.file)
        return tour_of(read_toml(home.tour.encode(), path, MAX_TOUR, "tour"), strict=strict)

    def _landed(self, shown: Any) -> None:
        if self.tried:
            self.look_at(shown.index)

    # -- saving ------------------------------------------------------------------------------

    def save(
        self, path: Path, then: Callable[[], object] = lambda: None, *, over: bool = False
    ) -> None:
        """Write the tour into a file, TOML, or into the document of that name.

        A file that was changed on the disk since it was read here is left alone unless it is to be
        written `over`.
        """
        draft = self.draft
        if draft is None or not draft.tour.scenes:
            return
        tour = draft.tour
        try:
            text = tour_text(tour, path)
        except DataError as error:
            self._tell(Notice(f"Not saved: {error}", error=True))
            return

        def saved(mark: bytes | None) -> None:
            self.path, self._mark = path, mark
            draft.mark_saved(tour)
            count = counted(len(tour.scenes), "scene")
            self._tell(Notice(f"Saved {show_name(path)}: {count}"))
            self.changed.emit()
            then()

        if _is_document(path):
            self._save_within(path, text, saved)
            return
        known = None if over or path != self.path else self._mark

        self._do(lambda: write_tour(path, text, known), saved)

    def _save_within(self, path: Path, text: str, saved: Callable[[None], object]) -> None:
        """Have a document keep the tour: the one that is open with all of it, another as it is."""
        state, presenter = self._state, self._presenter
        new = state.home.path is None and not path.exists()
        if new or state.home.path == path:
            state.home.tour, state.home.tour_place = text, path
            self._autosave.save(path, lambda: saved(None))
            return
        before = None if presenter is None else presenter.home_before

        def done(mark: bytes) -> None:
            if before is not None and before.path == path:
                before.tour, before.mark = text, mark
            saved(None)

        self._do(lambda: write_within(path, text), done)

    # -- one after the other -----------------------------------------------------------------

    def _do(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        self._queue.append((work, done))
        if len(self._queue) == 1:
            self._worker.submit(work)

    def _done(self, _ticket: int, result: object, error: object) -> None:
        _, done = self._queue.pop(0)
        if self._queue:
            self._worker.submit(self._queue[0][0])
        if error is None:
            done(result)
        else:
            self._tell(Notice(reason_of(error), error=True))


def _is_document(path: Path) -> bool:
    return path.suffix.lower() == DOCUMENTS
