"""Pictures as frames of brightness, small PNG decoded here: one file, one frame."""

import re
import struct
import zlib
from collections.abc import Iterable
from os import PathLike, fsdecode
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.labels import Counted
from rnnviz.data.readers import large_pictures
from rnnviz.data.readers.formats import refuse_stranger
from rnnviz.data.readers.options import Report, Reporter
from rnnviz.data.sequence import Sequence
from rnnviz.files.disk import read_bytes
from rnnviz.files.errors import DataError, show_name

LARGEST = 256
"""Pixels of a side that can be opened."""
MAX_SIDE = 32
"""Pixels of a side that are kept; of a larger picture, means of neighbouring ones."""
MAX_FRAMES = 10_000

JPEG = b"\xff\xd8\xff"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_LUMA = np.array((0.2126, 0.7152, 0.0722))


def read_png(data: bytes, path: str) -> Sequence:
    """Read one picture as a sequence of one step.

    Raises
    ------
    DataError
        For a picture that is damaged, larger than `LARGEST`, or interlaced.
    """
    frame, notes = _frame(data, path)
    return _sequence(frame[None], path, show_name(path), notes)


def read_frames(
    paths: Iterable[str | PathLike[str]], *, progress: Report | None = None
) -> Sequence:
    """Read several pictures as the frames of a film, in the order of their names.

    Numbers within the names count: "f2.png" comes before "f10.png".

    Parameters
    ----------
    paths
        Pictures of one size.
    progress
        As in `read_sequence`.

    Raises
    ------
    DataError
        As `read_png`, and when the sizes differ; it names the picture.
    """
    ordered = sorted(map(fsdecode, paths), key=_natural)
    if not ordered:
        raise DataError("holds no pictures")
    if len(ordered) > MAX_FRAMES:
        reason = f"is one of {len(ordered):,} pictures, and at most {MAX_FRAMES:,} can be opened"
        raise DataError(reason, path=ordered[0])
    told = Reporter(progress)
    frames: list[NDArray[np.float64]] = []
    notes: tuple[str, ...] = ()
    for path in ordered:
        told.at(len(frames) / len(ordered))
        frame, notes = _frame(read_bytes(path), path)
        if frames and frame.shape != frames[0].shape:
            raise DataError(
                f"has {_size(frame)} pixels, and {show_name(ordered[0])} has {_size(frames[0])}",
                path=path,
            )
        frames.append(frame)
    name = show_name(ordered[0])
    if len(frames) > 1:
        name = f"{name} … {show_name(ordered[-1])}"
    told.at(1)
    return _sequence(np.stack(frames), ordered[0], name, notes)


def _sequence(
    frames: NDArray[np.float64], path: str, name: str, notes: tuple[str, ...]
) -> Sequence:
    frames.setflags(write=False)
    pixels = frames.reshape(len(frames), -1)
    return Sequence(
        kind="picture",
        name=name,
        tokens=Counted(len(frames)),
        values=pixels,
        columns=tuple(f"p{place + 1}" for place in range(pixels.shape[1])),
        source=path,
        notes=notes,
        frames=frames,
    )


