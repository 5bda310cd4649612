"""What becomes of the steps of a series where a value is missing."""

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.labels import Counted, Labels, ReadLabels
from rnnviz.files.errors import DataError

_BLOCK = 10_000
_DONE = {"drop": "drops its rows", "carry": "carried on", "interpolate": "interpolated"}


def without_gaps(
    values: NDArray[np.float64],
    labels: Labels,
    names: tuple[str, ...],
    ways: tuple[str, ...],
    first: str,
    path: str,
) -> tuple[NDArray[np.float64], Labels, str]:
    """Drop the steps that lack a value, or fill them in, in the order of the steps.

    Parameters
    ----------
    values : (T, C) array
        Missing ones are NaN; not changed.
    labels
        One a step.
    names
        Of the columns.
    ways
        Of each column ``"drop"``, ``"carry"`` or ``"interpolate"``: see `Options.missing`. What has
        nothing before it to be carried, or lies outside of what can be interpolated, is dropped.
    first
        Where the first missing one stands, for the note.
    path
        For the message.

    Returns
    -------
    values : (S, C) array
        S at most T.
    labels
    note : str
        What was missing, and what was done.

    Raises
    ------
    DataError
        When no step is left.
    """
    gaps = np.isnan(values)
    missing = int(gaps.sum())
    columns = [f"“{names[place]}”" for place in np.flatnonzero(gaps.any(axis=0))[:3]]
    more = " and more" if int(gaps.any(axis=0).sum()) > len(columns) else ""
    counted = "1 value was" if missing == 1 else f"{missing:,} values were"
    said = f"{counted} missing in {', '.join(columns)}{more}, {first}: "
    # The steps of a series are equally far apart here, whatever their dates are.
    by_step = "" if isinstance(labels, Counted) else " by steps, however far their labels lie apart"
    filled = values.copy()
    for name, fill in (("carry", _carry), ("interpolate", _interpolate)):
        if places := [place for place, way in enumerate(ways) if way == name]:
            part = filled[:, places]
            fill(part, gaps[:, places])
            filled[:, places] = part
    lacking = gaps.any(axis=0)
    used = {ways[int(place)] for place in np.flatnonzero(lacking)}
    way = used.pop() if len(used) == 1 else ""
    kept = np.flatnonzero(~np.isnan(filled).any(axis=1))
    dropped = len(values) - len(kept)
    if not len(kept):
        none = "every step lacks a value" if way == "drop" else "no step can be filled in"
        raise DataError(f"{said}{none}, so that none is left", path=path)
    rows = "1 row was" if dropped == 1 else f"{dropped:,} rows were"
    done = {"carry": "the last one before was taken", "interpolate": f"interpolated{by_step}"}.get(
        way
    )
    if not way:
        done = "; ".join(
            f"“{names[place]}” {_DONE[ways[place]]}" for place in np.flatnonzero(lacking)[:5]
        )
        said += done + (f"; {rows} dropped" if dropped else "")
        said += f"; interpolated{by_step}" if by_step and "interpolate" in ways else ""
    elif done is None:
        said += f"{rows} dropped, {len(kept):,} of {len(values):,} are left"
    else:
        said += done + (f"; {rows} dropped, where none stood before or behind" if dropped else "")
    if not dropped:
        return filled, labels, said
    found = ReadLabels()
    for start in range(0, len(kept), _BLOCK):
        found.extend([labels[int(step)] for step in kept[start : start + _BLOCK]])
    return np.ascontiguousarray(filled[kept]), found, said


def _carry(values: NDArray[np.float64], gaps: NDArray[np.bool_]) -> None:
    """Put the last value before it into every gap, column by column, in place."""
    steps = np.arange(len(values))
    for column, gap in zip(values.T, gaps.T, strict=True):
        column[:] = column[np.maximum.accumulate(np.where(gap, 0, steps))]


def _interpolate(values: NDArray[np.float64], gaps: NDArray[np.bool_]) -> None:
    """Put what lies on the straight line between its neighbours into every gap, in place."""
    steps = np.arange(len(values))
    for column, gap in zip(values.T, gaps.T, strict=True):
        if gap.any() and not gap.all():
            inside: NDArray[np.float64] = np.interp(  # pyright: ignore[reportUnknownVariableType]
                steps, steps[~gap], column[~gap], left=np.nan, right=np.nan
            )
            column[gap] = inside[gap]
