"""Where one looks at the map, and how closely."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rnnviz.scenes.shapes import Rect

CLOSEST = 40.0
_EDGE = 0.9  # at zoom 1 the map −1 … 1 takes that much of the smaller side


@dataclass(frozen=True, slots=True)
class Camera:
    """The middle of what is seen, in the map's own −1 … 1, and how many times it is enlarged."""

    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0

    def scale(self, view: Rect) -> float:
        """Pixels of a map's unit."""
        return self.zoom * _EDGE * max(1.0, min(view.w, view.h)) / 2.0

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
        return Camera(min(max(x, -1.0), 1.0), min(max(y, -1.0), 1.0), self.zoom)
