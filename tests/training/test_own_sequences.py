"""Training on one's own sequence: what is cut from it, and whether it is learned."""

import re
from dataclasses import replace

import numpy as np
import pytest

from rnnviz.data import MODES, Sequence, make_task, sequence_from_text
from rnnviz.data.tasks import SequenceParts
from rnnviz.data.transforms import SCALES
from rnnviz.engine import Architecture
from rnnviz.film import Plan, Settings, compute_pass, start_run
from rnnviz.film.origins import count_of_origins
from rnnviz.film.plan import best_of, validation_of
from rnnviz.film.words import number
from rnnviz.frozen import record
from rnnviz.training import (
    KEPT,
    Fitting,
    ThinnedLog,
    fit,
    make_offer,
    make_training,
    prepare,
    split_steps,
)
from rnnviz.training.keeping import most_kept
from rnnviz.training.tasks import split_lines
from rnnviz.training.windows import Halves
from tests.frames import series


def plan_of(**changes) -> Plan:
    settings = {
        "optimizer": "adam",
        "learning_rate": 0.01,
        "clipping": "norm",
        "units": 8,
        **changes.pop("settings", {}),
    }
    given = {"window": 20, "batch": 8, "updates": 30, "validation": 0.2, **changes}
    return Plan(Settings(**settings), **given)


def run_of(sequence: Sequence):
    return start_run(make_task(sequence))


def ramp(steps: int, columns: int = 1) -> Sequence:
    """A series whose value tells its place: column c at step t (from 0) is t + 1000 c."""
    values = np.arange(steps)[:, None] + 1000.0 * np.arange(columns)
    tokens = tuple(str(t) for t in range(steps))
    return Sequence("series", "ramp", tokens, values, tuple("abcdef"[:columns]))


TEXT = "a cat sat on a mat and a dog sat on a log. " * 6


