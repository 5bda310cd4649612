"""Make the trajectories that the shared reference set lacks, in its format.

Needs torch 2.13, which the project itself never does; starts from rnn_tanh_sgd_noclip.npz beside
this script, and adds the entries to manifest.json.
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch import optim

HERE = Path(__file__).parent
MANIFEST = HERE / "manifest.json"
START = np.load(HERE / "rnn_tanh_sgd_noclip.npz")
ENTRIES = {entry["id"]: entry for entry in json.loads(MANIFEST.read_text())}
ORDER = [(n, tuple(s)) for n, s in ENTRIES["rnn_tanh_sgd_noclip"]["param_order"]]
HIDDEN, CLASSES = 5, 6
torch.set_default_dtype(torch.float64)


def flat(arrays):
    return np.concatenate([array.detach().numpy().ravel() for array in arrays]).copy()


def loss_of(p, x, target):
    a, ys = torch.zeros(x.shape[1], HIDDEN), []
    for x_t in x:
        a = torch.tanh(
            x_t @ p["weight_ih_l0"].T + p["bias_ih_l0"] + a @ p["weight_hh_l0"].T + p["bias_hh_l0"]
        )
        ys.append(a @ p["W_hy"].T + p["b_y"])
    y = torch.stack(ys).reshape(-1, CLASSES)
    return torch.nn.functional.cross_entropy(y, target.reshape(-1))


def run(name, kind, make, hyper, clip):
    ends = np.cumsum([int(np.prod(shape)) for _, shape in ORDER])[:-1]
    parts = np.split(START["params"][0], ends)
    p = {
        n: torch.tensor(part.reshape(shape), requires_grad=True)
        for (n, shape), part in zip(ORDER, parts, strict=True)
    }
    settings = {key: value for key, value in hyper.items() if value is not None}
    optimizer = make(list(p.values()), **settings)
    x, target = torch.tensor(START["x"]), torch.tensor(START["target"])
    params, losses, raw, clipped = [START["params"][0]], [], [], []
    for _ in range(5):
        optimizer.zero_grad()
        loss = loss_of(p, x, target)
        loss.backward()
        raw.append(flat([q.grad for q in p.values()]))
        if clip and clip[0] == "norm":
            torch.nn.utils.clip_grad_norm_(p.values(), clip[1])
        elif clip:
            torch.nn.utils.clip_grad_value_(p.values(), clip[1])
        clipped.append(flat([q.grad for q in p.values()]))
        losses.append(loss.item())
        optimizer.step()
        params.append(flat(p.values()))
    case = f"rnn_tanh_{name}"
    np.savez_compressed(
        HERE / f"{case}.npz", x=START["x"], target=START["target"], params=np.array(params),
        loss=np.array(losses), grad_raw=raw[0][None], grad_clipped=clipped[0][None],
        grad_norm_raw=np.linalg.norm(raw, axis=1),
    )  # fmt: skip
    cut = [bool((one != other).any()) for one, other in zip(raw, clipped, strict=True)]
    ENTRIES[case] = {
        "id": case, "optimizer": kind, "hyper": hyper, "clip": clip,
        "clip_triggered_at_step": cut, "param_order": ORDER,
    }  # fmt: skip


nesterov = {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.05}
run("sgd_nesterov_wd", "sgd", optim.SGD, nesterov, ["value", 0.02])
adagrad = {"lr": 0.05, "eps": 1e-10, "weight_decay": 0.05}
run("adagrad_wd", "adagrad", optim.Adagrad, adagrad, None)
centered = {"lr": 0.01, "alpha": 0.9, "eps": 1e-8, "centered": True, "weight_decay": 0.01,
            "momentum": 0.5}  # fmt: skip
run("rmsprop_centered", "rmsprop", optim.RMSprop, centered, ["norm", 0.25])
l2 = {"lr": 0.01, "betas": [0.8, 0.9], "eps": 1e-8, "weight_decay": 0.05, "amsgrad": False}
run("adam_l2", "adam", optim.Adam, l2, None)
large = {"lr": 0.3, "betas": [0.5, 0.6], "eps": 1e-8, "weight_decay": 0, "amsgrad": True}
run("amsgrad", "amsgrad", optim.Adam, large, None)
run("adamw_amsgrad", "adamw", optim.AdamW, {**large, "weight_decay": 0.05}, None)
MANIFEST.write_text(json.dumps(list(ENTRIES.values()), indent=1) + "\n")
