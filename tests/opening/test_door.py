"""One function opens everything, with one kind of error."""

import os

import numpy as np
import pytest

from rnnviz.data import Options, Sequence
from rnnviz.engine import Architecture, Network, create_network
from rnnviz.files.errors import DataError
from rnnviz.opening.door import OpenFile, open_path
from rnnviz.opening.session_files import SessionFile
from rnnviz.weights import save_network
from tests.weights.test_networks import write_npz, write_safetensors


@pytest.fixture
def network():
    return create_network(Architecture(inputs=3, units=5, outputs=2, cell="gru"), seed=0)


@pytest.mark.parametrize("suffix", [".npz", ".safetensors", ".SAFETENSORS"])
def test_a_network(tmp_path, network, suffix):
    path = tmp_path / f"weights{suffix}"
    save_network(network, path)
    found = open_path(path)
    assert isinstance(found, Network)
    assert found.architecture == network.architecture
    assert OpenFile(path).preview() is None


def weights(**changed):
    draw = np.random.default_rng(0).normal
    shapes = {"weight_ih_l0": (5, 3), "weight_hh_l0": (5, 5), "bias_ih_l0": 5, "bias_hh_l0": 5,
              "W_hy": (2, 5), "b_y": 2}  # fmt: skip
    return {**{name: draw(size=shape) for name, shape in shapes.items()}, **changed}


def test_weights_under_other_names(tmp_path):
    path = tmp_path / "w.npz"
    write_npz(path, weights())
    assert open_path(path).architecture.units == 5


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"weight_hh_l0": np.zeros((5, 4))}, "expected shape (5, 5), found (5, 4)"),
        (
            {"weight_hh_l0": np.full((5, 5), np.nan)},
            "weight_hh_l0: expected finite numbers, found nan at [0, 0]",
        ),
        ({"b_y": np.array([np.inf, 0])}, "b_y: expected finite numbers, found inf at [0]"),
        ({"extra": np.zeros(3)}, "extra"),
        ({"weight_ih_l0": np.zeros((5, 3), int)}, "expected floating-point numbers"),
    ],
)
@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_weights_that_do_not_fit(tmp_path, changed, said, suffix):
    path = tmp_path / f"w{suffix}"
    (write_npz if suffix == ".npz" else write_safetensors)(path, weights(**changed))
    with pytest.raises(DataError) as caught:
        open_path(path)
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"w{suffix}: ")
    assert str(caught.value).count(path.name) == 1


def test_data_in_an_archive(tmp_path):
    write_npz(tmp_path / "x.npz", {"x": np.zeros((4, 2))})
    assert isinstance(open_path(tmp_path / "x.npz"), Sequence)
    assert OpenFile(tmp_path / "x.npz").preview().columns == ("column 1", "column 2")
    chosen = open_path(tmp_path / "x.npz", Options(columns=(1,)))
    assert chosen.values.shape == (4, 1)


@pytest.mark.parametrize("length", [896, 0x4D42])
def test_a_header_whose_length_looks_like_another_format(tmp_path, network, length):
    path = tmp_path / "w.safetensors"
    save_network(network, path)
    found = path.read_bytes()
    own = 8 + int.from_bytes(found[:8], "little")
    # 896 is also how a pickle begins, 0x4D42 is "BM".
    path.write_bytes(length.to_bytes(8, "little") + found[8:own].ljust(length) + found[own:])
    assert open_path(path).architecture == network.architecture


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<!DOCTYPE html><html>", "is a web page, and not what its name says"),
        (b"\x89HDF\r\n\x1a\n" + bytes(99), "is an HDF5 file"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "is only a pointer of Git LFS"),
        (b"\x80\x02}q\0.aaaaaa", "is a Python pickle, and not what its name says"),
    ],
)
def test_weights_that_are_something_else(tmp_path, content, said):
    path = tmp_path / "w.safetensors"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        open_path(path)
    assert caught.value.reason.startswith(said)


def test_weights_under_the_names_of_an_exercise(tmp_path):
    path = tmp_path / "w.npz"
    shapes = {"Wax": (5, 3), "Waa": (5, 5), "ba": (5, 1), "Wya": (2, 5), "by": (2, 1)}
    write_npz(path, {name: np.ones(shape) for name, shape in shapes.items()})
    assert open_path(path).architecture.units == 5
    assert OpenFile(path).preview() is None


def test_two_in_one_are_refused(tmp_path, network):
    path = tmp_path / "w.safetensors"
    save_network(network, path)
    write_npz(tmp_path / "x.npz", {"x": np.zeros(3)})
    path.write_bytes(path.read_bytes() + (tmp_path / "x.npz").read_bytes())
    with pytest.raises(DataError, match="zip archive as well"):
        open_path(path)


def test_a_session(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text('data = "x.csv"\n[model]\ncell = "gru"\n')
    (tmp_path / "x.csv").write_text("1\n2\n")
    session = open_path(path)
    assert isinstance(session, SessionFile)
    assert len(open_path(session.data)) == 2
    assert OpenFile(path).preview() is None
    assert len(OpenFile(session.data).preview().rows) == 2


@pytest.mark.parametrize("suffix", [".npz", ".safetensors", ".toml", ".csv", ".rnnviz"])
def test_nothing_there(tmp_path, suffix):
    path = tmp_path / f"x{suffix}"
    with pytest.raises(DataError, match="does not exist"):
        open_path(path)
    path.mkdir()
    with pytest.raises(DataError, match="is a folder"):
        open_path(path)
    path.rmdir()
    path.write_bytes(b"")
    with pytest.raises(DataError, match=r"is empty|is no rnnviz document"):
        open_path(path)


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")
@pytest.mark.parametrize("suffix", [".npz", ".safetensors", ".toml", ".csv", ".json"])
def test_a_pipe_does_not_block(tmp_path, suffix):
    os.mkfifo(tmp_path / f"x{suffix}")
    with pytest.raises(DataError, match="is a pipe"):
        open_path(tmp_path / f"x{suffix}")


def test_an_odd_name(tmp_path, network):
    path = tmp_path / "a\u202eb\n.safetensors"
    path.write_bytes(b"\xff" * 20)
    with pytest.raises(DataError) as caught:
        open_path(path)
    assert str(caught.value).startswith("a‹U+202E›b‹U+000A›.safetensors: not a safetensors file")
