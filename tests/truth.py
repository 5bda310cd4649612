"""Compare the engine with reference values: ``python tests/truth.py DIR``.

DIR holds a ``manifest.json`` and the files it names (cases/*.npz, optim/*.npz). Prints a line for
every quantity that is off and for every case that is skipped, and closes with the line
``N passed, N failed, N skipped``, which counts cases. A case that holds anything the engine has not
got is skipped, never passed. Exit code 1 if anything failed.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rnnviz import engine
from rnnviz.engine.clipping import Clipping
from rnnviz.engine.optimizers import SGD, Adagrad, Adam, Optimizer, RMSprop

Arrays = dict[str, np.ndarray]

PARAMETER = r"(weight_[ih]h|bias_[ih]h)_l\d+(_reverse)?|W_hy|b_y"
GIVEN = re.compile(rf"{PARAMETER}|x|a0|c0|target|k_index")
COMPARED = re.compile(rf"a|c|y|gates|loss|loss_k|da|dc|da_k|da_k_norm|grad\.({PARAMETER}|x|a0|c0)")
CELLS = {"rnn": "rnn", "lstm": "lstm", "gru": "gru", "gru_rb": "gru_reset_before"}
LOSSES = {"ce": "softmax_cross_entropy", "mse": "mse"}
OURS = {
    "weight_ih": "W_ax",
    "weight_hh": "W_aa",
    "bias_ih": "b_a",
    "bias_hh": "b_aa",
    "W_hy": "W_ya",
}


@dataclass(frozen=True)
class Verdict:
    """What came of one case: skipped (and why), or the quantities that are off."""

    case: str
    skipped: str | None = None
    off: tuple[tuple[str, float], ...] = ()
    compared: tuple[str, ...] = ()


class NotYetError(Exception):
    """The engine has not got what the case asks for."""


def relative_error(got: np.ndarray, want: np.ndarray) -> float:
    """max|got − want| / max|want|; infinite for another shape or where got is not finite."""
    got, want = np.asarray(got), np.asarray(want)
    if got.shape != want.shape or not np.isfinite(got).all() or not np.isfinite(want).all():
        same = got.shape == want.shape and np.array_equal(got, want, equal_nan=True)
        return 0.0 if same else float("inf")
    off = float(np.abs(got - want).max(initial=0.0))
    scale = float(np.abs(want).max(initial=0.0))
    if scale == 0.0:
        return 0.0 if off == 0.0 else float("inf")
    return off / scale


def ours(name: str) -> str:
    """Name of the engine's parameter for one of the reference's."""
    stem, layer, number = name.partition("_l")
    return OURS.get(stem, stem) + layer + number


def read_network(cell: str, arrays: Arrays) -> engine.Network:
    """Make the network of a case, in the two-bias form."""
    kind, _, activation = cell.partition("_") if cell.startswith("rnn_") else (cell, "", "tanh")
    if kind not in CELLS or activation not in engine.ACTIVATIONS:
        raise NotYetError(f"cell {cell}")
    outputs = arrays["W_hy"].shape[0]
    architecture = engine.Architecture(
        inputs=arrays["weight_ih_l0"].shape[1],
        units=arrays["weight_hh_l0"].shape[1],
        outputs=outputs,
        cell=CELLS[kind],
        activation=activation,
        layers=sum(re.fullmatch(r"weight_hh_l\d+", name) is not None for name in arrays),
        biases=2,
        bidirectional="weight_hh_l0_reverse" in arrays,
    )
    named = {ours(name): a for name, a in arrays.items() if re.fullmatch(PARAMETER, name)}
    return engine.Network(architecture, named)


def read_objective(loss: str, arrays: Arrays) -> engine.Objective:
    """Make the objective of a case, e.g. "ce_step" or "mse_last"."""
    kind, _, where = loss.partition("_")
    if kind not in LOSSES or where not in ("step", "last"):
        raise NotYetError(f"loss {loss}")
    steps, batch = arrays["x"].shape[:2]
    target, mask = arrays["target"], None
    if where == "last":
        mask = np.zeros((steps, batch), dtype=bool)
        mask[-1] = True
        target = np.broadcast_to(target, (steps, *target.shape))
    return engine.Objective(LOSSES[kind], target, mask, "mean")


def quantities(entry: dict[str, Any], arrays: Arrays) -> Iterator[tuple[str, np.ndarray]]:
    """Yield all that the engine computes for a case, under the reference's names."""
    objective = read_objective(entry["loss"], arrays)
    network = read_network(entry["cell"], arrays)
    start = {name: arrays[name] for name in ("a0", "c0") if name in arrays}
    trace = engine.forward(network, arrays["x"], objective, **start)
    window = entry.get("tbptt_window")
    truncation = None if window is None else engine.Truncation(window)
    last = entry["loss"].endswith("_last")
    steps = trace.steps
    yield "a", trace.a[:, 1 : steps + 1]
    yield "y", trace.y
    yield "loss", np.array(trace.loss)
    yield "loss_k", trace.loss_k[-1:] if last else trace.loss_k
    backward = engine.backward(trace, truncation=truncation)
    yield "da", backward.da
    yield "grad.a0", backward.da0
    if trace.c is not None:
        yield "c", trace.c[:, 1 : steps + 1]
        yield "dc", backward.dc
        yield "grad.c0", backward.dc0
    if trace.gates:
        yield "gates", np.stack(list(trace.gates.values()), axis=2)
    if backward.dx is not None:
        yield "grad.x", backward.dx
    for name in arrays:
        if name.startswith("grad.") and ours(name[5:]) in backward.gradients:
            yield name, backward.gradients[ours(name[5:])]
    if "da_k" in arrays:
        sources = [int(k) + 1 for k in arrays["k_index"]]
        yield "da_k", np.stack([engine.source_gradients(trace, k, truncation) for k in sources])
    if "da_k_norm" in arrays:
        sources = [steps] if last else None
        yield "da_k_norm", np.exp(engine.source_log_norms(trace, sources, truncation))


