"""What on a command line does not go together, said before anything is opened."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rnnviz.cli.arguments import Arguments


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
    from rnnviz.film import Settings

    if options.problem is not None and options.settings != Settings():
        return "--problem: it has its own network; leave --cell and what else belongs to one out"
    if options.network is not None:
        if options.problem is not None:
            return "--network: a shipped problem has its own network"
        if replace(options.settings, activation="tanh") != Settings():
            return "--network: leave --cell and what else belongs to a new network out"
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
