"""Memory is used again, but never what a record still shows."""

import gc
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from rnnviz import engine
from rnnviz.engine import memory


def make_pass(cell: str = "lstm", steps: int = 60):
    network = engine.create_network(engine.Architecture(8, 48, 5, cell))
    rng = np.random.default_rng(0)
    objective = engine.Objective("softmax_cross_entropy", rng.integers(0, 5, (steps, 8)))

    def run(seed: int) -> engine.Backward:
        x = np.random.default_rng(seed).standard_normal((steps, 8, 8)).astype(np.float32)
        return engine.backward(engine.forward(network, x, objective))

    return run


def numbers_of(record: engine.Backward) -> list[np.ndarray]:
    trace = record.trace
    return [trace.a, trace.z, *trace.gates.values(), record.da, record.dz]


def test_a_record_keeps_its_numbers_while_other_passes_run():
    run = make_pass()
    kept = run(0)
    before = [array.copy() for array in numbers_of(kept)]
    for seed in range(1, 6):
        run(seed)
    assert all((a == b).all() for a, b in zip(numbers_of(kept), before, strict=True))


def test_one_view_is_enough_to_keep_the_numbers_of_a_record_that_is_gone():
    run = make_pass()
    view = run(0).trace.gates["f"][0, 3:5, :, ::2]
    before = view.copy()
    for seed in range(1, 6):
        run(seed)
    assert (view == before).all()


def test_one_array_of_a_backward_pass_is_enough_to_keep_its_numbers():
    run = make_pass()
    arrays = [run(0).da, run(1).dc0, run(2).dz[0, :, 3], run(3).trace.c]
    before = [array.copy() for array in arrays]
    for seed in range(4, 12):
        run(seed)
    assert all((a == b).all() for a, b in zip(arrays, before, strict=True))
    assert not any(array.flags.writeable for array in arrays)


def test_two_passes_back_of_one_trace_at_once():
    """What is remembered with the trace's memory belongs to one pass backward at a time."""
    trace = make_pass("gru", steps=9)(0).trace
    alone = engine.backward(trace).dz.copy()
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: engine.backward(trace), range(60)))
    assert all((back.dz == alone).all() for back in together)


def test_passes_in_two_threads_do_not_share_memory():
    run = make_pass("gru")
    alone = [run(seed).dz.copy() for seed in range(8)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda seed: run(seed % 8).dz.copy(), range(40)))
    assert all((dz == alone[i % 8]).all() for i, dz in enumerate(together))


def test_memory_of_a_record_that_is_gone_is_used_again(monkeypatch):
    monkeypatch.setattr(memory, "_shelf", memory._Shelf())
    run = make_pass()
    record = run(0)
    address = record.trace.a.__array_interface__["data"][0]
    del record
    gc.collect()
    addresses = {run(seed).trace.a.__array_interface__["data"][0] for seed in range(4)}
    assert address in addresses


def test_memory_of_the_same_shapes_goes_from_one_architecture_to_another():
    """Two layers and two directions, gates of two kinds: views remembered of one fit no other."""
    rng = np.random.default_rng(0)
    x, targets = rng.standard_normal((5, 2, 3)), rng.integers(0, 2, (5, 2))
    objective = engine.Objective("softmax_cross_entropy", targets)
    shapes = [
        engine.Architecture(3, 4, 2, cell, layers=layers, bidirectional=layers == 1)
        for cell in ("rnn", "gru", "gru_reset_before", "lstm")
        for layers in (1, 2)
    ]
    networks = [engine.create_network(shape, dtype=np.float64) for shape in shapes]

    def run(network: engine.Network) -> np.ndarray:
        back = engine.backward(engine.forward(network, x, objective))
        return np.concatenate([gradient.ravel() for gradient in back.gradients.values()])

    first = [run(network) for network in networks]
    for network, before in [*zip(networks, first, strict=True)][::-1]:
        assert (run(network) == before).all()
        assert engine.check_gradients(network, x, objective).passed
