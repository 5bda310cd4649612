"""Runs of every kind for the documents' tests, through the real engine."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace

import numpy as np

from rnnviz.data import make_task, sequence_from_text
from rnnviz.data.labels import Made
from rnnviz.engine import Objective, Training
from rnnviz.engine.batches import Batch
from rnnviz.engine.clipping import Clipping
from rnnviz.film import (
    Plan,
    Playhead,
    Run,
    Settings,
    ShippedProblem,
    compute_pass,
    resolve,
    start_run,
)
from rnnviz.film.weight_scales import scaled, scales_of
from rnnviz.training import fit, prepare
from tests.frames import series


def updated(run: Run, times: int) -> Run:
    """The run after some updates of its film."""
    for _ in range(times):
        s = len(run.networks) - 1
        frame = resolve(
            run, Playhead(snapshot=s, position=2.0 * run.steps), compute_pass(run, s, 0)
        )
        run = run.updated(frame.update)
    return run


def text_run(text="the cat sat on the mat", updates=2, mode="synced", **settings) -> Run:
    task = make_task(sequence_from_text(text))
    run = start_run(task, Settings(**settings)).in_mode(mode)
    return updated(run, updates)


def series_run(steps=20, columns=2, updates=1, mode="synced", **settings) -> Run:
    return updated(
        start_run(make_task(series(steps, columns)), Settings(**settings)).in_mode(mode), updates
    )


def trained_run() -> Run:
    """A run with the log of a real training, clipping reports and a shipped problem."""
    run = text_run(updates=0, optimizer="adam")
    task = run.task
    batch = Batch(task.x, Objective(task.loss, task.targets, task.mask))
    training = Training(lambda _: batch, clipping=Clipping("norm", 0.5), validation=batch)
    log = [training.begin(run.networks[0])]
    log.extend(training.validated(snapshot) for snapshot in training.run(log[0], 4))
    shipped = ShippedProblem("cats", "Cats on mats", "see", "type", ("a", "b"), "a")
    return updated(replace(run.with_log(tuple(log), 2), shipped=shipped), 1)


def parted_run() -> Run:
    """A series that was trained on, at the snapshot that its part for validation chose."""
    run = start_run(make_task(series(120)))
    plan = Plan(
        Settings(optimizer="adam", learning_rate=0.05, units=4),
        validation=0.1, held_out=0.1, window=20, batch=4, updates=6, patience=50,
    )  # fmt: skip
    fitting = prepare(run, plan)
    ended = fit(fitting)
    return updated(fitting.run_of(run, ended.log).at_origin(ended.shown), 1)


def picture_run() -> Run:
    """Steps with pictures, own answers and a feed of vectors' places."""
    run = text_run(mode="one_to_many", updates=0)
    rng = np.random.default_rng(1)
    pictures = tuple(rng.random((4, 3)) if t % 2 else None for t in range(run.steps))
    task = replace(run.task, pictures=pictures, own=True, temperature=0.7, seed=3, notes=("n",))
    return updated(run.with_task(task), 1)


def scaled_run(mode="synced") -> Run:
    """Weights that no seed makes."""
    run = text_run(mode=mode, updates=0)
    return updated(scaled(run, 0, scales_of(run.networks[0]), "radius", 1.1), 1)


RUNS = {
    "in three parts": parted_run,
    "text": lambda: text_run(),
    "adam and two layers": lambda: text_run(cell="lstm", layers=2, optimizer="adam"),
    "gru, momentum, clipped": lambda: text_run(
        cell="gru", optimizer="momentum", clipping="norm", clip_limit=0.1
    ),
    "series": lambda: series_run(),
    "one step": lambda: text_run("word", updates=0),
    "trained": trained_run,
    "scaled": lambda: scaled_run(),
    "scaled pair": lambda: scaled_run("encoder_decoder"),
    "pictures": picture_run,
    "exploded": lambda: series_run(400, activation="identity", gain=40.0, updates=0),
    **{
        f"{kind}, {mode}": lambda make=make, mode=mode: make(mode=mode)
        for kind, make in (("text", text_run), ("series", series_run))
        for mode in ("one_to_one", "one_to_many", "many_to_one", "encoder_decoder")
    },
}


def same(a, b, where="run", rounding: float = 0.0) -> None:
    """Assert that two records are equal in every field, arrays bit by bit and of one dtype.

    `rounding` is the relative difference that their numbers may have: what was computed elsewhere,
    by other libraries, is another in its last digits.
    """
    within = {"rounding": rounding}
    if isinstance(a, np.ndarray):
        assert (a.dtype, a.shape) == (b.dtype, b.shape), where
        if rounding and a.dtype.kind == "f":
            np.testing.assert_allclose(a, b, rtol=rounding, atol=rounding, err_msg=where)
        else:
            assert a.tobytes() == b.tobytes(), where
        assert not (where.startswith("run") and b.flags.writeable), where
    elif is_dataclass(a) and not isinstance(a, type):
        assert type(a) is type(b), where
        for each in fields(a):
            if each.init:
                one, other = getattr(a, each.name), getattr(b, each.name)
                same(one, other, f"{where}.{each.name}", **within)
    elif isinstance(a, tuple):
        assert isinstance(b, tuple | Made) and len(a) == len(b), where
        for n, (one, other) in enumerate(zip(a, b, strict=True)):
            same(one, other, f"{where}[{n}]", **within)
    elif hasattr(a, "items"):
        assert list(a) == list(b), where
        for name in a:
            same(a[name], b[name], f"{where}.{name}", **within)
    elif isinstance(a, float) and np.isnan(a):
        assert np.isnan(b), where
    elif isinstance(a, float) and rounding:
        np.testing.assert_allclose(a, b, rtol=rounding, atol=rounding, err_msg=where)
    else:
        assert type(a) is type(b) and a == b, where


def place_now(place: str) -> str:
    """What the place of a value in a run is called now, which an older program called otherwise."""
    return place.replace("run.lesson", "run.shipped")
