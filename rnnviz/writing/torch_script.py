"""A run as a script for PyTorch: the module, its weights, and the numbers shown here. No Qt.

The script is plain code of the network that is shown and no other. Weights, inputs, targets and
rnnviz's own numbers lie in an .npz file beside it, which `rnnviz.weights` opens as a network.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from rnnviz.engine import CELLS, Network
from rnnviz.files.errors import DataError, counted
from rnnviz.film import Frame
from rnnviz.weights.pytorch import lacking
from rnnviz.writing.torch_arrays import Array, arrays_of, networks_of
from rnnviz.writing.torch_module import WRITTEN, ModuleWriter

ENDING = ".weights.npz"
"""What follows the script's own name in that of the file beside it."""

MOST_STEPS = 20_000
"""Steps of a run that a script is written of: it takes them one by one."""

_MOST_NUMBERS = 30_000_000  # of states, outputs and gradients, which are compared
_SHOWN = 20  # steps at either end that the script prints


def script_of(frame: Frame, path: Path) -> tuple[str, dict[str, Array]]:
    """The script of a frame's run, and the arrays of the file beside it.

    Parameters
    ----------
    frame : Frame
        Its snapshot's network, sequence, mode, followed loss and truncation.
    path : Path
        Where the script is to stand.

    Returns
    -------
    str
        Python, to be run from anywhere.
    dict of str to array
        The weights under PyTorch's names where it has such layers, else under those here; what is
        no weight begins with "rnnviz.".

    Raises
    ------
    DataError
        For a cell whose equations are not written for PyTorch, and for what is too long.
    """
    steps, made = frame.steps, frame.network.architecture
    if made.cell not in WRITTEN and lacking(made):
        raise DataError(
            f"no script is written of the cell {CELLS[made.cell].title}; save the weights as "
            ".safetensors or .npz",
            path=path,
        )
    if steps > MOST_STEPS:
        raise DataError(
            f"no script is written of {steps:,} steps, which it takes one by one: at most "
            f"{MOST_STEPS:,}. Save the weights as .safetensors, or open a shorter sequence",
            path=path,
        )
    count = steps * (4 * made.layers * made.units + made.outputs)
    if count > _MOST_NUMBERS:
        raise DataError(
            f"the script would compare {count:,} numbers, and at most {_MOST_NUMBERS:,} are "
            "written beside it. Save the weights as .safetensors",
            path=path,
        )
    return _Writer(frame, path).text(), arrays_of(frame)


