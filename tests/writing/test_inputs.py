"""What a network's inputs mean goes with its weights: scale, transforms, vocabulary."""

import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.cli.main import main
from rnnviz.data import UNKNOWN, Options, Sequence, make_task, read_sequence, sequence_from_text
from rnnviz.engine import forward
from rnnviz.files.errors import DataError
from rnnviz.files.zips import npz_bytes, read_npz
from rnnviz.film import Playhead, Settings, compute_pass, resolve, run_with, start_run
from rnnviz.film.inputs import parsed, written
from rnnviz.opening.door import OpenFile
from rnnviz.weights import inputs_in, load_network
from rnnviz.weights.safetensors import read_safetensors, safetensors_bytes
from rnnviz.writing.weights import write_weights

ENDINGS = (".safetensors", ".npz")


def saved(task, path, **settings):
    """The run of a task, with its network in a file."""
    run = start_run(task, Settings(units=5, **settings))
    write_weights(resolve(run, Playhead(), compute_pass(run, 0, 0)), path)
    return run


def read_on(path, sequence):
    """What the network in a file makes of a sequence."""
    return run_with(make_task(sequence), OpenFile(path).open(), path.name)


@pytest.fixture
def prices(tmp_path):
    """Two columns that grow, so that a part of them and all have other means."""
    rng = np.random.default_rng(4)
    values = np.exp(np.cumsum(rng.normal([0.01, 0.02], [0.02, 0.05], (80, 2)), axis=0))
    path = tmp_path / "prices.csv"
    path.write_text("close,open\n" + "\n".join(f"{a:.6f},{b:.6f}" for a, b in values))
    return path


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_scale_and_the_transform_of_the_training_are_those_of_the_file(
    prices, tmp_path, ending
):
    sequence = read_sequence(prices, options=Options(transform="log-returns"))
    task = make_task(sequence, 50)
    v = np.loadtxt(prices, delimiter=",", skiprows=1)
    r = np.diff(np.log(v), axis=0)
    wanted = (r - r[:50].mean(0)) / r[:50].std(0)
    np.testing.assert_allclose(task.x[:, 0], wanted, rtol=1e-9, atol=1e-9)
    path = tmp_path / f"p{ending}"
    before = saved(task, path)
    # With the transform chosen again, and without any: the file has it.
    for chosen in (Options(transform="log-returns"), None, Options(transform="none")):
        run = read_on(path, read_sequence(prices, options=chosen))
        np.testing.assert_array_equal(run.task.x, task.x)
        np.testing.assert_array_equal(run.task.targets, task.targets)
        np.testing.assert_array_equal(run.task.mask, task.mask)
        a = forward(run.networks[0], run.task.x).a
        np.testing.assert_array_equal(a, forward(before.networks[0], task.x).a)
        assert run.task.sequence.transforms == ("log-returns",) * 2
        said = " · ".join(run.task.notes)
        assert "scale of its training, which its file keeps · it reads x = (log return − " in said
    # Its answers mean values of the file's own units by that scale.
    y = np.array([0.3])
    held = run.task.in_units(y, v[4, 0])
    assert held[0] == pytest.approx(v[4, 0] * np.exp(0.3 * r[:50, 0].std() + r[:50, 0].mean()))


def test_columns_in_another_order_are_told_apart_by_their_names(prices, tmp_path):
    path = tmp_path / "p.npz"
    task = make_task(read_sequence(prices), 50)
    saved(task, path)
    lines = [line.split(",") for line in prices.read_text().splitlines()]
    other = tmp_path / "other.csv"
    other.write_text("\n".join(f"{b},{a}" for a, b in lines))
    run = read_on(path, read_sequence(other))
    assert run.task.sequence.columns == ("close", "open")
    np.testing.assert_array_equal(run.task.x, task.x)


