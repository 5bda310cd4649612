"""Networks under the lecture's names: W_ax, W_aa, b_a, W_ya, b_y, as an exercise in NumPy has them.

Without the underscores (Wax, Waa, ba, Wya, by) they are read too. Biases may be columns.
"""

import re
from collections.abc import Mapping

from rnnviz.engine.arrays import Array
from rnnviz.engine.network import Architecture, Network
from rnnviz.weights.conversion import fault, fitted

_NAME = re.compile(r"(W_?(?:ax|aa|ya)|b_?[ay])(?:_l0)?")
_SQUARE = ("W_aa", "Waa", "W_aa_l0")
_OURS = {
    "Wax": "W_ax_l0", "Waa": "W_aa_l0", "ba": "b_a_l0", "Wya": "W_ya", "by": "b_y",
}  # fmt: skip


def is_lecture(tensors: Mapping[str, Array]) -> bool:
    """Whether tensors have the lecture's names: W_aa is one that nothing else has."""
    return any(name in tensors for name in _SQUARE)


def from_lecture(tensors: Mapping[str, Array], *, activation: str = "tanh") -> Network:
    """Make a network of one plain recurrent layer and its read-out.

    Parameters
    ----------
    tensors : mapping of str to array
        W_ax (H, D), W_aa (H, H), b_a (H,) or (H, 1), W_ya (O, H), b_y (O,) or (O, 1).
    activation : str
        Of the hidden layer; the file does not say it.

    Raises
    ------
    DataError
        For a tensor that is missing, does not fit the others, or is none of these.
    """
    parameters: dict[str, Array] = {}
    called: dict[str, str] = {}
    for name, array in tensors.items():
        found = _NAME.fullmatch(name)
        if found is None:
            raise fault(f"{name}: a tensor that is none of W_ax, W_aa, b_a, W_ya and b_y")
        ours = _OURS[found[1].replace("_", "")]
        if ours in parameters:
            raise fault(f"{name}: stands in the file as {called[ours]} too")
        column = ours.startswith("b") and array.ndim == 2 and array.shape[1] == 1
        parameters[ours], called[ours] = array[:, 0] if column else array, name
    joint = next(name for name in _SQUARE if name in tensors)
    units = _side(parameters, called, "W_aa_l0", joint, 0)
    architecture = Architecture(
        inputs=_side(parameters, called, "W_ax_l0", joint.replace("aa", "ax"), 1),
        units=units,
        outputs=_side(parameters, called, "W_ya", joint.replace("aa", "ya")[:4], 0),
        activation=activation,
    )
    missing = {
        ours: joint.replace("W", "b").replace("aa", ours[2]).removesuffix("_l0")
        for ours in ("b_a_l0", "b_y")
    }
    return fitted(architecture, parameters, {**missing, **called})


def _side(
    parameters: Mapping[str, Array], called: Mapping[str, str], ours: str, name: str, axis: int
) -> int:
    array = parameters.get(ours)
    if array is None:
        raise fault(f"{name}: expected a matrix, found nothing")
    if array.ndim != 2 or not array.size:
        raise fault(f"{called[ours]}: expected a matrix, found {array.shape}")
    return array.shape[axis]
