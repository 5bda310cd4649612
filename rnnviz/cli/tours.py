"""The tour that a command line names, and its scene."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rnnviz.cli.arguments import Arguments
    from rnnviz.tours.scenes import Tour

_LOOKS = {"theme", "colours", "motion"}
"""Fields of the view that a scene does not say itself."""


def looked_into(options: Arguments) -> Arguments:
    """The options with a file that may be a tour read; who opens it says what is wrong with it."""
    if options.file is None or options.file.suffix.lower() != ".toml":
        return options
    from rnnviz.files.errors import DataError
    from rnnviz.opening.door import OpenFile

    try:
        return replace(options, read=OpenFile(options.file))
    except DataError:
        return options


def is_tour(options: Arguments) -> bool:
    """Whether a tour is named, or a scene, which is one of a tour; of options looked into."""
    read = options.read
    return (
        options.tour is not None
        or options.scene is not None
        or (read is not None and read.kind == "tour")
    )


def tour_of(options: Arguments) -> Tour:
    """The tour that is named.

    Raises
    ------
    DataError
        Of a file that is none, and of what does not go together with one.
    """
    from rnnviz.files.errors import DataError
    from rnnviz.tours.script import read_tour, shipped_tour

    looks = (options.panels, options.layout, options.network, options.at, options.words)
    if options.given.keys() - _LOOKS or any(looks):
        own = "--scene, --theme, --colours and --motion"
        raise DataError(f"a tour says itself what is shown; leave all but {own} out", about="")
    if options.tour is not None:
        return shipped_tour(options.tour)
    if options.file is None or options.read is None or options.read.kind != "tour":
        raise DataError("--scene: it is one of a tour", about="")
    return read_tour(options.file)


def scene_of(tour: Tour, named: str | None) -> tuple[int, bool]:
    """Which scene is named, from 0, and whether its answer is told; the first where none is.

    Raises
    ------
    DataError
        Of a scene that there is not.
    """
    from rnnviz.files.errors import DataError

    which = (named or "").removesuffix("?")
    if named is not None and not which:
        raise DataError("--scene: give its number or its name", about="")
    scene = tour.find(which) if which else 0
    if scene is None:
        raise DataError(f"--scene {which}: there are scenes 1 to {len(tour.scenes)}", about="")
    return scene, not (named or "").endswith("?")
