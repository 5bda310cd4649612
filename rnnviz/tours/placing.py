"""What a scene shows: a place in a film, made through the doors that everything is opened by.

Nothing here is presented: the same scene is the same place whether one comes to it from before,
from behind or from nowhere, so that it can be made beforehand and shown again exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from rnnviz.data import Sequence, make_task, sample_path, sequence_from_text
from rnnviz.engine import Network
from rnnviz.files.errors import DataError
from rnnviz.film import (
    Branch,
    Branches,
    Playhead,
    Run,
    Settings,
    Timeline,
    clamp,
    compute_pass,
    resolve,
    start_run,
)
from rnnviz.film.comparison import compare, is_compared, uncompare, why_not_compared
from rnnviz.film.fields import fields_of
from rnnviz.film.measures import look_through
from rnnviz.film.panels import Layout, measures_of, of_panels
from rnnviz.film.places import looked_from, position_of, refuse_absent
from rnnviz.film.plan import best_of
from rnnviz.frozen import field, record
from rnnviz.opening import shipped
from rnnviz.opening.door import begun, lecture_task, open_path, run_of
from rnnviz.opening.session_files import SessionFile
from rnnviz.opening.toml_files import Toml
from rnnviz.tours.scenes import Tour, TourScene
from rnnviz.tours.script import SERIES


@record(eq=False)
class Placed:
    """A scene placed: branches at a playhead, layout and fields of the view.

    Attributes
    ----------
    scene : TourScene
    branches : Branches
        All that is open, where the film stands at first.
    end : float
        Where it stands in the end; the same where nothing is played.
    layout : Layout
        The panels under the stage.
    fill : str
        The panel that has the stage's place too; empty where none has.
    bars : tuple of str
    words : bool or str
    looks : mapping of str to value
        Fields of the view that are no part of a playhead.
    file : Path or None
        What was opened.
    """

    scene: TourScene
    branches: Branches
    end: float
    layout: Layout
    fill: str = ""
    bars: tuple[str, ...] = ()
    words: bool | str = False
    looks: Mapping[str, Any] = field(default_factory=dict[str, Any])
    file: Path | None = None

    @property
    def ended(self) -> Branches:
        """The same where the film has come to its end."""
        return self.branches.at(self.branches.playhead.at(self.end))

    @property
    def panels(self) -> tuple[str, ...]:
        """The panels that are seen: what measures are found for."""
        return (self.fill,) if self.fill else self.layout.panels


OF_PLAYHEAD = ("source", "summed", "quantity", "origin", "horizon", "copies", "lags", "selected",
               "layer", "column", "compared")  # fmt: skip
"""Fields of the view that are parts of what is open, and no view's own."""


