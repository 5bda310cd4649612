"""How a training ends: which snapshot is shown, and that what is said of it is true."""

import re
from dataclasses import replace

import numpy as np
import pytest

from rnnviz.data import Sequence, make_task
from rnnviz.film import Plan, Settings, start_run
from rnnviz.film.plan import held_out_of, validation_of
from rnnviz.film.words import number
from rnnviz.training import Outcome, fit, prepare

NAN = float("nan")


def walk(steps=300, seed=3) -> Sequence:
    values = np.cumsum(np.random.default_rng(seed).standard_normal(steps))
    return Sequence("series", "walk", tuple(map(str, range(steps))), values[:, None], ("v",))


def trained(stop=None, steps=300, **changes):
    made = {"optimizer": "adam", "learning_rate": 0.01, "clipping": "norm", "units": 6}
    settings = Settings(**{**made, **changes.pop("settings", {})})
    given = {"validation": 0.15, "held_out": 0.15, "window": 20, "batch": 8, "updates": 40}
    run = start_run(make_task(walk(steps)))
    fitting = prepare(run, Plan(settings, **{**given, **changes}))
    return fitting, fit(fitting, stop=stop)


ANY = trained(updates=1)[1].log[0]


def snapshot(update, validation=None, held_out=None):
    return replace(ANY, update=update, validation_loss=validation, held_out_loss=held_out)


def outcome(*log, begun=0, goal=9, validates=True, **more):
    return Outcome(tuple(snapshot(*each) for each in log), begun, goal, validates, **more)


@pytest.mark.parametrize(
    ("end", "shown", "text"),
    [
        (
            outcome((0, 4.0), (5, 2.0, 2.5), (9, 3.0), naive_held=2.25),
            1,
            "Trained for 9 updates · shown is update 5, of the smallest validation loss, 2 "
            "(the last: 3) · held-out loss 2.5 (repeating the last value: 2.25)",
        ),
        (
            outcome((0, 4.0), (1, 3.0, 7.0), goal=1, naive=1.5),
            1,
            "Trained for 1 update · shown is the last, of the smallest validation loss, 3 "
            "(repeating the last value: 1.5) · held-out loss 7",
        ),
        (
            outcome((0, None), (9, None), validates=False),
            1,
            "Trained for 9 updates · shown is the last, update 9: no part is kept to validate",
        ),
        (
            outcome((0, None), (9, None, 0.5), validates=False),
            1,
            "Trained for 9 updates · shown is the last, update 9: no part is kept to validate · "
            "held-out loss 0.5",
        ),
        (
            outcome((0, 1.0, 2.0), (3, 1.5), (9, 2.0)),
            0,
            "Trained for 9 updates · shown is the untrained network: no update made its 1 smaller "
            "(the last: 2) · held-out loss 2",
        ),
        (
            outcome((0, 4.0), (3, 2.0), (6, 2.5), early=True),
            1,
            "Stopped early after 6 of 9 updates, with no smaller validation loss in the last 3 · "
            "shown is update 3, of the smallest validation loss, 2 (the last: 2.5)",
        ),
        (
            outcome((0, 4.0), (3, 2.0), (20, 2.25), (26, 2.5), begun=20, goal=90, early=True),
            1,
            "Stopped early after 26 of 90 updates, with no smaller validation loss in the last 6 · "
            "shown is update 3, of the smallest validation loss, 2 (the last: 2.5)",
        ),
        (
            outcome((0, np.inf), (6, np.nan), early=True),
            1,
            "Stopped early after 6 of 9 updates, with no smaller validation loss in the last 6 · "
            "shown is the last, update 6: its validation loss is not finite",
        ),
        (
            outcome((0, 4.0), (6, 2.5)),
            1,
            "Stopped after 6 of 9 updates · shown is the last, of the smallest validation "
            "loss, 2.5",
        ),
        (outcome((0, 4.0, 4.5)), 0, "Stopped before an update was made"),
        (
            outcome((0, 4.0), (20, 3.5), begun=20, goal=30),
            1,
            "Stopped before an update was made · shown is the last, of the smallest validation "
            "loss, 3.5",
        ),
        (
            outcome((0, 4.0), (3, 2.0), (6, 8.0), broken="training diverged at update 7: bang"),
            1,
            "Training diverged at update 7: bang · shown is update 3, of the smallest validation "
            "loss, 2 (the last: 8). What was learned up to update 6 is kept; a smaller η or "
            "clipping may help.",
        ),
        (
            outcome((0, 4.0), broken="training diverged at update 1: bang"),
            0,
            "Training diverged at update 1: bang. Nothing was learned; a smaller η or clipping may "
            "help.",
        ),
        (
            outcome((0, np.inf), (9, np.inf)),
            1,
            "Trained for 9 updates · shown is the last, update 9: its validation loss is not "
            "finite",
        ),
        (
            outcome((0, 4.0), (9, 2.0, np.inf)),
            1,
            "Trained for 9 updates · shown is the last, of the smallest validation loss, 2 · "
            "held-out loss not finite",
        ),
    ],
    ids=[
        "best before the last", "one update", "nothing validates", "only held out",
        "best is untrained", "early", "early, going on", "early, never finite",
        "stopped", "stopped at once", "stopped at once, going on",
        "diverged", "diverged at once", "never finite", "held out not finite",
    ],
)  # fmt: skip
def test_what_is_said_in_every_regime(end, shown, text):
    assert end.shown == shown
    assert end.text == text


