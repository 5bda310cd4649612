"""What all conversions share: foreign formats, a strict fit, and what is wrong in words."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from rnnviz.engine.arrays import Array
from rnnviz.engine.cells import CELLS
from rnnviz.engine.network import Architecture, Network
from rnnviz.files.errors import DataError, visible

_LONGEST = 400


def fault(reason: str) -> DataError:
    """Make the error; names of tensors come from a file, and have no controls and an end here."""
    shown = visible(reason)
    return DataError(shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…", about="")


def misfit(tensor: str, found: tuple[int, ...] | None, expected: tuple[int, ...]) -> DataError:
    """Make the error for a tensor of the wrong shape, or (found = None) that is missing."""
    return fault(
        f"{tensor}: expected shape {expected}, found {'nothing' if found is None else found}"
    )


# How names of parameters end, in small letters; and those that begin with a capital, or do not.
_SMALL = re.compile(
    r"(?i)(?:weight|bias)(?:_(?:ih|hh|hr)(?:_l\d+)?(?:_reverse)?)?$"
    r"|(?:recurrent_)?kernel(?=:\d+$|$)|rnnviz\.architecture$"
)
_CAPITAL = re.compile(
    r"(?i)(?:W_?(?:ax|aa|ya|xh|hh|hy|hq)|b_?(?:aa|[ayhq])|p_[ifo])(?:_l\d+(?:_reverse)?)?"
)


def in_known_case(tensors: Mapping[str, Array], notes: list[str] | None = None) -> dict[str, Array]:
    """Tensors under names whose letters have the case that is read here.

    Parameters
    ----------
    tensors : mapping of str to array
        ``WEIGHT_IH_L0`` becomes ``weight_ih_l0``, ``w_AX`` becomes ``W_ax``; a name of no known
        purpose stays as it is.
    notes : list of str, optional
        Gets what was taken for what.

    Raises
    ------
    DataError
        Where two names differ in the case of their letters alone.
    """
    node = {"w", "r"} <= {name.lower() for name in tensors} <= {"w", "r", "b", "p"}  # of ONNX
    found: dict[str, Array] = {}
    called: dict[str, str] = {}
    for name, array in tensors.items():
        ours = name.upper() if node else _in_known_case(name)
        if ours in found:
            raise fault(f"{name}: stands in the file as {called[ours]} too")
        found[ours], called[ours] = array, name
    other = [(name, ours) for ours, name in called.items() if name != ours]
    if other and notes is not None:
        pairs = ", ".join(f"{visible(name)} is read as {ours}" for name, ours in other[:2])
        more = f", and {len(other) - 2} more so" if len(other) > 2 else ""
        notes.append(f"{pairs}{more}: the case of letters is not looked at")
    return found


def _in_known_case(name: str) -> str:
    if _CAPITAL.fullmatch(name):
        first = name[0].upper() if name[0] in "wW" else name[0].lower()
        return first + name[1:].lower()
    match = _SMALL.search(name)
    return name if match is None else name[: match.start()] + name[match.start() :].lower()


FORMATS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "PyTorch": {"rnn": "", "lstm": "ifgo", "gru": "rzn"},
        "Keras": {"rnn": "", "lstm": "ifgo", "gru": "zrn", "gru_reset_before": "zrn"},
        "ONNX": {"rnn": "", "lstm": "iofg", "gru": "zrn", "gru_reset_before": "zrn"},
    }
)
"""Of each format the cells that it has, with the order in which it stacks their gates' rows.

Gates have the letters that they have here: Keras and ONNX call g "c" and n "h".
"""


def rows_in(program: str, cell: str) -> tuple[int, ...]:
    """Where each of our blocks of rows stands among a format's.

    Raises
    ------
    DataError
        If there is no such cell, or the format has none like it.
    """
    if cell not in CELLS:
        raise fault(f"unknown cell {cell!r}; known: {', '.join(CELLS)}")
    known = FORMATS[program]
    if cell not in known:
        raise fault(f"{program} has no {CELLS[cell].title}; it has {', '.join(known)}")
    return tuple(map(known[cell].index, CELLS[cell].names)) or (0,)


def by_gates(program: str, resets: str = "after") -> dict[int, str]:
    """A format's cells by their number of gates, where files do not name them.

    Of the two GRUs it is the one that resets "after" the product, as PyTorch's does, or "before".
    """
    kinds = (CELLS[cell] for cell in FORMATS[program])
    return {kind.gates: kind.key for kind in kinds if kind.resets in ("", resets)}


def fitted(
    architecture: Architecture,
    parameters: Mapping[str, Array],
    names: Mapping[str, str] | None = None,
) -> Network:
    """Make a network; DataError for the first parameter that does not fit.

    Parameters
    ----------
    architecture : Architecture
    parameters : mapping of str to array
        Under the engine's names, of any real dtypes: one float64 makes all so, else float32.
    names : mapping of str to str, optional
        What the file calls a parameter, for the error.
    """
    called = names or {}
    for name, shape in architecture.parameter_shapes().items():
        found = parameters.get(name)
        if found is None or found.shape != shape:
            raise misfit(called.get(name, name), None if found is None else found.shape, shape)
        if found.dtype.kind != "f":
            raise fault(
                f"{called.get(name, name)}: expected floating-point numbers, found {found.dtype}"
            )
    wide = any(array.dtype == np.float64 for array in parameters.values())
    dtype = np.float64 if wide else np.float32
    return Network(architecture, {name: array.astype(dtype) for name, array in parameters.items()})


def dense_parameters(dense: Sequence[Array], architecture: Architecture) -> dict[str, Array]:
    """W_ya and b_y from [(H, O), (O,)], or of a network without a read-out from []."""
    if dense:
        return {"W_ya": dense[0].T, "b_y": dense[1]}
    return {"W_ya": np.zeros((0, architecture.width), np.float32), "b_y": np.zeros(0, np.float32)}


def some_units(found: int, name: str) -> int:
    """Return the number of units; DataError if there are none."""
    if found < 1:
        raise fault(f"{name}: has no units")
    return found


def inverse(order: Sequence[int]) -> tuple[int, ...]:
    """Return the order that undoes this one."""
    return tuple(order.index(k) for k in range(len(order)))


def reordered(array: Array, order: Sequence[int]) -> Array:
    """Blocks of rows taken in this order."""
    return split_rows(array, len(order), order)


def split_rows(array: Array, gates: int, order: Sequence[int]) -> Array:
    """Blocks of rows in this order; as it is where the rows do not divide (it will not fit)."""
    if array.ndim < 1 or len(array) % gates:
        return array
    return np.concatenate([np.split(array, gates)[k] for k in order])