class Placing:
    """Makes what the scenes of a tour show, each once; for any thread.

    Parameters
    ----------
    tour : Tour
    """

    def __init__(self, tour: Tour) -> None:
        self._tour = tour
        self._made: dict[int, Placed] = {}
        self._lock = Lock()

    def at(self, index: int) -> Placed:
        """What a scene shows.

        Raises
        ------
        DataError, ValueError
            In words, where it cannot be shown.
        """
        with self._lock:
            return self._at(index)

    def _at(self, index: int) -> Placed:
        if index in self._made:
            return self._made[index]
        scene = self._tour.scenes[index]
        if scene.fault:
            raise DataError(scene.fault, about="")
        try:
            made = self._placed(scene, None if scene.opens is not None else self._before(index))
        except DataError as error:
            if error.path is not None:
                raise
            line = scene.lines.get("open", scene.line)
            raise DataError(str(error), path=scene.path, line=line) from None
        except ValueError as error:
            why = str(error)
            raise DataError(why, path=scene.path, line=scene.line_of(why)) from None
        self._made[index] = made
        return made

    def _before(self, index: int) -> Placed:
        """What the scene before shows, or the one before that where it shows nothing."""
        for earlier in range(index - 1, -1, -1):
            try:
                return self._at(earlier)
            except DataError:
                continue
        task = lecture_task()
        return _anew(self._tour.scenes[index], Branches.of(start_run(task)))

    def _placed(self, scene: TourScene, before: Placed | None) -> Placed:
        if before is None:
            branches, file = _opened(scene)
            panels = shipped.panels_of(str(next(iter((scene.opens or {}).values()), "")))
            before = replace(_anew(scene, branches), layout=of_panels(panels), file=file)
            branches = _with_plan(branches, scene.given)
        else:
            branches = _with_plan(_changed(before.ended, scene), scene.given)
        if scene.mode and scene.mode != branches.task.mode:
            try:
                branches = branches.with_run(branches.run.in_mode(scene.mode))
            except ValueError as error:
                raise ValueError(f"mode {scene.mode}: {error}") from None
        branches = _compared(branches, scene.looks.get("compared"))
        branches = _named(_at_snapshot(branches, scene.snapshot), scene.branch)
        branches = branches.at(looked_from(branches.playhead, scene.looks))
        branches = _updated(branches, scene.updates)
        branches = branches.at(clamp(branches.playhead, branches.run))
        passing = compute_pass(branches.run, branches.branch.snapshot, branches.source)
        refuse_absent(scene.looks, branches.run, passing)
        timeline = Timeline(passing.task.steps)
        position = timeline.clamp(branches.position)
        if scene.at is not None:
            position = _position("at", scene.at, timeline)
        end = position if scene.play is None else _position("play", scene.play, timeline)
        if end < position:
            raise ValueError(f"play {scene.play} lies before {scene.at or 'where the film stands'}")
        # Naming panels shows the stage again, unless the scene says what fills it.
        named = scene.panels is not None
        fill = scene.fill if scene.fill is not None else "" if named else before.fill
        layout = of_panels(scene.panels) if scene.panels is not None else before.layout
        if fill and fill not in layout.panels:
            layout = of_panels((fill, *layout.panels))
        for name in (*scene.cover, *(("equation",) if scene.blanks else ())):
            if name not in layout.panels:
                key = "cover" if name in scene.cover else "blanks"
                raise ValueError(f"{key}: the panel {name} is not shown; name it under panels")
        words = scene.words if scene.words is not None else before.words and not named
        return Placed(
            scene,
            branches.at(branches.playhead.at(position)),
            end,
            layout,
            fill,
            before.bars if scene.bars is None else scene.bars,
            words,
            {
                **before.looks,
                **{n: v for n, v in scene.looks.items() if n not in OF_PLAYHEAD},
            },
            before.file,
        )


def _anew(scene: TourScene, branches: Branches) -> Placed:
    """Something that was just opened, looked at as nobody has said otherwise."""
    return Placed(scene, branches, branches.position, of_panels(()))


# -- what is opened ------------------------------------------------------------------------------


def _opened(scene: TourScene) -> tuple[Branches, Path | None]:
    """What a scene opens, with its network where that is a fresh one."""
    kind, value = next(iter((scene.opens or {}).items()))
    more = scene.opens or {}
    settings = _settings(Settings(), scene.given)
    if kind == "lecture":
        return _fresh(lecture_task(more.get("unit", "words")).sequence, settings), None
    if kind == "text":
        unit = more.get("unit", "words")
        return _fresh(sequence_from_text(value, unit=unit, name="typed text"), settings), None
    if kind == "series":
        path = sample_path(SERIES[value])
        found = open_path(path)
        assert isinstance(found, Sequence)
        return _fresh(found, settings), path
    if kind in ("file", "document"):
        path = Path(value if kind == "file" else scene.path)
        return _in_file(path, scene, settings), path
    if kind == "problem":
        run = shipped.open_problem(value, more.get("example", ""))
        if "text" in more:
            run = shipped.with_text(run, more["text"])
    elif kind == "twins":
        run = shipped.open_problem(value, more.get("example", ""))
    else:
        return _changed(shipped.open_any(shipped.VANISHING), scene), None
    if "length" in more:
        run = shipped.with_length(run, more["length"])
    made = shipped.twins(run) if kind == "twins" else _of(run)
    return _changed(made, scene), None


def _in_file(path: Path, scene: TourScene, settings: Settings) -> Branches:
    found = open_path(path)
    if isinstance(found, Sequence):
        return _fresh(found, settings)
    if isinstance(found, Network):
        return _changed(_of(run_of(found, path)), scene)
    if isinstance(found, SessionFile):
        return _changed(_of(begun(found, None)), scene)
    if isinstance(found, Toml):
        raise DataError("is a tour, which a scene cannot open", path=path)
    return _changed(found.branches, scene)


