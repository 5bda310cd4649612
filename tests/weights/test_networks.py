"""Networks in files: PyTorch's own numbers, exact round trips, and files that lie."""

import json
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rnnviz import engine
from rnnviz.files import zips
from rnnviz.files.errors import DataError
from rnnviz.opening.door import OpenFile
from rnnviz.weights import load_network, modules_in, networks, read_with_notes, save_network
from rnnviz.weights.keras import from_names, to_keras
from rnnviz.weights.onnx import to_onnx
from rnnviz.weights.pytorch import from_pytorch, to_pytorch
from rnnviz.weights.safetensors import read_safetensors, safetensors_bytes

FOLDER = Path(__file__).parents[1] / "data" / "weights"
with np.load(FOLDER / "torch_expected.npz") as _file:
    EXPECTED = {name: _file[name] for name in _file.files}
TORCH = sorted({name.rpartition(".")[0] for name in EXPECTED})


def read_npz(path, most=networks.LARGEST):
    return zips.read_npz(path.read_bytes(), str(path), most)


def write_npz(path, tensors):
    path.write_bytes(zips.npz_bytes(tensors))


def write_safetensors(path, tensors, metadata=None):
    path.write_bytes(safetensors_bytes(tensors, metadata))


ARCHITECTURES = st.builds(
    engine.Architecture,
    inputs=st.integers(1, 3),
    units=st.integers(1, 4),
    outputs=st.integers(0, 3),
    cell=st.sampled_from(["rnn", "lstm", "gru", "gru_reset_before"]),
    layers=st.integers(1, 3),
    biases=st.sampled_from([1, 2]),
    bidirectional=st.booleans(),
    vocabulary=st.sampled_from([0, 5]),
)


def filled(architecture, seed=0, dtype=np.float64):
    """A network whose every number is different from 0 and from every other."""
    rng = np.random.default_rng(seed)
    shapes = architecture.parameter_shapes()
    return engine.Network(
        architecture, {n: rng.normal(size=shape).astype(dtype) for n, shape in shapes.items()}
    )


def same(one, other):
    assert one.architecture == other.architecture
    for name, array in one.parameters.items():
        assert array.dtype == other.parameters[name].dtype
        assert np.array_equal(array, other.parameters[name]), name


@pytest.mark.parametrize("case", TORCH)
def test_a_torch_state_dict_opens_and_computes_what_torch_computes(case):
    activation = "relu" if "relu" in case else "tanh"
    network = load_network(FOLDER / f"torch_{case}.safetensors", activation=activation)
    assert network.dtype == np.float32
    assert network.architecture.cell == case.replace("bare_", "").split("_")[0]
    trace = engine.forward(network.astype(np.float64), EXPECTED[f"{case}.x"])
    directions = network.architecture.directions
    top = trace.a[-directions:, 1 : trace.steps + 1]
    a = np.concatenate(list(top), axis=-1)
    assert a == pytest.approx(EXPECTED[f"{case}.a"], abs=1e-13)
    if f"{case}.y" in EXPECTED:
        assert trace.y == pytest.approx(EXPECTED[f"{case}.y"], abs=1e-13)
    else:
        assert network.architecture.outputs == 0


@pytest.mark.parametrize("case", TORCH)
def test_a_torch_state_dict_goes_back_to_torch_unchanged(case, tmp_path):
    original, _ = read_safetensors((FOLDER / f"torch_{case}.safetensors").read_bytes())
    network = load_network(FOLDER / f"torch_{case}.safetensors")
    if case == "rnn_relu_2_both":
        network = load_network(FOLDER / f"torch_{case}.safetensors", activation="relu")
    prefix = "" if case.startswith("bare") else "rnn."
    back = to_pytorch(network, prefix=prefix)
    assert {n for n in back if n in original or back[n].any()} == set(original)
    for name, array in original.items():
        assert np.array_equal(back[name], array), name
    save_network(network, tmp_path / "again.safetensors")
    same(load_network(tmp_path / "again.safetensors"), network)


def lower_first(name):
    return name[0].lower() + name[1:].upper()


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
@pytest.mark.parametrize("change", [str.upper, str.title, lower_first])
@pytest.mark.parametrize("names", ["torch", "ours", "karpathy", "onnx"])
def test_names_are_read_in_any_case(tmp_path, names, change, suffix):
    """And never opened as a series; of an ONNX node in small letters too."""
    network = filled(engine.Architecture(2, 3, 4), dtype=np.float32)
    p = network.parameters
    tensors = {
        "torch": {n.removeprefix("rnn."): a for n, a in to_pytorch(network).items()},
        "ours": dict(p),
        "karpathy": dict(zip(("Wxh", "Whh", "bh", "Why", "by"), p.values(), strict=True)),
        "onnx": {"w": p["W_ax_l0"][None], "r": p["W_aa_l0"][None], "b": np.zeros((1, 6), "f4")},
    }[names]
    if names == "onnx":
        change = {str.upper: str.lower}.get(change, str.upper)
    path = tmp_path / f"w{suffix}"
    (write_npz if suffix == ".npz" else write_safetensors)(
        path, {change(name): array for name, array in tensors.items()}
    )
    file = OpenFile(path)
    assert file.kind == "network"
    found = file.open()
    for name in ("W_ax_l0", "W_aa_l0"):
        assert np.array_equal(found.parameters[name], p[name])
    said = [note for note in found.notes if note.endswith("the case of letters is not looked at")]
    assert bool(said) == (names != "onnx" or change is str.lower)


