"""The part of a script for PyTorch that is the network: its class, as code."""

from __future__ import annotations

from rnnviz.engine import CELLS, EncoderDecoder
from rnnviz.engine.network import Architecture
from rnnviz.film import Frame
from rnnviz.film.splices import Splice
from rnnviz.weights.pytorch import lacking


class ModuleWriter:
    """Writes the class of the network that a frame shows.

    PyTorch's own layers where they can be this network, else its equations, of the cells in
    `WRITTEN`.
    """

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._task, self._made = frame.task, frame.network.architecture
        self._lacking = lacking(self._made)
        self._fused = not self._lacking
        self._pair = isinstance(frame.passing.trace.network, EncoderDecoder)
        trace = frame.passing.trace
        self._apart = isinstance(trace, Splice) and not trace.linked
        self._window = frame.passing.window
        self._ids = self._task.x.dtype.kind in "iu"
        self._silent = self._task.silent is not None and bool(self._task.silent.any())
        self._pays = bool(frame.source)

    def network(self) -> str:
        """The class, with one step of a layer, and a⟨1⟩ … a⟨T⟩ step by step."""
        made = self._made
        state = "(a, c)" if CELLS[made.cell].states else "(a,)"
        body = self._fused_body() if self._fused else self._own_body()
        cut = (
            "            if t and t % WINDOW == 0:  # nothing goes back from here\n"
            "                states = [tuple(s.detach() for s in state) for state in states]\n"
            if self._window
            else ""
        )
        parts = 2 if CELLS[made.cell].states else 1
        zeros = f"zeros = torch.zeros(x.shape[1], {made.units}, dtype=DTYPE)"
        return body + (
            f"\n\n    def by_steps(self, x, states=None):\n"
            f'        """a⟨1⟩ … a⟨T⟩: for each step a list of each layer\'s {state}."""\n'
            f"        {zeros}\n"
            f"        states = states or [(zeros,) * {parts}] * {made.layers}\n"
            f"        kept = []\n"
            f"        for t in range(len(x)):\n{cut}"
            f"            entering, after = x[t], []\n"
            f"            for layer, state in enumerate(states):\n"
            f"                after.append(self.cell(layer, entering, state))\n"
            f"                entering = after[-1][0]\n"
            f"            states = after\n"
            f"            kept.append(states)\n"
            f"        return kept"
        )

    def _entering(self) -> str:
        """What becomes of x before it enters."""
        given = ", given" if self._silent else ""
        if not self._ids:
            lines = []
        elif self._made.vocabulary:
            lines = ["x = self.embedding(x)"]
        else:
            lines = ["x = F.one_hot(x, self.inputs).to(DTYPE)"]
        if self._silent:
            lines.append("x = torch.where(given[..., None], x, 0.0)  # steps without an input")
        lines.append("return x")
        inner = "\n".join(f"        {line}" for line in lines)
        return (
            f"    def entering(self, x{given}):\n"
            '        """What enters the first layer, (T, B, D)."""\n'
            f"{inner}"
        )

    def _fused_body(self) -> str:
        made = self._made
        kind, step = (name.format(g=made.activation) for name in _LAYERS[made.cell])
        relu = ', nonlinearity="relu"' if made.activation == "relu" else ""
        lines = ["super().__init__()", "self.inputs = inputs"]
        if made.vocabulary:
            lines.append("self.embedding = nn.Embedding(vocabulary, inputs, dtype=DTYPE)")
        lines.append(f"self.rnn = {kind}(inputs, {made.units}, {made.layers}{relu}, dtype=DTYPE)")
        if made.outputs:
            linear = f"nn.Linear({made.units}, outputs, dtype=DTYPE)"
            lines.append(f"self.fc = {linear}{' if outputs else None' if self._pair else ''}")
        inner = "\n".join(f"        {line}" for line in lines)
        returned = "self.fc(out)" if made.outputs else "out"
        if self._pair:
            returned = "None if self.fc is None else self.fc(out)"
        if CELLS[made.cell].states:
            result = f"return torch.{step}(x, state, *weights)"
        else:
            result = f"return (torch.{step}(x, state[0], *weights),)"
        said = (
            "with an nn.Linear on a⟨t⟩ of the top layer" if made.outputs else "without a read-out"
        )
        return (
            "class Network(nn.Module):\n"
            f'    """{kind} {said}."""\n\n'
            f"    def __init__(self, inputs, outputs, vocabulary=0):\n{inner}\n\n"
            f"{self._entering()}\n\n"
            "    def forward(self, x, state=None):\n"
            f'        """{"y" if made.outputs else "a⟨1⟩ … a⟨T⟩ of the top layer"} and the last '
            'state, by PyTorch\'s own layers."""\n'
            "        out, state = self.rnn(x, state)\n"
            f"        return {returned if not self._pair else f'({returned})'}, state\n\n"
            "    def cell(self, layer, x, state):\n"
            '        """One step of one layer with the same weights."""\n'
            '        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")\n'
            '        weights = [getattr(self.rnn, f"{name}_l{layer}") for name in names]\n'
            f"        {result}"
        )

    def _own_body(self) -> str:
        made = self._made
        shapes = dict(made.parameter_shapes())
        lines = ["super().__init__()", "self.inputs = inputs"]
        lines.append("shapes = {")
        for name, shape in shapes.items():
            lines.append(f"    {name!r}: {_shape_of(name, shape)},")
        lines.append("}")
        lines.append("for name, shape in shapes.items():")
        lines.append("    weights = nn.Parameter(torch.empty(shape, dtype=DTYPE))")
        lines.append("    self.register_parameter(name, weights)")
        inner = "\n".join(f"        {line}" for line in lines)
        entering = self._entering().replace("self.embedding(x)", "self.E[x]")
        taken = ["W_ax", "W_aa", "b_a"] + ["b_aa"] * (made.biases == 2)
        taken += [f"p_{gate}" for gate in CELLS[made.cell].peepholes] * made.peepholes
        names = ", ".join(taken)
        quoted = ", ".join(f'"{name}"' for name in taken)
        bias = "b_a + b_aa" if made.biases == 2 else "b_a"
        cell = WRITTEN[made.cell](made, bias)
        inside = "\n".join(f"        {line}" for line in cell)
        return (
            "class Network(nn.Module):\n"
            '    """The equations as rnnviz has them; weights under its names."""\n\n'
            f"    def __init__(self, inputs, outputs, vocabulary=0):\n{inner}\n\n"
            f"{entering}\n\n"
            "    def fc(self, a):\n"
            '        """The read-out."""\n'
            "        return a @ self.W_ya.T + self.b_y\n\n"
            "    def cell(self, layer, x, state):\n"
            '        """One step of one layer."""\n'
            f"        names = ({quoted},)\n"
            f"        {names} = (\n"
            '            getattr(self, f"{name}_l{layer}") for name in names\n'
            f"        )\n{inside}"
        )


