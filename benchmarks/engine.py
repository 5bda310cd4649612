"""The engine's speed, beside what it cannot do without, in one process and on one thread.

``python benchmarks/engine.py [--json FILE] [--quick]``
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rnnviz import engine  # noqa: E402
from rnnviz.engine.jacobians import step_jacobians  # noqa: E402
from rnnviz.engine.spectra import estimate_largest, singular_values  # noqa: E402


def best_of(rounds: int, *runs: Callable[[], Any]) -> list[float]:
    """Shortest time of each run in seconds; the runs take turns, so that they share the weather.

    A turn is three runs: the first finds the caches full of what the others left behind.
    """
    best = [float("inf")] * len(runs)
    for _ in range(rounds):
        for i, run in enumerate(runs):
            for _ in range(3):
                start = time.perf_counter()
                run()
                best[i] = min(best[i], time.perf_counter() - start)
    return best


def turns_of(rounds: int, *runs: Callable[[], Any]) -> list[list[float]]:
    """The same for every turn by itself: ratios within a turn share the weather best."""
    return [best_of(1, *runs) for _ in range(rounds)]


def make_trace(steps: int, units: int, inputs: int, outputs: int) -> engine.Trace:
    """A random sequence with a class to predict at every step."""
    rng = np.random.default_rng(0)
    network = engine.create_network(engine.Architecture(inputs, units, outputs))
    x = rng.standard_normal((steps, 1, inputs)).astype(np.float32)
    targets = rng.integers(0, outputs, (steps, 1))
    return engine.forward(network, x, engine.Objective("softmax_cross_entropy", targets))


def six_calls(trace: engine.Trace) -> Callable[[], None]:
    """What no NumPy program of this shape can avoid: dot, add, tanh; multiply, dot, add a step."""
    W_aa = trace.network.parameters["W_aa_l0"]
    W_aa_T = np.ascontiguousarray(W_aa.T)
    u, a = trace.z[0].copy(), trace.a[0].copy()
    slope, da = np.full_like(u, 0.5), np.ones_like(u)
    term = np.empty_like(a[0])

    def run() -> None:
        dot, add, tanh, multiply = np.dot, np.add, np.tanh, np.multiply
        u_0, a_0, slope_0, da_0 = u[0], a[0], slope[0], da[0]
        for _ in range(len(u)):
            dot(a_0, W_aa_T, term)
            add(u_0, term, term)
            tanh(term, a_0)
        for _ in range(len(u)):
            multiply(slope_0, da_0, term)
            dot(term, W_aa, a_0)
            add(da_0, a_0, term)

    return run


def bench_passes(rounds: int) -> dict[str, Any]:
    """Forward and backward with every per-step gradient, beside the floor."""
    sizes = {"T": 1000, "H": 64, "B": 1, "D": 64, "O": 64}
    trace = make_trace(sizes["T"], sizes["H"], sizes["D"], sizes["O"])
    network, x, objective = trace.network, trace.x, trace.objective
    forward, backward, floor = best_of(
        rounds,
        lambda: engine.forward(network, x, objective),
        lambda: engine.backward(trace),
        six_calls(trace),
    )
    step = 1e6 / sizes["T"]
    return {
        "sizes": sizes,
        "forward_us_per_step": forward * step,
        "backward_us_per_step": backward * step,
        "us_per_step": (forward + backward) * step,
        "floor_us_per_step": floor * step,
        "ratio_to_floor": (forward + backward) / floor,
    }


def bench_all_sources(rounds: int) -> dict[str, Any]:
    """The norms of every loss at every step: one sweep, or one sweep a source."""
    sizes = {"T": 500, "H": 128, "B": 1, "D": 64, "O": 64}
    trace = make_trace(sizes["T"], sizes["H"], sizes["D"], sizes["O"])

    def one_sweep_a_source() -> None:
        for k in range(1, sizes["T"] + 1):
            engine.source_log_norms(trace, [k])

    def plain_sweep_a_source() -> None:
        # The least that a sweep from k to 1 can be: multiply and dot a step, norms at the end.
        W_aa = trace.network.parameters["W_aa_l0"]
        slopes = np.ones_like(trace.z[0])  # nothing may shrink: denormal numbers are slow
        rows = np.empty_like(trace.a[0])
        dz = np.empty_like(rows[0])
        for k in range(sizes["T"], 0, -1):
            rows[k] = 1.0
            steps = zip(slopes[k - 1 :: -1], rows[k:0:-1], rows[k - 1 :: -1], strict=True)
            for slope, row, before in steps:
                np.multiply(slope, row, dz)
                dz.dot(W_aa, before)
            np.log(np.einsum("tbh,tbh->t", rows[: k + 1], rows[: k + 1]))

    with np.errstate(all="ignore"):
        together, apart, plain = best_of(
            rounds,
            lambda: engine.source_log_norms(trace),
            one_sweep_a_source,
            plain_sweep_a_source,
        )
    return {
        "sizes": sizes,
        "all_sources_ms": together * 1e3,
        "one_sweep_a_source_ms": apart * 1e3,
        "plain_sweep_a_source_ms": plain * 1e3,
        "times_faster": apart / together,
        "times_faster_than_plain": plain / together,
    }


def bench_long_source(rounds: int) -> dict[str, Any]:
    """One loss followed back through a long run."""
    sizes = {"T": 20_000, "H": 64, "B": 1, "D": 1, "O": 2}
    trace = make_trace(sizes["T"], sizes["H"], sizes["D"], sizes["O"])
    (seconds,) = best_of(rounds, lambda: engine.source_log_norms(trace, [sizes["T"]]))
    return {"sizes": sizes, "us_per_step": seconds * 1e6 / sizes["T"], "ms": seconds * 1e3}


def bench_largest(rounds: int) -> dict[str, Any]:
    """The largest singular value of many Jacobians: power iteration beside the exact SVD."""
    trace = make_trace(200, 64, 64, 64)
    jacobians = step_jacobians(trace)
    power, svd = best_of(
        rounds, lambda: estimate_largest(jacobians), lambda: singular_values(jacobians)
    )
    return {"power_ms": power * 1e3, "svd_ms": svd * 1e3, "ratio": power / svd}


SIZES = (  # T, H, B, D; and wanted at most: RNN, GRU, LSTM to fused, any cell to the loop
    ((10, 16, 1, 32), (0.16, 0.16, 0.45, 0.13)),
    ((50, 64, 1, 64), (0.15, 0.15, 0.95, 0.12)),
    ((100, 64, 16, 64), (0.30, 0.40, 1.4, 0.36)),
    ((200, 128, 32, 64), (0.58, 0.65, 1.0, 0.75)),
    ((1000, 256, 1, 64), (0.17, 0.22, 1.3, 0.20)),
    ((10_000, 64, 1, 1), (0.11, 0.10, 2.6, 0.08)),
)
CLASSES = 10


def our_pass(cell: str, size: tuple[int, int, int, int]) -> Callable[[], Any]:
    """Forward, loss and backward, with every per-step gradient in the records."""
    T, H, B, D = size
    rng = np.random.default_rng(0)
    network = engine.create_network(engine.Architecture(D, H, CLASSES, cell))
    x = rng.standard_normal((T, B, D)).astype(np.float32)
    x.setflags(write=False)  # else the records would need a copy of their own
    objective = engine.Objective("softmax_cross_entropy", rng.integers(0, CLASSES, (T, B)))

    def run() -> engine.Backward:
        return engine.backward(engine.forward(network, x, objective))

    return run


def torch_passes(cell: str, size: tuple[int, int, int, int]) -> list[Callable[[], Any]]:
    """The same task in PyTorch: fused, parameter gradients only; as a loop, per-step gradients."""
    import torch
    from torch import nn

    T, H, B, D = size
    fused = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}[cell](D, H)
    single = {"rnn": nn.RNNCell, "gru": nn.GRUCell, "lstm": nn.LSTMCell}[cell](D, H)
    read_out, loss = nn.Linear(H, CLASSES), nn.CrossEntropyLoss(reduction="sum")
    x = torch.randn(T, B, D)
    targets = torch.randint(0, CLASSES, (T * B,))

    def pay(a: Any) -> None:
        (loss(read_out(a).reshape(T * B, CLASSES), targets) / B).backward()

    def run_fused() -> None:
        fused.zero_grad(set_to_none=True)
        read_out.zero_grad(set_to_none=True)
        pay(fused(x)[0])

    def run_loop() -> None:
        single.zero_grad(set_to_none=True)
        read_out.zero_grad(set_to_none=True)
        a = torch.zeros(B, H, requires_grad=True)
        c = torch.zeros(B, H, requires_grad=True)
        states = []
        for x_t in x:
            if cell == "lstm":
                a, c = single(x_t, (a, c))
                c.retain_grad()
            else:
                a = single(x_t, a)
            a.retain_grad()
            states.append(a)
        pay(torch.stack(states))

    return [run_fused, run_loop]


def bench_torch(quick: bool) -> list[dict[str, Any]]:
    """Issue 3's table: ours divided by PyTorch's, side by side; empty without PyTorch."""
    try:
        import torch
    except ImportError:
        return []
    torch.set_num_threads(1)
    rows: list[dict[str, Any]] = []
    for size, (*wanted, wanted_loop) in SIZES:
        row: dict[str, Any] = {"T, H, B, D": size}
        for cell, most in zip(("rnn", "gru", "lstm"), wanted, strict=True):
            runs = [our_pass(cell, size), *torch_passes(cell, size)]
            work = size[0] * (1 + size[1] * size[2] // 500)
            rounds = max(3, min(100, (5_000 if quick else 20_000) // work))
            turns = turns_of(rounds, *runs)
            ours, fused, loop = (statistics.median(times) for times in zip(*turns, strict=True))
            row[cell] = {
                "ours_us": ours * 1e6,
                "fused_us": fused * 1e6,
                "loop_us": loop * 1e6,
                "to_fused": statistics.median(turn[0] / turn[1] for turn in turns),
                "to_fused_wanted": most,
                "to_loop": statistics.median(turn[0] / turn[2] for turn in turns),
                "to_loop_wanted": wanted_loop,
            }
        rows.append(row)
    return rows


def print_table(rows: list[dict[str, Any]]) -> None:
    """Print the ratios beside what is wanted."""
    if not rows:
        print("\nPyTorch is not installed: no table of ratios")
        return
    import torch

    print(f"\nours with all per-step gradients ÷ PyTorch {torch.__version__}; in brackets: wanted")
    print(f"{'T, H, B, D':20}" + "".join(f"{c + ' ÷ fused':>18}" for c in ("RNN", "GRU", "LSTM"))
          + f"{'÷ loop: RNN GRU LSTM':>32}")  # fmt: skip
    for row in rows:
        cells = [row[cell] for cell in ("rnn", "gru", "lstm")]
        fused = "".join(f"{c['to_fused']:10.3f} ({c['to_fused_wanted']:.2f})" for c in cells)
        loop = " ".join(f"{c['to_loop']:.3f}" for c in cells)
        size = ", ".join(map(str, row["T, H, B, D"]))
        print(f"{size:20}{fused}{loop:>24} ({cells[0]['to_loop_wanted']:.2f})")


def peak_memory(cell: str, steps: int, units: int) -> float:
    """Peak of a forward and backward pass in MB above the empty program, in a child process."""
    code = (
        "import re, sys; sys.path.insert(0, sys.argv[1]); import numpy as np\n"
        "from rnnviz import engine\n"
        # Not getrusage: what that says of a child begins with the parent's own peak.
        "status = lambda: open('/proc/self/status').read()\n"
        "peak = lambda: int(re.search(r'VmHWM:\\s+(\\d+)', status())[1]) / 1024\n"
        "def run(T):\n"
        f"    net = engine.create_network(engine.Architecture(1, {units}, 1, {cell!r}))\n"
        "    x = np.zeros((T, 1, 1), np.float32)\n"
        "    o = engine.Objective('mse', np.ones((T, 1, 1), np.float32))\n"
        "    return engine.backward(engine.forward(net, x, o))\n"
        "run(5); empty = peak(); records = run(int(sys.argv[2])); print(peak() - empty)\n"
    )
    root = str(Path(__file__).resolve().parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code, root, str(steps)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    options = parser.parse_args()
    rounds = 3 if options.quick else 20
    passes = bench_passes(rounds)
    sources = bench_all_sources(1)
    long = bench_long_source(max(2, rounds // 8))
    largest = bench_largest(max(2, rounds // 4))
    rows = [
        ("forward, µs a step", passes["forward_us_per_step"], "T=1000 H=64 B=1 D=64 O=64"),
        ("backward, µs a step", passes["backward_us_per_step"], "every per-step gradient"),
        ("forward + backward, µs a step", passes["us_per_step"], "wanted: at most 12"),
        ("floor: six NumPy calls, µs a step", passes["floor_us_per_step"], ""),
        ("ratio to the floor", passes["ratio_to_floor"], ""),
        ("all sources in one sweep, ms", sources["all_sources_ms"], "T=500 H=128"),
        ("one sweep a source, ms", sources["one_sweep_a_source_ms"], "the same function, K=1"),
        ("times faster", sources["times_faster"], "wanted: at least 4"),
        (
            "a bare loop a source, ms",
            sources["plain_sweep_a_source_ms"],
            "multiply, dot, norms",
        ),
        ("times faster than the bare loop", sources["times_faster_than_plain"], ""),
        ("single source, µs a step", long["us_per_step"], "T=20000 H=64"),
        ("power iteration, ms", largest["power_ms"], "σ_max of 200 Jacobians, H=64"),
        ("power iteration ÷ SVD", largest["ratio"], "wanted: at most 0.1"),
    ]
    print(f"float32, one thread, NumPy {np.__version__}, Python {platform.python_version()}")
    for name, value, note in rows:
        print(f"{name:36}{value:10.2f}   {note}".rstrip())
    memory: dict[str, float] = {}
    if sys.platform.startswith("linux"):
        for cell, most in (("rnn", 250), ("lstm", 700)):
            memory[cell] = peak_memory(cell, 100_000, 64)
            what = f"peak memory of the {cell}, MB"
            print(f"{what:36}{memory[cell]:10.0f}   wanted: at most {most}")
    table = bench_torch(options.quick)
    print_table(table)
    if options.json is not None:
        figures = {
            "numpy": np.__version__,
            "python": platform.python_version(),
            "machine": platform.machine(),
            "dtype": "float32",
            "threads": 1,
            "forward_backward": passes,
            "all_sources": sources,
            "single_source": long,
            "largest_singular_value": largest,
            "peak_memory_mb": memory,
            "against_torch": table,
        }
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