class _Writer(ModuleWriter):
    """Puts the script together; each part is there only where the run needs it."""

    def __init__(self, frame: Frame, path: Path) -> None:
        super().__init__(frame)
        self._path = path

    def text(self) -> str:
        """All of it."""
        parts = [self._head(), self.network(), self._loss(), _COMPARE, self._main()]
        return "\n\n\n".join(part.strip("\n") for part in parts if part) + "\n"

    def _head(self) -> str:
        made, frame = self._made, self._frame
        layers = f"{made.layers} layer{'s' if made.layers > 1 else ''}"
        shown = list(range(1, frame.steps + 1))
        if len(shown) > 2 * _SHOWN:
            shown = shown[:_SHOWN] + shown[-_SHOWN:]
        labels = {t: frame.token(t) for t in shown}
        source = f"\nSOURCE = {frame.source}  # the step whose loss is also followed alone"
        cut = (
            f"\nWINDOW = {self._window}  # steps between two cuts of the gradient (truncated BPTT)"
        )
        return (
            f'"""A network of rnnviz in PyTorch: {CELLS[made.cell].title}, {layers} of '
            f"{counted(made.units, 'unit')}.\n\n"
            "Builds the module, loads its weights from the .npz file beside this script, runs the\n"
            "sequence forward and backward, and prints states, losses and gradients, and how far\n"
            "they lie from those that rnnviz shows.\n\n"
            f"Mode: {_MODES[self._task.mode]}\n"
            f"{self._remarks()}\n"
            "It needs PyTorch and NumPy: pip install torch numpy\n"
            '"""\n\n'
            "from pathlib import Path\n\nimport numpy as np\nimport torch\n"
            "import torch.nn.functional as F\nfrom torch import nn\n\n"
            f"FILE = Path(__file__).with_name({self._path.stem + ENDING!r})\n"
            f"DTYPE = torch.{frame.network.dtype.name}\n"
            f"LABELS = {_wrapped(labels)}  # of the steps that are printed"
            f"{source if self._pays else ''}{cut if self._window else ''}"
        )

    def _remarks(self) -> str:
        """What is to be known of these numbers, a paragraph each."""
        made, said = self._made, list[str]()
        if self._lacking:
            said.append(
                f"PyTorch's layers cannot express this network ({self._lacking}): its equations "
                "stand in `cell`, step by step, under rnnviz's names."
            )
        elif made.biases == 1 and not CELLS[made.cell].second_bias:
            said.append(
                "rnnviz's network has one bias a layer; the second, which PyTorch's layers have, "
                "is 0 here. Its gradient is the first one's: to train on as rnnviz does, leave it "
                "out of the optimiser."
            )
        if any(map(self._task.feeds_back, range(1, self._frame.steps + 1))):
            fed = "its own answers" if self._task.own else "the targets"
            said.append(
                f"Steps that are fed back were fed {fed}, which stand in the inputs as numbers: no "
                "gradient goes through them."
            )
        if self._task.mean is not None:
            said.append("Inputs and targets are standardised, as rnnviz feeds them.")
        if made.outputs == 0:
            said.append("The network has no read-out: there are states, and no loss.")
        elif not self._pays:
            said.append("No step pays a loss: there are states and outputs, and no gradient.")
        if self._frame.network.dtype == np.float64 and self._pays:
            said.append(
                "Where tanh has rounded to 1 rnnviz differentiates it by its exponentials, so "
                "that gradients there are larger than PyTorch's by as much as that has rounded."
            )
        return "".join(f"\n{textwrap.fill(line, 98)}\n" for line in said)

    # -- the module ----------------------------------------------------------------------------

    def _loss(self) -> str:
        if not self._made.outputs:
            return ""
        kind, words = _LOSSES[self._task.loss]
        return (
            "def losses_of(y, targets, pays):\n"
            f'    """L⟨t⟩ of every step: {words}; 0 where none is paid."""\n'
            f"    each = {kind}\n"
            "    return torch.where(pays, each, 0.0).sum(dim=1)"
        )

    # -- what is run ---------------------------------------------------------------------------

    def _main(self) -> str:
        lines = ["file = np.load(FILE)  # numbers only: NumPy refuses anything else", ""]
        for start, network in networks_of(self._frame):
            lines += _loading(start, network)
        lines += [
            'x = torch.from_numpy(file["rnnviz.x"])',
        ]
        if self._silent:
            lines.append('given = torch.from_numpy(file["rnnviz.given"])')
        if self._made.outputs:
            lines.append('targets = torch.from_numpy(file["rnnviz.targets"])')
            lines.append('pays = torch.from_numpy(file["rnnviz.pays"])')
        lines += ["", *self._running(), "", *self._printing(), "", *self._comparing()]
        body = "\n".join(f"    {line}".rstrip() for line in lines)
        return f'def main():\n{body}\n\n\nif __name__ == "__main__":\n    main()'

    def _running(self) -> list[str]:
        swap = ".transpose(0, 1)" if self._apart else ""
        lines: list[str] = []
        s = self._task.source_steps
        if self._pair:
            given = (f", given[:{s}]", f", given[{s}:]") if self._silent else ("", "")
            lines += [
                f"read = encoder.entering(x[:{s}]{given[0]})",
                f"said = decoder.entering(x[{s}:]{given[1]})",
                f"targets, pays = targets[{s}:], pays[{s}:]  # an encoder answers nothing",
                "",
            ]
        else:
            lines.append(f"x = network.entering(x{', given' if self._silent else ''}){swap}")
            if self._apart:
                lines[-1] += "  # every step is a sequence of its own"
                if self._made.outputs:
                    lines.append("")
        backward = ["total = losses.sum()", "total.backward()"] if self._pays else []
        losses = ["losses = losses_of(y, targets, pays)"] if self._made.outputs else []
        if self._fused:
            lines.append("# All at once by PyTorch's layers, which give the weights' gradients.")
            lines += self._fused_run()
            lines += [*losses, *backward, ""]
        lines.append("# Step by step, with room for the gradient of every a⟨t⟩.")
        if self._pair:
            lines += [
                "states = encoder.by_steps(read)",
                "states += decoder.by_steps(said, states[-1])",
                f"y_by_steps = decoder.fc(torch.stack([at[-1][0] for at in states[{s}:]]))",
            ]
        else:
            lines.append("states = network.by_steps(x)")
            if self._made.outputs:
                top = "torch.stack([at[-1][0] for at in states])"
                lines.append(f"y_by_steps = network.fc({top}){swap}")
        if not self._fused and self._made.outputs:
            lines += ["y = y_by_steps", *losses]
            if self._pays:
                lines += ["total = losses.sum()", "total.backward(retain_graph=True)"]
        if self._pays:
            lines += [
                "every_a = [state[0] for at in states for state in at]",
                "by_steps = losses_of(y_by_steps, targets, pays)",
                "grad = torch.autograd.grad",
                'more = {"retain_graph": True, "materialize_grads": True}',
                "dL_da = grad(by_steps.sum(), every_a, **more)",
                f"dLk_da = grad(by_steps[{self._place()}], every_a, **more)",
            ]
        return lines

    def _place(self) -> str:
        s = self._task.source_steps
        return f"SOURCE - 1 - {s}" if s else "SOURCE - 1"

    def _fused_run(self) -> list[str]:
        if self._pair:
            return ["_, state = encoder(read)", "y, _ = decoder(said, state)"]
        out = "y" if self._made.outputs else "top"
        if self._window:
            detached = "state = tuple(part.detach() for part in state)"
            if not CELLS[self._made.cell].states:
                detached = "state = state.detach()"
            return [
                "parts, state = [], None",
                "for start in range(0, len(x), WINDOW):",
                "    if state is not None:",
                f"        {detached}",
                "    part, state = network(x[start : start + WINDOW], state)",
                "    parts.append(part)",
                f"{out} = torch.cat(parts)",
            ]
        if self._apart:
            return [f"{out}, _ = network(x)", f"{out} = {out}.transpose(0, 1)"]
        return [f"{out}, _ = network(x)"]

    def _printing(self) -> list[str]:
        shape = f"{self._made.layers}, {self._frame.steps}, {self._made.units}"
        lines = [
            "def laid(parts):",
            '    """Of every step and layer, as (L, T, H)."""',
            f"    return torch.stack(list(parts)).reshape({self._laid()}){self._order()}",
            "",
            f"a = laid(state[0] for at in states for state in at).detach()  # ({shape})",
        ]
        if self._pays:
            lines.append("dL_da, dLk_da = laid(dL_da), laid(dLk_da)")
        if self._made.outputs:
            s = self._task.source_steps
            loss = "losses.detach()"
            lines.append(f"loss = torch.cat([torch.zeros({s}), {loss}])" if s else f"loss = {loss}")
        head = "step  label             L⟨t⟩           a⟨t⟩ of the top layer, its first units"
        lines.append(f"print({head!r})")
        lines += ["for t, label in LABELS.items():"]
        cost = "{loss[t - 1]:<14.8g} " if self._made.outputs else ""
        lines += [
            '    first = " ".join(f"{unit: .8f}" for unit in a[-1, t - 1, :4])',
            f'    print(f"{{t:>5}}  {{label:<16.16}}  {cost}{{first}}")',
        ]
        if not self._pays:
            return lines
        lines += [
            'print(f"L = {total.item():.12g}\\n")',
            'print("step  ‖∂L/∂a⟨t⟩‖ of the top layer   and of the loss of step", SOURCE, "alone")',
            "for t in LABELS:",
            "    sizes = dL_da[-1, t - 1].norm(), dLk_da[-1, t - 1].norm()",
            '    print(f"{t:>5}  {sizes[0]:<30.8g}  {sizes[1]:.8g}")',
            'print("\\n‖∂L/∂W‖ of the sum of all losses")',
        ]
        for start, each in self._gradients():
            said = f'print(f"  {start}{{name:<24}} {{weights.grad.norm():.10g}}")'
            lines += [*each, f"        {said}"]
        return lines

    def _gradients(self) -> Iterator[tuple[str, list[str]]]:
        """Of each network the beginning of its names, and a loop over what has a gradient."""
        for start, _ in networks_of(self._frame):
            module = start.rstrip(".") or "network"
            loop = f"for name, weights in {module}.named_parameters():"
            yield start, [loop, "    if weights.grad is not None:"]

    def _laid(self) -> str:
        steps, made = self._frame.steps, self._made
        if self._apart:
            return f"{made.layers}, {steps}, {made.units}"
        return f"{steps}, {made.layers}, {made.units}"

    def _order(self) -> str:
        return "" if self._apart else ".transpose(0, 1)"

    def _comparing(self) -> list[str]:
        lines = [
            'print("\\nThe largest difference from the numbers of rnnviz, and their own size")',
            'compare("a⟨t⟩ of all layers", a, file["rnnviz.a"])',
        ]
        if CELLS[self._made.cell].states:
            lines.append(
                'compare("c⟨t⟩ of all layers", laid(state[1] for at in states for state in at), '
                'file["rnnviz.c"])'
            )
        s = self._task.source_steps
        if self._made.outputs:
            after = f"[{s}:]" if s else ""
            lines += [
                f'compare("y⟨t⟩", y[:, 0], file["rnnviz.y"]{after})',
            ]
            if self._fused:
                lines.append(
                    f'compare("y⟨t⟩ step by step", y_by_steps[:, 0], file["rnnviz.y"]{after})'
                )
            lines.append('compare("L⟨t⟩", loss, file["rnnviz.loss"])')
        elif self._fused:
            swap = "top[:, 0]"
            lines.append(f'compare("a⟨t⟩ of the top layer", {swap}, file["rnnviz.a"][-1])')
        if not self._pays:
            return lines
        lines += [
            'compare("∂L/∂a⟨t⟩ of all layers", dL_da, file["rnnviz.dL_da"])',
            'compare(f"∂L⟨{SOURCE}⟩/∂a⟨t⟩ of all layers", dLk_da, file["rnnviz.dLk_da"])',
        ]
        for start, each in self._gradients():
            lines += [
                *each,
                f'        there = file["rnnviz.gradient.{start}" + name]',
                f'        compare(f"∂L/∂ {start}{{name}}", weights.grad, there)',
            ]
        return lines