def _fresh(sequence: Sequence, settings: Settings) -> Branches:
    return _of(start_run(make_task(sequence), settings))


def _of(run: Run) -> Branches:
    return Branches.of(run, Playhead(layer=run.architecture.layers - 1))


# -- what is changed -----------------------------------------------------------------------------


def _settings(settings: Settings, given: Mapping[str, Any]) -> Settings:
    """Settings with what a scene says of the network and of updates."""
    rows = {row.name for row in fields_of("network", "updates")}
    return replace(settings, **{name: value for name, value in given.items() if name in rows})


def _with_plan(branches: Branches, given: Mapping[str, Any]) -> Branches:
    """With what a scene says of a training, which is planned so and not made."""
    rows = {row.name for row in fields_of("training")}
    planned = {name: value for name, value in given.items() if name in rows}
    if not planned:
        return branches
    from rnnviz.training.offer import first_plan

    run = branches.run
    return branches.with_run(replace(run, plan=replace(first_plan(run), **planned)))


def _changed(branches: Branches, scene: TourScene) -> Branches:
    """What is open with the scene's network or updates, in all of the cells that are compared."""
    run = branches.run
    settings = _settings(run.settings, scene.given)
    if settings == run.settings:
        return branches
    together = is_compared(branches)
    if together:
        branches = uncompare(branches)
        run = branches.run
    if settings.same_weights(run.settings):
        made = run.with_updates(settings, branches.branch.snapshot)
        if settings.learning_rate is not None:
            made = made.with_learning_rate(settings.learning_rate, len(made.networks) - 1)
    else:
        made = replace(start_run(run.task, settings), shipped=run.shipped)
    branches = branches.with_run(made)
    return compare(branches) if together else branches


def _compared(branches: Branches, compared: bool | None) -> Branches:
    """With the other cells beside the one that is shown, or without them."""
    if compared is None or compared == is_compared(branches):
        return branches
    if not compared:
        return uncompare(branches)
    why = why_not_compared(branches)
    if why:
        raise ValueError(f"compared: {why}")
    return compare(branches)


def _at_snapshot(branches: Branches, which: str | int | None) -> Branches:
    """With the networks of another moment of their training, and no updates of the film."""
    if which is None:
        return branches
    if not branches.run.log:
        raise ValueError(f"snapshot {which}: this network has not been trained")

    def there(branch: Branch) -> Branch:
        log = branch.run.log
        if not log:
            return branch
        if isinstance(which, int):
            origin = max((i for i, each in enumerate(log) if each.update <= which), default=0)
        else:
            origin = {"first": 0, "best": best_of(log), "last": len(log) - 1}[which]
        if origin < 0:
            raise ValueError("snapshot best: this training has no validation loss")
        return replace(branch, run=branch.run.at_origin(origin), snapshot=0)

    return replace(branches, each=tuple(map(there, branches.each)))


def _named(branches: Branches, name: str) -> Branches:
    """With the branch of a name shown."""
    if not name:
        return branches
    if name not in branches.names:
        raise ValueError(f"branch {name}: there is {', '.join(branches.names)}")
    return branches.switched(branches.names.index(name))


def _updated(branches: Branches, updates: int) -> Branches:
    """After so many updates of the film."""
    for _ in range(updates):
        now = branches.branch
        passing = compute_pass(branches.run, now.snapshot, branches.source)
        if passing.exploded:
            raise ValueError(f"updates: {passing.exploded}")
        look_through(passing, branches, measures_of(()))
        end = branches.playhead.at(float(Timeline(passing.task.steps).end))
        frame = resolve(branches.run, end, passing, branches)
        branches = branches.updated(frame.updates)
        branches = branches.at(replace(branches.playhead, snapshot=branches.branch.snapshot + 1))
    return branches


def _position(key: str, place: Any, timeline: Timeline) -> float:
    try:
        return position_of(place, timeline)
    except ValueError as error:
        raise ValueError(f"{key} {error}") from None
