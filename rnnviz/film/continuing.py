"""What a network would say next: a text continued from the end of what is on the stage."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from rnnviz.data.vocabulary import END, UNKNOWN
from rnnviz.engine import Network, Trace, generate
from rnnviz.files.errors import counted
from rnnviz.film.frame import Frame
from rnnviz.frozen import record

MOST = 5_000
"""Tokens of a continuation."""
HOTTEST = 5.0
"""The highest temperature."""


@record
class Continued:
    """A text that the network continues, as far as it has come.

    Attributes
    ----------
    before : str
        The end of the text that is continued.
    text : str
        What the network says after it, to be joined to it as it stands.
    count, wanted : int
        Tokens said, and wanted.
    unit : str
        What they are: "words" or "characters".
    network : str
        Which network says it, in a sentence.
    running : bool
    said : str
        How it ended, in a sentence; empty while it runs.
    """

    before: str = ""
    text: str = ""
    count: int = 0
    wanted: int = 0
    unit: str = ""
    network: str = ""
    running: bool = False
    said: str = ""


def why_not_continued(frame: Frame) -> str:
    """Why the text on the stage cannot be continued, in words; empty where it can."""
    task, trace = frame.task, frame.passing.trace
    if task.vocabulary is None:
        if task.sequence.values is not None:
            return "what is open is a series; F forecasts it"
        return "what is open is no text"
    labels, names = tuple(task.vocabulary.labels), tuple(task.output_names)
    if names not in (labels, (*labels, END)):
        return "what this network answers are not the words that it reads"
    if task.mode not in ("synced", "many_to_one") or not isinstance(trace, Trace):
        return "in this mode the network does not read the whole text; choose synced (Alt+5)"
    if frame.passing.exploded:
        return frame.passing.exploded
    return ""


def beginning(frame: Frame) -> Continued:
    """What is continued, and by which network, before anything is said."""
    task = frame.task
    kept = 12 if task.sequence.kind == "words" else 60
    symbols = tuple(task.sequence.symbols[-kept:])
    before = joined(symbols, task.sequence.kind)
    more = "… " if len(task.sequence.symbols) > kept else ""
    return Continued(more + before, unit=task.sequence.kind, network=_which(frame))


def continue_text(
    frame: Frame,
    count: int,
    temperature: float,
    seed: int,
    told: Callable[[Continued], bool] = lambda _: True,
) -> Continued:
    """Let the network of a frame go on with its text, fed what it says itself.

    Parameters
    ----------
    frame : Frame
        One of which `why_not_continued` knows no reason.
    count : int
        Tokens at most, from 1; it stops before where the network says that the text has ended.
    temperature : float
        Each token is drawn from softmax(y / temperature), y the logits; 0: the likeliest.
    seed : int
        Of what is drawn; the same one draws the same.
    told : callable, optional
        Is handed the continuation after every token; answers False to stop.

    Returns
    -------
    Continued

    Raises
    ------
    ValueError
        For impossible numbers, and where it cannot be continued, in words.
    """
    why = why_not_continued(frame)
    if why:
        raise ValueError(why)
    if not 1 <= count <= MOST:
        raise ValueError(f"tokens: expected 1 … {MOST:,}, found {count:,}")
    if not 0.0 <= temperature <= HOTTEST:
        raise ValueError(f"temperature: expected 0 … {HOTTEST:g}, found {temperature:g}")
    task, trace, start = frame.task, frame.passing.trace, beginning(frame)
    vocabulary = task.vocabulary
    assert vocabulary is not None
    assert isinstance(trace, Trace)
    network: Network = trace.network
    end = len(vocabulary) if len(task.output_names) > len(vocabulary) else None
    pieces: list[str] = []
    last = task.sequence.symbols[-1]
    stopped = False

    def state(*, running: bool, said: str = "") -> Continued:
        text, so_far = "".join(pieces), len(pieces)
        return Continued(
            start.before, text, so_far, count, start.unit, start.network, running, said
        )

    def heard(chosen: np.ndarray) -> bool:
        nonlocal stopped, last
        place = int(chosen[0])
        if place == end:
            return True
        symbol = UNKNOWN if place == vocabulary.unknown else vocabulary.symbols[place]
        pieces.append(_gap(last, symbol, start.unit) + symbol)
        last = symbol
        stopped = not told(state(running=True))
        return not stopped

    # From the last step on: its state before, and its input, make the first answer.
    before = trace.a[:, -2], None if trace.c is None else trace.c[:, -2]
    generate(
        network,
        task.x[-1],
        count,
        choose="sample" if temperature > 0.0 else "greedy",
        temperature=temperature or 1.0,
        seed=seed,
        end=end,
        a0=before[0],
        c0=before[1],
        told=heard,
    )
    drawn = f"temperature {temperature:g}, seed {seed}" if temperature else "the likeliest each"
    said = f"{counted(len(pieces), start.unit.removesuffix('s'))}, {drawn}"
    if stopped:
        said = f"Stopped: {said}."
    elif len(pieces) < count:
        said = f"{said}. Then it says {END}: that the text ends there."
    else:
        said = f"{said}."
    return state(running=False, said=said)


def _which(frame: Frame) -> str:
    """Which network says it, and how far it was trained."""
    run, made = frame.run, frame.run.updates_at(frame.playhead.snapshot)
    if frame.untrained:
        return (
            "An untrained network: its weights are those of the seed, and what it says is chance."
        )
    if run.log and not made:
        update = run.log[run.origin].update
        on = f", trained on {run.carried}" if run.carried else ""
        return f"The network after update {update:,} of its training{on}."
    if made:
        return f"The network after {made:,} update{'s' if made > 1 else ''} of this film."
    return "The network that was opened."


_CLOSING, _OPENING = ("Pe", "Pf", "Po"), ("Ps", "Pi")
_APART = "&@#*/\\"  # signs that stand like words


def joined(symbols: tuple[str, ...], unit: str) -> str:
    """Tokens as a text: words with blanks between them but for punctuation; characters as such."""
    pairs = pairwise(symbols)
    return symbols[0] + "".join(_gap(one, two, unit) + two for one, two in pairs)


def _gap(before: str, symbol: str, unit: str) -> str:
    """What stands between two tokens."""
    if unit != "words":
        return ""
    opened = len(before) == 1 and unicodedata.category(before) in _OPENING
    closes = symbol[0] not in _APART and unicodedata.category(symbol[0]) in _CLOSING
    return "" if opened or closes else " "
