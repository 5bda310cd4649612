"""Whose a tensor is where a file holds several recurrent modules, or the traces of a training."""

import re
from collections.abc import Iterable, Mapping

from rnnviz.engine.arrays import Array
from rnnviz.weights.conversion import fault

KINDS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
RECURRENT = re.compile(
    rf"(?P<prefix>.*?)(?P<kind>{'|'.join(KINDS)})(?:_l(?P<layer>[0-9]+))?(?P<end>_reverse)?"
)
# How PyTorch writes a parameter that it computes: weight normalisation (new and old), spectral
# normalisation, pruning, and fastai's weight drop.
_PARAMETRIZED = (
    (re.compile(r"(.*?)parametrizations\.((?:weight|bias)\w*)\.original\d*"), "{0}{1}"),
    (re.compile(r"(.*?)((?:weight|bias)\w*?)_(?:g|v|orig|raw)"), "{0}{1}"),
)


def modules_of(tensors: Iterable[str]) -> tuple[str, ...]:
    """How the names of each recurrent module begin; what lies least deep, as the model, first."""
    found = map(RECURRENT.fullmatch, tensors)
    prefixes = {match["prefix"] for match in found if match}
    return tuple(sorted(prefixes, key=lambda prefix: (prefix.count("."), prefix)))


def near(tensors: Mapping[str, Array], prefix: str, *, width: int, inputs: int) -> dict[str, Array]:
    """Tensors that can be meant for a module: its own, and such as are nobody's but fit it.

    Nearer is the module whose prefix has more parts in common with the name: of "encoder.rnn." and
    "decoder.rnn.", "decoder.fc.weight" is the second's, and "fc.weight" either's.

    Parameters
    ----------
    tensors : mapping of str to array
    prefix : str
        The module's.
    width, inputs : int
        How many numbers it answers with and reads.
    """
    own, others = _parts(prefix), [_parts(p) for p in modules_of(tensors) if p != prefix]
    far: set[str] = set()
    for name, array in tensors.items():
        alike, most = _shared(name, own), max((_shared(name, p) for p in others), default=-1)
        if alike < most:
            far.add(name)
        elif alike == most and array.ndim == 2 and array.shape[1] not in (width, inputs):
            feeds = (
                len(array) == inputs > 1
            )  # it makes what the module reads, and is not passed over
            if not feeds:
                far |= {name, f"{name.removesuffix('weight')}bias"}
    return {name: array for name, array in tensors.items() if name not in far}


def check_plain(tensors: Mapping[str, Array]) -> None:
    """Refuse a parameter that stands in the file as what it is computed of.

    Raises
    ------
    DataError
        It names the tensor, and says what to do.
    """
    for name in tensors:
        for form, whole in _PARAMETRIZED:
            match = form.fullmatch(name)
            if match is None or whole.format(*match.groups()) in tensors:
                continue
            raise fault(
                f"{name}: {whole.format(*match.groups())} is computed of it (weight or spectral "
                "normalisation, pruning), which is not done here: take the parametrization off "
                "before saving (torch.nn.utils.parametrize.remove_parametrizations)"
            )


def _parts(prefix: str) -> list[str]:
    return [part for part in prefix.split(".") if part]


def _shared(name: str, parts: list[str]) -> int:
    """How many of a prefix's parts a name begins with."""
    count = 0
    for one, other in zip(name.split("."), parts, strict=False):
        if one != other:
            break
        count += 1
    return count