def test_incomplete_weights_in_capitals_are_refused_as_weights(tmp_path):
    write_npz(tmp_path / "w.npz", {"WEIGHT_IH_L0": np.zeros((3, 2))})
    with pytest.raises(DataError, match="weight_hh_l0: expected shape"):
        OpenFile(tmp_path / "w.npz").open()
    write_npz(tmp_path / "w.npz", {"W_ax": np.zeros((3, 2)), "w_AX": np.zeros((3, 2))})
    with pytest.raises(DataError, match="w_AX: stands in the file as W_ax too"):
        OpenFile(tmp_path / "w.npz").open()
    write_npz(tmp_path / "wind.npz", {name: np.arange(5.0) for name in "uvw"})
    assert OpenFile(tmp_path / "wind.npz").kind == "sequence"
    write_npz(tmp_path / "wr.npz", {name: np.arange(5.0) for name in "wr"})
    assert OpenFile(tmp_path / "wr.npz").kind == "sequence"


def test_half_precision_is_read_as_float32():
    exact = load_network(FOLDER / "torch_bare_lstm.safetensors")
    half = load_network(FOLDER / "torch_bare_lstm_bf16.safetensors")
    assert half.dtype == np.float32
    for name, array in exact.parameters.items():
        assert half.parameters[name] == pytest.approx(array, rel=2**-8)
        assert not (half.parameters[name].view(np.uint32) & 0xFFFF).any()


@given(ARCHITECTURES, st.sampled_from([".npz", ".safetensors"]), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_saved_network_comes_back_exactly(tmp_path_factory, architecture, suffix, single):
    path = tmp_path_factory.mktemp("saved") / f"network{suffix}"
    network = filled(architecture, dtype=np.float32 if single else np.float64)
    save_network(network, path)
    same(load_network(path), network)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
@pytest.mark.parametrize(
    "changed",
    [{"cell": "lstm", "peepholes": True}, {"activation": "sigmoid"}, {"activation": "relu"}],
)
def test_what_pytorch_has_not_comes_back_too(tmp_path, suffix, changed):
    network = filled(engine.Architecture(2, 3, 4, **changed))
    save_network(network, tmp_path / f"n{suffix}")
    same(load_network(tmp_path / f"n{suffix}"), network)


def test_the_layout_of_an_lstm_row_by_row():
    """Rows i f g o, one number each, and the two biases apart."""
    network = filled(engine.Architecture(2, 1, 0, cell="lstm", biases=2))
    found = to_pytorch(network, prefix="")
    assert set(found) == {f"{n}_l0" for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
    assert np.array_equal(found["weight_ih_l0"], network.parameters["W_ax_l0"])
    assert np.array_equal(found["bias_hh_l0"], network.parameters["b_aa_l0"])


@pytest.mark.parametrize(
    ("architecture", "words"),
    [
        (engine.Architecture(2, 3, 1, cell="gru_reset_before"), "no GRU, reset before the product"),
        (engine.Architecture(2, 3, 1, cell="lstm", peepholes=True), "no peepholes"),
        (engine.Architecture(2, 3, 1, activation="sigmoid"), "no activation sigmoid"),
    ],
)
def test_what_pytorch_has_not_is_not_written_for_it(architecture, words):
    with pytest.raises(DataError, match=words):
        to_pytorch(filled(architecture))


LSTM = {n.removeprefix("rnn."): a for n, a in to_pytorch(
    filled(engine.Architecture(3, 4, 5, cell="lstm", layers=2, biases=2))
).items()}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "shape", "expected"),
    [
        ("weight_ih_l1", (16, 3), (16, 4)),
        ("weight_hh_l1", (16, 5), (16, 4)),
        ("weight_hh_l0", (16, 5), (16, 4)),
        ("bias_ih_l0", (12,), (16,)),
        ("bias_hh_l1", (16, 1), (16,)),
        ("fc.weight", (5, 3), (5, 4)),
        ("fc.bias", (4,), (5,)),
        ("weight_ih_l1", None, (16, 4)),
        ("weight_hh_l0", None, (16, 4)),
        ("bias_hh_l1", None, (16,)),
    ],
)
def test_what_does_not_fit_is_refused_with_name_found_and_expected(name, shape, expected):
    spoilt = dict(LSTM)
    spoilt.pop(name)
    if shape is not None:
        spoilt[name] = np.zeros(shape)
    with pytest.raises(DataError) as caught:
        from_pytorch(spoilt)
    found = "nothing" if shape is None else shape
    assert str(caught.value) == f"{name}: expected shape {expected}, found {found}"


def test_what_a_state_dict_may_not_hold():
    with pytest.raises(DataError, match=r"conv.kernel: a tensor of shape \(2, 2, 2\)"):
        from_pytorch({**LSTM, "conv.kernel": np.zeros((2, 2, 2))})
    with pytest.raises(DataError, match=r"several recurrent networks in one file: , decoder\."):
        from_pytorch({**LSTM, "decoder.weight_ih_l0": LSTM["weight_ih_l0"]})
    with pytest.raises(DataError, match="proj_size"):
        from_pytorch({**LSTM, "weight_hr_l0": np.zeros((2, 4))})
    with pytest.raises(DataError, match="several linear layers, one of them the read-out"):
        two = {"head.weight": np.zeros((2, 4)), "head.bias": np.zeros(2)}
        from_pytorch({**LSTM, **two})
    with pytest.raises(DataError, match="weight_ih_l0: expected the tensors of a recurrent"):
        from_pytorch({"fc.weight": np.zeros((2, 2))})
    with pytest.raises(DataError, match="weight_ih_l7000: there are not so many layers"):
        from_pytorch({**LSTM, "weight_ih_l7000": np.zeros((16, 4))})
    with pytest.raises(DataError, match=r"weight_hh_l0: expected shape \(16, 16\)"):
        from_pytorch(LSTM, cell="rnn")
    with pytest.raises(DataError, match="expected floating-point numbers, found int64"):
        from_pytorch({**LSTM, "bias_ih_l0": np.zeros(16, np.int64)})


