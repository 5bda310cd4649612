"""The shipped problems by their names, and their trainings, which ship as plain arrays in an .npz.

A module is imported when its problem is first asked for. The files hold no pickle.
"""

import dataclasses
import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import resource_path
from rnnviz.engine import Architecture, EncoderDecoder, Network
from rnnviz.engine.batches import parameters_of
from rnnviz.engine.optimizers import START
from rnnviz.engine.training import Snapshot
from rnnviz.files.disk import read_bytes, write_whole
from rnnviz.files.errors import DataError
from rnnviz.files.strict_json import parse_object
from rnnviz.files.zips import npz_bytes, read_npz
from rnnviz.problems.base import Model, Problem

_PLACES = {
    "digits": "digits:Digits",
    "captions": "captions:Captions",
    "names": "names:Names",
    "sentiment": "sentiment:Sentiment",
    "translation": "translation:Translation",
    "name_tagging": "name_tagging:NameTagging",
    "ball": "ball:Ball",
    "temperature": "shipped_series:Temperature",
    "stocks": "shipped_series:Stocks",
    "sunspots": "shipped_series:Sunspots",
    "spoken_digit": "shipped_series:SpokenDigit",
    "echo": "memory:Echo",
    "parity": "memory:Parity",
    "copying": "memory:Copying",
    "adding": "memory:Adding",
    "copying_40": "memory:LongCopying",
    "adding_60": "memory:LongAdding",
}
"""Name of a problem → its module in this package, and its class there."""


class _Problems(Mapping[str, Problem]):
    """One instance of each, made when it is asked for."""

    def __getitem__(self, name: str) -> Problem:
        return _made(name)

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)

    def __contains__(self, name: object) -> bool:
        return name in _PLACES


PROBLEMS: Mapping[str, Problem] = _Problems()
"""Every shipped problem by its name, in the gallery's order; KeyError for any other."""


def stem(name: str, cell: str = "") -> str:
    """What the file of a shipped training is called, without its suffix: "adding-rnn" of a twin."""
    return name if cell in ("", *PROBLEMS[name].cells[:1]) else f"{name}-{cell}"


@cache
def trained(name: str, cell: str = "") -> tuple[Snapshot[Any], ...]:
    """Return the shipped training of a problem, from update 0 to the last.

    Parameters
    ----------
    name : str
    cell : str, optional
        Of a twin; else the problem's own.

    Raises
    ------
    KeyError
        If there is no such problem.
    DataError
        If the file is missing or cannot be read.
    """
    if name not in PROBLEMS:
        raise KeyError(name)
    return load_snapshots(resource_path("trained", f"{stem(name, cell)}.npz"))


@cache
def _made(name: str) -> Problem:
    module, _, kind = _PLACES[name].partition(":")
    found = getattr(import_module(f"rnnviz.problems.{module}"), kind)
    return cast(Problem, found())


_KEY = "rnnviz.checkpoints"
_VERSION = 1
_LARGEST = 128 * 1024 * 1024
_PARTS = ("encoder", "decoder")


def save_snapshots(path: str | os.PathLike[str], snapshots: Iterable[Snapshot[Any]]) -> None:
    """Write networks and losses so that :func:`load_snapshots` gives the same back.

    Every parameter is one array, its snapshots along the first axis. The same snapshots make the
    same bytes. What else a snapshot holds, the optimiser's memory above all, does not ship.

    Parameters
    ----------
    path : path
        Complete afterwards, or as it was before.
    snapshots : iterable of Snapshot
        At least one; all of one architecture.

    Raises
    ------
    ValueError
        For none, or where architectures differ.
    OSError
        If the file cannot be written.
    """
    kept = tuple(snapshots)
    if not kept:
        raise ValueError("snapshots: expected at least one, found none")
    described = [_architectures(snapshot.network) for snapshot in kept]
    if any(found != described[0] for found in described):
        raise ValueError("snapshots: expected one architecture in all of them")
    about = {
        "version": _VERSION,
        "architectures": {
            part: dataclasses.asdict(architecture) for part, architecture in described[0].items()
        },
        "updates": [snapshot.update for snapshot in kept],
        "losses": [_number(snapshot.loss) for snapshot in kept],
        "validation_losses": [_number(snapshot.validation_loss) for snapshot in kept],
    }
    parameters = [parameters_of(snapshot.network) for snapshot in kept]
    arrays = {name: np.stack([each[name] for each in parameters]) for name in parameters[0]}
    text = json.dumps(about, allow_nan=False).encode()
    write_whole(path, npz_bytes({_KEY: np.frombuffer(text, np.uint8), **arrays}, packed=True))


