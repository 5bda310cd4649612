"""What a training takes: of updates that were really made, by a clock that the test turns."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from rnnviz.data import make_task
from rnnviz.engine.training import DivergenceError
from rnnviz.film import Plan, Settings, start_run
from rnnviz.training import estimate, fit, prepare
from tests.frames import series


class Clocked:
    """A training whose updates and measurements take times of their own."""

    def __init__(self, fitting, first, update, measured):
        self.now, self.made, self.measurements = 0.0, 0, 0
        self._times, self._measured = (first, update), measured
        own = fitting.training
        self.fitting = replace(
            fitting,
            training=replace(
                own,
                batches=lambda update: self._batch(own.batches(update)),
                validation=None if own.validation is None else _Run(own.validation, self._look),
            ),
        )

    def _batch(self, batch):
        self.now += self._times[min(self.made, 1)]
        self.made += 1
        return batch

    def _look(self):
        self.now += self._measured
        self.measurements += 1

    def clock(self):
        return self.now


class _Run:
    def __init__(self, batch, look):
        self._batch, self._look = batch, look

    def run(self, network):
        self._look()
        return self._batch.run(network)


def clocked(first, update, measured=0.0, **changes):
    settings = Settings(**{"optimizer": "adam", "learning_rate": 0.01, "units": 4,
                           **changes.pop("settings", {})})  # fmt: skip
    given = {"validation": 0.2, "window": 10, "batch": 4, "updates": 300, **changes}
    run = start_run(make_task(series(100)))
    return Clocked(prepare(run, Plan(settings, **given)), first, update, measured)


def test_the_first_update_does_not_count_and_validation_does():
    made = clocked(first=0.3, update=0.01, measured=0.05)
    found = estimate(made.fitting, clock=made.clock)
    kept = sum(made.fitting.keeping(u) for u in range(1, 301))
    assert found.seconds == pytest.approx(300 * 0.01 + kept * 0.05)
    assert 2 < made.made <= 40 and made.measurements == 1
    # What training itself takes, by the same clock: all but its first update's start.
    made.now, made.made = 0.0, 1
    fit(made.fitting)
    assert made.now == pytest.approx(found.seconds, rel=0.02)


def test_slow_updates_are_few_and_a_single_one_is_taken_as_it_is():
    made = clocked(first=0.3, update=0.3)
    assert estimate(made.fitting, clock=made.clock).seconds == pytest.approx(90.0)
    assert made.made == 2
    made = clocked(first=0.3, update=0.3, updates=1, validation=0.0)
    assert estimate(made.fitting, clock=made.clock).seconds == pytest.approx(0.3)


def test_an_update_that_is_not_over_in_time_is_a_lower_bound():
    made = clocked(first=10.0, update=10.0)
    found = estimate(made.fitting, clock=made.clock)
    assert found.at_least and found.seconds == 900.0
    assert found.text == "more than 15 min for 300 updates: one alone was not over in time"
    assert made.made == 1


def test_what_diverges_at_once_is_not_known():
    made = clocked(0.01, 0.01)

    def broken(update):
        raise DivergenceError(update + 1, "bang", made.fitting.start)

    fitting = replace(made.fitting, training=replace(made.fitting.training, batches=broken))
    found = estimate(fitting, clock=made.clock)
    assert math.isnan(found.seconds)
    assert found.text == (
        "how long 300 updates take is not known: training diverged at update 1: bang"
    )


def test_it_can_be_dropped_and_keeps_nothing():
    made = clocked(0.01, 0.01)
    assert estimate(made.fitting, lambda: made.made >= 3, made.clock) is None
    assert made.made == 3
    one = fit(made.fitting)
    other = fit(clocked(0.0, 0.0).fitting)
    assert [s.loss for s in one.log[1:]] == [s.loss for s in other.log[1:]]


def test_what_may_stop_early_takes_at_most_that():
    made = clocked(0.01, 0.01, patience=50)
    assert estimate(made.fitting, clock=made.clock).text.startswith("at most about 3 s")
