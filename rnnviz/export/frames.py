"""The pictures of a film, one after the other, through one window on no screen. Needs Qt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from rnnviz.export.moments import Still, Told, go_on
from rnnviz.export.offscreen import OffscreenWindow
from rnnviz.export.picture import drawing_of, seen_in
from rnnviz.files.errors import DataError
from rnnviz.film import Frame
from rnnviz.tours.scenes import Tour
from rnnviz.views.drawing import drawn_as, image_of
from rnnviz.writing.formats import WINDOW, Appearance

Pixels = NDArray[np.uint8]

_OPAQUE = QImage.Format.Format_RGB888


class Pictures:
    """What is shown of a run or a tour at any moment; a context, at whose end its window is gone.

    Parameters
    ----------
    source : Frame or Tour
    appearance : Appearance
    what : str
        "window", "stage" or a panel.
    scale : float
        Pixels of an image to one of the window's.

    Attributes
    ----------
    offscreen : OffscreenWindow
    """

    def __init__(
        self,
        source: Frame | Tour,
        appearance: Appearance,
        what: str = WINDOW,
        scale: float = 1.0,
    ) -> None:
        self._source, self._what, self._scale = source, what, scale
        self.offscreen = OffscreenWindow(seen_in(appearance, what))
        self._running: int | None = None
        self._shape: tuple[int, ...] | None = None
        if isinstance(source, Frame):
            self.offscreen.show_frame(source)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.offscreen.__exit__(kind, error, trace)

    def show(self, still: Still) -> None:
        """Put the window to a moment.

        Raises
        ------
        DataError
            Of a scene that cannot be shown.
        """
        fault = ""
        if still.scene is None:
            assert still.position is not None
            self.offscreen.seek(still.position)
        else:
            fault = self._show_scene(still, still.scene)
        if fault:
            raise DataError(fault, about="")

    def image(self) -> QImage:
        """What is shown, as a picture without transparency; DataError of a panel that is not."""
        drawing = drawing_of(self.offscreen, self._what)
        if self._what == WINDOW and self._scale == 1.0:
            return self.offscreen.window.picture().toImage().convertToFormat(_OPAQUE)
        return image_of(drawing, self._scale).convertToFormat(_OPAQUE)

    def hide_words(self) -> None:
        """Hide a tour's words and its bar, for those who say them beside the picture."""
        touring = self.offscreen.window.touring
        if touring is not None and self._what == WINDOW:
            touring.caption.hide()
            touring.foot.hide()

    def drawing(self) -> tuple[str, int, int]:
        """What is shown as SVG, its lines lines and its text text, and its width and height."""
        drawing = drawing_of(self.offscreen, self._what)
        return drawn_as("svg", drawing, faces=False).decode(), drawing.width, drawing.height

    def drawn(self, stills: Sequence[Still], told: Told | None = None) -> Iterator[Pixels]:
        """The pixels of moments, each when it is asked for, all of the first one's size.

        Raises
        ------
        Cancelled
            When `told`, which is told how much is done, has answered False.
        """
        for index, still in enumerate(stills):
            go_on(told, index / len(stills))
            self.show(still)
            picture = pixels_of(self.image())
            self._shape = self._shape or picture.shape
            yield picture if picture.shape == self._shape else fitted(picture, self._shape)

    def _show_scene(self, still: Still, scene: int) -> str:
        assert isinstance(self._source, Tour)
        if not still.running:
            self._running = None
            return self.offscreen.show_scene(self._source, scene, told=still.told)
        fault = ""
        if self._running != scene:
            self._running = scene
            fault = self.offscreen.run_scene(self._source, scene)
        if still.position is not None and not fault:
            self.offscreen.run_to(still.position)
        return fault


def fitted(picture: Pixels, shape: tuple[int, ...]) -> Pixels:
    """A picture cut, or continued by its corner's colour, to another size."""
    made = np.empty(shape, np.uint8)
    made[:] = picture[-1, -1]
    high, wide = min(shape[0], picture.shape[0]), min(shape[1], picture.shape[1])
    made[:high, :wide] = picture[:high, :wide]
    return made


def pixels_of(image: QImage) -> Pixels:
    """The pixels of a picture in Format_RGB888, (height, width, 3); a copy."""
    high, wide, line = image.height(), image.width(), image.bytesPerLine()
    bits: Any = image.constBits()
    rows = np.frombuffer(bits, np.uint8).reshape(high, line)
    return rows[:, : 3 * wide].reshape(high, wide, 3).copy()
