"""What is saved is what is opened, bit by bit."""

import zipfile
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rnnviz.data import make_task, sequence_from_text
from rnnviz.data.tasks import SequenceParts
from rnnviz.documents import open_document, read_view, save_document
from rnnviz.documents.fits import check_task
from rnnviz.files.errors import DataError
from rnnviz.film import Branches, Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.film.comparison import compare
from tests.documents.runs import RUNS, parted_run, same, text_run, trained_run, updated
from tests.frames import series

VIEW = {"panels": ["equation", "model"], "splitter": [620, 380], "zoom": 1.1, "on": True, "n": None}


@pytest.mark.parametrize("name", RUNS)
def test_every_field_and_every_pass_is_the_same(name, tmp_path):
    run = RUNS[name]()
    last = len(run.networks) - 1
    playhead = Playhead(last, 1.25, 2, True, 0, 3, "a")
    save_document(tmp_path / "d.rnnviz", Branches.of(run, playhead), VIEW)
    found = open_document(tmp_path / "d.rnnviz")
    same(run, found.branches.run)
    assert found.branches.playhead == playhead
    assert found.view == VIEW == read_view(tmp_path / "d.rnnviz")
    for s in range(last + 1):
        before, after = compute_pass(run, s, 0), compute_pass(found.branches.run, s, 0)
        for each in ("a", "y", "loss_k"):
            same(getattr(before.trace, each), getattr(after.trace, each), each)
        if last and not before.exploded:
            place = Playhead(s, 2.0 * run.steps)
            one, other = (
                resolve(made, place, passing).update
                for made, passing in ((run, before), (found.branches.run, after))
            )
            same(one, other, "update")


def test_where_the_parts_are_and_what_they_gave_is_kept(tmp_path):
    run = parted_run()
    save_document(tmp_path / "d.rnnviz", Branches.of(run))
    found = open_document(tmp_path / "d.rnnviz").branches.run
    assert found.task.parts == SequenceParts(range(96), range(96, 108), range(108, 120))
    assert (found.plan.patience, found.epoch, found.origin) == (50, run.epoch, run.origin)
    losses = [snapshot.held_out_loss for snapshot in found.log]
    assert losses[run.origin] == run.log[run.origin].held_out_loss is not None
    assert losses.count(None) == len(losses) - 1
    for task in (replace(run.task, trained=None), replace(run.task, trained=110)):
        with pytest.raises(ValueError, match="a validation part before its start"):
            check_task(task)


def test_what_is_shared_is_one_object_again(tmp_path):
    run = trained_run()
    assert run.networks[0] is run.log[2].network
    save_document(tmp_path / "d.rnnviz", Branches.of(run))
    found = open_document(tmp_path / "d.rnnviz").branches.run
    assert found.networks[0] is found.log[2].network
    pair = text_run(updates=1).in_mode("encoder_decoder")
    assert pair.networks[0].encoder is pair.networks[0].decoder
    save_document(tmp_path / "d.rnnviz", Branches.of(pair))
    found = open_document(tmp_path / "d.rnnviz").branches.run
    assert found.networks[0].encoder is found.networks[0].decoder


def test_it_is_a_zip_of_json_and_of_what_numpy_reads_without_pickle(tmp_path):
    run = text_run(updates=0)
    save_document(tmp_path / "d.rnnviz", Branches.of(run))
    with zipfile.ZipFile(tmp_path / "d.rnnviz") as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert names[0] == "document.json"
    stacks = np.load(tmp_path / "d.rnnviz", allow_pickle=False)
    weights = run.networks[0].parameters["W_aa_l0"]
    kept = [stacks[n] for n in names[1:] if stacks[n].shape[1:] == weights.shape]
    assert any((row == weights).all() for stack in kept for row in stack)


def test_the_same_arrays_are_written_once(tmp_path):
    run = text_run(updates=0, units=200)
    save_document(tmp_path / "one.rnnviz", Branches.of(run))
    many = replace(run, networks=run.networks * 50, states=run.states * 50)
    again = replace(
        many, networks=tuple(n.replace(b_y=n.parameters["b_y"] + 1) for n in many.networks)
    )
    save_document(tmp_path / "many.rnnviz", Branches.of(again))
    one, other = ((tmp_path / n).stat().st_size for n in ("one.rnnviz", "many.rnnviz"))
    assert other < one * 1.1


def test_the_same_run_is_the_same_file(tmp_path):
    run = trained_run()
    for name in "ab":
        save_document(tmp_path / name, Branches.of(run))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_long_text_and_odd_names(tmp_path):
    text = " ".join(f"wörd{n % 997}\U0001f600" for n in range(6000))
    task = make_task(sequence_from_text(text, name="odd \udcff\n", source="/x/\udcff.txt"))
    run = start_run(task, Settings(seed=10**30, units=2))
    save_document(tmp_path / "d", Branches.of(run))
    same(run, open_document(tmp_path / "d").branches.run)