def _natural(path: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    parts = re.findall(r"[0-9]{1,18}|[^0-9]+", PurePath(path).name)
    keys = tuple((0, int(p), "") if p.isdigit() and p.isascii() else (1, 0, p) for p in parts)
    return keys, path


def _frame(data: bytes, path: str) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    picture, notes = decode_picture(data, path)
    small = _shrunk(picture, MAX_SIDE)
    if small.shape == picture.shape:
        return picture, notes
    return small, (*notes, f"{_size(picture)} pixels were averaged down to {_size(small)}")


def decode_picture(data: bytes, path: str) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Return the brightness of a picture's pixels, 0 … 1, as (h, w), and what is to be said of it.

    Small PNG pictures are decoded here, JPEG and large ones by Pillow.

    Raises
    ------
    DataError
        As `read_png`.
    """
    if data.startswith(JPEG):
        return large_pictures.brightness(data, path, _LUMA, 4 * MAX_SIDE), ()
    head, *_, behind = _parts(data, path)
    notes = (f"{behind:,} bytes behind the picture's end were left out",) if behind else ()
    if max(head[:2]) > large_pictures.LARGEST:
        size = f"{head[0]:,} × {head[1]:,}"
        reason = f"is a picture of {size} pixels, and 1 to {large_pictures.LARGEST:,} a side can be"
        raise DataError(f"{reason} opened", path=path)
    if max(head[:2]) > LARGEST:
        return large_pictures.brightness(
            data[: len(data) - behind], path, _LUMA, 4 * MAX_SIDE
        ), notes
    return decode_png(data, path), notes


def _size(frame: NDArray[np.float64]) -> str:
    return f"{frame.shape[1]} × {frame.shape[0]}"


def _shrunk(picture: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """Return means of rectangles of pixels, so that no side is longer than `most`."""
    factor = -(-max(picture.shape) // most)
    for axis in (0, 1):
        starts = np.array(range(0, picture.shape[axis], factor))
        widths = np.diff(np.append(starts, picture.shape[axis]))
        sums = np.add.reduceat(picture, starts, axis=axis)
        picture = sums / (widths[:, None] if axis == 0 else widths)
    return picture


def decode_png(data: bytes, path: str) -> NDArray[np.float64]:
    """Return the brightness of a picture's pixels, 0 … 1, as (h, w).

    Colours become the luminance of their (gamma-coded) parts; what is transparent lies on white.

    Raises
    ------
    DataError
        As `read_png`.
    """
    head, palette, alphas, packed, _ = _parts(data, path)
    width, height, depth, colour, _, _, interlaced = head
    if not 0 < width <= LARGEST or not 0 < height <= LARGEST:
        raise DataError(
            f"is a picture of {width:,} × {height:,} pixels, and 1 to {LARGEST} a side can be "
            "opened",
            path=path,
        )
    if colour not in _DEPTHS or depth not in _DEPTHS[colour] or head[4] or head[5]:
        raise DataError("is a damaged picture: no PNG has such colours", path=path)
    if interlaced:
        raise DataError("is an interlaced picture: save it without interlacing", path=path)
    bits = depth * _CHANNELS[colour]
    stride = (width * bits + 7) // 8
    raw = _unpacked(packed, height * (stride + 1), path)
    lines = _unfiltered(raw, height, stride, max(1, bits // 8), path)
    samples = _samples(lines, width, depth, _CHANNELS[colour])
    return _brightness(samples, colour, depth, palette, alphas, path)


def _parts(data: bytes, path: str) -> tuple[tuple[int, ...], bytes, bytes, bytes, int]:
    """Return head, palette, transparencies and the packed pixels, every checksum checked.

    And how many bytes follow the picture's end.
    """
    refuse_stranger(data, (_SIGNATURE,), path)
    if not data.startswith(_SIGNATURE):
        raise DataError("is not a PNG picture: it does not begin as one does", path=path)
    head: tuple[int, ...] | None = None
    palette = alphas = b""
    packed: list[bytes] = []
    at, ended = len(_SIGNATURE), False
    while at < len(data) and not ended:
        size = int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + size]
        check = data[at + 8 + size : at + 12 + size]
        if len(body) < size or len(check) < 4:
            raise DataError("is not whole: the picture is cut", path=path)
        if zlib.crc32(kind + body) != int.from_bytes(check, "big"):
            raise DataError("is damaged: a checksum of the picture is wrong", path=path)
        if (kind == b"IHDR") != (head is None):
            raise DataError("is a damaged picture: its parts are out of order", path=path)
        if kind == b"IHDR":
            if size != 13:
                raise DataError("is a damaged picture: its head has a wrong length", path=path)
            head = struct.unpack(">IIBBBBB", body)
        elif kind == b"PLTE":
            palette = body
        elif kind == b"tRNS":
            alphas = body
        elif kind == b"IDAT":
            packed.append(body)
        elif kind == b"IEND":
            ended = True
        elif kind == b"acTL":
            raise DataError("is an animated picture: save its frames one by one", path=path)
        elif not kind[:1].islower():
            raise DataError("is a picture with parts that are not known", path=path)
        at += size + 12
    if head is None or not ended:
        raise DataError("is not whole: the picture is cut", path=path)
    return head, palette, alphas, b"".join(packed), len(data) - at


def _unpacked(packed: bytes, size: int, path: str) -> bytes:
    machine = zlib.decompressobj()
    try:
        raw = machine.decompress(packed, size + 1)
    except zlib.error:
        raise DataError("is damaged: its pixels cannot be unpacked", path=path) from None
    if len(raw) != size or not machine.eof:
        # A stream may end with a few bytes that hold no pixel.
        if len(raw) == size:
            try:
                if not machine.decompress(machine.unconsumed_tail, 1) and machine.eof:
                    return raw
            except zlib.error:
                pass
        raise DataError("is damaged: it has too few or too many pixels", path=path)
    return raw


def _unfiltered(raw: bytes, height: int, stride: int, step: int, path: str) -> NDArray[np.uint8]:
    """Undo the filters: each line was written as differences to what stands left and above."""
    lines = np.empty((height, stride), np.uint8)
    above = bytearray(stride)
    for row in range(height):
        start = row * (stride + 1)
        kind, line = raw[start], bytearray(raw[start + 1 : start + 1 + stride])
        if kind == 2:
            line = bytearray((a + b) & 255 for a, b in zip(line, above, strict=True))
        elif kind in (1, 3, 4):
            _undo(kind, line, above, step)
        elif kind:
            raise DataError("is a damaged picture: a line has no known filter", path=path)
        lines[row] = np.frombuffer(line, np.uint8)
        above = line
    return lines


def _undo(kind: int, line: bytearray, above: bytearray, step: int) -> None:
    for place in range(len(line)):
        left = line[place - step] if place >= step else 0
        if kind == 1:
            guess = left
        elif kind == 3:
            guess = (left + above[place]) // 2
        else:
            corner = above[place - step] if place >= step else 0
            guess = _paeth(left, above[place], corner)
        line[place] = (line[place] + guess) & 255


def _paeth(left: int, above: int, corner: int) -> int:
    to_left, to_above = abs(above - corner), abs(left - corner)
    to_corner = abs(left + above - 2 * corner)
    if to_left <= to_above and to_left <= to_corner:
        return left
    return above if to_above <= to_corner else corner


def _samples(lines: NDArray[np.uint8], width: int, depth: int, channels: int) -> NDArray[np.int64]:
    """Return the numbers of the pixels as (h, w, channels)."""
    if depth == 16:
        wide = lines.reshape(len(lines), -1, 2).astype(np.int64)
        numbers = wide[..., 0] * 256 + wide[..., 1]
    elif depth == 8:
        numbers = lines.astype(np.int64)
    else:
        bits = np.unpackbits(lines, axis=1).reshape(len(lines), -1, depth)
        weights = 1 << np.arange(depth)[::-1]
        numbers = (bits * weights).sum(axis=2)[:, : width * channels]
    return numbers.reshape(len(lines), width, channels)


def _brightness(
    samples: NDArray[np.int64], colour: int, depth: int, palette: bytes, alphas: bytes, path: str
) -> NDArray[np.float64]:
    if colour == 3:
        table = np.frombuffer(palette[: len(palette) // 3 * 3], np.uint8).reshape(-1, 3)
        if not len(table) or len(palette) % 3 or int(samples.max()) >= len(table):
            raise DataError("is damaged: a pixel has a colour that is not there", path=path)
        opaque = np.ones(len(table))
        given = np.frombuffer(alphas[: len(table)], np.uint8) / 255
        opaque[: len(given)] = given
        place = samples[..., 0]
        return _over_white((table / 255 @ _LUMA)[place], opaque[place])
    parts = samples / (2**depth - 1)
    grey = parts[..., 0] if colour in (0, 4) else parts[..., :3] @ _LUMA
    if colour in (4, 6):
        return _over_white(grey, parts[..., -1])
    if not alphas:
        return grey
    if len(alphas) != 2 * samples.shape[2]:
        raise DataError("is damaged: its transparent colour has a wrong length", path=path)
    clear = (samples == np.frombuffer(alphas, ">u2")).all(axis=2)  # one colour, and no other
    return np.where(clear, 1.0, grey)


def _over_white(grey: NDArray[np.float64], opaque: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.minimum(grey * opaque + (1 - opaque), 1.0)
