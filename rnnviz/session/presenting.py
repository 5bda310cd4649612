"""Presenting a tour: which scene is shown, the way on and back, and the next one made beforehand.

Every scene is landed as the script has it, whatever was changed live meanwhile, so that going on
brings the script back and going back restores a scene exactly. What was changed live can be taken
back as any edit; what was open before the tour is one edit away when it is left.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QElapsedTimer, QObject, Signal

from rnnviz.files.errors import DataError, counted
from rnnviz.film import Branches, Frame, Pass, resolve
from rnnviz.film.panels import measures_of
from rnnviz.frozen import record
from rnnviz.session.history import Home
from rnnviz.session.jobs import Notice, Tell, Worker
from rnnviz.session.moves import Clock
from rnnviz.session.state import State
from rnnviz.session.trainer import Trainer
from rnnviz.session.work import pass_at, reason_of
from rnnviz.tours.captions import filled, in_plain, missing, spans
from rnnviz.tours.placing import Placed, Placing
from rnnviz.tours.scenes import Tour, TourScene

Words = tuple[tuple[str, bool, bool], ...]
"""Stretches of a text, each with whether it is bold and italic."""

_KEPT = 2  # scenes on either side that stay ready


@record(eq=False)
class Ready:
    """A scene that can be shown at once: its place, and the pass that its pictures are of."""

    placed: Placed
    passing: Pass

    def frame(self, *, ended: bool) -> Frame:
        """What it shows at first, or in the end."""
        branches = self.placed.ended if ended else self.placed.branches
        return resolve(branches.run, branches.playhead, self.passing, branches)


@record(eq=False)
class Shown:
    """The scene that a tour shows, placed, or why it cannot be shown.

    Attributes
    ----------
    tour : Tour
    index : int
        The scene's, from 0.
    told : bool
        Whether what is asked has been answered; True of a scene that asks nothing.
    placed : Placed or None
        What the scene shows; None where it cannot be shown.
    fault : str
        Why.
    """

    tour: Tour
    index: int
    told: bool
    placed: Placed | None
    fault: str = ""

    @property
    def scene(self) -> TourScene:
        """The scene."""
        return self.tour.scenes[self.index]

    @property
    def caption(self) -> str:
        """What stands under the title now: a question, its answer, or the caption."""
        scene = self.scene
        if self.fault:
            return scene.caption
        if not self.told:
            return scene.question or scene.caption
        return scene.answer or scene.caption

    @property
    def covered(self) -> tuple[str, ...]:
        """The panels whose curves are covered now."""
        return () if self.told else self.scene.cover

    @property
    def blanks(self) -> int:
        """How many numbers of the equation are blank now."""
        return 0 if self.told else self.scene.blanks


def ready(placing: Placing, index: int) -> Ready:
    """Make a scene ready to be shown; for any thread.

    Raises
    ------
    DataError
        Where it cannot be shown, or says a figure that it has not.
    """
    placed = placing.at(index)
    names = measures_of(placed.panels)
    passing = pass_at(placed.branches, names)
    passing = pass_at(placed.ended, names, passing)
    made = Ready(placed, passing)
    scene, frame = placed.scene, made.frame(ended=True)
    for text in (scene.title, scene.caption, scene.question, scene.answer):
        why = missing(text, frame)
        if why:
            raise DataError(why, path=scene.path, line=scene.line)
    return made


class Presenter(QObject):
    """A tour that is being presented: the scene, the next one made ready, time.

    Signals
    -------
    landing : Shown
        Something else is about to be shown: whoever shows it makes room.
    landed : Shown
        It is shown.
    retold :
        The same is shown and something else said of it.
    ended :
        It is over.

    Parameters
    ----------
    tour : Tour
    state : State
    trainer : Trainer
        Gives way.
    clock : Clock
    tell : callable
        Says why something cannot be shown.
    like : Presenter, optional
        Another one of the same tour, whose scenes are made ready for both.
    """

    landing = Signal(object)
    landed = Signal(object)
    retold = Signal()
    ended = Signal()

    def __init__(
        self,
        tour: Tour,
        state: State,
        trainer: Trainer,
        clock: Clock,
        tell: Tell,
        parent: QObject | None = None,
        like: Presenter | None = None,
    ) -> None:
        super().__init__(parent)
        self.tour = tour
        self._state, self._trainer, self._clock, self._tell = state, trainer, clock, tell
        self._placing = Placing(tour) if like is None else like._placing
        self._ready: dict[int, Ready | str] = {} if like is None else like._ready
        self._follows = like is not None
        self._shown: Shown | None = None
        self._wanted: tuple[int, bool, bool] | None = None
        self._making: int | None = None
        self._worker = Worker(self)
        self._worker.finished.connect(self._made)
        self._elapsed = QElapsedTimer()
        # What was open before, and what could be taken back then.
        self._before, self._entries = state.place, state.history.entries
        self._speed = clock.speed
        state.history.restore(((), ()))

    # -- what is shown -----------------------------------------------------------------------

    @property
    def shown(self) -> Shown | None:
        """What is shown; None before the first scene is."""
        return self._shown

    @property
    def index(self) -> int:
        """The scene that is shown or on its way, from 0."""
        if self._wanted is not None:
            return self._wanted[0]
        return 0 if self._shown is None else self._shown.index

    @property
    def waiting(self) -> bool:
        """Whether a scene that is wanted is still being made."""
        return self._wanted is not None

    @property
    def running(self) -> bool:
        """Whether the film runs by itself to where the scene has it in the end."""
        return self._clock.under_way

    @property
    def at_rest(self) -> bool:
        """Whether nothing is made ready any more."""
        return self._making is None and self._worker.at_rest

    @property
    def seconds(self) -> float:
        """How long it has been presented; 0 before it began."""
        return self._elapsed.elapsed() / 1000.0 if self._elapsed.isValid() else 0.0

    @property
    def planned(self) -> float:
        """Seconds that are planned up to the end of the scene that is shown."""
        return 60.0 * sum(scene.minutes for scene in self.tour.scenes[: self.index + 1])

    def following(self) -> Shown | None:
        """What *next* shows after what is shown; None at the end."""
        shown = self._shown
        if shown is None:
            return None
        if not shown.told:
            return replace(shown, told=True)
        index = shown.index + 1
        if index >= len(self.tour.scenes):
            return None
        return self._as_shown(index, told=not self.tour.scenes[index].asks)

    def ready(self, index: int) -> Ready | None:
        """A scene that has been made ready; None of others, and of those that cannot be."""
        found = self._ready.get(index)
        return found if isinstance(found, Ready) else None

    @property
    def home_before(self) -> Home:
        """Where what was open before the tour belongs."""
        return self._before.home

    def take_over(self, former: Presenter) -> None:
        """Take the place of another one: when this is left, what was open before that is back."""
        self._before, self._entries, self._speed = former._before, former._entries, former._speed

    def retell(self, tour: Tour) -> None:
        """Take over a tour whose scenes show the same, and say something else."""
        self.tour, self._placing = tour, Placing(tour)
        for index, found in self._ready.items():
            if isinstance(found, Ready):
                placed = replace(found.placed, scene=tour.scenes[index])
                self._ready[index] = Ready(placed, found.passing)
        if self._shown is not None:
            self._shown = replace(self._shown, tour=tour)
            self.retold.emit()

    # -- the way -----------------------------------------------------------------------------

    def begin(self) -> None:
        """Start the clock, if it does not run yet."""
        if not self._elapsed.isValid():
            self._elapsed.start()

    def next(self) -> None:
        """On: finish what runs by itself, tell what was asked, or show the next scene."""
        self.begin()
        shown = self._shown
        if self._wanted is None and self._clock.under_way:
            self._clock.finish()
        elif self._wanted is None and shown is not None and not shown.told:
            self._go(shown.index, told=True, play=True)
        elif self.index + 1 < len(self.tour.scenes):
            self._forward(self.index + 1)
        else:
            self._tell(Notice("This is the last scene; Esc leaves the tour."))

    def back(self) -> None:
        """Back to what was shown before, as it was when it was left."""
        shown = self._shown
        if self._wanted is None and shown is not None and shown.told and shown.scene.asks:
            self._go(shown.index, told=False)
        elif self.index > 0:
            self._go(self.index - 1, told=True)
        else:
            self._tell(Notice("This is the first scene."))

    def go(self, index: int) -> None:
        """Show a scene from its beginning."""
        if 0 <= index < len(self.tour.scenes):
            self._forward(index)
        else:
            self._tell(Notice(f"The tour has {counted(len(self.tour.scenes), 'scene')}."))

    def first(self) -> None:
        """Show the first scene."""
        self.go(0)

    def last(self) -> None:
        """Show the last scene."""
        self.go(len(self.tour.scenes) - 1)

    def again(self) -> None:
        """Bring the script back: what is shown, without what was changed live."""
        shown = self._shown
        if shown is not None:
            self._go(shown.index, told=shown.told)

    def show(self, index: int, *, told: bool) -> None:
        """Show a scene at rest, as it is when something has been asked, or in the end."""
        self._go(index, told=told or not self.tour.scenes[index].asks)

    def close(self) -> None:
        """Leave the tour; what it shows stays, and what was open before is one edit away."""
        self._worker.stop()
        self._wanted = None
        if self._shown is not None and self._shown.fault:
            self._tell(None)
        self._clock.finish()
        self._clock.set_speed(self._speed)
        history = self._state.history
        live = history.entries
        history.restore(self._entries)
        if self._shown is not None and self._before.branches is not None:
            history.remember(self._before, f"the tour “{self.tour.title}”")
            history.restore(((*history.entries[0], *live[0]), live[1]))
        self.ended.emit()

    # -- within ------------------------------------------------------------------------------

    def _forward(self, index: int) -> None:
        scene = self.tour.scenes[index]
        self._go(index, told=not scene.asks, play=not scene.asks)

    def _as_shown(self, index: int, *, told: bool) -> Shown:
        found = self._ready.get(index)
        if isinstance(found, Ready):
            return Shown(self.tour, index, told, found.placed)
        return Shown(self.tour, index, told, None, found or "")

    def _go(self, index: int, *, told: bool, play: bool = False) -> None:
        """Show a scene when it is ready: at its beginning if it is not told, or is played."""
        self._wanted = index, told, play
        if index in self._ready:
            self._land()
        else:
            self._make(index)

    def _land(self) -> None:
        assert self._wanted is not None
        (index, told, play), self._wanted = self._wanted, None
        found = self._ready[index]
        shown = self._shown = self._as_shown(index, told=told)
        if isinstance(found, Ready):
            frame = found.frame(ended=told and not play)
            self._trainer.give_way(lambda: self._put(shown, frame, found.placed))
            if play and frame.playhead.position != found.placed.end:
                self._clock.run_to(found.placed.end)
        else:
            self._clock.finish()
            self.landing.emit(shown)
            self._tell(Notice(f"Not shown: {found}"))
        self.landed.emit(shown)
        self._make_next()

    def _put(self, shown: Shown, frame: Frame, placed: Placed) -> None:
        self._clock.pause()
        self._clock.set_speed(placed.scene.speed)
        self.landing.emit(shown)
        home = Home(_same_home(placed.branches, frame.branches), file=placed.file)
        self._state.put(frame, home, panels=placed.panels)
        self._state.history.restore(((), ()))
        self._tell(None)  # what was said of what was changed live

    def _make_next(self) -> None:
        """Have the neighbours ready, the next one first; let go of what is far."""
        here = self.index
        if self._follows:
            return
        for far in [i for i in self._ready if abs(i - here) > _KEPT and i != 0]:
            del self._ready[far]
        for index in (here + 1, here - 1, here + 2):
            if 0 <= index < len(self.tour.scenes) and index not in self._ready:
                self._make(index)
                return

    def _make(self, index: int) -> None:
        if self._making == index:
            return
        self._making = index
        placing = self._placing
        self._worker.submit(lambda: (index, _attempt(placing, index)))

    def _made(self, _ticket: int, result: object, error: object) -> None:
        index, found = result if isinstance(result, tuple) else (self._making, reason_of(error))
        if index is None:
            return
        self._ready[index] = found
        if self._making == index:
            self._making = None
        if self._wanted is not None:
            if self._wanted[0] in self._ready:
                self._land()
            else:
                self._make(self._wanted[0])
        else:
            self._make_next()


def _attempt(placing: Placing, index: int) -> Ready | str:
    """A scene made ready, or why it cannot be: a lecture goes on whatever is wrong with one."""
    try:
        return ready(placing, index)
    except (DataError, ValueError, MemoryError) as error:
        return reason_of(error)
    except Exception as error:
        return f"a mistake in rnnviz: {type(error).__name__}: {error}"


def _same_home(placed: Branches, shown: Branches) -> Branches:
    """What needs no saving: the scene itself, wherever in it the film stands."""
    return placed if placed.run is shown.run else shown


@record
class SceneTexts:
    """What a scene says, each text in stretches of one kind of letters."""

    title: Words
    text: Words
    asked: Words
    told: Words


def title_of(shown: Shown, frame: Frame | None) -> str:
    """A scene's title without marks, with the figures of a frame where there is one."""
    return in_plain(shown.scene.title or shown.scene.name, frame)


def notes_of(shown: Shown, frame: Frame | None) -> str:
    """A scene's notes in the same way."""
    return in_plain(shown.scene.notes.strip(), frame)


def texts_of(shown: Shown, frame: Frame, *, running: bool = False) -> SceneTexts:
    """What is said beside a frame, with its figures; of the other side of a question too.

    While the film is `running` to the answer that is not told yet.
    """
    if running and shown.scene.asks:
        shown = replace(shown, told=False)
    scene = shown.scene

    def words(text: str) -> Words:
        return tuple((s.text, s.bold, s.italic) for s in spans(filled(text, frame)))

    other = replace(shown, told=not shown.told)
    texts = {shown.told: shown.caption, other.told: other.caption if scene.asks else ""}
    asked, told = words(texts.get(False, "")), words(texts.get(True, ""))
    return SceneTexts(words(scene.title), words(shown.caption), asked, told)
