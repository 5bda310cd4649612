"""What can be written for other programs: the table of formats, and what one export is. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rnnviz.files.errors import DataError, show_name
from rnnviz.film import Frame
from rnnviz.frozen import field, record
from rnnviz.tours.scenes import Tour

Told = Callable[[float], bool]
"""Is told how much is done, 0 … 1, and answers whether to go on."""

WINDOW, STAGE = "window", "stage"
"""What can be drawn besides the panels, by name."""

MOMENT, FILM, TOUR = "moment", "film", "tour"
"""What a format can be made of: one picture (of a film or a scene), a stretch of a film, a tour."""


@record
class Appearance:
    """How a window that is drawn looks; the user's preferences have no part in it.

    Attributes
    ----------
    size : (int, int)
        Width and height in pixels, menu bar aside.
    theme : str
        "light", "dark" or "system".
    notation : str
        Whose symbols are written: "lecture", "textbook" or "framework".
    colours : str, optional
        The map of values, by its name in the field.
    still : bool
        Nothing is on its way from the equation to the stage.
    words : bool
        Show the words as vectors instead of the stage.
    state : str, optional
        How the hidden state is shown: "map", "lines" or "cell".
    layout : str, optional
        One of those that ship.
    panels : sequence of str
        What stands in its slots, or beside the layout's panels.
    """

    size: tuple[int, int] = (1600, 900)
    theme: str = "light"
    notation: str = "lecture"
    colours: str | None = None
    still: bool = False
    words: bool = False
    state: str | None = None
    layout: str | None = None
    panels: Sequence[str] = ()


@record(eq=False)
class ExportJob:
    """One export: where to, of what, in which size, theme and format.

    Attributes
    ----------
    output : Path
        The file.
    source : Frame or Tour
        A run at its playhead, or a tour.
    appearance : Appearance
    what : str
        "window", "stage" or a panel's name.
    scene : int or None
        Of a tour the scene, from 0, of which a picture is made; None: all of it.
    told : bool
        Whether that scene's answer is told.
    start, end : float or None
        Of a film the stretch, as positions; None: from the beginning, to the end.
    speed : float
        Of a film; 1 plays every phase at its own length.
    rate : float or None
        Pictures a second; None: what the format usually has.
    scale : float
        Pixels of a picture to one of the window's.
    options : mapping
        What else was asked for: "sound", "per_page", "notes", "paper".
    format : str, optional
        Its row of the table, where a name without an ending does not say it.
    """

    output: Path
    source: Frame | Tour
    appearance: Appearance
    what: str = WINDOW
    scene: int | None = None
    told: bool = True
    start: float | None = None
    end: float | None = None
    speed: float = 1.0
    rate: float | None = None
    scale: float = 1.0
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    format: str | None = None

    @property
    def ending(self) -> str:
        """The ending of its format's files, with the dot, in small letters."""
        return FORMATS[self.format].ending if self.format else self.output.suffix.lower()


@record(eq=False)
class Format:
    """A row of the table of export formats.

    Attributes
    ----------
    name : str
        On the command line, and in what is remembered.
    ending : str
        Of its files, with the dot.
    title : str
        In the dialog.
    of : tuple of str
        What it can be made of: `MOMENT`, `FILM`, `TOUR`.
    writer : str
        "module:function": takes an `ExportJob` and a callable that is told how much is done, and
        gives a sentence that says what was written. It raises DataError, OSError or Cancelled.
    options : tuple of str
        What means something to it besides what does to all, by the names of the rows of
        `rnnviz.film.export_fields` without what they begin with: "scale", "per_page".
    lacks : str
        "module:function" that says why it cannot be written here; empty where it always can.
    foretells : str
        "module:function" that says of an `ExportJob` how large it will be, where that is much;
        empty where nothing is.
    """

    name: str
    ending: str
    title: str
    of: tuple[str, ...]
    writer: str
    options: tuple[str, ...] = ()
    lacks: str = ""
    foretells: str = ""

    def foretold(self, job: ExportJob) -> str:
        """How large a file will be, where it takes long; else empty. DataError as of `write`."""
        said: str = _named(self.foretells)(job) if self.foretells else ""
        return said

    def why_not(self) -> str:
        """Why it cannot be written here, and what would help; empty where it can."""
        if not self.lacks:
            return ""
        said: str = _named(self.lacks)()
        return said

    def why_not_named(self, output: Path) -> str:
        """Why no file of it is called so; empty where it may be."""
        if output.suffix.lower() in ("", self.ending):
            return ""
        better = output.with_suffix(self.ending).name
        return (
            f"{show_name(output)}: is to be written as {self.name}, and its name ends with "
            f"{output.suffix.lower()}; call it {show_name(better)}"
        )

    def write(self, job: ExportJob, told: Told) -> str:
        """Write a file; returns what is said of it.

        Raises
        ------
        DataError
            Of what cannot be written so.
        OSError
            If the file cannot be written there.
        Cancelled
            When `told` has answered False; there is no half file.
        """
        said: str = _named(self.writer)(job, told)
        return said


_STILL = "rnnviz.export.picture:write_still"
_FILM, _VIDEO = "rnnviz.export.films:", "rnnviz.export.video:"
_LARGE = "rnnviz.export.moments:foretold"
_RUN = ("scale", "speed", "fps")
_ROWS = (
    Format("png", ".png", "Picture (PNG)", (MOMENT,), _STILL, ("scale",)),
    Format("svg", ".svg", "Drawing (SVG)", (MOMENT,), _STILL),
    Format("pdf", ".pdf", "Page (PDF)", (MOMENT,), _STILL),
    Format("gif", ".gif", "Film (GIF)", (FILM, TOUR), f"{_FILM}write_film", _RUN,
           f"{_VIDEO}why_no_pillow", _LARGE),
    Format("webp", ".webp", "Film without loss (WebP)", (FILM, TOUR), f"{_FILM}write_film",
           _RUN, f"{_VIDEO}why_no_pillow", _LARGE),
    Format("mp4", ".mp4", "Film (MP4)", (FILM, TOUR), f"{_FILM}write_film", (*_RUN, "sound"),
           f"{_VIDEO}why_no_mp4", _LARGE),
    Format("wav", ".wav", "The gradient as sound (WAV)", (FILM,), f"{_FILM}write_sound",
           ("speed",), foretells="rnnviz.export.moments:foretold_sound"),
    Format("html", ".html", "One HTML file", (FILM, TOUR), f"{_FILM}write_html",
           ("speed", "fps")),
    Format("handout", ".pdf", "Hand-out (PDF)", (TOUR,), "rnnviz.export.handout:write_pages",
           ("per_page", "notes", "paper")),
)  # fmt: skip

FORMATS: Mapping[str, Format] = MappingProxyType({row.name: row for row in _ROWS})
"""Every row by its name."""


def format_of(output: Path, name: str | None = None) -> Format:
    """The format that is named, or that a file's ending says.

    Raises
    ------
    DataError
        Of a name or an ending that is none, and where the two do not fit.
    """
    ending = output.suffix.lower()
    if name is not None:
        row = FORMATS[name]
        if why := row.why_not_named(output):
            raise DataError(why, about="")
        return row
    found = next((row for row in FORMATS.values() if row.ending == ending), None)
    if found is None:
        raise DataError(
            f"cannot be written: {ending or 'no ending'} is no format, but "
            f"{', '.join(sorted({row.ending for row in FORMATS.values()}))}",
            path=output,
        )
    return found


def _named(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