def parts_of(made) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x, targets and what pays of a batch, of a pair one after the other."""
    x = made.x if not isinstance(made, Halves) else np.concatenate([made.source, made.said])
    return x, made.objective.targets, made.objective.paying()


# -- what is cut -----------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "sequence", [series(200), sequence_from_text(TEXT)], ids=["series", "text"]
)
def test_batches_depend_on_seed_and_update_alone(sequence, mode):
    plan = plan_of(mode=mode, window=10)
    one, *_ = make_training(sequence, plan)
    other, *_ = make_training(sequence, plan)
    later = [parts_of(other.batches(update)) for update in (5, 3, 0)][::-1]
    for update, there in zip((0, 3, 5), later, strict=True):
        for a, b in zip(parts_of(one.batches(update)), there, strict=True):
            assert np.array_equal(a, b)
    seeded, *_ = make_training(sequence, replace(plan, settings=replace(plan.settings, seed=1)))
    assert not np.array_equal(parts_of(one.batches(0))[0], parts_of(one.batches(1))[0])
    assert not np.array_equal(parts_of(one.batches(0))[0], parts_of(seeded.batches(0))[0])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("target", ["next", "same"])
def test_the_three_parts_never_overlap(mode, target):
    columns = ("a",) if target == "same" else ()
    if target == "same" and mode in ("encoder_decoder", "one_to_many"):
        pytest.skip("not possible")
    plan = plan_of(
        mode=mode, target=target, columns=columns, validation=0.15, held_out=0.1, batch=500
    )
    sequence = ramp(200, 2)
    training, _, task = make_training(sequence, plan)
    values = sequence.values
    cut = 150
    mean, deviation = values[:cut].mean(axis=0), values[:cut].std(axis=0)

    def seen(batch) -> set[int]:
        """Places in the sequence that inputs and paid targets come from."""
        x, y, pays = parts_of(batch)
        column = 1 if target == "same" else 0  # of the same step, x is the other column
        places = set(np.rint(x[..., 0] * deviation[column] + mean[column] - 1000 * column).ravel())
        return places | set(np.rint(y[pays][:, 0] * deviation[0] + mean[0]))

    trained, chose = seen(training.batches(0)), seen(training.validation)
    held = seen(training.held_out)
    assert trained <= set(range(cut))
    assert chose <= set(range(cut, 180))
    assert held <= set(range(180, 200))
    # All of the parts is used: but for the very last value, whatever is there is seen.
    assert len(trained) >= cut - 1
    assert len(chose) >= 29 if mode != "many_to_one" else len(chose) >= 28
    assert len(held) >= 18
    assert task.parts == SequenceParts(range(150), range(150, 180), range(180, 200))


def test_a_text_is_split_by_time_and_ends_with_its_end():
    sequence = sequence_from_text(TEXT)
    training, _, task = make_training(sequence, plan_of(validation=0.2, batch=1000))
    cut = len(sequence) - round(0.2 * len(sequence))
    x, y, _ = parts_of(training.batches(0))
    assert np.array_equal(x[:, 0], task.x[:20, 0])
    assert np.array_equal(y[:, -1], task.x[cut - 20 : cut, 0])
    assert task.outputs - 1 not in y
    assert parts_of(training.validation)[1][-1, -1] == task.outputs - 1
    whole, *_ = make_training(sequence, plan_of(validation=0.0, batch=1000))
    assert whole.validation is None
    assert parts_of(whole.batches(0))[1][-1, -1] == task.outputs - 1


def test_many_to_one_pays_the_last_value_of_the_target_column():
    plan = plan_of(mode="many_to_one", target="same", columns=("b",), batch=1000, validation=0.25)
    training, network, task = make_training(ramp(200, 3), plan)
    x, y, pays = parts_of(training.batches(0))
    assert x.shape[2] == 2
    assert y.shape[2] == 1
    assert network.architecture.inputs == 2
    assert pays.sum() == pays.shape[1]
    assert pays[-1].all()
    # The ramp's columns have one shape: the target is where the last input is.
    assert np.allclose(y[-1, :, 0], x[-1, :, 0])
    assert task.output_names == ("b",)
    assert task.mode == "many_to_one"


def test_the_answered_column_comes_first_on_the_stage():
    _, _, task = make_training(ramp(200, 3), plan_of(columns=("b",), validation=0.25))
    assert task.sequence.columns == ("b", "a", "c")
    assert (task.inputs, task.outputs, task.units) == (3, 1, "b")
    assert task.sequence.values[0, 0] == 1000.0
    known = task.payable[:, 0]
    assert np.allclose(task.targets[known][:, 0, 0], task.x[1:, 0, 0])


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_a_series_has_the_scale_of_its_trained_part(share):
    values = np.r_[np.random.default_rng(0).normal(5, 2, 160), np.full(40, 1e4)][:, None]
    tokens = tuple(map(str, range(200)))
    sequence = Sequence("series", "s", tokens, values, ("v",))
    _, _, task = make_training(sequence, plan_of(validation=share))
    known = values if share == 0.0 else values[:160]
    assert task.mean[0] == pytest.approx(known.mean())
    assert task.deviation[0] == pytest.approx(known.std())
    assert np.allclose(task.x[:, 0] * task.deviation + task.mean, values)
    assert f"{'all' if share == 0 else 'the first 160'} values" in task.notes[0]


@pytest.mark.parametrize("ended", [True, False])
@pytest.mark.parametrize("target", ["next", "same"])
@pytest.mark.parametrize("steps", [1, 2, 9, 30, 77, 1000])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("held", [0.0, 0.2])
@pytest.mark.parametrize("window", [1, 7, 60])
def test_splits(steps, share, held, target, window, ended):
    try:
        plan = plan_of(validation=share, held_out=held, target=target, window=window)
        split = split_steps(steps, plan, ended=ended)
    except ValueError:
        return
    assert steps - split.turn == round(held * steps)
    assert split.turn - split.cut == round(share * steps)
    ahead = target == "next"
    assert split.windows >= 1
    last = split.windows - 1 + window - 1  # the last step of the last window
    assert last + ahead < split.cut + (ended and ahead and split.cut == steps)
    parts = ((split.validation, split.cut, split.turn), (split.held, split.turn, steps))
    for (part, first, stop), wanted in zip(parts, (share, held), strict=True):
        starts, window = split.starts_in(part, "synced"), split.window_in(part)
        assert bool(starts) == (wanted > 0)
        for start in starts:
            assert start >= first
            # With its target it ends before the next part, but for the end of a text.
            assert start + window - 1 + ahead < stop + (ended and ahead and stop == steps)
        if starts and window * 6000 > len(part):
            assert {t for s in starts for t in range(s, s + window)} == set(part)


def test_a_million_steps_are_cut_as_quickly_as_few():
    steps = 1_000_000
    values = np.sin(np.arange(steps) / 20.0)[:, None]
    sequence = Sequence("series", "long", tuple(map(str, range(steps))), values, ("v",))
    training, network, task = make_training(sequence, plan_of())
    batch = training.batches(7)
    assert batch.x.shape == (20, 8, 1)
    assert batch.x.base is None or batch.x.base.size < 1000  # not a piece of something whole
    assert training.validation.x.size <= 6000
    assert np.isfinite(batch.run(network).loss)
    assert task.steps == steps


# -- lines -----------------------------------------------------------------------------------


@record
class LineByLine(Sequence):
    others: tuple[str, ...] = ()


LINES = ("anna", "bob", "clara", "otto", "hannah", "eve", "ada", "aviva", "x", "noon")


def line_by_line() -> Sequence:
    first = sequence_from_text(LINES[0], unit="characters")
    return LineByLine("characters", "names", first.tokens, symbols=first.symbols, others=LINES)


def test_lines_are_sequences_with_ends_of_their_own():
    training, network, task = make_training(
        line_by_line(), plan_of(validation=0.2, batch=100, window=60)
    )
    assert split_lines(10, plan_of(validation=0.2)) == (range(8), range(8, 10), range(10, 10))
    batch, end = training.batches(0), task.outputs - 1
    names = task.output_names
    for at, line in enumerate(LINES[:8]):
        n = len(line)
        assert "".join(names[i] for i in batch.x[:n, at]) == line
        said = [names[i] for i in batch.objective.targets[:n, at]]
        assert said == [*line[1:], "<eos>"]
        assert batch.objective.paying()[:, at].sum() == n
    assert batch.lengths.tolist() == [len(line) for line in LINES[:8]]
    assert training.validation.x.shape[1] == 2
    assert end == len(task.vocabulary) == len(set("".join(LINES)))
    assert network.architecture.inputs == end
    assert "".join(task.sequence.tokens) == "anna"


def test_a_cut_line_does_not_end():
    training, _, task = make_training(line_by_line(), plan_of(validation=0.0, batch=100, window=3))
    batch = training.batches(0)
    at = LINES.index("clara")
    assert batch.x.shape[0] == 3
    assert batch.objective.paying()[:, at].tolist() == [True, True, False]
    at = LINES.index("bob")
    assert batch.objective.targets[2, at] == task.outputs - 1
    assert batch.objective.paying()[:, at].all()


@pytest.mark.parametrize("mode", [m for m in MODES if m != "encoder_decoder"])
def test_lines_train_in_modes(mode):
    run = run_of(line_by_line())
    ended = fit(prepare(run, plan_of(mode=mode, validation=0.2, updates=60)))
    assert not ended.diverged
    assert ended.log[-1].loss < ended.log[1].loss


def test_lines_are_not_halved():
    with pytest.raises(ValueError, match="not halved"):
        make_training(line_by_line(), plan_of(mode="encoder_decoder"))


# -- learning --------------------------------------------------------------------------------


def test_a_sine_is_forecast_better_than_by_its_last_value():
    values = np.sin(np.arange(600) / 4.0)[:, None] * 7 + 20
    sequence = Sequence("series", "sine", tuple(map(str, range(600))), values, ("v",))
    plan = plan_of(updates=400, window=40, batch=16)
    fitting = prepare(run_of(sequence), plan)
    batch = fitting.training.validation
    naive = float(np.mean((batch.x - batch.objective.targets) ** 2))
    ended = fit(fitting)
    assert validation_of(ended.log[0]) > naive
    assert validation_of(ended.log[-1]) < naive / 5


def test_the_next_character_of_a_short_text_is_learned():
    run = run_of(sequence_from_text("abcab", unit="characters"))
    plan = plan_of(updates=300, window=5, validation=0.0)
    fitting = prepare(run, plan)
    ended = fit(fitting)
    shown = fitting.run_of(run, ended.log)
    y = compute_pass(shown, 0, 0).trace.y[:, 0]
    assert np.array_equal(y.argmax(axis=1), shown.task.targets[:, 0])
    assert len(shown.networks) == 1
    assert shown.origin == len(shown.log) - 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_what_is_trained_is_what_the_stage_runs(mode, cell):
    """The mean loss of one window over the whole text is the film's loss over what pays."""
    run = run_of(sequence_from_text("to be or not to be that is the question"))
    plan = plan_of(
        mode=mode,
        window=run.steps,
        validation=0.0,
        updates=20,
        settings={"cell": cell, "layers": 2},
    )
    fitting = prepare(run, plan)
    ended = fit(fitting)
    assert ended.log[-1].loss < ended.log[1].loss
    shown = fitting.run_of(run, ended.log)
    assert shown.task.mode == mode
    trained = fitting.training.batches(0).run(shown.networks[0]).loss
    film = compute_pass(shown, 0, 0).trace.loss
    assert film / shown.task.mask.sum() == pytest.approx(trained, rel=1e-6)