def lecture(**changed):
    found = {
        "W_ax": np.ones((4, 3)), "W_aa": np.eye(4), "b_a": np.zeros((4, 1)),
        "W_ya": np.ones((2, 4)), "b_y": np.zeros(2),
    }  # fmt: skip
    found |= changed
    return {name: array for name, array in found.items() if array is not None}


@pytest.mark.parametrize("bare", [False, True])
def test_the_names_of_the_lecture(tmp_path, bare):
    tensors = {n.replace("_", "") if bare else n: array for n, array in lecture().items()}
    write_npz(tmp_path / "w.npz", tensors)
    network = load_network(tmp_path / "w.npz", activation="relu")
    made = network.architecture
    assert (made.cell, made.activation, made.inputs, made.units, made.outputs) == (
        "rnn", "relu", 3, 4, 2,
    )  # fmt: skip
    assert np.array_equal(network.parameters["W_aa_l0"], np.eye(4))
    assert network.parameters["b_a_l0"].shape == (4,)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"W_aa": np.ones((4, 5))}, r"W_aa: expected shape \(4, 4\), found \(4, 5\)"),
        ({"b_a": None}, r"b_a: expected shape \(4,\), found nothing"),
        ({"b_y": None}, r"b_y: expected shape \(2,\), found nothing"),
        ({"W_ax": None}, "W_ax: expected a matrix, found nothing"),
        ({"W_ya": np.ones(4)}, r"W_ya: expected a matrix, found \(4,\)"),
        (
            {"W_aa": np.full((4, 4), np.inf)},
            r"W_aa: expected finite numbers, found inf at \[0, 0\]",
        ),
        ({"losses": np.ones(4)}, "losses: a tensor that is none of W_ax"),
        ({"Waa": np.eye(4)}, "Waa: stands in the file as W_aa too"),
    ],
)
def test_what_does_not_fit_under_the_names_of_the_lecture(tmp_path, changed, said):
    write_npz(tmp_path / "w.npz", lecture(**changed))
    with pytest.raises(DataError, match=said):
        load_network(tmp_path / "w.npz")


def test_a_number_that_is_not_finite_is_named_as_the_file_does(tmp_path):
    array = np.ones((4, 4), np.float32)
    array[1, 2] = np.nan
    write_safetensors(
        tmp_path / "a.safetensors",
        {"rnn.weight_ih_l0": np.ones((4, 2), np.float32), "rnn.weight_hh_l0": array},
    )
    said = r"a.safetensors: rnn.weight_hh_l0: expected finite numbers, found nan at \[1, 2\]"
    with pytest.raises(DataError, match=said):
        load_network(tmp_path / "a.safetensors")


def recurrent(inputs=2, units=4, gates=1, prefix=""):
    return {
        f"{prefix}weight_ih_l0": np.ones((gates * units, inputs)),
        f"{prefix}weight_hh_l0": np.ones((gates * units, units)),
    }


def test_a_read_out_without_its_bias_has_one_of_zeros():
    notes = []
    network = from_pytorch({**recurrent(), "fc.weight": np.ones((3, 4))}, notes=notes)
    assert (network.architecture.outputs, network.architecture.vocabulary) == (3, 0)
    assert network.parameters["b_y"].tolist() == [0, 0, 0]
    assert notes == ["fc.weight has no bias: b_y = 0"]


@pytest.mark.parametrize(
    ("name", "outputs", "vocabulary"), [("fc", 3, 0), ("embedding", 0, 3), ("encoder", 0, 3)]
)
def test_as_wide_as_units_and_inputs_it_is_what_it_is_called(name, outputs, vocabulary):
    network = from_pytorch({**recurrent(4, 4), f"{name}.weight": np.ones((3, 4))})
    made = network.architecture
    assert (made.outputs, made.vocabulary) == (outputs, vocabulary)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {"ln.weight": np.ones(4), "ln.bias": np.ones(4)},
            "ln.weight: scales 4 numbers one by one, as LayerNorm and BatchNorm do",
        ),
        (
            {"conv.weight": np.ones((4, 2, 3)), "conv.bias": np.ones(4)},
            "conv.weight: has 3 axes, as a convolution has",
        ),
        (
            {"inp.weight": np.ones((2, 1)), "inp.bias": np.ones(2)},
            "inp.weight: makes 2 numbers of 1, before the recurrent layers",
        ),
        (
            {f"fc{i}.{kind}": np.ones((4, 4)[: 1 + (kind == "weight")])
             for i in (1, 2) for kind in ("weight", "bias")},
            "several linear layers, one of them the read-out: fc1.weight, fc2.weight",
        ),
        (
            {"Wf": np.ones((4, 4))},
            "Wf: a tensor of shape (4, 4) that is no part",
        ),
    ],
)  # fmt: skip
def test_what_is_not_run_is_named_for_what_it_is(more, said):
    with pytest.raises(DataError) as caught:
        from_pytorch({**recurrent(), **more})
    assert said in str(caught.value)


def test_one_of_several_modules_is_chosen_by_its_prefix(tmp_path):
    tensors = {**recurrent(2, 4, 4, "a."), **recurrent(4, 3, 4, "b.")}
    tensors |= {"fc.weight": np.ones((1, 3)), "fc.bias": np.ones(1)}
    path = tmp_path / "w.safetensors"
    write_safetensors(path, tensors)
    content = path.read_bytes()
    assert modules_in(content, path) == ("a.", "b.")
    with pytest.raises(DataError, match=r"a\., b\. \(choose one by its prefix"):
        read_with_notes(content, path)
    for prefix in ("b.", "b"):
        network, notes = read_with_notes(content, path, prefix)
        assert (network.architecture.inputs, network.architecture.outputs) == (4, 1)
        assert notes == (
            "assumed: “b.” alone runs with the read-out fc.weight; left out: a.weight_hh_l0, "
            "a.weight_ih_l0",
        )


