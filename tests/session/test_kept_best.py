"""What an autosave lets go of a large training is never the best snapshot, nor the last."""

from dataclasses import replace

from rnnviz.data import make_task
from rnnviz.film import Branches, Playhead, start_run
from rnnviz.film.plan import best_of
from rnnviz.session.autosave import thinned
from rnnviz.training import fit, make_offer, prepare
from tests.frames import series


def test_the_best_and_the_last_stay():
    run = start_run(make_task(series(120)))
    plan = make_offer(run).plan
    settings = replace(plan.settings, learning_rate=0.1, seed=1)
    fitting = prepare(run, replace(plan, settings=settings, updates=150))
    ended = fit(fitting)
    shown = fitting.run_of(run, ended.log)
    best, last = best_of(shown.log), len(shown.log) - 1
    assert 0 < best < last
    held = shown.log[0].optimizer_state.slots.values()
    arrays = [shown.log[0].network.parameters, *held]
    size = sum(array.nbytes for each in arrays for array in each.values())
    for origin in (best, last, 3):
        branches = Branches.of(shown.at_origin(origin), Playhead())
        kept = thinned(branches, 5 * size).run
        assert len(kept.log) < len(shown.log) / 3
        assert kept.log[best_of(kept.log)] is shown.log[best]
        assert kept.log[-1] is shown.log[-1]
        assert kept.log[kept.origin] is shown.log[origin]
