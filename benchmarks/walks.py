"""Networks trained on random walks, beside the naive forecast that nothing beats.

Each is trained as the dialog proposes, and judged on what is held out of it. The mean advantage of
the network over all walks, in the naive forecast's RMSE, has a standard error of its own: beyond
two of these it would say that the program finds something in nothing.

    python -m benchmarks.walks [--walks 20] [--steps 600] [--updates 1500] [--differences]
        [--json FILE]
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from rnnviz.data import Sequence, make_task
from rnnviz.film import Settings, compute_pass, start_run
from rnnviz.film.measures import ORIGINS
from rnnviz.training import first_plan, fit, prepare

HORIZONS = (1, 10)


def walk(seed: int, steps: int, transforms: tuple[str, ...]) -> Sequence:
    """A random walk of standard normal steps."""
    values = np.random.default_rng(seed).standard_normal(steps).cumsum()
    tokens = tuple(str(i + 1) for i in range(steps))
    made = Sequence("series", f"walk {seed}", tokens, values[:, None], ("value",))
    return replace(made, transforms=transforms)


def judged(
    seed: int, steps: int, updates: int, transforms: tuple[str, ...]
) -> list[tuple[float, bool, bool]]:
    """Per horizon the advantage over naive, and whether it is said to be better, or worse."""
    run = start_run(make_task(walk(seed, steps, transforms)), Settings())
    fitting = prepare(run, replace(first_plan(run), updates=updates))
    ended = fit(fitting)
    done = fitting.run_of(run, ended.log).at_origin(ended.shown)
    found = ORIGINS(compute_pass(done, 0, 0), max(HORIZONS), 0)
    told: list[tuple[float, bool, bool]] = []
    for k in HORIZONS:
        mine, naive = (float(found.rmse(name)[k - 1]) for name in ("network", "naive"))
        against = found.against_naive("network", k)
        sure = not against.chance
        told.append((1.0 - mine / naive, sure and against.mean > 0, sure and against.mean < 0))
    return told


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    for flag, default in (("--walks", 20), ("--steps", 600), ("--updates", 1500)):
        parser.add_argument(flag, type=int, default=default)
    parser.add_argument("--differences", action="store_true", help="train on the walks' steps")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    transforms = ("differences",) if options.differences else ()
    seeds = range(options.walks)
    every = [judged(seed, options.steps, options.updates, transforms) for seed in seeds]
    figures: dict[str, float] = {}
    for i, k in enumerate(HORIZONS):
        advantages = np.array([walk[i][0] for walk in every])
        mean = float(advantages.mean())
        error = float(advantages.std(ddof=1)) / len(advantages) ** 0.5
        better, worse = (sum(walk[i][j] for walk in every) for j in (1, 2))
        print(
            f"{k:3} ahead: advantage over naive {mean:+.2%} ± {error:.2%} "
            f"({mean / error:+.1f} standard errors); said to be better {better}, worse {worse} "
            f"of {len(every)}"
        )
        figures |= {f"advantage {k}": mean, f"error {k}": error, f"better {k}": float(better)}
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