@pytest.mark.parametrize(
    ("prefix", "outputs", "vocabulary", "left"),
    [
        ("encoder.rnn", 0, 9, "decoder.embedding.weight, decoder.fc.bias, decoder.fc.weight …"),
        ("decoder.rnn", 3, 7, "encoder.embedding.weight, encoder.rnn.bias_hh_l0"),
    ],
)
def test_a_module_has_the_layers_that_lie_beside_it(prefix, outputs, vocabulary, left):
    reader, writer = (
        filled(engine.Architecture(4, 4, out, cell="gru", vocabulary=words), seed)
        for seed, (out, words) in enumerate(((0, 9), (3, 7)))
    )
    tensors = {}
    for name, part in (("encoder", reader), ("decoder", writer)):
        tensors |= to_pytorch(
            part, prefix=f"{name}.rnn.", readout=f"{name}.fc.", embedding=f"{name}.embedding."
        )
    notes = []
    network = from_pytorch(tensors, prefix=prefix, notes=notes)
    same(network, reader if prefix[0] == "e" else writer)
    assert (network.architecture.outputs, network.architecture.vocabulary) == (outputs, vocabulary)
    assert notes[0].split("left out: ")[1].startswith(left)


def test_a_prefix_that_is_none_names_those_there_are():
    tensors = {**recurrent(prefix="a."), **recurrent(prefix="b.")}
    with pytest.raises(
        DataError, match=r"no recurrent network begins with “c”: there are “a\.”, “b\.”"
    ):
        from_pytorch(tensors, prefix="c")


def test_of_two_that_read_each_other_the_first_has_no_read_out():
    tensors = {**recurrent(2, 4, 4, "a."), **recurrent(4, 3, 4, "b."), "fc.weight": np.ones((1, 3))}
    notes = []
    assert from_pytorch(tensors, prefix="a", notes=notes).architecture.outputs == 0
    said = "assumed: “a.” alone runs; left out: b.weight_hh_l0, b.weight_ih_l0, fc.weight"
    assert notes == [said]
    tensors["inp.weight"] = np.ones((2, 1))
    with pytest.raises(DataError, match=r"inp\.weight: expected shape"):
        from_pytorch(tensors, prefix="a")


def test_averages_of_a_training_are_other_modules_and_the_model_is_proposed(tmp_path):
    model = {**recurrent(prefix="model.rnn."), "model.fc.weight": np.ones((3, 4)),
             "model.fc.bias": np.ones(3)}  # fmt: skip
    tensors = {**model, **{f"exp_avg.{name}": array * 0 for name, array in model.items()}}
    path = tmp_path / "w.safetensors"
    write_safetensors(path, tensors)
    assert modules_in(path.read_bytes(), path) == ("model.rnn.", "exp_avg.model.rnn.")
    network, _ = read_with_notes(path.read_bytes(), path, "model.rnn")
    assert network.architecture.outputs == 3 and network.parameters["W_aa_l0"].all()


@pytest.mark.parametrize(
    ("kept", "whole"),
    [
        ("rnn.weight_hh_l0_g", "rnn.weight_hh_l0"),
        ("rnn.parametrizations.weight_hh_l0.original0", "rnn.weight_hh_l0"),
        ("fc.weight_orig", "fc.weight"),
    ],
)
def test_a_parameter_that_is_computed_is_named_with_what_to_do(kept, whole):
    tensors = recurrent(prefix="rnn.")
    tensors.pop(whole, None)
    with pytest.raises(DataError, match="remove_parametrizations") as caught:
        from_pytorch({**tensors, kept: np.ones((4, 4))})
    assert str(caught.value).startswith(f"{kept}: {whole} is computed of it")


@pytest.mark.parametrize("gates", [1, 3, 4])
def test_matrices_that_stand_the_other_way_round_are_called_so(gates):
    turned = {name: array.T for name, array in recurrent(2, 4, gates).items()}
    with pytest.raises(DataError, match="its rows and columns are exchanged"):
        from_pytorch(turned)


@pytest.mark.parametrize("shape", [(0, 0), (0, 4), (4, 0)])
def test_a_matrix_without_numbers_is_named(shape):
    empty = recurrent(2, 4) | {"weight_hh_l0": np.zeros(shape)}
    with pytest.raises(
        DataError, match=rf"weight_hh_l0: expected shape \(4, 4\), found \({shape[0]}"
    ):
        from_pytorch(empty)


def test_a_square_that_may_be_either_is_an_embedding_and_that_is_assumed():
    notes = []
    from_pytorch({**recurrent(4, 4), "thing.weight": np.ones((3, 4))}, notes=notes)
    said = (
        "assumed: thing.weight is the embedding; by its shape it might be a read-out without bias"
    )
    assert notes == [said]
    network = from_pytorch({**recurrent(4, 4), "classifier.weight": np.ones((3, 4))})
    assert network.architecture.outputs == 3


def test_tensors_that_share_their_numbers_are_all_there(tmp_path):
    head = np.arange(20.0).reshape(5, 4)
    tensors = {**recurrent(4, 4), "decoder.weight": head, "decoder.bias": np.ones(5)}
    path = tmp_path / "tied.safetensors"
    write_safetensors(path, tensors, {"encoder.weight": "decoder.weight", "format": "pt"})
    network, notes = read_with_notes(path.read_bytes(), path)
    assert network.architecture.vocabulary == 5
    assert np.array_equal(network.parameters["E"], head)
    assert np.array_equal(network.parameters["W_ya"], head)
    assert notes[0].startswith("encoder.weight shares the numbers of decoder.weight")


