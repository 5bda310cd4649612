"""Animated GIF, written picture by picture: one palette for all of them, and only what changes.

A colour becomes the same entry of the palette wherever it stands, and nothing is dithered: what
does not change does not flicker. Pillow packs the pixels; no picture is kept but the last.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Codes = NDArray[np.int64]

CLEAR = 255
"""The palette's entry for a pixel that stays as it was."""
_EXACT = 112  # colours that are kept as they are: those of most pixels, grounds and lines
_MOST_REPEATED = 64  # pixels by which a common colour counts more than a rare one


class ColourTable:
    """At most 255 colours that stand for those of a film.

    Parameters
    ----------
    samples : iterable of array (height, width, 3)
        Pictures of the film; what they have none of becomes the nearest colour.
    """

    def __init__(self, samples: Iterable[Pixels]) -> None:
        colours, counts = _counted(samples)
        if len(colours) > CLEAR:
            colours = _chosen(colours, counts)
        self.colours: Pixels = _parts(colours).astype(np.uint8)
        self._entries = np.full(1 << 24, CLEAR, np.uint8)
        self._entries[colours] = np.arange(len(colours), dtype=np.uint8)

    def entries(self, picture: Pixels) -> Pixels:
        """The entry of every pixel's colour or of the nearest one, (height, width)."""
        codes = _codes(picture)
        found = self._entries[codes]
        missing = found == CLEAR
        if missing.any():
            new = np.unique(codes[missing])
            self._entries[new] = self._nearest(new)
            found = self._entries[codes]
        return found

    def _nearest(self, codes: Codes) -> Pixels:
        """The nearest entries, a part of the colours at a time: their table would be large."""
        parts, own = _parts(codes).astype(np.float32), self.colours.astype(np.float32)
        squares = (own**2).sum(axis=1)
        return np.concatenate(
            [
                (squares - 2.0 * part @ own.T).argmin(axis=1).astype(np.uint8)
                for part in np.array_split(parts, len(parts) // 4096 + 1)
            ]
        )


def write_gif(
    file: BinaryIO, pictures: Iterable[Pixels], seconds: Iterable[float], palette: ColourTable
) -> None:
    """Write a film that goes round.

    Parameters
    ----------
    file : binary file
    pictures : iterable of array (height, width, 3)
        All of one size.
    seconds : iterable of float
        How long each stands; what is no hundredth is made up for by the next.
    palette : ColourTable
    """
    before: Pixels | None = None
    waiting: tuple[Pixels, tuple[int, int]] | None = None
    hundredths, owed = 0, 0.0
    for picture, each in zip(pictures, seconds, strict=True):
        found = palette.entries(picture)
        if before is None:
            file.write(_header(palette, found.shape))
            part = found, (0, 0)
        else:
            part = _changed(before, found)
        before = found
        if part is not None:  # what is the same stands longer
            if waiting is not None:
                file.write(_packed(*waiting, hundredths))
            waiting, hundredths = part, 0
        owed += 100.0 * each
        hundredths += round(owed)
        owed -= round(owed)
    if waiting is None:
        raise ValueError("a film has at least one picture")
    file.write(_packed(*waiting, hundredths) + b";")


def _header(palette: ColourTable, shape: tuple[int, ...]) -> bytes:
    """The signature, the size, the palette and that it goes round."""
    high, wide = shape
    table = np.zeros((256, 3), np.uint8)
    table[: len(palette.colours)] = palette.colours
    size = wide.to_bytes(2, "little") + high.to_bytes(2, "little")
    goes_round = b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
    return b"GIF89a" + size + b"\xf7\x00\x00" + table.tobytes() + goes_round


def _changed(before: Pixels, now: Pixels) -> tuple[Pixels, tuple[int, int]] | None:
    """The smallest box of what differs, clear where nothing does, and its place (x, y)."""
    differs = before != now
    rows, columns = differs.any(axis=1).nonzero()[0], differs.any(axis=0).nonzero()[0]
    if not len(rows):
        return None
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return np.where(differs[box], now[box], np.uint8(CLEAR)), (int(columns[0]), int(rows[0]))


def _packed(part: Pixels, place: tuple[int, int], hundredths: int) -> bytes:
    """One picture of a GIF: what it lies over stays, and it stands for so long."""
    from PIL import GifImagePlugin, Image

    image = Image.fromarray(np.ascontiguousarray(part))
    image = image.convert("P") if image.mode != "P" else image
    options: dict[str, Any] = {
        "duration": 10 * min(hundredths, 0xFFFF),
        "transparency": CLEAR,
        "disposal": 1,
        "include_color_table": False,
    }
    return b"".join(GifImagePlugin.getdata(image, place, **options))


def _counted(samples: Iterable[Pixels]) -> tuple[Codes, Codes]:
    """All colours of some pictures, and of how many pixels each is."""
    colours, counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
    for sample in samples:
        here, many = np.unique(_codes(sample), return_counts=True)
        together, place = np.unique(np.concatenate((colours, here)), return_inverse=True)
        added = np.zeros(len(together), np.int64)
        np.add.at(added, place, np.concatenate((counts, many)))
        colours, counts = together, added
    return colours, counts


def _chosen(colours: Codes, counts: Codes) -> Codes:
    """As many colours as a palette has: the commonest exactly, the others by median cut."""
    from PIL import Image

    order = np.argsort(-counts, kind="stable")
    exact, others = colours[order[:_EXACT]], order[_EXACT:]
    # By its root, so that the rare colours of small things are not lost among common ones.
    weights = np.minimum(np.sqrt(counts[others]), _MOST_REPEATED).astype(np.int64)
    line = _parts(np.repeat(colours[others], weights)).astype(np.uint8)
    image = Image.fromarray(line[None])
    cut = image.quantize(CLEAR - _EXACT, method=Image.Quantize.MEDIANCUT, kmeans=2)
    table = np.array(cut.getpalette(), np.int64).reshape(-1, 3)[: CLEAR - _EXACT]
    return np.unique(np.concatenate((exact, _codes(table))))


def _codes(parts: NDArray[Any]) -> Codes:
    """Colours (…, 3) as numbers 0xRRGGBB."""
    p = parts.astype(np.int64)
    return (p[..., 0] << 16) | (p[..., 1] << 8) | p[..., 2]


def _parts(codes: Codes) -> Codes:
    return np.stack((codes >> 16, (codes >> 8) & 255, codes & 255), axis=-1)
