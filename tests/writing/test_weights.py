"""Weights and scripts for PyTorch: what is in the files, read back here; nothing of them is run."""

from __future__ import annotations

import ast
import re

import numpy as np
import pytest

from rnnviz.cli.main import main
from rnnviz.data import DEFAULT_SENTENCE, MODES, make_task, sequence_from_text
from rnnviz.engine import CELLS, create_network
from rnnviz.engine.network import Architecture
from rnnviz.files.errors import DataError
from rnnviz.film import Playhead, Settings, compute_pass, resolve, run_with, start_run
from rnnviz.opening.door import OpenFile
from rnnviz.opening.shipped import catalogue, open_problem
from rnnviz.weights import load_network, read_with_notes
from rnnviz.weights.pytorch import lacking, to_pytorch
from rnnviz.writing.torch_script import ENDING, MOST_STEPS
from rnnviz.writing.weights import write_weights
from tests.frames import series


def frame_of(run, source=0):
    return resolve(run, Playhead(), compute_pass(run, 0, source))


def words_run(**settings):
    task = make_task(sequence_from_text(DEFAULT_SENTENCE))
    return start_run(task, Settings(units=5, **settings))


def written(frame, folder):
    """Write a script; its syntax tree and the arrays beside it."""
    path = folder / "network.py"
    said = write_weights(frame, path)
    assert said == "Saved network.py and, beside it, network.weights.npz, which it loads."
    assert sorted(p.name for p in folder.iterdir()) == ["network.py", f"network{ENDING}"]
    with np.load(folder / f"network{ENDING}") as archive:
        return ast.parse(path.read_text("utf-8")), dict(archive)


def same(one, other):
    assert one.architecture == other.architecture
    for name, array in other.parameters.items():
        np.testing.assert_array_equal(one.parameters[name], array)


def keys_read(tree):
    """What the script asks of the file beside it, by constant names."""
    return {
        node.slice.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
        if isinstance(node.value, ast.Name) and node.value.id == "file"
    }


@pytest.mark.parametrize("ending", [".safetensors", ".npz"])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
def test_saved_weights_are_the_same_network_again(cell, layers, ending, tmp_path):
    frame, path = frame_of(words_run(cell=cell, layers=layers)), tmp_path / f"net{ending}"
    said = write_weights(frame, path)
    assert said.startswith(f"Saved net{ending}: the weights ")
    assert ("in PyTorch's names" in said) == (ending != ".npz" and cell != "gru_reset_before")
    same(load_network(path), frame.run.networks[0])


@pytest.mark.parametrize("ending", [".safetensors", ".npz"])
def test_a_pair_of_two_networks_is_two_modules(ending, tmp_path):
    run = words_run(cell="lstm").in_mode("encoder_decoder")
    assert not run.serves_both
    path = tmp_path / f"pair{ending}"
    assert "two modules: encoder and decoder" in write_weights(frame_of(run), path)
    asked = OpenFile(path).preview()
    assert [name for name, _ in asked.questions[0].options] == ["decoder.rnn.", "encoder.rnn."]
    network, _ = read_with_notes(path.read_bytes(), path, "decoder.rnn.")
    wanted = to_pytorch(run.networks[0].decoder)
    for name, array in to_pytorch(network).items():
        np.testing.assert_array_equal(array, wanted[name])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", ["words", "series"])
@pytest.mark.parametrize("cell", CELLS)
def test_a_script_has_the_run_beside_it(cell, kind, mode, tmp_path):
    run = words_run(cell=cell, layers=2)
    if kind == "series":
        run = start_run(make_task(series(9, 2)), Settings(units=5, cell=cell, layers=2))
    frame = frame_of(run.in_mode(mode))
    tree, arrays = written(frame, tmp_path)
    passing = frame.passing
    for name, wanted in {
        "a": passing.trace.a[:, 1:, 0],
        "y": passing.trace.y[:, 0],
        "loss": passing.trace.loss_k,
        "dL_da": passing.backward.da[:, :, 0],
        "dLk_da": passing.alone.da[:, :, 0],
    }.items():
        np.testing.assert_array_equal(arrays[f"rnnviz.{name}"], wanted)
    read = keys_read(tree)
    assert read <= set(arrays) and {"rnnviz.x", "rnnviz.a", "rnnviz.loss"} <= read
    assert ("rnnviz.given" in arrays) == ("rnnviz.given" in read)
    # The script knows nothing but PyTorch and NumPy, and unpacks nothing that could be code.
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not names & {"eval", "exec", "pickle", "open", "__import__"}
    imported = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    said = sorted(getattr(n, "module", "") or n.names[0].name for n in imported)
    assert said == ["numpy", "pathlib", "torch", "torch", "torch.nn.functional"]
    classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    assert classes == ["Network"]
    text = (tmp_path / "network.py").read_text("utf-8")
    layer = {"rnn": "nn.RNN(", "gru": "nn.GRU(", "lstm": "nn.LSTM("}.get(cell)
    assert layer is None or f"self.rnn = {layer}inputs, 5, 2" in text
    assert (layer is None) == ("PyTorch's layers cannot express" in text)
    assert max(map(len, text.splitlines())) < 125 and not re.search(r"[ \t]+$", text, re.M)


