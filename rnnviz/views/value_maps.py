"""Values as colours: diverging maps whose middle, zero, is the background's own shade.

From the background to either end a map is a straight line in Oklab, where equal distances look
equally far apart: on white values that are twice as far from zero look twice as far from it. On a
dark ground small values get more than their share, since dark shades are told apart less well, by
eyes and still less on a projector's screen. The two ends of a map are about as light as one another
and differ in what red-green and blue-yellow blind eyes keep apart, which a test holds.
Björn Ottosson, "A perceptual color space for image processing", 2020, has the space.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEPS = 255
"""Colours of a map. An odd number: the middle one is that of 0 and of nothing else."""
_HALF = (STEPS - 1) // 2

ENDS: Mapping[str, Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "ochre": {"light": ("#1f66e0", "#946c00"), "dark": ("#6ba6ff", "#d9a92f")},
        "red": {"light": ("#1f66c8", "#c2332b"), "dark": ("#5aa8ff", "#ff7a6b")},
        "orange": {"light": ("#6a3fc0", "#b35806"), "dark": ("#a78bfa", "#f39b3f")},
    }
)
"""The maps that can be chosen: by theme the colours of the largest negative and positive value."""

# The way along the line is the value's share to this power.
_BEND = {"light": 1.0, "dark": 0.75}
# Linear RGB to the cones of Oklab, and the cube roots of these to lightness and two hues.
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


@lru_cache(maxsize=16)
def value_map(name: str, theme: str, ground: str) -> NDArray[np.uint8]:
    """The colours of a map from its negative end to its positive one.

    Parameters
    ----------
    name : str
        One of `ENDS`.
    theme : str
        "light" or "dark".
    ground : str
        The background's colour, `#rrggbb`; that of zero.

    Returns
    -------
    ndarray of shape (255, 3)
    """
    negative, positive = ENDS[name][theme]
    middle = _oklab(ground)
    way = (np.arange(1, _HALF + 1)[:, None] / _HALF) ** _BEND[theme]
    table = np.empty((STEPS, 3), np.uint8)
    table[_HALF] = _bytes_of(ground)
    table[:_HALF] = _rgb(middle + way[::-1] * (_oklab(negative) - middle))
    table[_HALF + 1 :] = _rgb(middle + way * (_oklab(positive) - middle))
    table.flags.writeable = False
    return table


def place(values: NDArray[np.floating], limit: float) -> NDArray[np.uint8]:
    """The places of values in a map of ±`limit`; what is beyond is at its ends, NaN in the middle.

    The middle place is that of values nearer to 0 than half a step of the map alone.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        index = np.clip(values / limit * _HALF + (_HALF + 0.5), 0, STEPS - 0.5)
    return np.nan_to_num(index, copy=False, nan=_HALF).astype(np.uint8)


def _bytes_of(colour: str) -> NDArray[np.uint8]:
    return np.frombuffer(bytes.fromhex(colour.removeprefix("#")), np.uint8)


def _oklab(colour: str) -> NDArray[Any]:
    share = _bytes_of(colour) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return _TO_OKLAB @ np.cbrt(_TO_CONES @ linear)


def _rgb(oklab: NDArray[Any]) -> NDArray[np.uint8]:
    cones = (oklab @ np.linalg.inv(_TO_OKLAB).T) ** 3
    linear = np.clip(cones @ np.linalg.inv(_TO_CONES).T, 0.0, 1.0)
    share = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.round(255 * share).astype(np.uint8)