@pytest.mark.parametrize(
    ("metadata", "g", "said"),
    [
        ({"nonlinearity": "relu"}, "relu", "g is ReLU, as the file's metadata says"),
        ({"Activation": "Tanh"}, "tanh", "g is tanh, as the file's metadata says"),
        ({"activation": "gelu"}, "tanh", "assumed: g is tanh, since the metadata's “gelu” is not"),
    ],
)
def test_an_activation_in_the_metadata_is_the_networks(tmp_path, metadata, g, said):
    content = safetensors_bytes(recurrent(), metadata)
    network, notes = read_with_notes(content, "a.safetensors")
    assert network.architecture.activation == g and notes[-1].startswith(said)


def test_an_activation_that_is_not_written_down_is_assumed(tmp_path):
    path = tmp_path / "w.safetensors"
    write_safetensors(path, recurrent())
    _, notes = read_with_notes(path.read_bytes(), path)
    assert [note[:25] for note in notes] == ["assumed: g is tanh, which"]
    write_safetensors(path, recurrent(gates=4))
    assert read_with_notes(path.read_bytes(), path)[1] == ()
    save_network(load_network(path), path)  # and one that is written down is not
    assert read_with_notes(path.read_bytes(), path)[1] == ()


W_XH, W_HH, W_HY = (np.random.default_rng(0).normal(size=s) for s in ((4, 3), (4, 4), (2, 4)))


@pytest.mark.parametrize(
    "tensors",
    [
        {"Wxh": W_XH, "Whh": W_HH, "bh": np.ones((4, 1)), "Why": W_HY, "by": np.ones((2, 1))},
        {"W_xh": W_XH.T, "W_hh": W_HH.T, "b_h": np.ones(4), "W_hq": W_HY.T, "b_q": np.ones(2)},
        {"Wxh": W_XH.T, "Whh": W_HH.T, "bh": np.ones((1, 4)), "Why": W_HY.T, "by": np.ones(2)},
    ],
    ids=["before what they multiply", "behind it", "behind it, by their shapes"],
)
def test_the_names_of_other_exercises(tmp_path, tensors):
    write_npz(tmp_path / "w.npz", tensors)
    network = load_network(tmp_path / "w.npz")
    for name, array in (("W_ax_l0", W_XH), ("W_aa_l0", W_HH), ("W_ya", W_HY)):
        assert np.array_equal(network.parameters[name], array)
    assert network.parameters["b_a_l0"].tolist() == [1.0] * 4


def test_squares_are_turned_where_their_names_say_so(tmp_path):
    square = np.arange(16.0).reshape(4, 4)
    for kind, turned in (("y", square), ("q", square.T)):
        tensors = {"W_xh": square, "W_hh": square, f"W_h{kind}": square}
        tensors |= {"b_h": np.ones(4), f"b_{kind}": np.ones(4)}
        write_npz(tmp_path / "w.npz", tensors)
        network = load_network(tmp_path / "w.npz")
        assert np.array_equal(network.parameters["W_aa_l0"], turned)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "gru_reset_before"])
def test_arrays_that_were_only_counted_are_kerass(tmp_path, cell):
    architecture = engine.Architecture(inputs=3, units=4, outputs=2, cell=cell)
    network = filled(architecture)
    arrays = {f"arr_{i}": array for i, array in enumerate(to_keras(network))}
    write_npz(tmp_path / "w.npz", arrays)
    found = load_network(tmp_path / "w.npz")
    assert found.architecture == architecture
    for name, array in network.parameters.items():
        assert np.array_equal(found.parameters[name], array)


def under_kerass_names(network):
    """Arrays of a network of two layers in both directions or one, as Keras calls them."""
    made, arrays, tensors = network.architecture, to_keras(network), {}
    tensors["embedding/embeddings:0"] = arrays.pop(0)
    for strand in made.strands:
        number = f"_{strand.layer}" * (strand.layer > 0)
        way = ("backward_" if strand.reverse else "forward_") * made.bidirectional
        for kind in ("kernel", "recurrent_kernel", "bias"):
            tensors[f"{way}layer{number}/cell/{kind}:0"] = arrays.pop(0)
    return tensors | dict(zip(("dense/kernel:0", "dense/bias:0"), arrays, strict=True))


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "gru_reset_before"])
def test_kerass_names_are_read_in_any_order(cell, both):
    network = filled(
        engine.Architecture(3, 4, 2, cell, layers=11, bidirectional=both, vocabulary=5)
    )
    tensors = under_kerass_names(network)
    for order in (list(tensors), sorted(tensors), list(reversed(tensors))):
        same(from_names({name: tensors[name] for name in order}), network)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"layer/cell/kernel:0": None}, "layer/cell/kernel:0: expected a matrix, found nothing"),
        ({"layer/cell/kernel:0": (3, 12)}, "layer/cell/kernel:0: expected shape (3, 16)"),
        ({"layer/cell/bias:0": (2, 16)}, "layer/cell/bias:0: expected shape (16,)"),
        ({"layer/cell/recurrent_kernel:0": (4, 17)}, "expected 1, 3 or 4 columns a unit"),
        ({"dense/kernel:0": (5, 2)}, "dense/kernel:0: expected shape (4, 2), found (5, 2)"),
        ({"dense_1/kernel:0": (4, 2)}, "several Dense layers, one of them the read-out: dense/k"),
        ({"norm/gamma:0": (4,)}, "norm/gamma:0: an array of shape (4,) that is no part of Keras'"),
        ({"layer_1/cell/recurrent_kernel:0": (4, 4), "layer_1/cell/kernel:0": (4, 4)},
         "layers of different cells, which are not run together: LSTM, RNN (Elman)"),
        ({"layer/cell.kernel:0": (3, 16)}, "layer/cell.kernel:0: stands there as layer/cell/ker"),
        ({"layer/cell/recurrent_kernel:0": None}, "no array is a recurrent_kernel: embedding/em"),
        ({"forward_a/recurrent_kernel:0": (4, 16), "forward_a/kernel:0": (4, 16)},
         "forward_a/recurrent_kernel:0: expected a layer of each direction, found no other one"),
        ({"embedding/embeddings:0": (5, 9)}, "embeddings:0: expected shape (5, 3), found (5, 9)"),
        ({"dense/bias:0": (3,)}, "dense/bias:0: expected shape (2,), found (3,)"),
    ],
)  # fmt: skip
def test_kerass_names_that_do_not_fit_are_named(changed, said):
    tensors = under_kerass_names(filled(engine.Architecture(3, 4, 2, "lstm", vocabulary=5)))
    tensors |= {name: shape and np.ones(shape) for name, shape in changed.items()}
    with pytest.raises(DataError) as caught:
        from_names({name: array for name, array in tensors.items() if array is not None})
    assert said in str(caught.value)