def run_case(folder: Path, entry: dict[str, Any]) -> Verdict:
    """Compare every array of one case."""
    arrays = load(folder / entry["file"], entry)
    read_network(entry["cell"], arrays)
    unknown = [n for n in arrays if not GIVEN.fullmatch(n) and not COMPARED.fullmatch(n)]
    if unknown:
        raise NotYetError(f"arrays {', '.join(unknown)}")
    errors = {
        name: relative_error(got, arrays[name])
        for name, got in quantities(entry, arrays)
        if name in arrays
    }
    forgotten = [n for n in arrays if COMPARED.fullmatch(n) and n not in errors]
    errors.update(dict.fromkeys(forgotten, float("inf")))
    return judged(entry, errors)


def read_optimizer(name: str, hyper: dict[str, Any]) -> Optimizer:
    """Make the optimiser of a trajectory from PyTorch's settings."""
    kind = re.match(r"sgd|adagrad|rmsprop|adamw|adam|amsgrad|nesterov|momentum", name)
    known = {"weight_decay": hyper.pop("weight_decay", 0)}
    must_be_zero = ("dampening", "lr_decay", "initial_accumulator_value", "maximize")
    odd = {n: hyper.pop(n) for n in must_be_zero if n in hyper}
    match kind and kind[0]:
        case "sgd" | "nesterov" | "momentum":
            make, names = SGD, {"momentum": "momentum", "nesterov": "nesterov"}
        case "adagrad":
            make, names = Adagrad, {"eps": "epsilon"}
        case "rmsprop":
            make = RMSprop
            names = {n: n for n in ("alpha", "centered", "momentum")} | {"eps": "epsilon"}
        case "adam" | "amsgrad" | "adamw":
            make, names = Adam, {"eps": "epsilon", "amsgrad": "amsgrad"}
            known["decoupled"] = name.startswith("adamw")
            known["beta1"], known["beta2"] = hyper.pop("betas")
        case _:
            raise NotYetError(f"optimiser {name}")
    known |= {names[n]: hyper.pop(n) for n in list(hyper) if n in names}
    if hyper or any(odd.values()):
        raise NotYetError(f"optimiser {name} with {hyper or odd}")
    return make(**known)