def load_snapshots(path: str | os.PathLike[str]) -> tuple[Snapshot[Any], ...]:
    """Read what :func:`save_snapshots` wrote, in its order.

    Raises
    ------
    DataError
        For a file that cannot be opened or holds anything else, with its name and the reason.
    """
    try:
        arrays = read_npz(read_bytes(path, _LARGEST), os.fspath(path), _LARGEST)
        if _KEY not in arrays:
            raise DataError("holds no snapshots of a training", path=path)
        text = arrays.pop(_KEY)
        return _snapshots(text, arrays)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise DataError(f"cannot be read: {_words(error)}", path=path) from None


def _snapshots(text: NDArray[Any], arrays: Mapping[str, NDArray[Any]]) -> tuple[Snapshot[Any], ...]:
    fields = parse_object(text.astype(np.uint8).tobytes())
    if fields.get("version") != _VERSION:
        raise ValueError(f"version {fields.get('version')!r} is not known")
    architectures = {
        part: Architecture(**described) for part, described in fields["architectures"].items()
    }
    if set(architectures) not in ({"network"}, set(_PARTS)):
        raise ValueError(f"networks {', '.join(architectures)} are not known")
    # Before anything of an architecture's size is made.
    if any(architecture.layers > len(arrays) for architecture in architectures.values()):
        raise ValueError("more layers than arrays")
    updates, losses = fields["updates"], fields["losses"]
    validation = fields["validation_losses"]
    if not len(updates) == len(losses) == len(validation) > 0:
        raise ValueError("updates and losses are not equally many")
    for name, array in arrays.items():
        if array.ndim == 0 or len(array) != len(updates):
            raise ValueError(f"{name}: not one for each of {len(updates)} snapshots")
    return tuple(
        Snapshot(
            update=_count(updates[i]),
            network=cast(
                Any, _model(architectures, {name: array[i] for name, array in arrays.items()})
            ),
            optimizer_state=START,
            loss=_float(losses[i]),
            validation_loss=None if validation[i] is None else _float(validation[i]),
        )
        for i in range(len(updates))
    )


def _architectures(model: Model) -> dict[str, Architecture]:
    if isinstance(model, EncoderDecoder):
        return {"encoder": model.encoder.architecture, "decoder": model.decoder.architecture}
    return {"network": model.architecture}


def _model(
    architectures: Mapping[str, Architecture], parameters: Mapping[str, NDArray[Any]]
) -> Model:
    if "network" in architectures:
        return Network(architectures["network"], parameters)
    parts: dict[str, Network] = {}
    for part in _PARTS:
        start = f"{part}."
        own = {n.removeprefix(start): a for n, a in parameters.items() if n.startswith(start)}
        parts[part] = Network(architectures[part], own)
    return EncoderDecoder(**parts)


def _number(value: float | None) -> float | None:
    """JSON has no nan."""
    return None if value is None or math.isnan(value) else float(value)


def _float(value: Any) -> float:
    if value is None:
        return math.nan
    if not isinstance(value, int | float):
        raise ValueError("a loss is no number")
    return float(value)


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("the number of an update is no count")
    return value


def _words(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)