def test_kerass_layers_without_biases_have_biases_of_zeros(tmp_path):
    network = filled(engine.Architecture(3, 4, 2, "lstm", layers=2))
    bare = [array for array in to_keras(network) if array.ndim == 2]
    write_npz(tmp_path / "w.npz", {f"arr_{i}": array for i, array in enumerate(bare)})
    file = OpenFile(tmp_path / "w.npz")
    assert file.kind == "network"
    found = file.open()
    for name, array in network.parameters.items():
        assert np.array_equal(found.parameters[name], array * (name[0] == "W"))
    assert any("those without a bias have one of zeros" in note for note in found.notes)


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_the_inputs_of_an_onnx_node(tmp_path, cell):
    network = filled(engine.Architecture(inputs=3, units=4, outputs=0, cell=cell))
    write_npz(tmp_path / "w.npz", to_onnx(network)[0])
    found = load_network(tmp_path / "w.npz")
    assert found.architecture.cell == cell
    for name, array in network.parameters.items():
        assert np.array_equal(found.parameters[name], array)


@pytest.mark.parametrize(
    ("described", "said"),
    [
        ("{}", "inputs is missing"),
        ('{"inputs": 1, "units": 1}', "outputs is missing"),
        ('{"inputs": 1, "units": 1, "outputs": 1, "depth": 1}', "'depth' is not known"),
        ("null", "it is no object"),
        ("[" * 100_000, "it is nested too deeply"),
        ('{"inputs": ' + "9" * 5000 + "}", "a number has too many digits"),
        ('{"inputs": 1, "units": 1, "outputs": 1, "cell": ["gru"]}', "a wrong type"),
    ],
)
def test_a_description_is_refused_in_words(tmp_path, described, said):
    tensors = {**lecture(), "rnnviz.architecture": np.frombuffer(described.encode(), np.uint8)}
    write_npz(tmp_path / "a.npz", tensors)
    with pytest.raises(DataError, match="does not describe a network: ") as caught:
        load_network(tmp_path / "a.npz")
    assert said in str(caught.value)


@pytest.mark.parametrize("layer", ["9" * 5000, "99999999999999999999", "7"])
def test_a_layer_that_cannot_be_is_named(layer):
    found = {"weight_ih_l0": np.zeros((4, 2)), f"weight_hh_l{layer}": np.zeros((4, 4))}
    with pytest.raises(DataError, match=r"weight_hh_l[79]+.*"):
        from_pytorch(found)


def test_a_layer_is_counted_in_the_digits_0_to_9():
    with pytest.raises(DataError, match="expected a matrix, found nothing"):
        from_pytorch({"weight_ih_l٠": np.zeros((4, 2)), "weight_hh_l0": np.zeros((4, 4))})


def test_one_of_several_recurrent_networks_is_chosen_by_its_prefix():
    network = filled(engine.Architecture(3, 4, 5, cell="gru"))
    both = {**to_pytorch(network, prefix="decoder."), "encoder.weight_ih_l0": np.zeros((12, 9))}
    same(from_pytorch(both, prefix="decoder."), network)


MANIFEST = {
    "good_metadata.safetensors": None,
    "header_array.safetensors": "does not begin with {",
    "header_len_ffff.safetensors": "18446744073709551615 bytes",
    "header_len_swallows_data.safetensors": "header cannot be read",
    "header_nan.safetensors": "NaN is not a number that JSON knows",
    "header_not_json.safetensors": "header cannot be read",
    "is_pickle.safetensors": "not a safetensors file",
    "name_path.safetensors": "../../etc/passwd: a tensor of shape",
    "offsets_beyond.safetensors": "weight_ih_l0: its data should end at byte 1000000000",
    "polyglot_zip.safetensors": "bytes behind the last tensor belong to none",
    "shape_mismatch.safetensors": "weight_ih_l0: F64 (5, 4) needs 160 bytes, it has 120",
    "weights_missing_key.npz": "weight_hh_l0: expected shape (5, 5), found nothing",
    "weights_torch_pt_renamed.npz": "which is no NumPy array",
    "weights_wrong_shape.npz": "weight_hh_l0: expected shape (5, 5), found (5, 4)",
    "weights_zero_size.npz": "its inputs, found (0, 0)",
}