_LAYERS = {
    "rnn": ("nn.RNN", "rnn_{g}_cell"),
    "gru": ("nn.GRU", "gru_cell"),
    "lstm": ("nn.LSTM", "lstm_cell"),
}
"""PyTorch's own layer of a cell, and its function for one step of it."""


def _plain(made: Architecture, bias: str) -> list[str]:
    g = {
        "tanh": "torch.tanh(z)",
        "relu": "torch.relu(z)",
        "sigmoid": "torch.sigmoid(z)",
        "identity": "z",
    }[made.activation]
    return [f"z = state[0] @ W_aa.T + x @ W_ax.T + {bias}", f"return ({g},)"]


def _reset_before(_made: Architecture, bias: str) -> list[str]:
    return [
        "(a,) = state",
        f"x_r, x_z, x_n = (x @ W_ax.T + {bias}).chunk(3, dim=-1)",
        "W_r, W_z, W_n = W_aa.chunk(3)",
        "r = torch.sigmoid(a @ W_r.T + x_r)",
        "z = torch.sigmoid(a @ W_z.T + x_z)",
        "n = torch.tanh((r * a) @ W_n.T + x_n)",
        "return ((1 - z) * n + z * a,)",
    ]


def _with_peepholes(_made: Architecture, bias: str) -> list[str]:
    return [
        "a, c = state",
        f"i, f, g, o = (a @ W_aa.T + x @ W_ax.T + {bias}).chunk(4, dim=-1)",
        "i, f = torch.sigmoid(i + p_i * c), torch.sigmoid(f + p_f * c)",
        "c = f * c + i * torch.tanh(g)",
        "o = torch.sigmoid(o + p_o * c)",
        "return o * torch.tanh(c), c",
    ]


WRITTEN = {"rnn": _plain, "gru_reset_before": _reset_before, "lstm": _with_peepholes}
"""Cells whose equations are written out where PyTorch's layers cannot be the network."""


def _shape_of(name: str, shape: tuple[int, ...]) -> str:
    """A parameter's shape as code: what differs between encoder and decoder is an argument."""
    if name == "E":
        return "(vocabulary, inputs)"
    if name == "W_ax_l0":
        return f"({shape[0]}, inputs)"
    if name == "W_ya":
        return f"(outputs, {shape[1]})"
    if name == "b_y":
        return "(outputs,)"
    return repr(shape)
