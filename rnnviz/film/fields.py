"""The one table of fields: every setting of the network, of a training and of the view.

Model bar, menus, training dialog, command line, session files, preferences and the checks of
documents are made from these rows; `field` says what a row may hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, cast

from rnnviz.engine import ACTIVATIONS, CELLS
from rnnviz.engine.cells import PLAIN, Cell
from rnnviz.engine.clipping import CLIPPINGS
from rnnviz.engine.optimizers import OPTIMIZERS
from rnnviz.film.export_fields import EXPORT
from rnnviz.film.field import Choice, Field, one_of, spelled
from rnnviz.film.sequence_fields import SEQUENCE
from rnnviz.film.settings import Settings
from rnnviz.film.timeline import MOST_HORIZON, MOST_LAGS, Playhead

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
BARS = ("equation", "model")
LOSS_AXES = ("loss_linear", "loss_epochs")
_MOST_SEED = 2**32 - 1


def _numbers(name: str, *values: float) -> tuple[Choice, ...]:
    return one_of(name, *((f"{value:g}", value) for value in values))


def _clippings() -> tuple[Choice, ...]:
    limits = {"norm": (0.1, 0.5, 1.0, 5.0), "value": (0.1, 0.5, 1.0)}
    found: list[Choice] = []
    for key, kind in CLIPPINGS.items():
        if key not in limits:
            found.append(Choice({"clipping": key}, kind.title, kind.short))
        for n in limits.get(key, ()):
            given = {"clipping": key, "clip_limit": n}
            found.append(Choice(given, f"{kind.title}{n:g}", f"{kind.short}{n:g}", kind.teaches))
    return tuple(found)


def cell_choices(cells: Iterable[Cell]) -> tuple[Choice, ...]:
    """The choices of cells: each with a mnemonic of its own, also where two have one name."""
    found: dict[str, Choice] = {}
    for cell in cells:
        title = f"&{cell.title}"
        if any(other.short == cell.name for other in found.values()):
            title = cell.title.replace(cell.resets, f"&{cell.resets}")
        found[cell.key] = Choice({"cell": cell.key}, title, cell.name, cell.formula)
    return tuple(found.values())


def _network(name: str, title: str, teaches: str, **more: Any) -> Field:
    default = getattr(Settings(), name)
    kind = cast("type[Any]", float if name == "learning_rate" else type(default))
    return Field(name, more.pop("group", "network"), kind, default, title, teaches, **more)


_NETWORK = (
    _network(
        "cell", "the recurrent cell",
        "What one step does with the state. The plain RNN multiplies the gradient by W_aa and g′ "
        "at every step back, so that it easily vanishes, or explodes; LSTM and GRU have gates, and "
        "a path on which it is only multiplied by a gate.",
        formula=f"{CELLS[PLAIN].name}: {CELLS[PLAIN].formula}", part=5,
        choices=cell_choices(CELLS.values()), menu="&Cell", form="&Cell",
        flags=(spelled("--cell"),), keys=(spelled("model.cell"),),
    ),
    _network(
        "activation", "the activation g of the RNN",
        "What is made of the sum at every step. Its slope g′ is a factor of the gradient at every "
        "step back: tanh has at most 1, the sigmoid at most ¼, ReLU 0 or 1, the identity 1.",
        formula="a⟨t⟩ = g(z⟨t⟩),  ∂L/∂z⟨t⟩ = g′(z⟨t⟩) · ∂L/∂a⟨t⟩", part=4,
        choices=one_of("activation", *((g.title, key) for key, g in ACTIVATIONS.items())),
        menu="&Activation g", bar="g", form="Activation &g", flags=(spelled("--activation"),),
        keys=(spelled("model.activation"),),
    ),
    _network(
        "units", "units of a layer",
        "How many numbers the hidden state a⟨t⟩ has, H. They are what the network takes along from "
        "step to step, the LSTM as many again in c⟨t⟩; W_aa has H² entries, for every gate.",
        formula="a⟨t⟩ ∈ ℝᴴ", part=3, least=1, most=1_024,
        choices=_numbers("units", 1, 2, 4, 8, 16, 32, 64, 128, 256), menu="&Units", bar="units",
        form="&Units of a layer", flags=(spelled("--units", "H"),),
        keys=(spelled("model.hidden"), spelled("model.units")),
    ),
    _network(
        "layers", "layers",
        "Cells on top of each other: the state of one is the input of the next at the same step. "
        "The gradient goes back through time in each, and down from each to the one below.",
        formula="x of layer l is a⟨t⟩ of layer l − 1", part=7, least=1, most=8,
        choices=_numbers("layers", 1, 2, 3, 4, 6, 8), menu="La&yers", bar="layers", form="La&yers",
        flags=(spelled("--layers", "L"),), keys=(spelled("model.layers"),),
    ),
    _network(
        "recurrent", "the initialiser of W_aa",
        "How the recurrent matrix begins. In the plain RNN what comes back over k steps is "
        "multiplied by it k times: an orthogonal one and the identity keep lengths (times the "
        "factor), the others shrink some and stretch others.",
        formula="∂a⟨t⟩/∂a⟨t−1⟩ = diag(g′) W_aa", part=7,
        choices=one_of(
            "recurrent",
            ("orthogonal", "orthogonal"),
            ("Xavier uniform", "xavier"),
            ("Xavier normal", "xavier_normal"),
            ("He uniform", "he"),
            ("He normal", "he_normal"),
            ("uniform ±1/√H", "uniform"),
            ("identity", "identity"),
        ),
        menu="First &W_aa", bar="W_aa", form="First &W_aa", flags=(spelled("--recurrent"),),
        keys=(spelled("model.recurrent"),),
    ),
    _network(
        "gain", "the factor of the first W_aa",
        "What W_aa is multiplied by at first. In the plain RNN what comes back through an "
        "orthogonal one vanishes below 1, at least as fast as a straight line on the logarithmic "
        "axis, and may explode above 1.",
        formula="‖∂L/∂a⟨t⟩‖ ≤ (σ_max · max|g′|)^(k−t) · ‖∂L/∂a⟨k⟩‖", part=7, least=-1_000.0,
        most=1_000.0, choices=_numbers("gain", 0.3, 0.5, 0.7, 0.9, 1.0, 1.2, 2.0, 5.0),
        menu="First W_aa t&imes", bar="×", form="&First W_aa ×",
        flags=(spelled("--gain", "FACTOR"),), keys=(spelled("model.gain"),),
    ),
    _network(
        "seed", "the seed of the first weights",
        "Which random numbers the weights begin with, and a training's batches. The same seed "
        "always gives the same network.",
        least=0, most=_MOST_SEED, choices=_numbers("seed", *range(10)), menu="&Seed", bar="seed",
        form="&Seed", flags=(spelled("--seed", "N"),), keys=(spelled("model.seed"),),
    ),
    _network(
        "optimizer", "the optimiser of the update",
        "How the gradients change the weights after the backward pass: by themselves (SGD), with "
        "a fading sum of those before (momentum), or each weight at a rate of its own (Adam).",
        formula="W ← W − η ∂L/∂W", part=7, group="updates",
        choices=one_of("optimizer", *((o.title, key, o.teaches) for key, o in OPTIMIZERS.items())),
        menu="&Optimiser", bar="", form="&Optimiser", flags=(spelled("--optimizer"),),
        keys=(spelled("training.optimiser"), spelled("training.optimizer")),
    ),
    _network(
        "learning_rate", "the learning rate η",
        "How far an update goes: the factor of the gradient of all losses, or of what the "
        "optimiser makes of it. Too small and little is learned, too large and the loss jumps "
        "about or stops being finite.",
        formula="W ← W − η ∂L/∂W", part=6, group="updates", least=0.0, most=1e6,
        form="Lear&ning rate η",
        flags=(spelled("--learning-rate", "η"),), keys=(spelled("training.learning_rate"),),
    ),
    _network(
        "clipping", "clipping of the gradient",
        "What is done to a gradient that is too large before the update: all of it is shortened "
        "to a norm, or every entry is cut. It tames an explosion as long as numbers are finite, "
        "and cannot bring back what has vanished.",
        formula="g ← g · min(1, limit / ‖g‖)", part=7, group="updates", choices=_clippings(),
        menu="Clippin&g", bar="", form="C&lipping",
    ),
    _network(
        "clip_limit", "the limit of clipping",
        "The norm that a gradient is shortened to, or the size that every entry is cut to.", part=7,
        group="updates", least=0.0, above=True, most=1e12,
        flags=(
            spelled("--clip-norm", "NORM", clipping="norm"),
            spelled("--clip-value", "VALUE", clipping="value"),
        ),
        keys=(
            spelled("training.clip", clipping="norm"),
            spelled("training.clip_value", clipping="value"),
        ),
    ),
    _network(
        "truncation", "the window of truncated BPTT",
        "After so many steps the gradient is cut: the state goes on to the next window, but no "
        "loss reaches back over the fence between them. An update costs less memory then; what "
        "happened before the fence is remembered and not learned from. 0 is the whole sequence.",
        formula="∂L⟨k⟩/∂a⟨t⟩ = 0 for every t before the window of k", part=7, group="updates",
        least=0, most=100_000_000,
        choices=one_of(
            "truncation", ("the whole sequence", 0),
            *((f"{n} step{'s' * (n > 1)}", n) for n in (1, 2, 3, 5, 10, 20, 50, 100)),
        ),
        menu="T&runcated BPTT", bar="BPTT", form="T&runcated BPTT", suffix=" steps",
        flags=(spelled("--truncation", "STEPS"),), keys=(spelled("training.truncation"),),
    ),
)  # fmt: skip
_TRAINING = (
    Field(
        "validation", "training", float, 0.15, "the part for validation",
        "Behind the part that is trained on comes one that is not. The loss on it says whether "
        "what was learned holds for what comes later, and a training ends on the snapshot where it "
        "was smallest.",
        least=0.0, most=0.9, form="&Validation", suffix=" % of the sequence",
        keys=(spelled("training.validation"),),
    ),
    Field(
        "held_out", "training", float, 0.0, "the part that is held out",
        "The last part of the sequence is neither trained on nor used to choose a snapshot. Only "
        "figures of it say how good a forecast is: what chose the snapshot was fitted, too.",
        least=0.0, most=0.9, form="&Held out, the last", suffix=" % of the sequence",
        keys=(spelled("training.held_out"),),
    ),
    Field(
        "window", "training", int, 60, "steps of a window",
        "How far back a gradient goes in a training: backpropagation through time is cut at a "
        "window's first step.",
        part=6, least=1, most=10_000, form="W&indow", suffix=" steps",
        keys=(spelled("training.window"),),
    ),
    Field(
        "batch", "training", int, 32, "windows of an update",
        "How many windows one update sees; their gradients are averaged.", part=6, least=1,
        most=4_096, form="&Batch", suffix=" windows", keys=(spelled("training.batch"),),
    ),
    Field(
        "updates", "training", int, 1500, "updates",
        "How many times the weights are changed: forward, loss, backward, update, over and over.",
        part=6, least=1, most=1_000_000, form="U&pdates", keys=(spelled("training.updates"),),
    ),
    Field(
        "patience", "training", int, 0, "patience",
        "A training may stop early: when so many updates have gone by and the validation loss has "
        "not become smaller. 0 makes all updates.",
        least=0, most=1_000_000, form="Stop &early after", suffix=" updates without gain",
        keys=(spelled("training.patience"),),
    ),
)  # fmt: skip


def _view(name: str, title: str, teaches: str, **more: Any) -> Field:
    default = more.pop("default", getattr(Playhead(), name, None))
    kind = cast("type[Any]", type(default))
    return Field(name, "view", kind, default, title, teaches, **more)


_VIEW = (
    _view(
        "theme", "the theme", "Light, dark, or like the rest of the desktop.", default="system",
        choices=one_of(
            "theme", ("Like the &system", "system"), ("&Light", "light"), ("&Dark", "dark")
        ),
        menu="&Theme", flags=(spelled("--theme"),), keys=(spelled("view.theme"),), kept="theme",
    ),
    _view(
        "colours", "the colours of values",
        "Negative and positive values from the ground, which is 0, to a colour of each; whatever "
        "eyes one has, the two can be told apart.", default="ochre",
        choices=one_of(
            "colours", ("&Blue and ochre", "ochre"), ("Blue and &red", "red"),
            ("&Purple and orange", "orange"),
        ),
        menu="Colours of values", flags=(spelled("--colours"),),
        keys=(spelled("view.colours"),), kept="colours",
    ),
    _view(
        "notation", "the notation",
        "Whose symbols are written, everywhere and in exports: the lecture’s, a textbook’s "
        "(Goodfellow, Bengio, Courville), or the names of PyTorch’s nn.RNN.",
        default="lecture",
        choices=one_of(
            "notation",
            ("The &lecture’s: a⟨t⟩, W_aa, W_ax, W_ya", "lecture"),
            ("The &textbook’s: hₜ, W, U, V, oₜ", "textbook"),
            ("The &framework’s: hₜ, weight_hh_l0", "framework"),
        ),
        menu="Notation", flags=(spelled("--notation"),),
        keys=(spelled("view.notation"),), kept="notation",
    ),
    _view(
        "motion", "how much moves",
        "Numbers travel from the equation to the cell, and a step runs by itself. Reduced, nothing "
        "travels: a step is a cut, and playing goes on by whole phases.",
        default="system",
        choices=one_of(
            "motion", ("Like the &system", "system"), ("&Full", "full"), ("&Reduced", "reduced")
        ),
        menu="Motion", flags=(spelled("--motion"),), keys=(spelled("view.motion"),),
        kept="motion",
    ),
    _view(
        "text_zoom", "the zoom of text",
        "What the size of type is multiplied by; that follows the window.", default=1.0, least=0.5,
        most=3.0, kept="text_zoom",
    ),
    _view(
        "state_view", "how the hidden state is shown",
        "Of all units as a map, of some over time as lines, or inside one memory cell.", part=5,
        default="map",
        choices=one_of("state_view", ("map", "map"), ("lines", "lines"), ("cell", "cell")),
        flags=(spelled("--state"),), kept="state_view",
    ),
    _view(
        "layout", "the layout under the stage",
        "Which panels stand there, one to four of them side by side. What has nothing to show yet "
        "takes no room; the title of each is a menu of all panels.",
        default="standard",
        choices=one_of(
            "layout",
            ("Standard: state and gradient", "standard"),
            ("Lecture: the gradient", "lecture"),
            ("Laboratory: state, cell, gradient", "laboratory"),
            ("Memory cell and gradient", "memory_cell"),
        ),
        menu="La&yout",
    ),
    _view(
        "start_page", "whether the start page is shown at a start",
        "It offers a first step, the lecture, five shapes and one's own, and any key of the film "
        "leaves it. It is not shown where the command line names something.",
        default=True, kept="start_page",
    ),
    *(
        _view(f"memory_{name}", title, teaches, default=default, least=least, most=4_096.0,
              kept=f"memory/{name}", **more)
        for name, title, teaches, default, least, more in (
            ("pass", "the memory of a pass",
             "What opening may take, in GB. A pass keeps every state of every step, forward and "
             "backward; what would take more is refused before, with its size.",
             4.0, 0.1,
             {"flags": (spelled("--memory", "GB"),), "menu": "Memory l&imit",
              "choices": one_of("memory_pass", *(
                  (f"{n} GB", float(n)) for n in (1, 2, 4, 8, 16, 32)))}),
            ("kept", "the memory of passes that are kept",
             "The passes shown last are kept, so that they are shown again at once; in GB.",
             0.6, 0.0, {"flags": (spelled("--memory-kept", "GB"),)}),
            ("updates", "the memory of a film's updates",
             "Every update keeps a network, so that one can step back to it. Beyond so many GB the "
             "first one and the newest stay, and the oldest others are let go; of a training "
             "fewer snapshots are kept.",
             1.0, 0.0, {"flags": (spelled("--memory-updates", "GB"),)}),
            ("undo", "the memory of undo",
             "What edits led away from stays, to be taken back: the newest, of so many GB.",
             0.5, 0.0, {"flags": (spelled("--memory-undo", "GB"),)}),
            ("previews", "the memory of previews",
             "While one chooses how a file is read it is kept as it was looked at. One of more GB "
             "is let go, and read again with the answer.",
             0.07, 0.0, {"flags": (spelled("--memory-previews", "GB"),)}),
        )
    ),
    _view(
        "animated", "whether a step is animated",
        "Phase by phase x enters, a⟨t−1⟩ arrives, they are added, a⟨t⟩ is made; or all at once.",
        part=4, default=True, kept="animated",
    ),
    _view(
        "saturated", "the mark of saturated units",
        "Where “Why: singular values” is shown, a bar on the stage under every unit whose slope is "
        "below a tenth of the largest it can be: hardly any gradient goes through it.",
        formula="g′(z) < 0.1 · max g′, and σ′ of the gates", part=7, default=True, kept="saturated",
    ),
    _view(
        "loss_linear", "linear axes of the loss",
        "Losses and updates as they are. Without it losses are shown by their logarithm over the "
        "root of the update, so that the steep beginning and the long end are seen alike.",
        default=False, part=6, kept="loss_linear",
    ),
    _view(
        "loss_epochs", "the loss over epochs",
        "An epoch is as many windows or lines as there are to train on, not as many updates; they "
        "are drawn at random, some of them twice.",
        default=False, part=6, kept="loss_epochs",
    ),
    _view(
        "speed", "the speed of the film", "1 is every phase at its own length.", default=1.0,
        least=SPEEDS[0], most=SPEEDS[-1],
        choices=one_of("speed", *((f"{speed:g}×", speed) for speed in SPEEDS)),
    ),
    _view(
        "source", "the step whose loss is followed",
        "The gradient of one loss alone, followed back: it is what vanishes or explodes. 0 is the "
        "last one.",
        formula="∂L⟨k⟩/∂a⟨t⟩", part=7, least=0, most=100_000_000,
        flags=(spelled("--source", "STEP"),),
    ),
    _view(
        "summed", "the gradient of the sum of all losses",
        "With a loss at every step the sum of all can hide that a single loss's gradient vanishes, "
        "since every step has a loss of its own.",
        formula="∂(Σ L⟨k⟩)/∂a⟨t⟩", part=7, flags=(spelled("--sum"),),
    ),
    _view(
        "compared", "the gradients of the other cells beside it",
        "RNN, GRU and LSTM of the same seed and sizes, each a branch, on one sequence and axis.",
        default=False, part=7, flags=(spelled("--compare"),),
    ),
    _view(
        "origin", "the origin of the forecast",
        "The last step whose value the forecast knows. 0 leaves as many known values after it as "
        "are forecast.", least=0, most=100_000_000, flags=(spelled("--origin", "STEP"),),
    ),
    _view(
        "horizon", "the horizon of the forecast",
        "How many steps are forecast from the origin, the network fed its own answers. 0 is what "
        "the part that is held out is long enough for, 24 at most.", least=0, most=MOST_HORIZON,
        suffix=" steps", flags=(spelled("--horizon", "STEPS"),),
    ),
    _view(
        "column", "the column that is forecast", "Of a series of several, counted from 1; 0 is "
        "the first.", least=0, most=100_000, flags=(spelled("--column", "N"),),
    ),
    _view(
        "copies", "the copies of the unrolled loop",
        "How many copies of the one network its loop is opened into, each with the same weights. 0 "
        "is as many as the film has reached.", part=3, least=0, most=100_000_000,
        flags=(spelled("--copies", "T"),),
    ),
    _view(
        "lags", "the values that AR(p) looks back",
        "Where a series stands beside its shuffle an autoregressive model of p values is fitted to "
        "each: of the order it sees no more than these. 0 is three.",
        formula="x⟨t⟩ = c + φ₁ x⟨t−1⟩ + … + φ_p x⟨t−p⟩ + ε⟨t⟩", part=1, least=0, most=MOST_LAGS,
        flags=(spelled("--lags", "P"),),
    ),
    _view(
        "layer", "the layer that is shown", "Counted from the lowest, 1; 0 is the top one.",
        least=0, most=8, flags=(spelled("--layer", "L"),),
    ),
    _view(
        "quantity", "what the state panel shows",
        "The state a⟨t⟩, of an LSTM its cell state c⟨t⟩, or a gate by its letter.", part=5,
        flags=(spelled("--quantity", "LETTER"),),
    ),
    _view(
        "selected", "the unit that is selected", "Counted from 1; 0 is none.", default=0, least=0,
        most=1_024, flags=(spelled("--unit", "N"),),
    ),
    *(
        _view(f"{place}/{bar}", f"whether a {place} shows the {title}", teaches, default=shown,
              kept=f"{place}/{bar}")
        for bar, title, teaches, in_lecture in (
            ("equation", "formula of the step", "The formula, with this step's numbers.", True),
            ("model", "model bar", "The network's parts, each to choose.", False),
        )
        for place, shown in (("window", True), ("lecture", in_lecture))
    ),
)  # fmt: skip

FIELDS: Mapping[str, Field] = MappingProxyType(
    {row.name: row for row in (*SEQUENCE, *_NETWORK, *_TRAINING, *_VIEW, *EXPORT)}
)
"""Every row by its name, in the order of menus, bars and help."""


def fields_of(*groups: str) -> tuple[Field, ...]:
    """The rows of some groups, in their order."""
    return tuple(row for row in FIELDS.values() if row.group in groups)
