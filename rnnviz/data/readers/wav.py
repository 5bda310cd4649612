"""Sounds (.wav): RIFF, RIFX, RF64 and BW64, whole numbers of 8 to 32 bits and floating point."""

import struct
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.labels import Seconds
from rnnviz.data.readers.options import Options, Reporter
from rnnviz.data.sequence import MAX_STEPS, Sequence
from rnnviz.files.errors import DataError, show_name, visible
from rnnviz.frozen import record

MAX_CHANNELS = 64
MAX_RATE = 1_000_000
MAX_PARTS = 10_000
"""Of the file, those beside the samples counted too; a recorder writes a handful."""

_WHOLE, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_BITS = {_WHOLE: (8, 16, 24, 32), _FLOAT: (32, 64)}
_CODECS = {
    0x0002: "Microsoft ADPCM",
    0x0006: "A-law",
    0x0007: "µ-law",
    0x0011: "IMA ADPCM",
    0x0031: "GSM 6.10",
    0x0050: "MPEG",
    0x0055: "MP3",
    0x0161: "Windows Media Audio",
    0x2000: "AC-3",
}
# The last 14 bytes of an extensible format's GUID; the first two are the format.
_GUID = bytes.fromhex("000000001000800000aa00389b71")
_LARGE = (b"RF64", b"BW64")
_UNKNOWN = 0xFFFFFFFF
_NEVER = 0x7FFFF000
"""What programs say that write into a pipe: this (SoX), some more (ALSA), or what is not known."""
_UNFINISHED = "what recorded it has not filled in how long it is"
_BLOCK = 1 << 17


