"""Labels that are made when they are asked for behave like a tuple."""

import pytest

from rnnviz.data.labels import Counted, ReadLabels, Seconds

MADE = [
    (Counted(4), ("1", "2", "3", "4")),
    (Seconds(3, 2), ("0.0 s", "0.5 s", "1.0 s")),
    (Seconds(2, 44_100), ("0.00000 s", "0.00002 s")),
    (ReadLabels(["a", "", "日本", "é"]), ("a", "", "日本", "é")),
]


@pytest.mark.parametrize(("made", "plain"), MADE)
def test_like_a_tuple(made, plain):
    assert len(made) == len(plain)
    assert made == plain and plain == made
    assert made != plain[:-1] and made != ("x",) * len(plain)
    assert made != list(plain)
    assert hash(made) == hash(plain)
    assert tuple(made) == plain
    assert list(reversed(made)) == list(reversed(plain))
    for index in range(-len(plain), len(plain)):
        assert made[index] == plain[index]
    for index in (len(plain), -len(plain) - 1):
        with pytest.raises(IndexError):
            made[index]
    assert made[1:] == plain[1:] and made[::-2] == plain[::-2]
    assert plain[0] in made and "x" not in made


def test_a_million_cost_nothing():
    assert Counted(10**9)[10**9 - 1] == "1000000000"
    assert Counted(10**9) == Counted(10**9)
    assert Counted(10**9) != Counted(5)