def test_a_training_ends_on_the_smallest_validation_loss_and_says_its_numbers():
    fitting, ended = trained(updates=200, settings={"learning_rate": 0.05})
    losses = [validation_of(s) for s in ended.log]
    assert ended.shown == int(np.argmin(losses))
    chosen = ended.log[ended.shown]
    # Measured again by hand, on batches that no update has seen.
    for batch, kept in (
        (fitting.training.validation, validation_of(chosen)),
        (fitting.training.held_out, held_out_of(chosen)),
    ):
        trace = batch.run(chosen.network)
        error = (np.asarray(trace.y, float) - batch.objective.targets)[batch.objective.paying()]
        assert kept == pytest.approx(np.mean(error**2), rel=1e-6)
    said = ended.text.split(" · ")
    assert number(held_out_of(chosen), held_out_of(chosen) - fitting.naive_held) in said[2]
    assert [held_out_of(s) for s in ended.log if s is not chosen] == [None] * (len(losses) - 1)


def test_what_is_held_out_changes_nothing_that_is_learned_or_chosen():
    """Another end of the series, the very same training."""
    one, ended = trained(updates=60)
    other = walk()
    values = other.values.copy()
    values[255:] += np.linspace(1.0, 2.0, 45)[:, None]
    run = start_run(make_task(replace(other, values=values)))
    again = fit(prepare(run, Plan(
        Settings(optimizer="adam", learning_rate=0.01, clipping="norm", units=6),
        validation=0.15, held_out=0.15, window=20, batch=8, updates=60,
    )))  # fmt: skip
    assert [validation_of(s) for s in again.log] == [validation_of(s) for s in ended.log]
    assert again.shown == ended.shown
    assert held_out_of(again.log[again.shown]) != held_out_of(ended.log[ended.shown])
    assert one.training.held_out is not None


@pytest.mark.parametrize("patience", [3, 10, 50])
def test_it_stops_early_when_patience_is_over(patience):
    fitting, ended = trained(updates=2000, patience=patience, settings={"learning_rate": 0.05})
    last, best = ended.log[-1].update, ended.log[ended.shown].update
    assert ended.text.startswith(
        f"Stopped early after {last:,} of 2,000 updates, with no smaller validation loss in the "
        f"last {last - best:,} · shown is update {best:,}"
    )
    assert patience <= last - best < patience + max(4, patience)
    assert last < 2000
    # Without patience it goes on, through the very same numbers.
    _, whole = trained(updates=last, settings={"learning_rate": 0.05})
    assert whole.log[-1].loss == ended.log[-1].loss
    assert re.match(rf"Trained for {last:,} update", whole.text)
    assert fitting.patience == patience


def test_going_on_gives_patience_anew():
    plan = Plan(
        Settings(optimizer="adam", learning_rate=0.05, clipping="norm", units=6),
        validation=0.15, held_out=0.15, window=20, batch=8, updates=2000, patience=20,
    )  # fmt: skip
    run = start_run(make_task(walk()))
    fitting = prepare(run, plan)
    ended = fit(fitting)
    run = fitting.run_of(run, ended.log).at_origin(ended.shown)
    further = fit(prepare(run, replace(plan, onward=True)))
    assert further.log[-1].update >= ended.log[-1].update + 20
    # The best of all stays the one that is shown, whichever training found it.
    losses = [validation_of(s) for s in further.log]
    assert further.shown == int(np.argmin(losses))


def test_stopped_it_shows_the_best_so_far():
    asked = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 200

    _, ended = trained(stop, updates=5000, settings={"learning_rate": 0.05})
    assert ended.text.startswith("Stopped after ")
    losses = [validation_of(s) for s in ended.log]
    assert ended.shown == int(np.argmin(losses))
    assert all(np.isfinite(losses))


def test_without_validation_it_does_not_stop_early():
    """A shipped problem's plan may ask for it, of a problem that has no part for validation."""
    fitting, _ = trained(validation=0.0, updates=30)
    told = []
    ended = fit(replace(fitting, patience=3), told.append)
    assert ended.text.startswith("Trained for 30 updates")
    assert not any(progress.early for progress in told)