@record
class Sound:
    """What the head of a .wav file says, checked against the file.

    Attributes
    ----------
    data : memoryview
        The samples, as they stand.
    order : str
        ``"<"`` or ``">"``.
    float : bool
        Floating point rather than whole numbers.
    bits, channels, rate : int
    frames : int
        Samples of each channel.
    notes : tuple of str
        What was read all the same, and is to be said.
    """

    data: memoryview
    order: str
    float: bool
    bits: int
    channels: int
    rate: int
    frames: int
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What the channels are called."""
        if self.channels == 1:
            return ("amplitude",)
        if self.channels == 2:
            return ("left", "right")
        return tuple(f"channel {place + 1}" for place in range(self.channels))


def read_wav(data: bytes, path: str, options: Options, progress: Reporter) -> Sequence:
    """Read a sound: one step is one sample, or the mean of `Options.every` of them.

    Whole numbers are scaled to −1 … 1 (full scale is 1, as usual: 16 bits are divided by 32,768);
    floating point stays as it is. Every channel is a column unless `Options.channel` chooses.

    Raises
    ------
    DataError
        For a file that is not whole, contradicts itself, is compressed, or holds something that is
        not a finite number.
    """
    sound = open_wav(data, path)
    names = sound.names
    notes = list(sound.notes)
    if options.channel == "mean":
        names = ("mean of all channels",) if sound.channels > 1 else names
        notes += [f"the mean of {sound.channels} channels"] if sound.channels > 1 else []
    elif options.channel is not None:
        if not isinstance(options.channel, int) or not 0 <= options.channel < sound.channels:
            raise DataError(f"has {sound.channels} channels, not that one", path=path)
        names = (names[options.channel],)
    elif sound.channels > 1:
        notes.append(f"{sound.channels} channels, each a column")
    every = options.every or 1
    steps = sound.frames // every
    if not steps:
        raise DataError(f"has {sound.frames:,} samples, fewer than make one step", path=path)
    most = min(steps, MAX_STEPS, 2 * MAX_STEPS // len(names))
    values = _values(sound, most, every, options.channel, len(names), path, progress)
    rate = sound.rate / every
    notes.append(f"{_kind(sound)}, {sound.rate:,} samples a second")
    if every > 1:
        notes.append(f"each step is the mean of {every} samples: {rate:,.6g} steps a second")
    if most < steps:
        notes.append(f"the first {most:,} of {steps:,} steps were opened")
    return Sequence(
        kind="series",
        name=show_name(path),
        tokens=Seconds(most, rate),
        values=values,
        columns=names,
        source=path,
        notes=tuple(notes),
    )


def _values(
    sound: Sound,
    steps: int,
    every: int,
    channel: int | str | None,
    columns: int,
    path: str,
    progress: Reporter,
) -> NDArray[np.float64]:
    values = np.empty((steps, columns))
    block = max(1, _BLOCK // (every * sound.channels))
    for start in range(0, steps, block):
        stop = min(start + block, steps)
        samples = decoded(sound, start * every, stop * every)
        bad = np.argwhere(~np.isfinite(samples))
        if len(bad):
            where = start * every + int(bad[0, 0]) + 1
            raise DataError(f"sample {where:,} is not a finite number", path=path)
        # Divided first: two samples of 1e308 have a mean, but no sum.
        if channel == "mean":
            samples = (samples / sound.channels).sum(axis=1, keepdims=True)
        elif isinstance(channel, int):
            samples = samples[:, channel : channel + 1]
        if every > 1:
            samples = (samples / every).reshape(stop - start, every, columns).sum(axis=1)
        values[start:stop] = samples
        progress.at(stop / steps)
    values.setflags(write=False)
    return values


def decoded(sound: Sound, first: int, last: int) -> NDArray[np.float64]:
    """Return the samples of some frames as (frames, channels)."""
    align = sound.channels * sound.bits // 8
    part = sound.data[first * align : last * align]
    if sound.float:
        # A signalling NaN makes NumPy warn; it is refused by the caller.
        with np.errstate(invalid="ignore"):
            numbers = np.frombuffer(part, f"{sound.order}f{sound.bits // 8}").astype(np.float64)
    elif sound.bits == 8:
        numbers = (np.frombuffer(part, np.uint8).astype(np.float64) - 128) / 128
    elif sound.bits == 24:
        three = np.frombuffer(part, np.uint8).reshape(-1, 3)
        whole = np.zeros((len(three), 4), np.uint8)
        # In the upper three of four bytes, so that the sign is where it belongs.
        whole[:, slice(1, 4) if sound.order == "<" else slice(0, 3)] = three
        numbers = whole.view(f"{sound.order}i4")[:, 0].astype(np.float64) / 2**31
    else:
        scale = 2.0 ** (sound.bits - 1)
        numbers = np.frombuffer(part, f"{sound.order}i{sound.bits // 8}").astype(np.float64) / scale
    return numbers.reshape(-1, sound.channels)


def open_wav(data: bytes, path: str) -> Sound:
    """Read the head of a sound, and find its samples.

    Raises
    ------
    DataError
        For anything that is not a whole, uncompressed .wav file that agrees with itself.
    """
    form, wave = data[:4], data[8:12]
    if form not in (b"RIFF", b"RIFX", *_LARGE) or wave != b"WAVE":
        raise DataError("is not a .wav sound: it does not begin as one does", path=path)
    order = ">" if form == b"RIFX" else "<"
    size = int.from_bytes(data[4:8], "big" if order == ">" else "little")
    large: tuple[int, int] | None = None
    if form in _LARGE:
        if data[12:16] != b"ds64" or len(data) < 48:
            raise DataError(f"is an {form.decode()} sound without its sizes", path=path)
        large = struct.unpack("<QQ", data[20:36])
        size = large[0] if size == _UNKNOWN else size
    notes: list[str] = []
    begun = size == 36 and data[36:44] == b"data\0\0\0\0"  # the head of a recording without an end
    behind = 8 + size > len(data) and size >= _NEVER and large is None
    unfinished = behind or ((size == 0 or begun) and len(data) > 44)
    if unfinished:
        size = len(data) - 8  # written into a pipe, where the size cannot be filled in
        notes.append(f"{_UNFINISHED}: read to the end of the file")
    end = 8 + size
    if end > len(data):
        raise DataError(
            f"is not whole: it should have {end:,} bytes, and it has {len(data):,}", path=path
        )
    chunks = _chunks(data, end, order, large, path, notes, unfinished=unfinished)
    if b"fmt " not in chunks:
        raise DataError("does not say what its samples are (it has no “fmt ” part)", path=path)
    if b"data" not in chunks:
        raise DataError("has no samples (no “data” part)", path=path)
    sound = _sound(chunks[b"fmt "], chunks[b"data"], order, path, cut=unfinished)
    return replace(sound, notes=tuple(notes))


def _chunks(
    data: bytes,
    end: int,
    order: str,
    large: tuple[int, int] | None,
    path: str,
    notes: list[str],
    *,
    unfinished: bool,
) -> dict[bytes, memoryview]:
    """Return the parts of the file, each of which must lie within it."""
    view = memoryview(data)
    found: dict[bytes, memoryview] = {}
    at, count = 12, 0
    while at + 8 <= end:
        count += 1
        if count > MAX_PARTS:
            reason = f"has more than {MAX_PARTS:,} parts, which no sound needs"
            raise DataError(reason, path=path)
        name = data[at : at + 4]
        (size,) = struct.unpack(f"{order}I", data[at + 4 : at + 8])
        if name == b"data" and size == _UNKNOWN and large is not None:
            size = large[1]
        at += 8
        if name == b"data" and unfinished and (size == 0 or size >= _NEVER - at):
            size = end - at
        if at + size > end:
            raise DataError(
                f"contradicts itself: its part “{visible(name.decode('latin-1'))}” should have "
                f"{size:,} bytes, and {end - at:,} are left",
                path=path,
            )
        if name in (b"fmt ", b"data"):
            if name in found:
                what = visible(name.decode("latin-1"))
                raise DataError(f"has more than one part “{what}”", path=path)
            found[name] = view[at : at + size]
        at += size
        if size % 2 and not (_is_name(data[at : at + 4]) and not _is_name(data[at + 1 : at + 5])):
            at += 1  # each part begins at an even place; some programs forget it
        elif size % 2:
            notes.append("an odd part stands without the byte that should fill it up")
    return found


def _is_name(four: bytes) -> bool:
    """Whether four bytes may be the name of a part."""
    return len(four) == 4 and four.isascii() and four.decode("ascii").isprintable()


def _sound(fmt: memoryview, data: memoryview, order: str, path: str, *, cut: bool) -> Sound:
    if len(fmt) < 16:
        raise DataError("is damaged: what it says of its samples is cut", path=path)
    code, channels, rate, _, align, bits = struct.unpack(f"{order}HHIIHH", fmt[:16])
    if code == _EXTENSIBLE:
        if len(fmt) < 40 or bytes(fmt[26:40]) != _GUID:
            raise DataError("has samples of an unknown kind", path=path)
        (code,) = struct.unpack(f"{order}H", fmt[24:26])
    if code not in _BITS:
        kind = _CODECS.get(code, f"kind {code}")
        raise DataError(f"is compressed ({kind}), only plain samples can be read", path=path)
    if bits not in _BITS[code]:
        what = "whole numbers" if code == _WHOLE else "floating point"
        known = ", ".join(map(str, _BITS[code]))
        raise DataError(f"has samples of {bits} bits; of {what}, {known} can be read", path=path)
    if not 0 < channels <= MAX_CHANNELS:
        raise DataError(
            f"has {channels:,} channels, and 1 to {MAX_CHANNELS} can be read", path=path
        )
    if not 0 < rate <= MAX_RATE:
        raise DataError(f"has {rate:,} samples a second, which no sound has", path=path)
    if align != channels * bits // 8:
        raise DataError(
            f"contradicts itself: {channels} channels of {bits} bits are {channels * bits // 8} "
            f"bytes, and it says {align}",
            path=path,
        )
    if not len(data):
        raise DataError("has no samples: it is empty", path=path)
    if cut:
        data = data[: len(data) - len(data) % align]
    if len(data) % align:
        raise DataError("is cut in the middle of a sample", path=path)
    return Sound(data, order, code == _FLOAT, bits, channels, rate, len(data) // align)


def _kind(sound: Sound) -> str:
    return f"{sound.bits}-bit {'floating point' if sound.float else 'sound'}"
