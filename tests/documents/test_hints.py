"""The codec goes by annotations, which every Python and NumPy writes in its own way."""

import sys
from collections.abc import Mapping
from typing import Any, TypeVar, get_args, get_origin

import numpy as np
import pytest
from numpy.typing import NDArray

from rnnviz.documents.codec import Decoder, Encoder, plain_hint

Scalar = TypeVar("Scalar", bound=np.generic)
# What stood for an array before there was a name for it, and what NumPy 2.5's name stands for.
FLOATS = np.ndarray[Any, np.dtype[np.float64]]
ANY = np.ndarray[Any, np.dtype[Any]]

# As text, since Python 3.11 cannot read it.
ALIASES = """
type Plain = int
type Kept[S: np.generic] = np.ndarray[Any, np.dtype[S]]
type Floats = Kept[np.float64]
type Turned[S: np.generic, N] = Mapping[N, Kept[S]]
type Bare = np.ndarray
"""
needs_type_statement = pytest.mark.skipif(
    sys.version_info < (3, 12), reason="aliases are objects of their own from Python 3.12 on"
)


def aliases():
    names = {"np": np, "Any": Any, "Mapping": Mapping}
    exec(ALIASES, names)
    return names


def written(array):
    """The stacks that an array is written to, and where it stands."""
    encoder = Encoder()
    return encoder, encoder.encode(array)


def read(hint, array):
    encoder, data = written(array)
    return Decoder([np.stack(rows) for rows in encoder.stacks.rows], []).decode(hint, data, "here")


@pytest.mark.parametrize("hint", [int, str, float | None, tuple[str, ...], FLOATS, np.ndarray])
def test_what_is_no_alias_stays(hint):
    assert plain_hint(hint) == hint


def test_numpys_own_name_is_an_array():
    for hint, scalar in ((NDArray[np.float64], np.float64), (NDArray[Any], Any)):
        plain = plain_hint(hint)
        assert get_origin(plain) is np.ndarray
        assert get_args(get_args(plain)[1]) == (scalar,)


@needs_type_statement
def test_aliases_are_looked_through():
    made = aliases()
    assert plain_hint(made["Plain"]) is int
    assert plain_hint(made["Floats"]) == FLOATS
    assert plain_hint(made["Kept"][np.float64]) == FLOATS
    assert plain_hint(made["Kept"][Any]) == ANY
    assert plain_hint(made["Bare"]) is np.ndarray


@needs_type_statement
def test_parameters_take_their_own_places():
    turned = plain_hint(aliases()["Turned"][np.float64, str])
    assert get_origin(turned) is Mapping
    name, array = get_args(turned)
    assert name is str
    assert plain_hint(array) == FLOATS


@needs_type_statement
def test_arrays_are_read_by_an_alias():
    made, array = aliases(), np.array([0.1, np.nan, -0.0])
    for hint in (made["Floats"], made["Kept"][np.floating], made["Kept"][Any]):
        assert read(hint, array).tobytes() == array.tobytes()
    with pytest.raises(ValueError, match="here: expected float64, found int64"):
        read(made["Floats"], np.arange(3, dtype=np.int64))


@pytest.mark.parametrize("written_as", [np.int8, np.int32, np.int64])
@pytest.mark.parametrize("hint", [np.int_, np.intp, np.int64, np.int32, np.integer])
def test_how_wide_whole_numbers_are_differs_between_systems(hint, written_as):
    array = np.array([1, -2], written_as)
    found = read(NDArray[hint], array)
    assert (found.dtype, found.tobytes()) == (array.dtype, array.tobytes())


@pytest.mark.parametrize(
    ("hint", "other"),
    [
        (np.intp, np.float64),
        (np.intp, np.uint64),
        (np.uint8, np.int64),
        (np.float64, np.float32),
        (np.floating, np.int64),
        (np.bool_, np.uint8),
    ],
)
def test_numbers_of_another_kind_are_refused(hint, other):
    with pytest.raises(ValueError, match="here: expected"):
        read(NDArray[hint], np.ones(2, other))


@pytest.mark.parametrize(
    ("hint", "value"),
    [(np.bool_, [True, False]), (np.uint8, [1, 255]), (np.float32, [0.1]), (np.floating, [0.1])],
)
def test_numbers_of_the_kind_are_read(hint, value):
    dtype = np.float32 if hint is np.floating else hint
    array = np.array(value, dtype)
    assert read(NDArray[hint], array).tobytes() == array.tobytes()
