"""An array of one of NumPy's archives (.npz) as a series."""

import re
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from rnnviz.data.readers.from_arrays import series
from rnnviz.data.readers.options import Options, Reporter
from rnnviz.data.sequence import Sequence
from rnnviz.files.disk import MAX_BYTES
from rnnviz.files.errors import DataError
from rnnviz.files.zips import Npz, show_array

_WEIGHTS = re.compile(
    r"(?:.*\.)?(?:weight|bias)_(?:ih|hh|hr)(?:_l\d+)?(?:_reverse)?|W(?:ax|aa|ya)"
    r"|W_(?:ax|aa|ya|hy|hh|xh)(?:_l\d+)?(?:_reverse)?|rnnviz\.architecture"
)


@dataclass(frozen=True, slots=True)
class Member:
    """One array of an archive: its name, what the zip says of it, and whether it can be opened.

    Attributes
    ----------
    name : str
        Without ".npy".
    shape : tuple of int
    array : array or None
        The numbers, where they were asked for.
    """

    name: str
    shape: tuple[int, ...]
    array: NDArray[Any] | None

    @property
    def opens(self) -> bool:
        """Whether it is a series by its shape."""
        return len(self.shape) in (1, 2) and 0 not in self.shape


def is_weights(names: tuple[str, ...]) -> bool:
    """Whether an archive's arrays are a network's parameters rather than data."""
    return any(_WEIGHTS.fullmatch(name) for name in names)


def read_members(data: bytes, path: str, keep: str | None, progress: Reporter) -> list[Member]:
    """Read every array of an archive, and keep the numbers of one.

    All are unpacked and checked, so that a damaged or harmful file is not opened in part; together
    they may have no more bytes than `MAX_BYTES`.

    Parameters
    ----------
    data, path
        The file.
    keep
        Whose numbers are kept; None: those of the first that is a series by its shape.
    progress
        Who is told how far it is.

    Raises
    ------
    DataError
        As `Npz`, and for an array that is not of real numbers, cut or too large.
    """
    found: list[Member] = []
    left = MAX_BYTES
    with Npz(data, path) as archive:
        for place, name in enumerate(archive.names):
            progress.at(place / len(archive.names) / 2)
            array = archive.read(name, left)
            left -= array.nbytes
            member = Member(name, array.shape, array)
            wanted = name == keep or (keep is None and member.opens)
            if wanted and not any(other.array is not None for other in found):
                found.append(member)
            else:
                found.append(Member(name, array.shape, None))
    return found


def read_npz(data: bytes, path: str, options: Options, progress: Reporter) -> Sequence:
    """Read one array of an archive as a series.

    Raises
    ------
    DataError
        As `read_members`, and when there is no such array.
    """
    with Npz(data, path) as archive:
        if is_weights(archive.names):
            raise DataError("holds the weights of a network, and no sequence", path=path)
    members = read_members(data, path, options.member, progress)
    chosen = next((member for member in members if member.array is not None), None)
    if chosen is None or chosen.array is None:
        if options.member is not None:
            raise DataError(f"has no array “{show_array(options.member)}”", path=path)
        shapes = ", ".join(f"{show_array(m.name)} {m.shape}" for m in members[:4])
        raise DataError(f"holds no array of steps, or steps × columns: {shapes}", path=path)
    notes: tuple[str, ...] = ()
    if options.member is None and sum(member.opens for member in members) > 1:
        notes = (f"of {len(members)} arrays “{show_array(chosen.name)}” was opened, the first",)
    return series(chosen.array, path, options, progress.part(0.5, 1), notes=notes)