@pytest.mark.parametrize("mode", MODES)
def test_a_series_on_the_stage_is_what_was_trained(mode):
    run = run_of(series(50))
    plan = plan_of(mode=mode, window=49, validation=0.0, updates=5)
    fitting = prepare(run, plan)
    shown = fitting.run_of(run, fit(fitting).log)
    trained = fitting.training.batches(0).run(shown.networks[0]).loss
    film = compute_pass(shown, 0, 0).trace.loss / shown.task.mask.sum()
    # The stage halves 50 steps, the one window 49: a step apart, the same otherwise.
    assert film == pytest.approx(trained, rel=0.2 if mode == "encoder_decoder" else 1e-6)


# -- taken up, stopped, diverged ---------------------------------------------------------------


def parameters(snapshot):
    model = snapshot.network
    parts = (model.encoder, model.decoder) if hasattr(model, "encoder") else (model,)
    return [array for part in parts for array in part.parameters.values()]


@pytest.mark.parametrize("mode", ["synced", "encoder_decoder"])
def test_taken_up_it_comes_to_the_same_numbers(mode):
    run = run_of(series(200))
    whole = fit(prepare(run, plan_of(mode=mode, updates=60)))
    fitting = prepare(run, plan_of(mode=mode, updates=25))
    half = fitting.run_of(run, fit(fitting).log)
    assert half.log[-1].update == 25
    rest = fit(prepare(half, plan_of(mode=mode, updates=35, onward=True)))
    assert rest.log[-1].update == 60
    assert rest.log[0].update == 0
    assert rest.log[-1].loss == whole.log[-1].loss
    assert validation_of(rest.log[-1]) == validation_of(whole.log[-1])
    for a, b in zip(parameters(rest.log[-1]), parameters(whole.log[-1]), strict=True):
        assert np.array_equal(a, b)


