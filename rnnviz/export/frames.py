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
from rnnviz.files.errors import DataError
from rnnviz.film import Frame
from rnnviz.tours.script import Tour
from rnnviz.writing.formats import WINDOW, Appearance

Pixels = NDArray[np.uint8]


class Pictures:
    """What is shown of a run or a tour at any moment; a context, at whose end its window is gone.

    Parameters
    ----------
    source : Frame or Tour
    appearance : Appearance
    what : str
        "window", "stage" or a panel.

    Attributes
    ----------
    offscreen : OffscreenWindow
    """

    def __init__(self, source: Frame | Tour, appearance: Appearance, what: str = WINDOW) -> None:
        self._source, self._what = source, what
        self.offscreen = OffscreenWindow(appearance)
        self._running: int | None = None
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
        """What is shown, as a picture without transparency.

        Raises
        ------
        DataError
            Of a panel that is not there.
        """
        if self._what == WINDOW:
            picture = self.offscreen.window.picture()
        else:
            try:
                picture = self.offscreen.view(self._what).grab()
            except ValueError as error:
                raise DataError(str(error), about="") from None
        return picture.toImage().convertToFormat(QImage.Format.Format_RGB888)

    def drawn(self, stills: Sequence[Still], told: Told | None = None) -> Iterator[Pixels]:
        """The pixels of moments, each when it is asked for; see `pixels_of`.

        Raises
        ------
        Cancelled
            When `told`, which is told how much is done, has answered False.
        """
        for index, still in enumerate(stills):
            go_on(told, index / len(stills))
            self.show(still)
            yield pixels_of(self.image())

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


def pixels_of(image: QImage) -> Pixels:
    """The pixels of a picture in Format_RGB888, (height, width, 3); a copy."""
    high, wide, line = image.height(), image.width(), image.bytesPerLine()
    bits: Any = image.constBits()
    rows = np.frombuffer(bits, np.uint8).reshape(high, line)
    return rows[:, : 3 * wide].reshape(high, wide, 3).copy()
