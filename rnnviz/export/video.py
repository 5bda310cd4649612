"""Films as files: animated WebP by Pillow, MP4 by PyAV (the extra `video`), with or without sound.

Pictures come one by one and none is kept. MP4 is H.264 in yuv420p of even sizes, its index at the
beginning, as telephones and browsers play it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from rnnviz.files.errors import DataError

if TYPE_CHECKING:
    from PIL import Image

Pixels = NDArray[np.uint8]
Samples = NDArray[np.int16]

_QUALITY = "18"  # H.264's constant rate factor: text stays sharp
_LONGEST = 1.0  # seconds for which one picture of an MP4 stands before it is repeated
_CODEC, _SOUND = "libx264", "aac"
_BITS = 96_000  # a second of sound
_BT709, _LIMITED = 1, 1  # which colours and which range, by FFmpeg's numbers


MISSING_PILLOW = "GIF and WebP need Pillow: install rnnviz with the extra “pictures”"
MISSING_AV = "MP4 needs PyAV: install rnnviz with the extra “video”, or write .webp or .gif"


def write_webp(file: BinaryIO, pictures: Iterable[Pixels], seconds: Sequence[float]) -> None:
    """Write a film that goes round, without loss.

    Parameters
    ----------
    file : binary file
    pictures : iterable of array (height, width, 3)
        All of one size; as many as there are `seconds`.
    seconds : sequence of float
        How long each stands, to a millisecond.

    Raises
    ------
    DataError
        Where Pillow is missing, or has no WebP.
    """
    why = why_no_pillow()
    if why:
        raise DataError(why, about="")
    film = _lazy(iter(pictures), len(seconds))
    film.save(file, "WEBP", save_all=True, duration=_whole(seconds, 1000), loop=0, lossless=True,
              quality=40, method=2)  # fmt: skip


def why_no_pillow() -> str:
    """Why neither GIF nor WebP can be written here; empty where they can."""
    try:
        from PIL import features
    except ImportError:
        return MISSING_PILLOW
    return "" if features.check("webp") else "this Pillow has no WebP; install a newer one"


def why_no_mp4() -> str:
    """Why no MP4 can be written here; empty where one can."""
    try:
        import av
    except ImportError:
        return MISSING_AV
    if _CODEC not in av.codecs_available:
        return "the PyAV that is installed has no H.264 (libx264); write .webp or .gif"
    return ""


def write_mp4(
    path: str,
    pictures: Iterable[Pixels],
    seconds: Sequence[float],
    rate: float,
    sound: tuple[Iterable[Samples], int] | None = None,
) -> None:
    """Write a film as MP4 over what stands at a path.

    Parameters
    ----------
    path : str
    pictures : iterable of array (height, width, 3)
        All of one size, of which an odd one gets a row or column of what is at its edge.
    seconds : sequence of float
        How long each stands, rounded to ticks of the rate; none shorter than one.
    rate : float
        Ticks a second.
    sound : (iterable of array (n,), int), optional
        Samples of one channel and how many there are a second.

    Raises
    ------
    DataError
        Where PyAV or its encoder is missing.
    """
    why = why_no_mp4()
    if why:
        raise DataError(why, about="")
    import av

    exact = Fraction(rate).limit_denominator(1001)
    opened: Any = av.open(path, "w", format="mp4", options={"movflags": "+faststart"})
    with opened as container:
        options = {"crf": _QUALITY, "preset": "medium", "tune": "animation"}
        video = container.add_stream(_CODEC, rate=exact, options=options)
        video.pix_fmt, video.time_base = "yuv420p", 1 / exact
        coder = video.codec_context
        coder.colorspace = coder.color_primaries = coder.color_trc = _BT709
        coder.color_range = _LIMITED
        voice = None if sound is None else _Voice(container, *sound)
        for place, picture in _ticks(pictures, seconds, rate):
            even = _even(picture)
            if not place:
                video.height, video.width = even.shape[:2]
            whole = av.VideoFrame.from_ndarray(even, format="rgb24")
            frame = whole.reformat(format="yuv420p", dst_colorspace="ITU709")
            frame.pts, frame.time_base = place, 1 / exact
            container.mux(video.encode(frame))
            if voice is not None:
                voice.speak_until((place + 1) / rate)
        container.mux(video.encode(None))
        if voice is not None:
            voice.end()


class _Voice:
    """The sound of a film, written as far as its pictures are."""

    def __init__(self, container: Any, samples: Iterable[Samples], rate: int) -> None:
        self._container, self._samples, self._rate = container, iter(samples), rate
        self._stream = container.add_stream(_SOUND, rate=rate, layout="mono")
        self._stream.bit_rate = _BITS
        self._at = 0

    def speak_until(self, seconds: float) -> None:
        """Write what is heard until then, or all there is."""
        from av import AudioFrame

        while self._at < seconds * self._rate:
            part = next(self._samples, None)
            if part is None:
                return
            frame = AudioFrame.from_ndarray(part[None], format="s16", layout="mono")
            frame.sample_rate, frame.time_base = self._rate, Fraction(1, self._rate)
            frame.pts = self._at
            self._at += len(part)
            self._container.mux(self._stream.encode(frame))

    def end(self) -> None:
        """Write the rest."""
        self.speak_until(float("inf"))
        self._container.mux(self._stream.encode(None))


def _ticks(
    pictures: Iterable[Pixels], seconds: Sequence[float], rate: float
) -> Iterator[tuple[int, Pixels]]:
    """Each picture with the tick at which it is shown, again wherever it stands long, and last."""
    at, longest = 0, max(1, round(_LONGEST * rate))
    for picture, ticks in zip(pictures, _whole(seconds, rate), strict=True):
        for place in sorted({*range(0, ticks, longest), max(ticks - 1, 0)}):
            yield at + place, picture
        at += max(ticks, 1)


def _even(picture: Pixels) -> Pixels:
    """A picture of even sizes: chroma has half as many pixels."""
    high, wide = picture.shape[:2]
    return np.pad(picture, ((0, high % 2), (0, wide % 2), (0, 0)), mode="edge")


def _whole(seconds: Sequence[float], rate: float) -> list[int]:
    """Times as whole numbers of ticks, whose sums are right to a tick."""
    # Halves upwards: to the even one, a tick would now and then be two, and the next one none.
    edges = np.floor(np.cumsum(np.asarray(seconds) * rate) + (0.5 + 1e-9)).astype(np.int64)
    return np.diff(edges, prepend=0).tolist()


def _lazy(pictures: Iterator[Pixels], count: int) -> Image.Image:
    """What Pillow takes for a picture of many frames: each is drawn when it is turned to."""
    from PIL import Image

    class Film(Image.Image):
        """A film of which one picture is there at a time."""

        n_frames, is_animated = count, count > 1

        def __init__(self) -> None:
            super().__init__()
            first = Image.fromarray(next(pictures))
            self.im, self._mode, self._size = first.im, first.mode, first.size
            self._place = 0

        def seek(self, frame: int) -> None:
            """Turn to the next picture; at the end Pillow turns back, to nothing."""
            if frame == self._place + 1:
                self._place = frame
                self.im = Image.fromarray(next(pictures)).im

        def tell(self) -> int:
            """The picture that is there."""
            return self._place

    return Film()