def test_another_plan_cannot_take_it_up():
    run = run_of(series(200))
    fitting = prepare(run, plan_of())
    run = fitting.run_of(run, fit(fitting).log)
    for changes in ({"mode": "many_to_one"}, {"settings": {"units": 4}}, {"validation": 0.5}):
        with pytest.raises(ValueError, match="no training"):
            prepare(run, plan_of(onward=True, **changes))
    assert prepare(run, plan_of(onward=True, settings={"optimizer": "sgd"})).start.update == 30


def test_stopped_it_keeps_what_was_learned():
    asked = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 100

    run, told = run_of(series(200)), []
    ended = fit(prepare(run, plan_of(updates=10_000)), told.append, stop)
    assert not ended.diverged
    assert ended.log[-1].update == told[-1].update < 100
    assert ended.text.startswith(f"Stopped after {ended.log[-1].update} of 10,000 updates")
    assert np.isfinite(validation_of(ended.log[-1]))


def test_diverged_it_keeps_the_last_good_network():
    plan = plan_of(
        updates=200,
        settings={
            "optimizer": "sgd",
            "learning_rate": 1e200,
            "clipping": "none",
            "activation": "identity",
        },
    )
    run = run_of(series(200))
    fitting = prepare(run, plan)
    ended = fit(fitting)
    assert ended.diverged
    assert "diverged at update" in ended.text
    update = int(ended.text.split("at update ")[1].split(":")[0])
    assert ended.log[-1].update < update
    assert all(np.isfinite(array).all() for array in parameters(ended.log[-1]))
    trace = fitting.training.batches(0).run(ended.log[-1].network)
    assert np.isfinite(trace.loss)


# -- what is kept ------------------------------------------------------------------------------


