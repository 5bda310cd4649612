"""Where one looks at the map, and how closely."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rnnviz.scenes.shapes import Rect

CLOSEST = 40.0
_EDGE = 0.9  # at zoom 1 the map takes that much of the view


@dataclass(frozen=True, slots=True)
class Camera:
    """The middle of what is seen, in the map's own −1 … 1, and how many times it is enlarged.

    `box` is half the map's width and half its height: at zoom 1 just that is seen.
    """

    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0
    box: tuple[float, float] = (1.0, 1.0)

    @classmethod
    def over(cls, places: NDArray[np.float64]) -> Camera:
        """From above the middle of places (N, 2), so high that all are seen."""
        across, up = np.abs(places).max(axis=0)
        return cls(box=(max(float(across), 1e-6), max(float(up), 1e-6)))

    def scale(self, view: Rect) -> float:
        """Pixels of a map's unit."""
        across, up = self.box
        return self.zoom * _EDGE * max(1.0, min(view.w / across, view.h / up)) / 2.0

    def seen(self, places: NDArray[np.float64], view: Rect) -> NDArray[np.float64]:
        """Where places (N, 2) of the map, y upward, lie in the picture, y downward."""
        scale = self.scale(view)
        made = np.empty_like(places)
        made[:, 0] = view.cx + (places[:, 0] - self.x) * scale
        made[:, 1] = view.cy - (places[:, 1] - self.y) * scale
        return made

    def moved(self, dx: float, dy: float, view: Rect) -> Camera:
        """After the map was dragged by pixels; its middle cannot leave the view's."""
        scale = self.scale(view)
        return self._held(self.x - dx / scale, self.y + dy / scale)

    def zoomed(self, factor: float, view: Rect, x: float, y: float) -> Camera:
        """Closer by a factor, with what lies at a point of the picture staying there."""
        zoom = min(max(self.zoom * factor, 1.0), CLOSEST)
        closer = replace(self, zoom=zoom)
        before, after = self.scale(view), closer.scale(view)
        across = (x - view.cx) * (1.0 / before - 1.0 / after)
        down = (y - view.cy) * (1.0 / before - 1.0 / after)
        return closer._held(self.x + across, self.y - down)

    def _held(self, x: float, y: float) -> Camera:
        across, up = self.box
        return replace(self, x=min(max(x, -across), across), y=min(max(y, -up), up))