def test_where_the_scale_cannot_be_used_it_is_said_by_what_it_differs(prices, tmp_path):
    path = tmp_path / "p.npz"
    saved(make_task(read_sequence(prices), 50), path)
    v = np.loadtxt(prices, delimiter=",", skiprows=1)
    own = (v - v.mean(0)) / v.std(0)
    other = tmp_path / "other.csv"
    other.write_text(prices.read_text().replace("close", "temperature", 1))
    run = read_on(path, read_sequence(other))
    np.testing.assert_allclose(run.task.x[:, 0], own, rtol=1e-9)
    said = " · ".join(run.task.notes)
    mean = f"{v[:50, 0].mean():.4g}"[:4]
    assert f"in its training x = (value − {mean}" in said and "of close, and here it is not" in said
    assert "trained on close, open, and what is open is temperature, open" in said
    changed = read_on(path, read_sequence(prices, options=Options(transform="differences")))
    said = " · ".join(changed.task.notes)
    assert "it was trained on values as they are, and this was opened as differences" in said
    scaled = read_on(path, read_sequence(prices, options=Options(scale="minmax")))
    assert "since another scale was chosen" in " · ".join(scaled.task.notes)
    assert scaled.task.x.min() == 0.0


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_places_of_a_vocabulary_are_those_of_the_training(tmp_path, ending):
    path = tmp_path / f"w{ending}"
    task = make_task(sequence_from_text("the cat sat on the mat"))
    before = saved(task, path)
    run = read_on(path, sequence_from_text("mat on the cat sat"))  # another first appearance
    assert run.task.x[:, 0].tolist() == [4, 3, 0, 1, 2]
    assert run.task.targets[:, 0].tolist() == [3, 0, 1, 2, 5]
    one = forward(run.networks[0], run.task.x).y
    two = forward(before.networks[0], np.array([[4], [3], [0], [1], [2]])).y
    np.testing.assert_array_equal(one, two)
    assert read_on(path, sequence_from_text("on mat")).task.x[:, 0].tolist() == [3, 4]
    with pytest.raises(ValueError, match="2 of the words have no place in its vocabulary: a, dog"):
        read_on(path, sequence_from_text("the cat sat on a dog"))
    with pytest.raises(ValueError, match="reads words, and what is open was opened as characters"):
        read_on(path, sequence_from_text("teh", unit="characters"))


def test_what_was_rare_in_a_long_text_is_still_unknown(tmp_path):
    words = " ".join(f"w{n}" for n in range(1_100)) + " w1 w2"
    task = make_task(sequence_from_text(words))
    path = tmp_path / "w.safetensors"
    saved(task, path)
    run = read_on(path, sequence_from_text("w2 nonsense w1"))
    known = task.vocabulary
    assert run.task.x[:, 0].tolist() == [known.place("w2"), 1_000, known.place("w1")]
    assert run.task.vocabulary.labels[1_000] == UNKNOWN