@pytest.mark.parametrize("name", sorted(MANIFEST))
def test_files_opened_by_mistake_or_made_to_do_harm(name, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    words = MANIFEST[name]
    if words is None:
        network = load_network(FOLDER / name)
        assert network.architecture == engine.Architecture(3, 5, 6, biases=2)
        return
    with pytest.raises(DataError) as caught:
        load_network(FOLDER / name)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{name}: ")
    assert not list(tmp_path.iterdir())


def test_a_message_holds_no_control_characters_and_ends(tmp_path):
    name = "a\n\x1b[31m\u202e" + 5000 * "x"
    write_safetensors(tmp_path / "f.safetensors", {**LSTM, name: np.zeros((2, 2, 2))})
    with pytest.raises(DataError) as caught:
        load_network(tmp_path / "f.safetensors")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 420
    assert "a‹U+000A›‹U+001B›[31m‹U+202E›xxx" in str(caught.value)


def test_every_file_that_lies_has_its_line_above():
    files = {p.name for p in FOLDER.iterdir() if not p.name.startswith(("torch_", "make_"))}
    assert files == set(MANIFEST)


def test_a_zip_whose_directory_lies_about_sizes_is_read_by_what_is_there(tmp_path):
    """The directory says 4 GB, the array's own header 12 × 3 numbers."""
    array = np.arange(36.0).reshape(12, 3)
    np.savez_compressed(tmp_path / "f.npz", x=array)
    content = bytearray((tmp_path / "f.npz").read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    (tmp_path / "f.npz").write_bytes(bytes(content))
    assert np.array_equal(read_npz(tmp_path / "f.npz")["x"], array)


def test_zips_of_too_many_or_of_other_things_are_refused(tmp_path):
    np.savez(tmp_path / "many.npz", **{f"m{i}": np.zeros(1) for i in range(1001)})
    with pytest.raises(DataError, match="more than 1,000 members"):
        read_npz(tmp_path / "many.npz")
    for name, content in (("readme.txt", b"hi"), ("x.npy", b"hello"), ("y.npy", b"\x93NUMPY\x09")):
        with zipfile.ZipFile(tmp_path / "other.npz", "w") as archive:
            archive.writestr(name, content)
        with pytest.raises(DataError, match=r"is no NumPy array|is not a NumPy array|version"):
            read_npz(tmp_path / "other.npz")
    with zipfile.ZipFile(tmp_path / "twice.npz", "w") as archive, pytest.warns(UserWarning):
        for _ in range(2):
            with archive.open("a.npy", "w") as file:
                np.save(file, np.zeros(1))
    with pytest.raises(DataError, match="two arrays of the name a"):
        read_npz(tmp_path / "twice.npz")


def header(text, data=b""):
    encoded = text if isinstance(text, bytes) else json.dumps(text).encode()
    return struct.pack("<Q", len(encoded)) + encoded + data


F32 = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it has 0 bytes"),
        (b"\x01\x00", "it has 2 bytes"),
        (header({"a": F32}, bytes(7)), "end at byte 8 of 7"),
        (header({"a": F32}, bytes(9)), "1 bytes behind the last tensor"),
        (header({"a": F32, "b": F32}, bytes(8)), "overlaps the one before"),
        (header({"a": {**F32, "data_offsets": [8, 16]}}, bytes(16)), "leaves a hole"),
        (header({"a": {**F32, "data_offsets": [8, 0]}}, bytes(8)), "[8, 0] run backwards"),
        (header({"a": {**F32, "shape": [-2]}}, bytes(8)), "no list of sizes"),
        (header({"a": {**F32, "shape": [2.0]}}, bytes(8)), "no list of sizes"),
        (header({"a": {**F32, "shape": [True, 2]}}, bytes(8)), "no list of sizes"),
        (header({"a": {**F32, "shape": [1 << 40, 1 << 40]}}, bytes(8)), "needs"),
        (header({"a": {**F32, "dtype": "F8"}}, bytes(8)), "unknown dtype 'F8'"),
        (header({"a": {**F32, "dtype": ["F32"]}}, bytes(8)), "unknown dtype"),
        (header({"a": {**F32, "more": 1}}, bytes(8)), "does not describe a tensor"),
        (header({"a": 3}, bytes(8)), "does not describe a tensor"),
        (header({"__metadata__": 3}), "__metadata__ is not an object"),
        (header({"__metadata__": {"a": 3}}), "something that is not text"),
        (header(b'{"a": 1, "a": 2}'), "the key “a” stands there twice"),
        (header(b'{"a": ' + b"[" * 100_000 + b"}"), "header cannot be read"),
        (header(b'{"a": ' + b"9" * 5000 + b"}"), "header cannot be read"),
        (header(b"{\xff}"), "header cannot be read"),
        (header({f"t{i}": {**F32, "shape": [0], "data_offsets": [0, 0]} for i in range(1001)}),
         "1001 tensors"),
    ],
)  # fmt: skip
def test_safetensors_that_lie_are_refused(content, words):
    with pytest.raises(DataError) as caught:
        read_safetensors(content)
    assert words in str(caught.value)


def test_a_header_that_is_too_long_is_refused_for_that():
    with pytest.raises(DataError) as caught:
        read_safetensors(header(b"{" + b" " * (1 << 20) + b"}"))
    assert "header has 1,048,578 bytes; at most 1,048,576 are read" in str(caught.value)


@given(st.integers(0, 527), st.integers(0, 255))
@settings(max_examples=200, deadline=None)
def test_one_changed_byte_gives_a_network_or_the_one_error(tmp_path_factory, at, byte):
    content = bytearray((FOLDER / "good_metadata.safetensors").read_bytes())
    content[at] = byte
    path = tmp_path_factory.getbasetemp() / "changed.safetensors"
    path.write_bytes(bytes(content))
    try:
        network = load_network(path)
    except DataError:
        return
    assert network.architecture.units == 5


@given(st.integers(0, 2**31), st.integers(0, 255))
@settings(max_examples=200, deadline=None)
def test_one_changed_byte_of_an_npz_gives_a_network_or_the_one_error(tmp_path_factory, at, byte):
    base = tmp_path_factory.getbasetemp()
    if not (base / "whole.npz").exists():
        save_network(filled(engine.Architecture(2, 2, 2)), base / "whole.npz")
    content = bytearray((base / "whole.npz").read_bytes())
    content[at % len(content)] = byte
    (base / "changed.npz").write_bytes(bytes(content))
    try:
        network = load_network(base / "changed.npz")
    except DataError:
        return
    assert network.architecture.units == 2


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=9).filter(lambda s: s != "__metadata__"),
        st.sampled_from([np.float64, np.float32, np.int64, np.uint8, np.bool_]).flatmap(
            lambda d: arrays(d, st.lists(st.integers(0, 3), max_size=3).map(tuple))
        ),
        max_size=4,
    ),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
)
@settings(max_examples=60, deadline=None)
def test_any_tensors_survive_safetensors(tmp_path_factory, tensors, metadata):
    path = tmp_path_factory.getbasetemp() / "any.safetensors"
    write_safetensors(path, tensors, metadata)
    found, said = read_safetensors((path).read_bytes())
    assert said == metadata
    assert set(found) == set(tensors)
    for name, array in tensors.items():
        assert found[name].dtype == array.dtype
        assert found[name].tobytes() == array.tobytes()
        assert found[name].shape == array.shape
        assert not found[name].flags.writeable


