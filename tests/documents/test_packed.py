"""Records as bytes for a process of our own: bit by bit, and nothing but what a document holds."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rnnviz.data import make_task
from rnnviz.documents import pack, unpack
from rnnviz.film import Run, start_run
from rnnviz.frozen import record
from tests.frames import series


@record(eq=False)
class Held:
    arrays: tuple[NDArray[Any], ...]
    numbers: Mapping[str, float]
    text: str


def test_numbers_come_back_bit_by_bit():
    given = (
        np.array([0.1, -0.0, np.nan, np.inf, 5e-324]),
        np.zeros((0, 3)),
        np.array([[True], [False]]),
        np.array([1, -(2**62)]),
        np.array([0.1], np.float32),
        np.arange(6.0).reshape(2, 3).T,
    )
    numbers = {"a": 0.1, "b": float("-inf"), "c": 1e-320}
    held = unpack(Held, pack(Held(given, numbers, "Häuser — 日本 \udc80")))
    assert [a.tobytes() for a in held.arrays] == [a.tobytes() for a in given]
    assert [(a.dtype, a.shape) for a in held.arrays] == [(a.dtype, a.shape) for a in given]
    assert held.numbers == numbers and held.text == "Häuser — 日本 \udc80"
    with pytest.raises(ValueError, match="read-only"):
        held.arrays[0][0] = 1.0


def test_what_is_shared_is_one_object_again():
    run = start_run(make_task(series(30)))
    found = unpack(Run, pack(run))
    assert found.task.sequence is (found.task.base or found.task).sequence
    assert np.array_equal(found.task.x, run.task.x)
    assert found.settings == run.settings


def test_what_no_document_holds_is_refused():
    with pytest.raises(TypeError, match="cannot be saved"):
        pack(Held((), {}, object()))  # type: ignore[arg-type]