@pytest.mark.parametrize("ending", ENDINGS)
def test_other_programs_find_the_weights_and_nothing_in_their_way(prices, tmp_path, ending):
    path = tmp_path / f"p{ending}"
    run = saved(make_task(read_sequence(prices), 50), path, cell="lstm")
    names = {"rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0", "rnn.bias_hh_l0"}
    if ending == ".npz":
        with np.load(path) as archive:
            described = json.loads(bytes(archive["rnnviz.inputs"]).decode())
    else:
        content = path.read_bytes()
        (length,) = struct.unpack("<Q", content[:8])
        header = json.loads(content[8 : 8 + length])
        described = json.loads(header.pop("__metadata__")["rnnviz.inputs"])
        assert set(header) == {*names, "fc.weight", "fc.bias"}
    v = np.loadtxt(prices, delimiter=",", skiprows=1)[:50]
    assert described.keys() == {"kind", "columns", "transforms", "mean", "deviation"}
    assert described["columns"] == ["close", "open"] and described["transforms"] == ["none"] * 2
    np.testing.assert_allclose(described["mean"], v.mean(0), rtol=1e-12)
    np.testing.assert_allclose(described["deviation"], v.std(0), rtol=1e-12)
    for name, array in run.networks[0].parameters.items():
        np.testing.assert_array_equal(load_network(path).parameters[name], array)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "it is no object"),
        ('{"kind": "series"}', "expected columns, deviation, kind, mean, transforms"),
        ('{"kind": "songs", "vocabulary": []}', "but “songs”"),
        ('{"kind": "words", "vocabulary": ["a", "a"]}', "has a symbol twice"),
        ('{"kind": "words", "vocabulary": [1]}', "vocabulary is no list of texts"),
        (
            '{"kind": "words", "vocabulary": ["a", "b", "c"]}',
            "describes 3, and the network reads 2",
        ),
        (
            '{"kind": "series", "columns": ["a"], "transforms": ["cube"], "mean": [0], '
            '"deviation": [1]}',
            "“cube” is not known",
        ),
        (
            '{"kind": "series", "columns": ["a"], "transforms": ["none"], "mean": [0], '
            '"deviation": [0]}',
            "a deviation is not above 0",
        ),
        (
            '{"kind": "series", "columns": ["a"], "transforms": ["none"], "mean": [1e999], '
            '"deviation": [1]}',
            "mean is no list of finite numbers",
        ),
        (
            '{"kind": "series", "columns": ["a"], "transforms": ["none"], "mean": [0, 1], '
            '"deviation": [1]}',
            "are not as many",
        ),
    ],
)
@pytest.mark.parametrize("ending", ENDINGS)
def test_what_lies_is_refused_in_words(prices, tmp_path, text, said, ending):
    path = tmp_path / f"p{ending}"
    saved(make_task(read_sequence(prices)), path)
    if ending == ".npz":
        arrays = read_npz(path.read_bytes(), path, 10**8)
        arrays["rnnviz.inputs"] = np.frombuffer(text.encode(), np.uint8)
        path.write_bytes(npz_bytes(arrays))
    else:
        tensors, metadata = read_safetensors(path.read_bytes())
        path.write_bytes(safetensors_bytes(tensors, {**metadata, "rnnviz.inputs": text}))
    with pytest.raises(DataError) as caught:
        OpenFile(path).open()
    assert str(caught.value).startswith(f"{path.name}: rnnviz.inputs: ")
    assert said in str(caught.value)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(["kind", "vocabulary", "columns", "transforms", "mean", "deviation"]),
        st.sampled_from(["series", "words"]) | _JSON,
    )
)
def test_any_json_is_inputs_or_refused_by_the_one_error(found):
    try:
        inputs = parsed(json.dumps(found))
    except ValueError as error:
        assert str(error)
    else:
        assert len(inputs) > 0 and inputs.kind in ("series", "words", "characters")


@given(
    st.lists(
        st.tuples(
            st.floats(-1e300, 1e300),
            st.floats(1e-300, 1e300),
            st.sampled_from(["none", "differences", "log"]),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_scale_comes_back_exactly(scales):
    columns = tuple(f"c{i}" for i in range(len(scales)))
    names = tuple(scale[2] for scale in scales)
    sequence = Sequence(
        "series", "s", ("1", "2"), np.ones((2, len(scales))), columns, transforms=names
    )
    task = make_task(sequence)
    mean, deviation = (np.array([scale[i] for scale in scales]) for i in (0, 1))
    object.__setattr__(task, "mean", mean)
    object.__setattr__(task, "deviation", deviation)
    found = parsed(written(task, start_run(task, Settings(units=1)).networks[0]))
    assert found.columns == columns and found.transforms == names
    np.testing.assert_array_equal(found.mean, mean)
    np.testing.assert_array_equal(found.deviation, deviation)


def test_on_the_command_line(prices, tmp_path, capsys):
    """As it was found: saved from a transformed series, and opened on the same file again."""
    path = tmp_path / "p.safetensors"
    arguments = [str(prices), "--transform", "log-returns"]
    assert main([*arguments, "--save-weights", str(path)]) == 0
    assert '"log-returns"' in inputs_in(path.read_bytes(), path)
    one, two = tmp_path / "one.npz", tmp_path / "two.npz"
    assert main([*arguments, "--export", str(one)]) == 0
    assert main([str(prices), "--network", str(path), "--export", str(two)]) == 0
    with np.load(one) as before, np.load(two) as after:
        np.testing.assert_array_equal(before["a"], after["a"])
