"""What sets branches apart, and a shipped network from the one that ships, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from rnnviz.engine import CELLS
from rnnviz.film.branches import Branch, Branches
from rnnviz.film.fields import FIELDS
from rnnviz.film.held_out import verdict
from rnnviz.film.records import parameters
from rnnviz.film.settings import Settings
from rnnviz.film.words import number

_LOOKED_AT = 1 << 16  # entries of a matrix, at every frame
_RATIO = 1e-6  # of its norm, by which an entry may miss a common factor


def what_differs(branches: Branches, *, values: bool = True) -> str:
    """Everything in which two or more branches differ, with their `values` in their order."""
    each = branches.each
    if len(each) < 2:
        return ""
    found = [
        f"{name} ({', '.join(known)})" if values else name
        for name, known in _facts(each)
        if len(set(known)) > 1
    ]
    if not found and _alike(each):
        return "They do not differ yet."
    if not found:
        return "They differ in their weights alone."
    last = found.pop()
    return f"They differ in {', '.join(found)}{' and ' if found else ''}{last}."


def _facts(each: tuple[Branch, ...]) -> Iterator[tuple[str, list[str]]]:
    """What can differ: how it is called, and its value in every branch."""

    def of(value: Callable[[Branch], object]) -> list[str]:
        return [str(value(branch)) for branch in each]

    settings = [branch.run.settings for branch in each]
    yield "cell", of(lambda branch: _cell_of(branch, each))
    yield "units", of(lambda branch: branch.run.units)
    yield "layers", of(lambda branch: branch.run.architecture.layers)
    if all(CELLS[branch.run.architecture.cell].any_activation for branch in each):
        yield "g", of(lambda branch: branch.run.architecture.activation)
    yield "parameters", of(lambda branch: f"{_parameters(branch):,}")
    if all(branch.run.of_seed for branch in each):
        yield "initialiser of W_aa", [_said("recurrent", each_) for each_ in settings]
        yield "factor of the first W_aa", [_said("gain", each_) for each_ in settings]
        yield "seed", [_said("seed", each_) for each_ in settings]
    else:
        yield "weights", of(_origin)
        yield from _sizes(each)
    if any(branch.run.updates_at(branch.snapshot) for branch in each):
        yield "updates of this film", of(lambda b: b.run.updates_at(b.snapshot))
    yield "η", of(lambda branch: f"{branch.run.learning_rate:g}")
    yield "optimiser", [_said("optimizer", each_) for each_ in settings]
    yield "clipping", [_said("clipping", each_) for each_ in settings]
    yield "window of truncated BPTT", [_said("truncation", each_) for each_ in settings]


def _sizes(each: tuple[Branch, ...]) -> Iterator[tuple[str, list[str]]]:
    """How large W_aa and W_ax are, where all branches have the same but for a factor."""
    models = [parameters(branch.run.networks[branch.snapshot]) for branch in each]
    for letter in ("W_aa", "W_ax"):
        name = next((name for name in models[0] if f"{letter}_l0" in name), "")
        found = [model[name] for model in models if name in model]
        if len(found) < len(each) or len({one.shape for one in found}) > 1:
            continue
        if found[0].size > _LOOKED_AT:
            continue
        sizes = [float(np.linalg.norm(one)) for one in found]
        if not np.isfinite(sizes).all() or min(sizes) == 0.0:
            continue
        apart = (np.abs(one - found[0] * (size / sizes[0])).max() / size
                 for one, size in zip(found[1:], sizes[1:], strict=True))  # fmt: skip
        if max(apart) < _RATIO:
            yield f"‖{letter}‖", [number(size, float(np.ptp(sizes))) for size in sizes]


def _said(name: str, settings: Settings) -> str:
    row = FIELDS[name]
    place = row.chosen(settings)
    if place < 0:
        return f"to {settings.clip_limit:g}" if name == "clipping" else row.said(settings)
    return row.choices[place].short


def _cell_of(branch: Branch, each: tuple[Branch, ...]) -> str:
    """The cell's name, or its key where two of one name stand side by side."""
    keys = {b.run.architecture.cell for b in each if b.cell == branch.cell}
    return branch.cell if len(keys) == 1 else branch.run.architecture.cell


def _parameters(branch: Branch) -> int:
    return sum(array.size for array in parameters(branch.run.networks[branch.snapshot]).values())


def _origin(branch: Branch) -> str:
    """Where weights are from that no seed of the settings makes alone."""
    run = branch.run
    if run.log:
        updates = run.log[run.origin].update
        return f"trained for {updates:,} update{'' if updates == 1 else 's'}"
    return "of a seed" if run.of_seed else "opened or scaled"


def _alike(each: tuple[Branch, ...]) -> bool:
    """Whether all have the same numbers."""
    models = [parameters(branch.run.networks[branch.snapshot]) for branch in each]
    return all(
        model is models[0]
        or (
            model.keys() == models[0].keys()
            and all(np.array_equal(model[name], models[0][name]) for name in model)
        )
        for model in models[1:]
    )


# -- of what ships -----------------------------------------------------------------------------


def unlike_shipped(branches: Branches) -> str:
    """What sets what is shown apart from what ships, in a sentence; empty where nothing does."""
    shipped = branches.run.shipped
    if shipped is None:
        return ""
    why = branches.run.unlike_shipped(branches.branch.snapshot)
    if shipped.begun is not None:  # what is said of it is of all its branches
        all_ = branches.each
        whys = [branch.run.unlike_shipped(branch.snapshot) for branch in all_]
        why = why or next(filter(None, whys), "")
        if not why and branches.task.base is not None:
            return "Not as it ships: it is in another mode."
        if not why and any(b.run.settings.truncation != shipped.begun.truncation for b in all_):
            return "Not as it ships: its gradient is cut at the ends of windows."
    return f"Not as it ships: the network is {why}." if why else ""


def twins_shown(branches: Branches) -> bool:
    """Whether the networks of all cells of a shipped problem stand side by side as they ship."""
    shipped = branches.run.shipped
    if shipped is None or not shipped.cells:
        return False
    ships = [
        branch.run.architecture.cell
        for branch in branches.each
        if branch.run.shipped is not None and not branch.run.unlike_shipped(branch.snapshot)
    ]
    return set(ships) == set(shipped.cells) and len(ships) == len(branches.each)


def figures_said(branches: Branches) -> str:
    """What the figures come to of a shipped network and its twin; empty where they are not theirs.

    They are those of networks as they ship, in the problem's own mode, and of no other.
    """
    shipped = branches.run.shipped
    if shipped is None or shipped.held_out is None or branches.task.base is not None:
        return ""
    if any(b.run.shipped is None or b.run.unlike_shipped(b.snapshot) for b in branches.each):
        return ""
    cells = [branch.run.architecture.cell for branch in branches.each]
    return verdict(shipped.held_out, shipped.cells if len(cells) == 1 else cells)