def snapshots(count: int, losses=None):
    run = run_of(series(40))
    start = prepare(run, plan_of(window=10)).start
    losses = np.random.default_rng(0).uniform(1, 2, count) if losses is None else losses
    return [replace(start, update=i, validation_loss=float(losses[i])) for i in range(count)]


@pytest.mark.parametrize("best", [0, 1, 7, 499, 998, 999])
def test_the_first_the_best_and_the_last_stay(best):
    losses = np.linspace(2, 3, 1000)
    losses[best] = 0.5
    log = ThinnedLog()
    for snapshot in snapshots(1000, losses):
        log.add(snapshot)
        assert len(log.entries) <= KEPT
        assert log.entries[0].update == 0
        assert log.entries[-1] is snapshot
    updates = [s.update for s in log.entries]
    assert len(updates) == KEPT
    assert updates == sorted(set(updates))
    assert updates[best_of(log.entries)] == best
    # Denser where it begins, but nowhere empty.
    gaps = np.diff(updates)
    assert gaps[:10].mean() < gaps[-10:].mean()
    assert gaps.max() < 100


def test_of_large_networks_a_training_keeps_fewer_snapshots():
    assert most_kept(Architecture(10, 16, 10)) == KEPT
    large = Architecture(1000, 1024, 1000, "lstm", layers=3)
    assert 4 <= most_kept(large) < 10
    log = ThinnedLog(tuple(snapshots(30, np.ones(30))), most=5)
    log.add(snapshots(31, np.ones(31))[-1])
    assert [log.entries[0].update, log.entries[-1].update, len(log.entries)] == [0, 30, 5]


def test_a_long_training_keeps_no_more():
    ended = fit(prepare(run_of(series(60)), plan_of(window=5, batch=2, updates=400)))
    assert len(ended.log) <= KEPT
    assert [ended.log[0].update, ended.log[-1].update] == [0, 400]
    assert all(np.isfinite(validation_of(s)) for s in ended.log)


# -- what can be planned -------------------------------------------------------------------------


def test_an_offer_says_what_will_be_in_numbers():
    run = run_of(series(366))
    offer = make_offer(run)
    told = offer.foretell(offer.plan)
    training, network, _ = make_training(run.task, replace(offer.plan, batch=4096))
    count = sum(p.size for p in network.parameters.values())
    windows = training.batches(0).x.shape[1]
    assert told.possible
    assert told.text.startswith(
        f"256 values to train on, in {windows} windows of {training.batches(0).x.shape[0]} steps, "
        "then 55 to validate, the last 55 held out; mean and deviation"
    )
    assert told.text.endswith(f"{count:,} parameters")


@pytest.mark.parametrize(
    "source", [series(600), series(599), ramp(101), sequence_from_text(3 * TEXT)]
)
def test_the_dialog_counts_what_is_set_aside_as_the_figures_do(source):
    """All of the sequence, and as many held-out origins as values are held out."""
    run = run_of(source)
    offer = make_offer(run)
    said = offer.foretell(offer.plan).text.partition(";")[0].replace(",", "")
    task = make_training(run.task, offer.plan)[2]
    numbers = [int(n) for n in re.findall(r"\d+", re.sub(r" in .* steps?", "", said))]
    parts = task.parts
    assert numbers == [len(each) for each in (parts.trained, parts.validation, parts.held_out)]
    assert sum(numbers) == len(source)
    if source.values is not None:
        assert count_of_origins(task) == numbers[2]


@pytest.mark.parametrize("cell", ["rnn", "gru", "gru_reset_before", "lstm"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("target", [("next", ()), ("next", ("b",)), ("same", ("b",))])
def test_foretold_parameters_are_the_networks(cell, mode, target):
    run = run_of(series(120, 3))
    run = replace(run, task=make_task(ramp(120, 3)))
    plan = plan_of(
        mode=mode, target=target[0], columns=target[1], settings={"cell": cell, "layers": 2}
    )
    told = make_offer(run).foretell(plan)
    if not told.possible:
        assert told.modes[mode]
        with pytest.raises(ValueError, match="what it answers"):
            make_training(run.task, plan)
        return
    _, network, _ = make_training(run.task, plan)
    parts = (network.encoder, network.decoder) if mode == "encoder_decoder" else (network,)
    count = sum(p.size for part in parts for p in part.parameters.values())
    assert told.text.endswith(f"{count:,} parameters")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"window": 200}, "fewer than a window"),
        ({"validation": 0.001}, "too few to validate"),
        (
            {"batch": 4096, "window": 80, "settings": {"units": 1024, "layers": 4, "cell": "lstm"}},
            "GB",
        ),
    ],
)
def test_what_cannot_be_is_said_before_and_refused_after(changes, words):
    run = run_of(series(200))
    plan = plan_of(**changes)
    told = make_offer(run).foretell(plan)
    assert not told.possible
    assert words in told.text
    with pytest.raises(ValueError, match=words):
        make_training(run.task, plan)


