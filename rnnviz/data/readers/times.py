"""Columns of numbers that may be the time: told by name and range, proposed, and never taken as it.

A number becomes no date unasked: a year or a moment is a feature until the user says that it labels
the steps.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.data.labels import ReadLabels

_WORDS = re.compile(r"[^\W\d_]+|(?<=[a-z])(?=[A-Z])")
_YEARS = frozenset(["year", "years", "yr", "yyyy", "jahr", "année", "annee", "año", "ano", "anno"])
_DAYS = frozenset(["date", "day", "days", "datum", "tag", "datetime", "serial"])
_MOMENTS = _DAYS | frozenset(
    [
        "time",
        "timestamp",
        "ts",
        "unix",
        "unixtime",
        "epoch",
        "utc",
        "zeit",
        "zeitstempel",
        "ds",
        "key",
    ]
)
_COUNTERS = frozenset(
    [
        "t",
        "time",
        "zeit",
        "step",
        "steps",
        "timestep",
        "index",
        "idx",
        "row",
        "tick",
        "frame",
        "sample",
    ]
)
_UNITS = (("seconds", 1.0), ("milliseconds", 1e3), ("microseconds", 1e6), ("nanoseconds", 1e9))
_EPOCH, _SPREADSHEET = datetime(1970, 1, 1, tzinfo=UTC), datetime(1899, 12, 30)
_COUNT = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_BLOCK = 10_000
_TO_1970 = 25_569  # days of a spreadsheet
_SINCE, _UNTIL = 1e8, 4.2e9  # seconds since 1970 that are taken for such: 1973 to 2103
_LARGEST = _UNTIL * 1e9  # nanoseconds are the finest unit
_LEAST = 3  # values without which nothing runs


def time_in(name: str, values: ArrayLike) -> str:
    """What a column may count, with its first and its last value; empty where it is no time.

    Parameters
    ----------
    name
        Of the column.
    values : (T,) numbers
        They never turn round; without a name that says so they are as far apart everywhere.
    """
    numbers = np.asarray(values, np.float64).ravel()
    if numbers.size < _LEAST or not np.isfinite(numbers).all():
        return ""
    if np.abs(numbers).max() > _LARGEST:
        return ""  # no moment, and its differences may leave float64
    steps = np.diff(numbers)
    if not ((steps >= 0.0).all() or (steps <= 0.0).all()) or not steps.any():
        return ""
    words = {word.casefold() for word in _WORDS.findall(name)}
    even = bool((steps == steps[0]).all())
    whole = bool((numbers == np.round(numbers)).all())
    least, most = sorted((float(numbers[0]), float(numbers[-1])))
    ends = float(numbers[0]), float(numbers[-1])
    years = words & _YEARS or (even and whole and abs(steps[0]) == 1.0 and least >= 1500.0)
    if years and least >= 1000.0 and most <= 2200.0:
        return f"years from {ends[0]:.10g} to {ends[1]:.10g}"
    for unit, many in _UNITS:
        if _SINCE * many <= least and most <= _UNTIL * many and (words & _MOMENTS or even):
            return _ran(f"{unit} since 1970", [_EPOCH + timedelta(seconds=e / many) for e in ends])
    if words & _DAYS and least >= 20_000.0 and most <= 73_000.0:
        days = [_SPREADSHEET + timedelta(days=end) for end in ends]
        return _ran("days of a spreadsheet", days)
    if words & _COUNTERS and even and whole:
        return f"whole numbers from {ends[0]:.10g} to {ends[1]:.10g}, evenly apart"
    return ""


def _ran(what: str, ends: Sequence[datetime]) -> str:
    return f"{what}, from {ends[0]:%Y-%m-%d} to {ends[1]:%Y-%m-%d}"


def as_dates(name: str, labels: ReadLabels) -> tuple[ReadLabels, tuple[str, ...]]:
    """Write labels that count seconds or a spreadsheet's days as the dates that they mean.

    Parameters
    ----------
    name
        Of their column.
    labels
        One a step.

    Returns
    -------
    labels : ReadLabels
        Dates, with the time of day where any has one; the same as before where they count nothing
        of that kind.
    notes : tuple of str
        What was done.
    """
    if not len(labels) or not _COUNT.fullmatch(labels[0]):
        return labels, ()
    try:
        numbers = np.array([float(labels[step]) for step in range(len(labels))])
    except ValueError:
        return labels, ()
    counted = time_in(name, numbers)
    if counted.startswith("days"):
        moments = (numbers - _TO_1970) * 86_400.0
    elif "since 1970" in counted:
        moments = numbers / dict(_UNITS)[counted.partition(" ")[0]]
    else:
        return labels, ()
    whole = np.round(moments).astype("datetime64[s]")
    if (whole == whole.astype("datetime64[D]")).all():
        whole = whole.astype("datetime64[D]")
    found = ReadLabels()
    for start in range(0, len(whole), _BLOCK):
        written: list[str] = np.datetime_as_string(whole[start : start + _BLOCK]).tolist()
        found.extend([text.replace("T", " ") for text in written])
    return found, (f"the labels count {counted.partition(',')[0]}, and are written as dates",)