def test_npz_orders_versions_and_pickles(tmp_path):
    rng = np.random.default_rng(0)
    F = np.asfortranarray(rng.normal(size=(3, 4)))
    big = rng.normal(size=3).astype(">f4")
    np.savez_compressed(tmp_path / "a.npz", F=F, big=big, none=np.zeros((0, 2)), one=np.array(7))
    found = read_npz(tmp_path / "a.npz")
    assert np.array_equal(found["F"], F)
    assert found["F"].flags.c_contiguous
    assert np.array_equal(found["big"], big)
    assert found["big"].dtype == np.float32
    assert found["none"].shape == (0, 2)
    assert found["one"] == 7
    np.savez(tmp_path / "b.npz", a=np.array([{}], dtype=object))
    with pytest.raises(DataError, match="a: holds Python objects, only real numbers"):
        read_npz(tmp_path / "b.npz")
    write_npz(tmp_path / "c.npz", found)
    with np.load(tmp_path / "c.npz") as again:
        assert np.array_equal(again["F"], F)


def test_a_zip_bomb_is_not_unpacked(tmp_path):
    np.savez_compressed(tmp_path / "bomb.npz", a=np.zeros(200_000), b=np.zeros(200_000))
    assert (tmp_path / "bomb.npz").stat().st_size < 10_000
    with pytest.raises(DataError, match=r"b: its header tells of float64 200000, 1,600,000 bytes"):
        read_npz(tmp_path / "bomb.npz", 2_000_000)


def test_a_large_file_a_folder_and_a_pipe_are_refused_before_they_are_read(tmp_path):
    import os

    with (tmp_path / "huge.safetensors").open("wb") as file:
        file.truncate(1 << 30)  # sparse: takes no room
    with pytest.raises(DataError, match="too large: 1,024 MB, and at most 128 MB"):
        load_network(tmp_path / "huge.safetensors")
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(DataError, match="is a folder, not a file"):
        load_network(tmp_path / "folder.npz")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.npz")
        with pytest.raises(DataError, match="is a pipe, not a file"):
            load_network(tmp_path / "pipe.npz")
    with pytest.raises(DataError, match=r"none.npz: does not exist"):
        load_network(tmp_path / "none.npz")
    with pytest.raises(DataError, match=r"expected a file in .npz or .safetensors, found .pt"):
        load_network(tmp_path / "model.pt")


@pytest.mark.parametrize(
    "described",
    ['{"inputs": 3}', "[]", "{", '{"inputs": 3, "units": 5, "outputs": 6, "evil": 1}',
     '{"inputs": 3, "units": 5, "outputs": 6, "layers": 1000000000}',
     '{"inputs": 3, "units": 1000000000, "outputs": 6}', '"x"', "9" * 5000, "[" * 100000],
)  # fmt: skip
def test_a_description_that_lies_is_refused(tmp_path, described):
    network = filled(engine.Architecture(3, 5, 6))
    tensors = {**to_pytorch(network)}
    metadata = {"rnnviz.architecture": described}
    write_safetensors(tmp_path / "f.safetensors", tensors, metadata)
    with pytest.raises(DataError):
        load_network(tmp_path / "f.safetensors")
    write_safetensors(tmp_path / "f.safetensors", dict(network.parameters), metadata)
    with pytest.raises(DataError):
        load_network(tmp_path / "f.safetensors")


def test_a_file_that_cannot_be_replaced_stays_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "n.npz"
    network = filled(engine.Architecture(2, 2, 2))
    save_network(network, path)

    def broken(self, target):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(OSError, match="disk full"):
        save_network(filled(engine.Architecture(2, 2, 2), seed=1), path)
    monkeypatch.undo()
    same(load_network(path), network)
    assert [p.name for p in tmp_path.iterdir()] == ["n.npz"]


def test_single_numbers_beside_weights_are_left_out_and_said(tmp_path):
    write_npz(tmp_path / "w.npz", {**LSTM, "epoch": np.array(5), "loss": np.array(0.25)})
    file = OpenFile(tmp_path / "w.npz")
    assert file.kind == "network"
    found = file.open()
    assert found.architecture.layers == 2
    assert "left out, as no weights but single numbers: epoch, loss" in found.notes


def test_a_file_of_no_tensors_says_so(tmp_path):
    write_safetensors(tmp_path / "w.safetensors", {})
    with pytest.raises(DataError, match=r"^w.safetensors: holds no tensors$"):
        OpenFile(tmp_path / "w.safetensors").open()


@pytest.mark.parametrize(
    "names",
    [
        ("params/LSTMCell_0/ii/kernel", "params/LSTMCell_0/hi/kernel"),
        ("params/cell/ih/kernel", "params/cell/hh/kernel"),
        ("lstm/linear/w", "lstm/linear/b"),
    ],
)
def test_weights_of_other_libraries_are_no_series(tmp_path, names):
    write_npz(tmp_path / "w.npz", {name: np.ones((4, 4)) for name in names})
    file = OpenFile(tmp_path / "w.npz")
    assert file.kind == "network"
    with pytest.raises(DataError, match=r"The names that are read: PyTorch's"):
        file.open()