def test_a_batch_is_no_larger_than_what_there_is():
    run = run_of(series(200))
    plan = plan_of(batch=4096)
    assert make_offer(run).foretell(plan).possible
    assert make_training(run.task, plan)[0].batches(0).x.shape[1] == 160 - 20


@pytest.mark.parametrize(
    "sequence",
    [series(n) for n in (2, 3, 5, 9, 50, 99, 100, 101, 1000)]
    + [sequence_from_text(t) for t in ("one", "one two", TEXT)]
    + [sequence_from_text("Ω", unit="characters"), line_by_line()],
    ids=str,
)
def test_the_first_plan_can_be_trained(sequence):
    run = run_of(sequence)
    offer = make_offer(run)
    told = offer.foretell(offer.plan)
    assert told.possible, told.text
    ended = fit(prepare(run, replace(offer.plan, updates=2)))
    assert ended.log[-1].update == 2


@pytest.mark.parametrize(
    ("sequence", "parts", "words"),
    [
        (series(99), None, "to validate, so that it ends on the last update, and none held out"),
        (
            series(100),
            SequenceParts(range(70), range(70, 85), range(85, 100)),
            "70 values to train on, in 36 windows of 34 steps, then 15 to validate, the last 15 ",
        ),
        (line_by_line(), (6, 2, 2), "6 lines to train on, then 2 to validate, the last 2 held out"),
    ],
    ids=["short", "long enough", "lines"],
)
def test_what_is_set_aside_at_first_is_said(sequence, parts, words):
    run = run_of(sequence)
    offer = make_offer(run)
    assert words in offer.foretell(offer.plan).text
    training, _, task = make_training(run.task, offer.plan)
    if isinstance(parts, tuple):
        counted = [training.batches(0), training.validation, training.held_out]
        assert tuple(part.x.shape[1] for part in counted) == parts
    else:
        assert task.parts == parts
        assert (training.validation is None) == (training.held_out is None) == (parts is None)


@pytest.mark.parametrize("scale", SCALES)
def test_of_which_values_the_scale_is_is_said_before(scale):
    """As the trained task has it: its mean is that of the values that are named."""
    made = ramp(200)
    given = "given:20,4" if scale == "given" else scale
    run = run_of(replace(made, scale=given))
    plan = plan_of(validation=0.15, held_out=0.15)
    text = make_offer(run).foretell(plan).text
    _, _, task = make_training(run.task, plan)
    values = made.values[:, 0]
    mean, words = {
        "trained": (values[:140].mean(), "mean and deviation are of the part trained on"),
        "all": (values.mean(), "mean and deviation are of all steps, those set aside too"),
        "given": (20.0, "mean and deviation are those that were given"),
        "minmax": (values[0], "smallest and largest are of the part trained on"),
        "none": (0.0, "values enter as they are"),
    }[scale]
    assert words in text
    assert task.mean[0] == pytest.approx(mean)


def test_a_part_too_small_is_refused_with_what_to_do():
    run = run_of(series(6))
    for changes in ({"validation": 0.01}, {"validation": 0.0, "held_out": 0.01}):
        told = make_offer(run).foretell(plan_of(window=1, **changes))
        assert not told.possible
        assert "1% of 6 steps are too few to" in told.text
        assert told.text.endswith("take more, or 0")
    told = make_offer(run).foretell(plan_of(window=1, validation=0.0, patience=5))
    assert told.text.startswith("Stopping early needs a part for validation")


def test_one_value_has_nothing_to_learn():
    offer = make_offer(run_of(series(1)))
    told = offer.foretell(offer.plan)
    assert not told.possible
    assert "too few" in told.text


