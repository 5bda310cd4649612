"""What stands on the command line, and what of it does not go together.

The parser is imported only where there is something to read: it takes longer than it looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnviz.film import Settings
from rnnviz.film.fields import FIELDS, fields_of
from rnnviz.frozen import field, record

if TYPE_CHECKING:
    from rnnviz.data import Options
    from rnnviz.exercises import Code
    from rnnviz.film.places import At
    from rnnviz.opening.door import OpenFile

_PARTING = {"point": ".", "comma": ",", "blank": " ", "apostrophe": "'", "nothing": ""}


@record
class Arguments:
    """The options of a command line, read and typed.

    Attributes
    ----------
    file, network, text, problem, example, exercise, tour :
        What to open.
    scene :
        The scene of a tour that is shown first: its number or name, with ? as it asks.
    at : At or None
        Where in the film.
    words : bool
        The page of words in the stage's place.
    layout, panels :
        Under the stage: the layout's name, and the panels that were named.
    export, save_weights, size :
        What to write without a window.
    explain :
        Say what is guessed of the file instead, and why.
    start_page :
        Whether the start page may be shown.
    read : OpenFile or None
        The file, where it was read to know what it is.
    given : mapping of str to value
        Fields by name; only those that were given.
    """

    file: Path | None = None
    network: Path | None = None
    text: str | None = None
    problem: str | None = None
    example: str = ""
    exercise: Code | None = None
    tour: str | None = None
    scene: str | None = None
    at: At | None = None
    words: bool = False
    layout: str | None = None
    panels: tuple[str, ...] = ()
    export: Path | None = None
    save_weights: Path | None = None
    size: tuple[int, int] | None = None
    explain: bool = False
    start_page: bool = True
    read: OpenFile | None = None
    given: dict[str, Any] = field(default_factory=dict)

    def value(self, name: str) -> Any:
        """A field's value, or its default."""
        return self.given.get(name, FIELDS[name].default)

    @property
    def written(self) -> dict[str, Path]:
        """What is written without a window, by its flag."""
        both = {"--export": self.export, "--save-weights": self.save_weights}
        return {flag: path for flag, path in both.items() if path is not None}

    @property
    def begins(self) -> bool:
        """Whether nothing is named that is to be shown, so that the start page is."""
        named = (self.file, self.network, self.text, self.problem, self.exercise, self.layout,
                 self.at, self.tour)  # fmt: skip
        kept = {row.name for row in FIELDS.values() if row.group == "view" and row.kept}
        kept.discard("state_view")
        shown = self.words or self.panels or any(each is not None for each in named)
        return self.start_page and not shown and not set(self.given) - kept

    @property
    def looks(self) -> bool:
        """Whether it says how to look at what is opened."""
        rows = (
            "mode",
            "source",
            "summed",
            "compared",
            "layer",
            "quantity",
            "selected",
            "origin",
            "horizon",
            "column",
            "copies",
            "lags",
        )
        return self.at is not None or any(name in self.given for name in rows)

    @property
    def reads(self) -> list[str]:
        """Names of the fields that were given and say how something is read."""
        if not self.given:
            return []
        from rnnviz.opening.meanings import MEANT

        return [name for name in MEANT if name in self.given]

    @property
    def reading(self) -> Options | None:
        """How a file is to be read; None where nothing of it was given."""
        found = {name: self.given[name] for name in self.reads}
        if not found:
            return None
        from rnnviz.data import Options
        from rnnviz.data.readers.options import read_choices, read_columns

        if "thousands" in found:
            found["thousands"] = _PARTING[found["thousands"]]
        if "columns" in found:
            found["columns"] = read_columns(found["columns"])
        if found.get("axis") == "none":
            found["axis"] = False
        if "series" in found:
            found["series"] = {"each": True, "none": False}.get(found["series"], found["series"])
        if "sequence" in found:
            found["sequence"] -= 1
        for name in ("missing", "transform", "signs"):
            if name in found:
                found[name] = read_choices(found[name])
        return Options(**found)

    @property
    def settings(self) -> Settings:
        """The settings of the network that the command line asks for."""
        rows = fields_of("network", "updates")
        return replace(
            Settings(), **{row.name: self.given[row.name] for row in rows if row.name in self.given}
        )


def read_arguments(arguments: Sequence[str]) -> Arguments:
    """Read a command line; ends the program with a message where it cannot be."""
    if not arguments:
        return Arguments()
    from rnnviz.cli.parser import make_parser

    options = vars(make_parser().read(arguments))
    given, panels = options.pop("given", None) or {}, tuple(options.pop("panels"))
    return Arguments(given=given, panels=panels, **options)


# -- what does not go together, said before anything is opened ---------------------------------


def why_not_together(options: Arguments) -> str:
    """Why what is named to be opened and looked at cannot be; empty where it can."""
    from rnnviz.film.panels import MOST

    if said := _of_sources(options) or _of_networks(options) or _of_reading(options):
        return said
    if len(set(options.panels)) > MOST:
        return f"--panel: there are {MOST} slots; leave {options.panels[-1]} out"
    return ""


def _of_sources(options: Arguments) -> str:
    if options.file is not None and options.text is not None:
        return "give a file or --text, not both"
    if options.file is not None and options.problem is not None:
        return "give a file or --problem, not both"
    if options.example and options.problem is None:
        return "--example: it is one of a --problem"
    if options.exercise is not None:
        others = (options.file, options.text, options.problem, options.network, options.tour)
        if any(each is not None for each in others):
            return "--exercise: it has its own sequence and network; give nothing else"
    if options.tour is not None and (options.file is not None or options.text is not None):
        return "give a file, --text or --tour, not two of them"
    if options.tour is not None and options.problem is not None:
        return "give --problem or --tour, not both"
    return ""


def _of_networks(options: Arguments) -> str:
    if options.problem is not None and options.settings != Settings():
        return "--problem: it has its own network; leave --cell and what else belongs to one out"
    if options.network is not None:
        if options.problem is not None:
            return "--network: a shipped problem has its own network"
        if replace(options.settings, activation="tanh", cell="rnn") != Settings():
            return "--network: leave --units and what else belongs to a new network out"
    if options.exercise is not None and (options.settings != Settings() or options.reads):
        return "--exercise: leave out what says how to read or begin something else"
    return ""


def _of_reading(options: Arguments) -> str:
    """What is said of how to read, where there is nothing to be read so."""
    if options.file is not None or not options.reads:
        return ""
    from rnnviz.opening.meanings import why_meaningless

    first = () if options.network is not None and options.text is None else ("text",)
    beside = () if options.network is None else ("network",)
    own = ("problem",) if options.problem is not None else (*first, *beside)
    why = why_meaningless(options.reads, own)
    return f"what is opened {why}" if why else ""