@settings(max_examples=40)
@given(
    st.text(min_size=1, max_size=60).filter(lambda t: t.strip() != ""),
    st.sampled_from(["words", "characters"]),
    st.sampled_from(["synced", "many_to_one", "one_to_many"]),
    st.integers(0, 3),
)
def test_any_text(tmp_path_factory, text, unit, mode, layer):
    try:
        task = make_task(sequence_from_text(text, unit=unit))
    except DataError:
        return
    run = start_run(task, Settings(units=3)).in_mode(mode)
    path = tmp_path_factory.mktemp("any") / "d"
    playhead = Playhead(layer=layer, quantity=text[:3])
    save_document(path, Branches.of(run, playhead))
    found = open_document(path)
    same(run, found.branches.run)
    assert found.branches.playhead == playhead


@settings(max_examples=40)
@given(
    st.sampled_from([np.float32, np.float64]),
    st.data(),
)
def test_any_parameters(tmp_path_factory, dtype, data):
    run = start_run(make_task(series(4)), Settings(units=2))
    network = run.networks[0].astype(dtype)
    weights = data.draw(arrays(dtype, (2, 2), elements={"allow_nan": True, "allow_infinity": True}))
    run = replace(run, networks=(network.replace(W_aa_l0=weights),))
    path = tmp_path_factory.mktemp("any") / "d"
    save_document(path, Branches.of(run))
    same(run, open_document(path).branches.run)


@given(
    st.dictionaries(
        st.text(max_size=10),
        st.lists(st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=9), max_size=5)
        | st.floats(-1e9, 1e9),
        max_size=5,
    )
)
@settings(max_examples=30)
def test_any_view(tmp_path_factory, view):
    path = tmp_path_factory.mktemp("any") / "d"
    save_document(path, Branches.of(text_run("a b", 0, units=2)), view)
    assert open_document(path).view == read_view(path) == view


@pytest.mark.parametrize(
    "view",
    [{"a": object()}, {"a": [[1]]}, {"a": float("nan")}, {"a": {}}, {1: 2}, {"a": "x" * 6000}],
)
def test_a_view_of_other_things_is_refused_and_nothing_written(tmp_path, view):
    with pytest.raises(ValueError, match="view"):
        save_document(tmp_path / "d", Branches.of(text_run(updates=0)), view)
    assert not list(tmp_path.iterdir())


def test_branches_share_what_they_shared(tmp_path):
    first = Branches.of(text_run(updates=3, optimizer="adam"), Playhead(2, 4.0, 3, True, 0, 1))
    forked = first.forked().renamed(1, "clipped")
    run = forked.run.with_updates(replace(forked.run.settings, clipping="norm"), 2)
    made = compare(forked.with_run(updated(run, 1)).switched(0))
    save_document(tmp_path / "d.rnnviz", made, VIEW)
    found = open_document(tmp_path / "d.rnnviz").branches
    same(made, found)
    assert found.names == ("RNN", "GRU", "LSTM", "clipped")
    assert all(branch.run.task is found.task for branch in found.each)
    assert found.each[3].run.networks[:3] == found.each[0].run.networks[:3]
    assert found.each[3].run.networks[3] is not found.each[0].run.networks[3]
    save_document(tmp_path / "again.rnnviz", found, VIEW)
    assert (tmp_path / "d.rnnviz").read_bytes() == (tmp_path / "again.rnnviz").read_bytes()


def test_a_fork_costs_next_to_nothing(tmp_path):
    one = Branches.of(text_run(updates=5, units=60))
    save_document(tmp_path / "one", one.at(replace(one.playhead, snapshot=5)))
    save_document(tmp_path / "two", one.at(replace(one.playhead, snapshot=5)).forked())
    sizes = [(tmp_path / name).stat().st_size for name in ("one", "two")]
    assert sizes[1] < 1.02 * sizes[0]


def test_a_transform_and_a_scale_are_kept(tmp_path):
    from rnnviz.data.readers import Options, parse_bytes

    data = b"a,b\n" + b"".join(b"%d,%d\n" % (10 + i * i, i + 1) for i in range(12))
    ways = (("a", "log-returns"), (None, "differences"))
    sequence = parse_bytes(data, "a.csv", options=Options(transform=ways, scale="given:0.5,2"))
    run = start_run(make_task(sequence), Settings(units=4))
    save_document(tmp_path / "d.rnnviz", Branches.of(run))
    found = open_document(tmp_path / "d.rnnviz").branches.run
    same(run, found)
    assert found.task.sequence.transforms == ("log-returns", "differences")
    assert found.task.sequence.scale == "given:0.5,2"
    same(run.task.sequence.before, found.task.sequence.before)


@pytest.mark.parametrize(
    "change",
    [{"transforms": ("cube",)}, {"transforms": ("log", "log")}, {"scale": "given:0,0"},
     {"before": np.zeros(2)}, {"before": np.array([np.nan])}],
)  # fmt: skip
def test_a_transform_that_cannot_be_is_refused(change, tmp_path):
    made = make_task(series(20))
    run = start_run(replace(made, sequence=replace(made.sequence, **change)), Settings(units=4))
    save_document(tmp_path / "d.rnnviz", Branches.of(run))
    with pytest.raises(DataError):
        open_document(tmp_path / "d.rnnviz")