@pytest.mark.parametrize(
    "changes",
    [
        {"window": 0},
        {"batch": 0},
        {"updates": 0},
        {"validation": 0.95},
        {"validation": 0.5, "held_out": 0.5},
        {"patience": -1},
        {"target": "other"},
        {"settings": {"learning_rate": 0.0}},
        {"settings": {"learning_rate": float("nan")}},
        {"settings": {"learning_rate": None}},
    ],
)
def test_impossible_plans(changes):
    with pytest.raises(ValueError):
        plan_of(**changes)


def test_unknown_columns():
    with pytest.raises(ValueError, match="no column z"):
        make_training(ramp(100, 2), plan_of(columns=("z",)))
    with pytest.raises(ValueError, match="no other column"):
        make_training(ramp(100, 1), plan_of(columns=("a",), target="same"))


def test_a_fitting_knows_where_it_begins():
    fitting = prepare(run_of(series(100)), plan_of())
    assert isinstance(fitting, Fitting)
    assert fitting.start.update == 0
    assert fitting.updates == 30


@pytest.mark.parametrize("mode", MODES)
def test_that_nothing_changes_is_a_forecast_of_what_is_held_out(mode):
    """On a ramp the next value is always one more."""
    plan = plan_of(mode=mode, validation=0.25)
    fitting = prepare(run_of(ramp(200)), plan)
    step = 1 / np.arange(150).std()
    assert fitting.naive == pytest.approx(step**2)
    ended = fit(fitting)
    run = fitting.run_of(run_of(ramp(200)), ended.log)
    assert run.naive == fitting.naive
    assert f"repeating the last value: {number(fitting.naive)})" in ended.text


PRICES = 100.0 * np.exp(np.cumsum(np.random.default_rng(5).normal(0.004, 0.02, 201)))
AS_READ = {
    "returns": np.diff(PRICES) / PRICES[:-1],
    "log-returns": np.diff(np.log(PRICES)),
    "differences": np.diff(PRICES),
}


@pytest.mark.parametrize(
    ("transform", "words"),
    [
        ("none", "repeating the last value"),
        ("log", "repeating the last value"),
        ("returns", "no change (return 0)"),
        ("log-returns", "no change (log return 0)"),
        ("differences", "no change (difference 0)"),
    ],
)
def test_the_naive_forecast_of_a_training_is_that_the_price_stays(transform, words):
    """In what the network reads: not that its last change comes again."""
    sequence = Sequence(
        "series", "p", tuple(map(str, range(200))), PRICES[1:, None], ("price",),
        transforms=(transform,), before=PRICES[:1],
    )  # fmt: skip
    read, said = PRICES[1:] if transform == "none" else np.log(PRICES[1:]), None
    if transform in AS_READ:
        read, said = AS_READ[transform], np.zeros(200)
    # A fifth validates; what comes before makes the deviation.
    fitting = prepare(run_of(sequence), plan_of(window=39))
    errors = read[161:] - (read[160:-1] if said is None else said[161:])
    assert fitting.naive == pytest.approx(np.mean((errors / read[:160].std()) ** 2), rel=1e-9)
    assert fitting.naive_words == words
    ended = fit(fitting)
    run = fitting.run_of(run_of(sequence), ended.log)
    assert (run.naive, run.naive_words) == (fitting.naive, words)
    assert f"{words}: " in ended.text


def test_of_a_file_of_returns_the_naive_forecast_is_a_return_of_0():
    returns = AS_READ["returns"]
    labels = tuple(map(str, range(200)))
    sequence = Sequence("series", "r", labels, returns[:, None], ("daily return",))
    fitting = prepare(run_of(sequence), plan_of(window=39))
    deviation = returns[:160].std()
    assert fitting.naive == pytest.approx(np.mean((returns[161:] / deviation) ** 2))
    assert fitting.naive_words == "no change (daily return 0)"


@pytest.mark.parametrize(
    ("sequence", "changes"),
    [
        (sequence_from_text(TEXT), {}),
        (ramp(200, 2), {"target": "same", "columns": ("a",)}),
        (ramp(200), {"validation": 0.0}),
        (ramp(200, 2), {"mode": "one_to_many", "columns": ("a",)}),
    ],
    ids=["text", "same", "nothing validates", "not given"],
)
def test_where_there_is_no_such_forecast_there_is_no_line(sequence, changes):
    assert np.isnan(prepare(run_of(sequence), plan_of(**changes)).naive)
