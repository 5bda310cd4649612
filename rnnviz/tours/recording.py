"""What is on the stage as a scene, which placed again shows the very same picture. No Qt.

Every way in which it could have been opened is tried by the doors that scenes are placed by, and
what came of it is held against what is there: nothing is a scene that was not placed once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rnnviz.data import DEFAULT_SENTENCE, Sequence, Task, sample_path
from rnnviz.documents import pack
from rnnviz.engine.clipping import NONE
from rnnviz.files.errors import DataError, show_name
from rnnviz.film import Branch, Branches, Timeline
from rnnviz.film.comparison import is_compared
from rnnviz.film.fields import FIELDS, fields_of
from rnnviz.film.places import At
from rnnviz.film.plan import best_of
from rnnviz.frozen import field, record
from rnnviz.opening import shipped
from rnnviz.tours.placing import Placed, Placing
from rnnviz.tours.scenes import Tour, TourScene
from rnnviz.tours.script import KEYS, SERIES
from rnnviz.tours.writing import checked

_SAME = ("source", "summed", "quantity", "origin", "horizon", "copies", "lags")
_COUNTED = {"selected": "unit", "layer": "layer", "column": "column"}  # from 1 in a scene
_MOST_UPDATES, _LONGEST = 50, 1_000
_DIGITS = 6  # of a place between two steps, as a scene can say it


@record(eq=False)
class Present:
    """What is on the stage, and how it is looked at.

    Attributes
    ----------
    branches : Branches
        With the place in the film.
    file : Path or None
        What was opened.
    document, network : Path or None
        The document that it was saved as; a file with a network that was opened.
    panels : tuple of str
        Under the stage, from left to right.
    fill : str
        The panel that has the stage's place too; else empty.
    bars, cover : tuple of str
        The bars that are shown, and the panels that are covered.
    words : bool or str
        Whether the page of words stands in the stage's place, and how, as a scene says it.
    looks : mapping of str to value
        Fields of the view that are no part of a playhead, with what is in force.
    speed : float
    """

    branches: Branches
    file: Path | None = None
    document: Path | None = None
    network: Path | None = None
    panels: tuple[str, ...] = ()
    fill: str = ""
    bars: tuple[str, ...] = ()
    cover: tuple[str, ...] = ()
    words: bool | str = False
    looks: Mapping[str, Any] = field(default_factory=dict[str, Any])
    speed: float = 1.0


def recorded(present: Present, name: str) -> TourScene:
    """The present state as a scene; may take as long as opening it, and is fit for any thread.

    Raises
    ------
    ValueError
        In words, with what to do, for what no scene can say.
    """
    why = "what it was opened from is not known"
    for opens in _ways(present):
        try:
            scene = checked(_like(present, TourScene(name, opens=opens)))
            made = _placed(scene)
        except (DataError, ValueError) as error:
            why = error.reason if isinstance(error, DataError) else str(error)
            continue
        found = difference(made, present)
        if not found:
            return scene
        why = found
    where = "" if present.document is None else f" {show_name(present.document)}"
    raise ValueError(
        f"No scene can say this by itself: {why}. Save it as a document{where} (Ctrl+S) beside "
        "the tour and add the scene then: it opens that document"
    )


def difference(made: Placed, present: Present) -> str:
    """What a placed scene shows otherwise than what is present; empty where it is the same."""
    branches, wanted = made.branches, present.branches
    if branches.names != wanted.names or branches.active != wanted.active:
        return f"there are other branches ({', '.join(wanted.names)})"
    if pack(_bare(branches.task)) != pack(_bare(wanted.task)):
        return "the sequence was read or changed in a way of its own"
    for one, other in zip(branches.each, wanted.each, strict=True):
        what = _other_network(one, other)
        if what:
            return what
    here, there = branches.playhead, wanted.playhead
    if abs(here.position - there.position) > 10**-_DIGITS:
        return "the film stands at another place"
    if replace(here, position=there.position) != replace(there, snapshot=here.snapshot):
        return "units or steps are chosen that a scene cannot name (the ellipse's second unit)"
    if made.layout.panels != present.panels or made.fill != present.fill:
        return "other panels are shown"
    return ""


# -- how it may have been opened -----------------------------------------------------------------


def _ways(present: Present) -> Iterator[dict[str, Any]]:
    """What a scene may open to have it, the simplest first."""
    run = present.branches.run
    if run.shipped is not None:
        yield from _of_shipped(present.branches)
    sequence = (run.task.base or run.task).sequence
    text, file = sequence.text, present.file
    if text is not None and sequence.kind in FIELDS["unit"].names:
        unit = {} if sequence.kind == FIELDS["unit"].default else {"unit": sequence.kind}
        if text == DEFAULT_SENTENCE:
            yield {"lecture": True, **unit}
        if file is None and text.strip() and len(text) <= _LONGEST:
            yield {"text": text, **unit}
    if file is not None:
        for name, ships in SERIES.items():
            if _is(file, sample_path(ships)):
                yield {"series": name}
        yield {"file": str(file)}
    for other in (present.network, present.document):
        if other is not None and other != file:
            yield {"file": str(other)}


def _of_shipped(branches: Branches) -> Iterator[dict[str, Any]]:
    run = branches.run
    ships = run.shipped
    assert ships is not None
    if ships.name == shipped.VANISHING:
        yield {"vanishing": True}
        return
    beside: list[dict[str, Any]] = []
    if ships.example in ships.examples:
        beside.append({} if ships.example == ships.examples[0] else {"example": ships.example})
    elif ships.length:
        beside.append({"length": ships.length})
    else:
        beside += [{"text": text} for text in _typed((run.task.base or run.task).sequence)]
    for more in beside:
        if len(branches.each) > 1 and "text" not in more:
            yield {"twins": ships.name, **more}
        yield {"problem": ships.name, **more}


def _typed(sequence: Sequence) -> tuple[str, ...]:
    """What may have been typed that became a sequence."""
    tokens = tuple(map(str, sequence.tokens))
    texts = (sequence.text or "", " ".join(tokens), "".join(tokens), *tokens[:1])
    return tuple(text for text in dict.fromkeys(texts) if text.strip() and len(text) <= _LONGEST)


def _is(file: Path, other: Path) -> bool:
    try:
        return file.samefile(other)
    except OSError:
        return False


# -- what is said of it --------------------------------------------------------------------------


def _like(present: Present, bare: TourScene) -> TourScene:
    """A scene that opens something, with all that is present otherwise than it is then."""
    opened = _placed(bare)
    scene = replace(bare, speed=present.speed)
    wanted, branches = present.branches, opened.branches
    scene = replace(scene, given=_settings(branches, wanted))
    if wanted.task.mode != branches.task.mode:
        scene = replace(scene, mode=wanted.task.mode)
    if is_compared(wanted) != is_compared(branches):
        scene = replace(scene, looks={"compared": is_compared(wanted)})
    scene = replace(scene, snapshot=_snapshot(branches.branch, wanted.branch))
    if wanted.names[wanted.active] != branches.names[branches.active]:
        scene = replace(scene, branch=wanted.names[wanted.active])
    now = wanted.run.updates_at(wanted.branch.snapshot)
    updates = now - branches.run.updates_at(branches.branch.snapshot)
    if 0 < updates <= _MOST_UPDATES:
        scene = replace(scene, updates=updates)
    opened = _placed(scene)  # of more layers another one is looked at first
    looks = {n: v for n, v in present.looks.items() if n in KEYS["view"] and v != _usual(n)}
    scene = replace(scene, looks={**scene.looks, **_looked(opened, wanted), **looks})
    if wanted.position != opened.branches.position:
        scene = replace(scene, at=_at(wanted))
    if present.panels != opened.layout.panels:
        scene = replace(scene, panels=present.panels)
    scene = replace(scene, fill=present.fill or None, words=present.words or None)
    scene = replace(scene, bars=present.bars or None, cover=present.cover)
    made = _placed(scene).branches.run
    if made.learning_rate != wanted.run.learning_rate:
        given = {**scene.given, "learning_rate": wanted.run.learning_rate}
        scene = replace(scene, given=given)
    return scene


def _usual(name: str) -> Any:
    return FIELDS[name].default


def _settings(opened: Branches, wanted: Branches) -> dict[str, Any]:
    """Settings of the network and of its updates that are others than those it is opened with."""
    mine, its = wanted.run.settings, opened.run.settings
    rows = [row.name for row in fields_of("network", "updates") if row.name != "learning_rate"]
    found = {n: getattr(mine, n) for n in rows if getattr(mine, n) != getattr(its, n)}
    if mine.clipping != NONE and {"clipping", "clip_limit"} & set(found):
        found |= {"clipping": mine.clipping, "clip_limit": mine.clip_limit}
    return found


def _snapshot(opened: Branch, wanted: Branch) -> str | int | None:
    """Which snapshot of its training is shown, where it is another."""
    log, origin = wanted.run.log, wanted.run.origin
    if not log or (opened.run.log and opened.run.origin == origin):
        return None
    named = {len(log) - 1: "last", best_of(log): "best", 0: "first"}
    return named.get(origin, log[origin].update)


def _looked(opened: Placed, wanted: Branches) -> dict[str, Any]:
    """What is looked at otherwise than when it is opened."""
    before, now = opened.branches.playhead, wanted.playhead
    found = {n: getattr(now, n) for n in _SAME if getattr(now, n) != getattr(before, n)}
    for name, attribute in _COUNTED.items():
        value = getattr(now, attribute)
        if value != getattr(before, attribute):
            found[name] = value + 1
    return found


def _at(branches: Branches) -> At:
    """Where the film stands, as a scene says it."""
    line, position = Timeline(branches.task.steps), round(branches.position, _DIGITS)
    if position in (0.0, float(line.steps), float(line.end)):
        return At({0.0: "start", float(line.end): "update"}.get(position, "last"), 0)
    back = position > line.steps
    return At("backward", round(line.end - position, _DIGITS)) if back else At("forward", position)


# -- whether it is the same ----------------------------------------------------------------------


def _placed(scene: TourScene) -> Placed:
    return Placing(Tour("", "", "", (scene,))).at(0)


def _bare(task: Task) -> Task:
    """A task without what was said of its reading, and what it is called."""
    base = None if task.base is None else _bare(task.base)
    sequence = replace(task.sequence, name="", notes=(), source=None)
    return replace(task, sequence=sequence, notes=(), base=base)


def _other_network(made: Branch, wanted: Branch) -> str:
    """What is other in a branch; empty where nothing is."""
    one, other = made.run, wanted.run
    mine, its = (
        replace(one.settings, learning_rate=None),
        replace(other.settings, learning_rate=None),
    )
    if mine != its or one.learning_rate != other.learning_rate:
        return "the network has settings that a scene cannot give it"
    models = one.networks[made.snapshot], other.networks[wanted.snapshot]
    if pack(models[0]) != pack(models[1]):
        if other.log and not one.log:
            return "the network was trained here"
        return "the weights were changed, trained or brought along"
    if [each.update for each in one.log] != [each.update for each in other.log]:
        return "the network was trained here"
    return ""
