"""What is computed once a pass and kept as long as the pass lives."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from rnnviz.film import Frame

T = TypeVar("T")
_KEPT: WeakKeyDictionary[Any, dict[Hashable, Any]] = WeakKeyDictionary()
_MOST = 4096


def remembered(frame: Frame, key: Hashable, make: Callable[[], T]) -> T:
    """What `make` returned the first time it was asked for this pass and key.

    `key` must name all that `make` reads besides the forward pass, its sum of losses and the
    task: the layer, and the source where it matters. The trace is the anchor, so nothing outlives
    the pass that it was made from.
    """
    trace = frame.passing.trace
    kept = _KEPT.get(trace)
    if kept is None:
        kept = _KEPT[trace] = {}
    try:
        return kept[key]
    except KeyError:
        if len(kept) >= _MOST:
            kept.clear()
        made = kept[key] = make()
        return made
