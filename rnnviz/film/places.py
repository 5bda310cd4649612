"""Places in the film as people write them ("6", "back:3", "update"), and what is looked at there.

By the fields of the view that are parts of a playhead: command line and tours say them alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rnnviz.files.errors import show_value
from rnnviz.film.fields import FIELDS
from rnnviz.film.frame.states import quantities_of
from rnnviz.film.passes import Pass
from rnnviz.film.run import Run
from rnnviz.film.timeline import Playhead, Timeline
from rnnviz.frozen import record

_SAME = ("source", "summed", "quantity", "origin", "horizon", "copies", "lags")
_COUNTED = (("unit", "selected"), ("layer", "layer"), ("column", "column"))  # from 1


@record
class At:
    """A place in the film: a stage ("start", "forward", "last", "backward", "update"), a step."""

    stage: str
    step: float

    def __str__(self) -> str:
        if self.stage in ("forward", "backward"):
            return f"{'back:' * (self.stage == 'backward')}{self.step:g}"
        return self.stage


def read_at(text: str) -> At:
    """A place in the film: "6", "back:3", "start", "last" or "update".

    Raises
    ------
    ValueError
        For anything else.
    """
    if text in ("start", "last", "update"):
        return At(text, 0)
    found = re.fullmatch(r"(back:)?([0-9]{1,9}(?:\.[0-9]{1,6})?)", text)
    if not found:
        raise ValueError(f"{text} is not a place such as 6, back:3 or update")
    return At("backward" if found[1] else "forward", float(found[2]))


def position_of(place: At, timeline: Timeline) -> float:
    """The position on the line of time that a place means.

    Raises
    ------
    ValueError
        If there are fewer steps.
    """
    # The first step back begins where all are done: back:9.4 of nine steps is on its way.
    if place.step > timeline.steps and not (
        place.stage == "backward" and place.step < timeline.steps + 1
    ):
        there = "is 1 step" if timeline.steps == 1 else f"are {timeline.steps} steps"
        raise ValueError(f"{place}: there {there}")
    return {
        "start": 0.0,
        "last": float(timeline.steps),
        "update": float(timeline.end),
        "forward": place.step,
        "backward": timeline.end - place.step,
    }[place.stage]


def looked_from(playhead: Playhead, given: Mapping[str, Any]) -> Playhead:
    """A playhead with what some fields of the view say; others are no part of it."""
    changes = {name: given[name] for name in _SAME if name in given}
    for name, counted in _COUNTED:
        if given.get(counted):
            changes[name] = given[counted] - 1
    return replace(playhead, **changes)


def refuse_absent(given: Mapping[str, Any], run: Run, passing: Pass) -> None:
    """Refuse to look at what is not there.

    Raises
    ------
    ValueError
        With the name of what it is: "source 12: there are 9 steps".
    """
    from rnnviz.film.origins import why_no_origins  # not before somebody asks

    def value(name: str) -> Any:
        return given.get(name, FIELDS[name].default)

    sizes, steps = run.architecture, passing.task.steps
    most = (("unit", "selected", sizes.units), ("layer", "layer", sizes.layers))
    values = run.task.sequence.values
    columns = ("column", "column", 0 if values is None else values.shape[1])
    known = run.steps if run.task.given is None else run.task.given
    of_steps = [(n, n, m) for n, m in (("source", steps), ("origin", known), ("copies", steps))]
    for flag, name, count in (*most, columns, *of_steps):
        what = "step" if name in ("source", "origin", "copies") else flag
        if value(name) > count:
            there = f"is 1 {what}" if count == 1 else f"are {count} {what}s"
            raise ValueError(f"{flag} {value(name)}: there {there}")
    for name in ("origin", "horizon"):
        if name in given and (why := why_no_origins(run.task)):
            raise ValueError(f"{name}: {why}; leave it out")
    source = value("source")
    if source and source != passing.source:
        raise ValueError(f"source {source}: step {source} pays no loss")
    quantities = quantities_of(sizes)
    if value("quantity") not in quantities:
        what = show_value(value("quantity"))
        raise ValueError(f"quantity {what}: this network has {', '.join(quantities)}")