_MODES = {
    "one_to_one": "one to one; every step is a sequence of its own.",
    "one_to_many": "one to many.",
    "many_to_one": "many to one; the last step alone pays a loss.",
    "encoder_decoder": "an encoder hands its last state to a decoder.",
    "synced": "many to many, an answer at every step.",
}

_LOSSES = {
    "softmax_cross_entropy": (
        'F.cross_entropy(y.movedim(-1, 1), targets, reduction="none")',
        "the cross-entropy",
    ),
    "binary_cross_entropy": (
        'F.binary_cross_entropy_with_logits(y, targets, reduction="none").mean(dim=-1)',
        "the binary cross-entropy, its mean over the outputs",
    ),
    "mse": (
        "(y - targets).square().mean(dim=-1)",
        "the squared error, its mean over the outputs",
    ),
}

_COMPARE = '''
def compare(name, here, there):
    """Print how far two arrays lie apart at most, and how large they are."""
    here, there = here.detach(), torch.from_numpy(there)
    apart = (here - there).abs().max().item()
    print(f"  {name:<36} {apart:.2e}  {there.abs().max().item():.2e}")
'''


def _loading(start: str, network: Network) -> list[str]:
    made, module = network.architecture, start.rstrip(".") or "network"
    sizes = f"{made.inputs}, {made.outputs}" + (f", {made.vocabulary}" if made.vocabulary else "")
    return [
        f"{module} = Network({sizes})",
        f"{module}.load_state_dict(",
        f'    {{name: torch.from_numpy(file["{start}" + name]) for name in {module}.state_dict()}}'
        if start
        else f"    {{name: torch.from_numpy(file[name]) for name in {module}.state_dict()}}",
        ")",
    ]


def _wrapped(labels: dict[int, str]) -> str:
    """A dict as code, some entries a line."""
    rows = [f"{t}: {label!r}" for t, label in labels.items()]
    lines = [", ".join(rows[i : i + 6]) for i in range(0, len(rows), 6)]
    return "{\n    " + ",\n    ".join(lines) + ",\n}"
