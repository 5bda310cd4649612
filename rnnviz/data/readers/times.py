"""Columns of numbers that may be the time: told by name and range, proposed, and never taken as it.

A number becomes no date unasked: a year or a moment is a feature until the user says that it labels
the steps.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
_CLOCKS = frozenset(["time", "timestamp", "zeit", "zeitstempel"])
_MONTHS = _YEARS | {"month", "yearmonth", "yyyymm", "period", "monat", "mois", "mese", "mes"}
_PARTS = (
    (_YEARS, 1500.0, 2200.0),
    (frozenset(["month", "monat", "mois", "mese", "mes", "mês"]), 1.0, 12.0),
    (frozenset(["day", "tag", "jour", "giorno", "dia", "día"]), 1.0, 31.0),
    (frozenset(["hour", "stunde", "heure", "ora", "hora"]), 0.0, 24.0),
    (frozenset(["minute", "minuto", "minuten"]), 0.0, 59.0),
)
_WRITTEN = "dates written without signs"
_DAY = 8
_FORMS = (6, 8, 10, 12, 14)  # digits of a month, a day, an hour, a minute, a second
_FIRST = (np.int64(1), np.int64(1), np.int64(0), np.int64(0), np.int64(0))
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
    words = _words(name)
    even = bool((steps == steps[0]).all())
    whole = bool((numbers == np.round(numbers)).all())
    least, most = sorted((float(numbers[0]), float(numbers[-1])))
    ends = float(numbers[0]), float(numbers[-1])
    written = _written(numbers, words)
    if written is not None:
        return _ran(_WRITTEN, [_EPOCH + timedelta(seconds=float(e)) for e in written[[0, -1]]])
    years = words & _YEARS or (even and whole and abs(steps[0]) == 1.0 and least >= 1500.0)
    if years and least >= 1000.0 and most <= 2200.0:
        return f"years from {ends[0]:.10g} to {ends[1]:.10g}"
    for unit, many in _UNITS:
        if _SINCE * many <= least and most <= _UNTIL * many and (words & _MOMENTS or even):
            return _ran(f"{unit} since 1970", [_EPOCH + timedelta(seconds=e / many) for e in ends])
    if words & _DAYS | words & _CLOCKS and least >= 20_000.0 and most <= 73_000.0:
        days = [_SPREADSHEET + timedelta(days=end) for end in ends]
        return _ran("days of a spreadsheet", days)
    if words & _COUNTERS and even and whole:
        return f"whole numbers from {ends[0]:.10g} to {ends[1]:.10g}, evenly apart"
    return ""


def parts_of_date(columns: Mapping[int, tuple[str, ArrayLike]]) -> tuple[int, ...]:
    """Return the places of columns that are together a date: a year, a month, and what is finer.

    Parameters
    ----------
    columns
        Name and values of each, by its place.
    """
    found: list[int] = []
    for names, least, most in _PARTS:
        for place, (name, values) in columns.items():
            if name.strip("<> ").casefold() not in names:
                continue
            numbers = np.asarray(values, np.float64).ravel()
            whole = bool(numbers.size) and bool((numbers == np.floor(numbers)).all())
            if whole and least <= numbers.min() and numbers.max() <= most:
                found.append(place)
                break
        else:
            break
    return tuple(found) if len(found) > 1 else ()


def _words(name: str) -> set[str]:
    return {word.casefold() for word in _WORDS.findall(name)}


def _written(numbers: NDArray[np.float64], words: Collection[str]) -> NDArray[np.float64] | None:
    """Seconds since 1970 of what numbers say digit by digit: 20240131, 202401311530; or None.

    A month alone, 202401, is one only under a name that tells of time, and an hour not in years
    whose ten digits are seconds since 1970.
    """
    digits = len(str(int(abs(numbers[0]))))
    if digits not in _FORMS or not (numbers == np.floor(numbers)).all():
        return None
    parts: list[NDArray[np.int64]] = []
    year = numbers.astype(np.int64)
    for _ in range((digits - 4) // 2):
        year, part = np.divmod(year, 100)
        parts.insert(0, part)
    unnamed = digits == 6 and (_MOMENTS | _MONTHS).isdisjoint(words)
    if year.min() < (1850 if digits == 10 else 1500) or year.max() > 2199 or unnamed:
        return None
    month, day, hour, minute, second = (*parts, *_FIRST[len(parts) :])
    limits = ((month, 1, 12), (day, 1, 31), (hour, 0, 23), (minute, 0, 59), (second, 0, 59))
    if any(np.min(part) < low or np.max(part) > high for part, low, high in limits):
        return None
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]").astype(np.int64) + day - 1
    if (days.astype("datetime64[D]").astype("datetime64[M]") != months).any():
        return None
    return (days * 86_400 + hour * 3_600 + minute * 60 + second).astype(np.float64)


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
    written_out = _written(numbers, _words(name)) if counted.startswith(_WRITTEN) else None
    if written_out is not None and len(labels[0]) == _DAY:
        return labels, ()  # which can be compared as it is
    if written_out is not None:
        moments = written_out
    elif counted.startswith("days"):
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
    if written_out is not None:
        return found, ("the labels are dates without signs, and are written with them",)
    return found, (f"the labels count {counted.partition(',')[0]}, and are written as dates",)
