"""Numbers that often say that a value is missing: -999, 9999, 1e20, far from all others."""

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.sequence import Sequence
from rnnviz.files.errors import counted, visible

_NEGATIVE = (-99, -99.9, -99.99, -999, -999.9, -999.99, -9999, -9999.9, -99999, -999999, -32768)
_POSITIVE = (999, 999.9, 999.99, 9999, 9999.9, 99999, 999999, 32767)
_LARGE = (1e20, -1e20, 1e30, -1e30, 1e34, -1e34, 1e36, 9.96921e36)
_USUAL = np.array((*_NEGATIVE, *_POSITIVE, *_LARGE))
_LEAST = 2  # other values, from which is told what is far
_CLOSE = 1e-6  # how exactly it must be one of these: float32 has kept some of them


def said_of_sentinels(sequence: Sequence) -> str:
    """What is to be said of such numbers in a series, which are read as they stand; or empty."""
    values = sequence.values
    if values is None or sequence.frames is not None or len(values) <= _LEAST:
        return ""
    for place, name in enumerate(sequence.columns):
        column = values[:, place]
        for end in (column.min(), column.max()):
            if not np.isclose(_USUAL, end, rtol=_CLOSE, atol=0.0).any():
                continue
            marked = column == end
            others = column[~marked]
            if len(others) < _LEAST or _near(float(end), others):
                continue
            shown = f"{end:.10g}".replace("-", "−")
            times = counted(int(marked.sum()), "time")
            return (
                f"assumed: {shown} in “{visible(name[:40])}” is a value ({times}, first at step "
                f"{int(marked.argmax()) + 1:,}). If it says that one is missing, empty those cells "
                "in the file, and choose what becomes of them"
            )
    return ""


def _near(end: float, others: NDArray[np.float64]) -> bool:
    """Whether a number lies no further from others than these lie from each other."""
    least, most = float(others.min()), float(others.max())
    wide = max(most - least, abs(most), abs(least)) if end > 0 else most - least
    return least - 2 * wide <= end <= most + 2 * wide
