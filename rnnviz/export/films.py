"""Writes what the table of formats has of films: GIF, WebP, MP4, sound, one HTML file. Needs Qt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, BinaryIO

from rnnviz.export.frames import Pictures
from rnnviz.export.gif import ColourTable, write_gif
from rnnviz.export.moments import (
    Still,
    film_stills,
    go_on,
    rate_of,
    seconds_of,
    sound_seconds,
    spread,
    stop_stills,
    stretch_of,
    tour_stills,
)
from rnnviz.export.page import write_page
from rnnviz.export.sound import RATE, heard, tones, write_wav
from rnnviz.export.video import write_mp4, write_webp
from rnnviz.files.disk import write_whole
from rnnviz.files.errors import DataError, counted, show_name
from rnnviz.film import Frame
from rnnviz.film.durations import duration_words
from rnnviz.writing.formats import ExportJob, Told

_SAMPLES = 12  # pictures that a palette is made of
_LOOKED = 0.1  # of the work: looking for the palette


def write_film(job: ExportJob, told: Told) -> str:
    """Write a stretch of a film, or a tour, as GIF, WebP or MP4, as the file's ending says.

    Raises
    ------
    DataError
        Of what cannot be filmed.
    OSError
        If the file cannot be written there.
    Cancelled
        When `told` has answered False; what stood there before still does.
    """
    ending = job.ending
    rate = rate_of(job)
    stills = _stills(job, rate, told)
    seconds = [still.seconds for still in stills]
    sound = _sound(job, sum(seconds)) if job.options.get("sound") else None
    with Pictures(job.source, job.appearance, job.what, job.scale) as pictures:

        def write(file: BinaryIO) -> None:
            if ending == ".gif":
                some = [stills[place] for place in spread(len(stills), _SAMPLES)]
                palette = ColourTable(pictures.drawn(some, _part(told, 0.0, _LOOKED)))
                drawn = pictures.drawn(stills, _part(told, _LOOKED, 1.0))
                write_gif(file, drawn, seconds, palette)
            elif ending == ".webp":
                write_webp(file, pictures.drawn(stills, told), seconds)
            else:
                write_mp4(file.name, pictures.drawn(stills, told), seconds, rate, sound)

        write_whole(job.output, write)
    length = duration_words(seconds_of(stills))
    return (
        f"wrote {show_name(job.output)}: {counted(len(stills), 'picture')}, {length}, {_size(job)}"
    )


def write_sound(job: ExportJob, told: Told) -> str:
    """Write the gradient of a stretch of the film as sound; errors as of `write_film`."""
    go_on(told, 0.0)
    source = job.source
    if not isinstance(source, Frame):
        raise _no_sound()
    seconds = sound_seconds(source.timeline, *stretch_of(job, source), job.speed)
    samples, rate = _sound(job, seconds)

    def heard_so_far() -> Iterable[Any]:
        done = 0
        for part in samples:
            go_on(told, done / rate / seconds)
            done += len(part)
            yield part

    write_whole(job.output, lambda file: write_wav(file, heard_so_far()))
    return f"wrote {show_name(job.output)}: {duration_words(seconds)}"


def write_html(job: ExportJob, told: Told) -> str:
    """Write a stretch of a film, or a tour, as one HTML file; errors as of `write_film`.

    A film is of its stops where no pictures a second are asked for.
    """
    stills = _stills(job, job.rate, told)
    write_whole(
        job.output,
        lambda file: write_page(file, job.source, stills, job.appearance, job.what, told),
    )
    return f"wrote {show_name(job.output)}: {counted(len(stills), 'picture')}, {_size(job)}"


def _stills(job: ExportJob, rate: float | None, told: Told) -> tuple[Still, ...]:
    source = job.source
    if not isinstance(source, Frame):
        scenes = None if job.scene is None else [job.scene]
        return tour_stills(source, job.speed, rate, scenes, _part(told, 0.0, 0.0))
    timeline, (start, end) = source.timeline, stretch_of(job, source)
    if rate is None:
        return stop_stills(timeline, start, end, job.speed)
    return film_stills(timeline, start, end, job.speed, rate)


def _sound(job: ExportJob, seconds: float) -> tuple[Iterable[Any], int]:
    """What is heard of a film; DataError of a tour."""
    if not isinstance(job.source, Frame):
        raise _no_sound()
    found = tones(job.source, *stretch_of(job, job.source), job.speed)
    return heard(found, seconds), RATE


def _no_sound() -> DataError:
    return DataError("a tour has no sound: the gradient of one film is heard", about="")


def _part(told: Told, first: float, last: float) -> Told:
    """Tells of a part of the work as of so much of all of it."""
    return lambda done: told(first + (last - first) * done)


def _size(job: ExportJob) -> str:
    count = job.output.stat().st_size
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"