@pytest.mark.parametrize("more", [{}, {"biases": 2}, {"vocabulary": 9, "inputs": 3}])
@pytest.mark.parametrize("cell", CELLS)
def test_the_file_beside_a_script_is_opened_as_its_network(cell, more, tmp_path):
    made = Architecture(**{"inputs": 9, "units": 4, "outputs": 10, "cell": cell, **more})
    network = create_network(made, seed=1, dtype=np.float64)
    task = make_task(sequence_from_text(DEFAULT_SENTENCE))
    frame = frame_of(run_with(task, network, "mine"))
    _, arrays = written(frame, tmp_path)
    path = tmp_path / f"network{ENDING}"
    assert OpenFile(path).kind == "network"
    same(OpenFile(path).open(), frame.run.networks[0])
    if not lacking(made):  # the gradients have the weights' names and shapes
        for name in to_pytorch(network):
            assert arrays[f"rnnviz.gradient.{name}"].shape == arrays[name].shape
        if made.biases == 1 and cell != "gru":
            both = (arrays[f"rnnviz.gradient.rnn.bias_{kind}_l0"] for kind in ("ih", "hh"))
            np.testing.assert_array_equal(*both)


def test_what_pytorch_has_not_stands_in_the_script_as_equations(tmp_path):
    task = make_task(sequence_from_text(DEFAULT_SENTENCE))
    peepholes = Architecture(9, 4, 10, "lstm", peepholes=True)
    for made, words, equation in (
        (peepholes, "has no peepholes", "torch.sigmoid(o + p_o * c)"),
        (Architecture(9, 4, 10, activation="identity"), "no activation identity", "return (z,)"),
        (Architecture(9, 4, 10, "gru_reset_before"), "reset before the", "(r * a) @ W_n.T"),
    ):
        folder = tmp_path / f"{made.cell}{made.activation}"
        folder.mkdir()
        network = create_network(made, seed=1, dtype=np.float64)
        written(frame_of(run_with(task, network, "mine")), folder)
        text = " ".join((folder / "network.py").read_text("utf-8").split())
        assert words in text and equation in text


def test_a_cut_gradient_is_cut_in_the_script(tmp_path):
    written(frame_of(words_run(truncation=4)), tmp_path)
    text = (tmp_path / "network.py").read_text("utf-8")
    assert "\nWINDOW = 4 " in text and text.count(".detach()") >= 3


@pytest.mark.parametrize("name", [shipped.name for _, shipped in catalogue()])
def test_a_script_is_written_of_everything_that_ships(name, tmp_path):
    frame = frame_of(open_problem(name))
    tree, arrays = written(frame, tmp_path)
    assert keys_read(tree) <= set(arrays)


def test_labels_and_names_are_no_code(tmp_path):
    text = 'a"""b \'c\' \\n {0} # %s'
    frame = frame_of(start_run(make_task(sequence_from_text(text)), Settings(units=3)))
    path = tmp_path / 'it\'s {odd} """.py'
    write_weights(frame, path)
    tree = ast.parse(path.read_text("utf-8"))
    found = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    labels = ast.literal_eval(found["LABELS"])
    assert labels == {t: frame.token(t) for t in range(1, frame.steps + 1)}
    assert ast.literal_eval(found["FILE"].args[0]) == path.stem + ENDING


def test_what_is_refused(tmp_path):
    frame = frame_of(words_run())
    with pytest.raises(DataError, match=r"net\.pth: weights cannot be written in this kind"):
        write_weights(frame, tmp_path / "net.pth")
    with pytest.raises(DataError, match=r"net\.npz: cannot be written: "):
        write_weights(frame, tmp_path / "none" / "net.npz")
    (tmp_path / f"net{ENDING}").write_bytes(b"somebody's own")
    with pytest.raises(DataError, match="stands there already as something else"):
        write_weights(frame, tmp_path / "net.py")
    assert (tmp_path / f"net{ENDING}").read_bytes() == b"somebody's own"
    assert not (tmp_path / "net.py").exists()
    (tmp_path / f"net{ENDING}").unlink()
    for _ in range(2):  # its own it does write over
        write_weights(frame, tmp_path / "net.py")
    long = frame_of(start_run(make_task(series(MOST_STEPS + 1)), Settings(units=1)))
    with pytest.raises(DataError, match=r"no script is written of 20,001 steps"):
        write_weights(long, tmp_path / "long.py")


def test_two_networks_that_pytorch_has_not_are_refused(tmp_path):
    run = words_run(cell="gru_reset_before").in_mode("encoder_decoder")
    with pytest.raises(DataError, match="encoder and decoder, are written in PyTorch's names"):
        write_weights(frame_of(run), tmp_path / "pair.safetensors")
    assert not list(tmp_path.iterdir())


def test_on_the_command_line(tmp_path, capsys):
    text, net = ("--text", "to be or not to be", "--cell", "gru"), tmp_path / "net.safetensors"
    assert main([*text, "--save-weights", str(net), "--export", str(tmp_path / "n.npz")]) == 0
    assert capsys.readouterr().err == (
        "rnnviz: Saved net.safetensors: the weights in PyTorch's names.\n"
    )
    network = load_network(net)
    with np.load(tmp_path / "n.npz") as numbers:
        y = numbers["a"] @ network.parameters["W_ya"].T + network.parameters["b_y"]
        np.testing.assert_allclose(numbers["y"], y, rtol=0, atol=1e-12)
    assert main([*text[:2], "--network", str(net), "--save-weights", str(net)]) == 2
    assert "it is read, give --save-weights another name" in capsys.readouterr().err
    assert main([*text, "--save-weights", str(tmp_path / "net.pt")]) == 2
    assert ".safetensors, .npz, .py can" in capsys.readouterr().err
