"""What things take against what film/cost.py says of them: predicted over measured, in one run.

    python benchmarks/cost.py [--json FILE]

A ratio below 1 is a promise that is not kept; the time is the processor's, of this thread.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import rnnviz  # noqa: F401  (before NumPy: it has BLAS keep to one thread)

# isort: split
import numpy as np

from rnnviz.data import make_task, sequence_from_text
from rnnviz.film import Settings, compute_pass, start_run
from rnnviz.film.cost import cost, size_of

_WORDS = [
    "the",
    "a",
    "cat",
    "dog",
    "saw",
    "ran",
    "and",
    "then",
    "with",
    "under",
    "over",
    "red",
    "blue",
    "green",
    "small",
    "large",
]


def text(steps: int) -> str:
    """So many words of a small vocabulary."""
    return " ".join(np.random.default_rng(0).choice(_WORDS, steps))


def seconds(work: Callable[[], object], times: int) -> float:
    """The least of some runs."""
    found: list[float] = []
    for _ in range(times):
        begin = time.thread_time()
        work()
        found.append(time.thread_time() - begin)
    return min(found)


def main() -> None:
    """Print a table of ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows: list[dict[str, object]] = []
    for cell in ("rnn", "gru", "lstm"):
        for steps in (9, 100, 900, 5000):
            for units, layers in ((16, 1), (64, 2), (256, 1), (256, 4)):
                if steps * units**2 * layers > 900 * 256**2 * 4:
                    continue
                task = make_task(sequence_from_text(text(steps)))
                settings = Settings(cell=cell, units=units, layers=layers)
                run = start_run(task, settings)
                size, times = size_of(task, settings), 3 if steps < 900 else 1
                made = seconds(lambda: start_run(task, settings), times)  # noqa: B023
                whole = seconds(lambda: compute_pass(run, 0, 0), times)  # noqa: B023
                rows.append(
                    {
                        "cell": cell,
                        "steps": steps,
                        "units": units,
                        "layers": layers,
                        "network": cost(size, "network").seconds / made,
                        "pass": cost(size, "pass", "source norms").seconds / whole,
                        "seconds": whole,
                    }
                )
                print(
                    f"{cell:5}{steps:6} steps {units:4} × {layers}: network "
                    f"{rows[-1]['network']:6.2f}, pass {rows[-1]['pass']:6.2f} of {whole:.4f} s",
                    flush=True,
                )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