def run_optim(folder: Path, entry: dict[str, Any]) -> Verdict:
    """Compare a few steps of training."""
    hyper = dict(entry["hyper"])
    rate = hyper.pop("lr")
    if entry.get("schedule") or isinstance(rate, list | dict):
        raise NotYetError("learning-rate schedule")
    optimizer = read_optimizer(entry["optimizer"], hyper)
    clipping = Clipping(*(entry.get("clip") or ("none",)))
    arrays = load(folder / entry["file"], entry)
    order = [(name, tuple(shape)) for name, shape in entry["param_order"]]
    network, state = read_network(entry["cell"], split(arrays["params"][0], order)), optimizer.start
    params, losses, norms = [flat(network.parameters, order)], [], []
    first: dict[str, np.ndarray] = {}
    for _ in range(len(arrays["loss"])):
        trace = engine.forward(network, arrays["x"], read_objective(entry["loss"], arrays))
        raw = engine.backward(trace).gradients
        clipped, report = clipping.apply(raw)
        first = first or {"grad_raw": flat(raw, order), "grad_clipped": flat(clipped, order)}
        state, network = optimizer.step(state, network, clipped, rate)
        losses.append(trace.loss)
        norms.append(report.norm_before)
        params.append(flat(network.parameters, order))
    got = {name: row[None] for name, row in first.items()}
    got |= {
        "params": np.array(params),
        "loss": np.array(losses),
        "grad_norm_raw": np.array(norms),
    }
    unknown = [name for name in arrays if name not in got and name not in ("x", "target")]
    if unknown:
        raise NotYetError(f"arrays {', '.join(unknown)}")
    return judged(entry, {n: relative_error(got[n], arrays[n]) for n in got if n in arrays})


def flat(arrays: Mapping[str, np.ndarray], order: list[tuple[str, tuple[int, ...]]]) -> np.ndarray:
    """Join the named arrays to one vector; the opposite of :func:`split`."""
    return np.concatenate([arrays[ours(name)].ravel() for name, _ in order])


def split(flat: np.ndarray, order: list[tuple[str, tuple[int, ...]]]) -> Arrays:
    """Cut a flat vector of parameters into named arrays."""
    ends = np.cumsum([int(np.prod(shape)) for _, shape in order])
    parts = np.split(flat, ends[:-1])
    return {name: part.reshape(shape) for (name, shape), part in zip(order, parts, strict=True)}


def load(path: Path, entry: dict[str, Any]) -> Arrays:
    """Read a case's arrays, all that the manifest names."""
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    missing = [name for name in entry.get("arrays", ()) if name not in arrays]
    if missing:
        raise ValueError(f"{path.name} lacks {', '.join(missing)}")
    return arrays


def judged(entry: dict[str, Any], errors: dict[str, float]) -> Verdict:
    """Sort the errors by the case's tolerance."""
    rtol = float(entry.get("rtol", 1e-10))
    off = tuple((name, error) for name, error in errors.items() if not error <= rtol)
    return Verdict(entry["id"], off=off, compared=tuple(errors))


def run_folder(folder: Path) -> Iterator[Verdict]:
    """Run every case of a folder."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for run, entries in ((run_case, "cases"), (run_optim, "optim")):
        for entry in manifest.get(entries, []):
            try:
                yield run(folder, entry)
            except NotYetError as reason:
                yield Verdict(entry["id"], skipped=str(reason))
            except Exception as error:  # one broken file must not hide the other cases
                print(f"{entry['id']}: {type(error).__name__}: {error}")
                yield Verdict(entry["id"], off=(("(not run)", float("inf")),))


def main(arguments: list[str] | None = None) -> int:
    """Run a folder and print what is off; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="DIR")
    passed = failed = skipped = 0
    for verdict in run_folder(parser.parse_args(arguments).folder):
        for name, error in verdict.off:
            print(f"{verdict.case} {name} {error:.2e}")
        if verdict.skipped is not None:
            skipped += 1
            print(f"{verdict.case} skipped: {verdict.skipped}")
        elif verdict.off or not verdict.compared:
            failed += 1
        else:
            passed += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
