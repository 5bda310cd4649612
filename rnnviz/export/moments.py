"""What a film is made of: the places that playing passes through, of one pass or of a tour. No Qt.

A film of pictures at a rate has a picture wherever the playhead stands at a tick of that rate, as
the window's clock moves it; one of stops has a picture wherever a step is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, floor

from rnnviz.files.errors import Cancelled, DataError, counted
from rnnviz.film import Frame, Stage, Timeline, compute_pass
from rnnviz.film.durations import duration_words
from rnnviz.film.fields import FIELDS
from rnnviz.film.timeline import step_seconds
from rnnviz.frozen import record
from rnnviz.tours.placing import Placing
from rnnviz.tours.scenes import Tour, TourScene
from rnnviz.writing.formats import ExportJob, Told

MOST = 20_000
"""Pictures of a film at most: eleven minutes at thirty a second."""
MOST_OF_PAGE = 400
"""Pictures of a page at most: more than anybody steps through."""
LONGEST = 4 * 3600.0
"""Seconds of a sound at most: more than a gigabyte."""
HELD = 1.0
"""Seconds for which the last picture stands."""
_USUAL = {".gif": 10.0, ".webp": 15.0, ".mp4": 30.0}  # pictures a second
_LONG_SOUND, _SOUND_BYTES = 600.0, 88_200  # seconds from which it is said; bytes of one
_LONG = 600  # pictures from which on a film is said to be long
# Bytes a pixel of a picture, as a film of the lecture's sentence takes; and what a view has of all.
_BYTES, _PART = {".gif": 0.003, ".webp": 0.0045, ".mp4": 0.0015}, 0.4
_A_STOP = 1.5  # seconds for which a stop stands that nobody steps on from
_LETTERS, _LEAST, _TO_LOOK = 15.0, 3.0, 2.0  # read in a second; seconds of a scene


@record
class Still:
    """One picture of a film, and for how long it stands.

    Attributes
    ----------
    seconds : float
        At the speed of the film.
    position : float or None
        Where the film stands; None where a scene's has it, at rest.
    scene : int or None
        Of a tour, from 0.
    told : bool
        Of a scene, whether its answer is told.
    running : bool
        Whether the scene's film runs here by itself.
    """

    seconds: float
    position: float | None = None
    scene: int | None = None
    told: bool = True
    running: bool = False


def seconds_between(timeline: Timeline, start: float, end: float) -> float:
    """How long the film takes from one position to a later one at speed 1, in seconds."""
    total, first = 0.0, 0.0
    for stage, last in (
        (Stage.FORWARD, timeline.steps),
        (Stage.BACKWARD, 2 * timeline.steps),
        (Stage.UPDATE, timeline.end),
    ):
        stretch = min(end, float(last)) - max(start, first)
        total += max(0.0, stretch) * step_seconds(stage)
        first = float(last)
    return total


def film_stills(
    timeline: Timeline, start: float, end: float, speed: float, rate: float
) -> tuple[Still, ...]:
    """The pictures of a stretch of the film, as playing in the window passes through it.

    Parameters
    ----------
    timeline : Timeline
    start, end : float
        Positions.
    speed : float
        1 plays every phase at its own length.
    rate : float
        Pictures a second, 1 … 60.

    Raises
    ------
    DataError
        Of a stretch that is none, and of more than `MOST` pictures.
    """
    start, end = _stretch(timeline, start, end)
    _check(speed, rate)
    refuse_long(ceil(seconds_between(timeline, start, end) / speed * rate) + 1)
    return tuple(
        Still(HELD if position == end else 1.0 / rate, position)
        for position in _passed(timeline, start, end, speed, rate)
    )


def sound_seconds(timeline: Timeline, start: float, end: float, speed: float) -> float:
    """How long the sound of a stretch of the film is, which no pictures stand in.

    Raises
    ------
    DataError
        Of a stretch that is none, and of more than `LONGEST`.
    """
    start, end = _stretch(timeline, start, end)
    _check(speed, 1.0)
    seconds = seconds_between(timeline, start, end) / speed + HELD
    if seconds > LONGEST:
        raise DataError(
            f"the sound would take {ceil(seconds / 360.0) / 10.0:,g} hours, at most "
            f"{LONGEST / 3600.0:g} are written; give a shorter stretch (--from, --to) or a higher "
            "--speed",
            about="",
        )
    return seconds


def stop_stills(timeline: Timeline, start: float, end: float, speed: float) -> tuple[Still, ...]:
    """The stops of a stretch of the film, and where it begins and ends; as `film_stills`."""
    start, end = _stretch(timeline, start, end)
    _check(speed, 1.0)
    refuse_page(ceil(end) - floor(start) + 1)
    inner = range(floor(start) + 1, ceil(end))
    return tuple(Still(_A_STOP / speed, float(each)) for each in (start, *inner, end))


def tour_stills(
    tour: Tour,
    speed: float,
    rate: float | None,
    scenes: Sequence[int] | None = None,
    told: Told | None = None,
) -> tuple[Still, ...]:
    """The pictures of a tour: each scene's question, its film where it plays one, its answer.

    Each stands as long as it takes to read; a scene's film runs at the scene's own speed.

    Parameters
    ----------
    tour : Tour
    speed : float
        Of all of it.
    rate : float, optional
        Pictures a second of what plays; None: at rest alone, before it and after.
    scenes : sequence of int, optional
        Which, from 0; all of them.
    told : callable, optional

    Raises
    ------
    DataError
        Of more than `MOST` pictures.
    Cancelled
        When `told` has answered False.
    """
    _check(speed, 1.0 if rate is None else rate)
    placing, found = Placing(tour), list[Still]()
    which = range(len(tour.scenes)) if scenes is None else scenes
    for done, index in enumerate(which):
        go_on(told, done / len(which))
        scene = tour.scenes[index]
        if scene.asks:
            asked = scene.question or scene.caption
            found.append(Still(_reading(scene, asked) / speed, scene=index, told=False))
        elif scene.play is not None and rate is None:
            found.append(Still(_TO_LOOK / speed, scene=index, running=True))
        if scene.play is not None and rate is not None:
            found += _run(placing, index, speed * scene.speed, rate)
            refuse_long(len(found))
        said = scene.answer or scene.caption
        found.append(Still(_reading(scene, said) / speed, scene=index))
    return tuple(found)


def rate_of(job: ExportJob) -> float:
    """Pictures a second that a film is written with."""
    return job.rate or _USUAL.get(job.ending, _USUAL[".mp4"])


def stretch_of(job: ExportJob, frame: Frame) -> tuple[float, float]:
    """From where to where a film goes; all of it where nothing is said."""
    start = 0.0 if job.start is None else job.start
    return start, float(frame.timeline.end) if job.end is None else job.end


def foretold(job: ExportJob) -> str:
    """How long and about how large a long film of a run will be; empty of others.

    Raises
    ------
    DataError
        As of `film_stills`.
    """
    source, rate = job.source, rate_of(job)
    if isinstance(source, Tour):
        return ""  # its scenes would have to be made for it
    stills = film_stills(source.timeline, *stretch_of(job, source), job.speed, rate)
    if len(stills) < _LONG:
        return ""
    wide, high = job.appearance.size
    share = 1.0 if job.what == "window" else _PART
    size = len(stills) * share * wide * high * job.scale**2 * _BYTES[job.ending]
    length = duration_words(seconds_of(stills))
    return f"{counted(len(stills), 'picture')}, {length}, about {max(1, round(size / 1e6)):,} MB"


def foretold_sound(job: ExportJob) -> str:
    """How long and how large a long sound will be; empty of others. DataError of what is none."""
    source = job.source
    if isinstance(source, Tour):
        return ""  # which has none, as its writer says
    seconds = sound_seconds(source.timeline, *stretch_of(job, source), job.speed)
    if seconds < _LONG_SOUND:
        return ""
    return f"{duration_words(seconds)} of sound, about {seconds * _SOUND_BYTES / 1e6:,.0f} MB"


def refuse_page(count: int) -> None:
    """Refuse a page of more pictures than a page may have.

    Raises
    ------
    DataError
    """
    if count > MOST_OF_PAGE:
        raise DataError(
            f"the page would have {count:,} pictures, at most {MOST_OF_PAGE} are written; give a "
            "shorter stretch (--from, --to), and no --fps",
            about="",
        )


def refuse_long(count: int) -> None:
    """Refuse a film of more pictures than a film may have.

    Raises
    ------
    DataError
    """
    if count > MOST:
        raise DataError(
            f"the film would have {count:,} pictures, at most {MOST:,} are written; give a shorter "
            "stretch (--from, --to), a higher --speed or a lower --fps",
            about="",
        )


def seconds_of(stills: Iterable[Still]) -> float:
    """How long a film is."""
    return sum(still.seconds for still in stills)


def spread(count: int, most: int) -> tuple[int, ...]:
    """At most so many of the places 0 … count − 1, evenly spread, the first and the last too."""
    if count <= most:
        return tuple(range(count))
    return tuple(round(i * (count - 1) / (most - 1)) for i in range(most))


def go_on(told: Told | None, done: float) -> None:
    """Tell how much is done, and stop where nobody wants it any more.

    Raises
    ------
    Cancelled
        When nobody wants it any more.
    """
    if told is not None and not told(done):
        raise Cancelled("was not written: cancelled")


def _stretch(timeline: Timeline, start: float, end: float) -> tuple[float, float]:
    start, end = timeline.clamp(start), timeline.clamp(end)
    if end <= start:
        raise DataError(
            "the film would end where it begins or before; --to is a later place than --from",
            about="",
        )
    return start, end


def _check(speed: float, rate: float) -> None:
    for name, value in (("export_speed", speed), ("export_fps", rate)):
        why = FIELDS[name].refusal(value)
        if why:
            raise DataError(why, about="")


def _passed(
    timeline: Timeline, start: float, end: float, speed: float, rate: float
) -> Iterable[float]:
    """The positions, as the window's clock comes to them."""
    position = start
    while position < end:
        yield position
        position = timeline.advance(position, 1.0 / rate, speed)
    yield end


def _run(placing: Placing, index: int, speed: float, rate: float) -> list[Still]:
    """A scene's film as it runs by itself, without the place where it ends; none if it cannot."""
    try:
        placed = placing.at(index)
    except (DataError, ValueError):
        return []  # whoever shows the scene says why
    branches = placed.branches
    passing = compute_pass(branches.run, branches.branch.snapshot, branches.source)
    timeline = Timeline(passing.task.steps)  # its own answers may end before the run's steps
    start, end = branches.playhead.position, placed.end
    refuse_long(ceil(seconds_between(timeline, start, end) / speed * rate))
    return [
        Still(1.0 / rate, position, index, running=True)
        for position in _passed(timeline, start, end, speed, rate)
        if position < end
    ]


def _reading(scene: TourScene, text: str) -> float:
    """Seconds in which what a scene says is read, and its picture looked at."""
    letters = len(scene.title) + len(text)
    return max(_LEAST, _TO_LOOK + letters / _LETTERS)
