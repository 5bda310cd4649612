"""Make the cases beside this script: reference values of saturated cells, by PyTorch autograd.

In the format of the shared reference set, with fewer arrays. All parameters are 500 times what
they usually are, so that the gradient passes only through gates and slopes that are nearly 0.
Needs torch 2.13, which the project itself never does.
"""

import json
from pathlib import Path

import numpy as np
import torch

HERE, INPUTS, H, CLASSES, STEPS = Path(__file__).parent, 3, 5, 6, 7
GATES = {"lstm": 4, "gru": 3, "gru_rb": 3}
CASES = [
    ("rnn_tanh", 1, 1, "mse_step", 18),
    ("rnn_sigmoid", 1, 1, "ce_step", 4),
    ("lstm", 1, 4, "mse_last", 7),
    ("lstm", 1, 4, "ce_last", 9),
    ("gru", 2, 1, "mse_step", 14),
    ("gru_rb", 1, 4, "ce_last", 1),
]
torch.set_default_dtype(torch.float64)


def step(cell, W, b, b_hh, fed, a, c):
    """One step: fed is W_ih x."""
    if cell == "lstm":
        i, f, g, o = (fed + b + a @ W.T + b_hh).chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
    if cell in GATES:
        u_r, u_z, u_n = (fed + b).chunk(3, 1)
        (W_r, W_z, W_n), (b_r, b_z, b_n) = W.chunk(3), b_hh.chunk(3)
        r, z = (u_r + a @ W_r.T + b_r).sigmoid(), (u_z + a @ W_z.T + b_z).sigmoid()
        n = r * (a @ W_n.T + b_n) if cell == "gru" else (r * a) @ W_n.T + b_n
        return (1 - z) * (u_n + n).tanh() + z * a, c
    z = fed + b + a @ W.T + b_hh
    return z.tanh() if cell == "rnn_tanh" else z.sigmoid(), c


def run(cell, p, x, a0, c0):
    """States [layer][step] and outputs."""
    fed, states = list(x), []
    for layer in range(len(a0)):
        a, c, row = a0[layer], c0[layer], []
        for x_t in fed:
            parts = (p[f"{n}_l{layer}"] for n in ("weight_hh", "bias_ih", "bias_hh"))
            a, c = step(cell, *parts, x_t @ p[f"weight_ih_l{layer}"].T, a, c)
            row.append(a)
        fed = row
        states.append(row)
    return states, torch.stack([a @ p["W_hy"].T + p["b_y"] for a in fed])


def make(cell, layers, batch, loss, number, seed):
    rng, rows, s = np.random.default_rng(seed), GATES.get(cell, 1) * H, 1 / np.sqrt(H)
    given = {}
    for layer in range(layers):
        given[f"weight_ih_l{layer}"] = rng.uniform(-s, s, (rows, H if layer else INPUTS))
        given[f"weight_hh_l{layer}"] = rng.uniform(-s, s, (rows, H))
        given[f"bias_ih_l{layer}"] = rng.uniform(-s, s, rows)
        given[f"bias_hh_l{layer}"] = rng.uniform(-s, s, rows)
    given["W_hy"], given["b_y"] = rng.uniform(-s, s, (CLASSES, H)), rng.uniform(-s, s, CLASSES)
    given = {name: 500.0 * array for name, array in given.items()}
    shape = (layers, batch, H)
    given["x"] = rng.normal(size=(STEPS, batch, INPUTS))
    random = number // 2 % 2
    for name in ("a0", "c0"):
        given[name] = rng.normal(size=shape) * 0.5 if random else np.zeros(shape)
    size = (STEPS, batch)
    if loss.startswith("ce"):
        target = rng.integers(0, CLASSES, size)
    else:
        target = rng.normal(size=(*size, CLASSES))
    p = {name: torch.tensor(array, requires_grad=True) for name, array in given.items()}
    states, y = run(cell, p, p["x"], p["a0"], p["c0"])
    wanted = torch.tensor(target)
    if loss.endswith("last"):
        y, wanted, target = y[-1:], wanted[-1:], target[-1]
    if loss.startswith("ce"):
        total = torch.nn.functional.cross_entropy(y.reshape(-1, CLASSES), wanted.reshape(-1))
    else:
        total = ((y - wanted) ** 2).mean()
    if cell != "lstm":
        del p["c0"], given["c0"]
    leaves, nodes = list(p.values()), [a for row in states for a in row]
    found = [g.numpy() for g in torch.autograd.grad(total, [*leaves, *nodes])]
    arrays = {**given, "target": target, "loss": np.array(total.item())}
    arrays |= {f"grad.{name}": g for name, g in zip(p, found, strict=False)}
    arrays["a"] = np.stack([torch.stack(row).detach().numpy() for row in states])
    arrays["da"] = np.stack(found[len(p) :]).reshape(layers, STEPS, batch, H)
    return arrays


def main():
    entries, kinds = [], ("rnn_tanh", "lstm", "gru", "gru_rb", "rnn_sigmoid")
    for cell, layers, batch, loss, number in CASES:
        arrays = make(cell, layers, batch, loss, number, 90025 + 96 * kinds.index(cell) + number)
        name = f"saturated_{cell}_{loss}"
        np.savez_compressed(HERE / f"{name}.npz", **arrays)
        shapes = {n: list(a.shape) for n, a in arrays.items()}
        entries.append(
            {"id": name, "file": f"{name}.npz", "cell": cell, "loss": loss, "rtol": 1e-9}
            | {"tbptt_window": None, "arrays": shapes}
        )
    manifest = json.dumps({"format": "rnnviz-truth/1", "cases": entries}, indent=1) + "\n"
    (HERE / "manifest.json").write_text(manifest, encoding="utf-8")


if __name__ == "__main__":
    main()
