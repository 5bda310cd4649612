"""Trainings that ship, in files."""

import math

import numpy as np
import pytest

from rnnviz.engine import Architecture, EncoderDecoder, create_network
from rnnviz.engine.batches import parameters_of
from rnnviz.engine.optimizers import START
from rnnviz.engine.training import Snapshot
from rnnviz.files.errors import DataError
from rnnviz.problems.registry import load_snapshots, save_snapshots


def a_network(seed):
    return create_network(Architecture(5, 4, 3, "lstm", vocabulary=7), seed=seed)


def a_pair(seed):
    return EncoderDecoder(
        create_network(Architecture(5, 4, 0, "gru"), seed=seed),
        create_network(Architecture(6, 4, 3, "gru"), seed=seed + 1),
    )


def snapshot(update, network, loss, validation_loss):
    return Snapshot(update, network, START, loss, validation_loss)


@pytest.mark.parametrize("make", [a_network, a_pair])
def test_round_trip_is_exact(make, tmp_path):
    path = tmp_path / "some.npz"
    kept = [
        snapshot(0, make(1), math.nan, 1 / 3),
        snapshot(7, make(2), 0.1 + 0.2, 5e-324),
    ]
    save_snapshots(path, kept)
    found = load_snapshots(path)
    assert [c.update for c in found] == [0, 7]
    assert math.isnan(found[0].loss)
    assert found[1].loss == 0.1 + 0.2
    assert [c.validation_loss for c in found] == [1 / 3, 5e-324]
    for before, after in zip(kept, found, strict=True):
        assert type(after.network) is type(before.network)
        one, other = parameters_of(before.network), parameters_of(after.network)
        assert list(one) == list(other)
        for name in one:
            assert one[name].dtype == other[name].dtype == np.float32
            np.testing.assert_array_equal(one[name], other[name])
    with np.load(path, allow_pickle=False) as archive:
        assert all(archive[name].dtype.kind in "fu" for name in archive.files)
    first = path.read_bytes()
    save_snapshots(path, found)
    assert path.read_bytes() == first
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_saved(tmp_path):
    with pytest.raises(ValueError, match="none"):
        save_snapshots(tmp_path / "a.npz", [])
    both = [snapshot(0, a_network(1), 0.0, 0.0), snapshot(1, a_pair(1), 0.0, 0.0)]
    with pytest.raises(ValueError, match="one architecture"):
        save_snapshots(tmp_path / "a.npz", both)
    assert not list(tmp_path.iterdir())


def _described(text):
    return np.frombuffer(text, np.uint8)


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"W_ya": np.zeros(3)}, "no snapshots"),
        ({"rnnviz.checkpoints": _described(b"[]")}, "no object"),
        ({"rnnviz.checkpoints": _described(b"{")}, "cannot be read"),
        ({"rnnviz.checkpoints": _described(b'{"version": 9}')}, "version 9"),
        ({"rnnviz.checkpoints": _described(b'{"version": 1}')}, "architectures"),
        (
            {
                "rnnviz.checkpoints": _described(
                    b'{"version": 1, "architectures": {"network": {"inputs": 1, "units": 1, '
                    b'"outputs": 1, "layers": 999999999}}, "updates": [0], "losses": [1], '
                    b'"validation_losses": [1]}'
                )
            },
            "layers",
        ),
    ],
)
def test_errors_name_the_file_and_the_reason(arrays, words, tmp_path):
    path = tmp_path / "odd.npz"
    np.savez(path, **arrays)
    with pytest.raises(DataError, match=words) as caught:
        load_snapshots(path)
    assert str(caught.value).startswith("odd.npz: ")


def test_missing_cut_and_misfitting_files(tmp_path):
    with pytest.raises(DataError, match=r"no\.npz"):
        load_snapshots(tmp_path / "no.npz")
    path = tmp_path / "some.npz"
    save_snapshots(path, [snapshot(0, a_network(1), 0.0, 0.0)])
    content = path.read_bytes()
    for size in range(0, len(content) - 1, 97):
        path.write_bytes(content[:size])
        with pytest.raises(DataError):
            load_snapshots(path)
    path.write_bytes(content)
    with np.load(path) as archive:
        arrays = dict(archive)
    arrays["W_ya"] = arrays["W_ya"][:, :, :2]
    np.savez(path, **arrays)
    with pytest.raises(DataError, match="W_ya"):
        load_snapshots(path)
