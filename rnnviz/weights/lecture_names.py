"""Networks of one plain layer under the names that exercises in NumPy give its matrices.

The lecture's: W_ax, W_aa, b_a, W_ya, b_y. Karpathy's min-char-rnn: Wxh, Whh, bh, Why, by. Those of
"Dive into Deep Learning": W_xh, W_hh, b_h, W_hq, b_q, which stand behind the inputs (x W) and are
turned here. Underscores may be there or not; biases may be columns or rows.
"""

import re
from collections.abc import Mapping

import numpy as np

from rnnviz.engine.arrays import Array
from rnnviz.engine.network import Architecture, Network
from rnnviz.weights.conversion import fault, fitted

_NAME = re.compile(r"(?P<kind>W_?(?:ax|aa|ya|xh|hh|hy|hq)|b_?[ayhq])(?:_l0)?")
_OURS = {
    "Wax": "W_ax_l0", "Waa": "W_aa_l0", "ba": "b_a_l0", "Wya": "W_ya", "by": "b_y",
    "Wxh": "W_ax_l0", "Whh": "W_aa_l0", "bh": "b_a_l0", "Why": "W_ya",
    "Whq": "W_ya", "bq": "b_y",
}  # fmt: skip
_FAMILIES = (
    ("Wax", "Waa", "ba", "Wya", "by"), ("Wxh", "Whh", "bh", "Why", "by"),
    ("Wxh", "Whh", "bh", "Whq", "bq"),
)  # fmt: skip
_LECTURE, _KARPATHY, _D2L = _FAMILIES


def is_lecture(tensors: Mapping[str, Array]) -> bool:
    """Whether tensors have such names: W_aa, or W_hh beside W_xh, nothing else has."""
    kinds = set(_kinds(tensors))
    return "Waa" in kinds or {"Wxh", "Whh"} <= kinds


def _kinds(tensors: Mapping[str, Array]) -> dict[str, str]:
    """Names without underscore and layer, and what each is called in the file."""
    found = ((_NAME.fullmatch(name), name) for name in tensors)
    return {match["kind"].replace("_", ""): name for match, name in found if match}


def from_lecture(
    tensors: Mapping[str, Array], *, activation: str = "tanh", notes: list[str] | None = None
) -> Network:
    """Make a network of one plain recurrent layer and its read-out.

    Parameters
    ----------
    tensors : mapping of str to array
        W_ax (H, D), W_aa (H, H), b_a (H,) or (H, 1), W_ya (O, H), b_y (O,) or (O, 1), or the same
        under other names; where the matrices stand behind what they multiply, all of them turned.
    activation : str
        Of the hidden layer; the file does not say it.
    notes : list of str, optional
        Gets what was assumed.

    Raises
    ------
    DataError
        For a tensor that is missing, does not fit the others, or is none of these.
    """
    kinds = _kinds(tensors)
    family = _LECTURE if "Waa" in kinds else _D2L if {"Whq", "bq"} & set(kinds) else _KARPATHY
    joint = kinds[family[1]]
    bar, end = "_" * ("_" in joint[:2]), "_l0" * joint.endswith("_l0")
    called = {
        _OURS[kind]: f"{kind[0]}{bar}{kind[1:]}{end * (kind in family[:3])}" for kind in family
    }
    parameters: dict[str, Array] = {}
    for name, array in tensors.items():
        found = _NAME.fullmatch(name)
        if found is None or found["kind"].replace("_", "") not in family:
            known = [f"{kind[0]}{bar}{kind[1:]}" for kind in family]
            raise fault(f"{name}: a tensor that is none of {', '.join(known[:-1])} and {known[-1]}")
        ours = _OURS[found["kind"].replace("_", "")]
        if ours in parameters:
            raise fault(f"{name}: stands in the file as {called[ours]} too")
        flat = ours.startswith("b") and array.ndim == 2 and 1 in array.shape
        parameters[ours], called[ours] = array.reshape(-1) if flat else array, name
    for ours in ("W_ax_l0", "W_aa_l0", "W_ya"):
        _check_matrix(parameters, called, ours)
    if family is not _LECTURE and _is_behind(parameters, family is _D2L):
        for ours in ("W_ax_l0", "W_aa_l0", "W_ya"):
            parameters[ours] = np.ascontiguousarray(parameters[ours].T)
        if notes is not None:
            notes.append(
                f"{called['W_ax_l0']} and the other matrices stand behind what they multiply in "
                "this file, and were turned"
            )
    architecture = Architecture(
        inputs=parameters["W_ax_l0"].shape[1],
        units=parameters["W_aa_l0"].shape[0],
        outputs=parameters["W_ya"].shape[0],
        activation=activation,
    )
    return fitted(architecture, parameters, called)


def _is_behind(parameters: Mapping[str, Array], otherwise: bool) -> bool:
    """Whether it is x W and not W x, by the shapes, or where they fit both by the names."""
    units = parameters["W_aa_l0"].shape[0]
    sides = (parameters["W_ax_l0"].shape, parameters["W_ya"].shape[::-1])
    before = all(shape[0] == units for shape in sides)
    behind = all(shape[1] == units for shape in sides)
    return behind if before != behind else otherwise


def _check_matrix(parameters: Mapping[str, Array], called: Mapping[str, str], ours: str) -> None:
    array = parameters.get(ours)
    if array is None:
        raise fault(f"{called[ours]}: expected a matrix, found nothing")
    if array.ndim != 2 or not array.size:
        raise fault(f"{called[ours]}: expected a matrix, found {array.shape}")
