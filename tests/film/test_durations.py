"""A time in words is the time, rounded by what is said of it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.film.durations import Estimate, about, duration_words, left_words

_UNITS = {"s": 1.0, "min": 60.0, "h": 3600.0, "days": 86400.0}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "less than a second"), (0.99, "less than a second"), (1.0, "1 s"), (8.4, "8 s"),
        (12.4, "10 s"), (38.0, "40 s"), (57.4, "55 s"), (58.0, "60 s"), (89.0, "90 s"),
        (100.0, "2 min"), (500.0, "8 min"), (700.0, "10 min"), (3600.0, "60 min"),
        (2 * 3600.0, "2 h"), (30 * 3600.0, "30 h"), (3 * 86400.0, "3 days"),
        (4000 * 86400.0, "4,000 days"),
    ],
)  # fmt: skip
def test_times_in_words(seconds, words):
    assert duration_words(seconds) == words


@given(st.floats(1.0, 1e9))
def test_what_is_said_is_near(seconds):
    count, unit = duration_words(seconds).replace(",", "").split()
    assert float(count) * _UNITS[unit] == pytest.approx(seconds, rel=0.34)
    count, unit = duration_words(seconds, at_least=True).replace(",", "").split()
    assert float(count) * _UNITS[unit] <= seconds


def test_an_estimate_says_what_it_knows():
    nan = math.nan
    for estimate, text in (
        (Estimate(1200, 41.0), "about 40 s for 1,200 updates"),
        (Estimate(1, 0.2), "less than a second for 1 update"),
        (Estimate(1200, 41.0, early=True), "at most about 40 s for 1,200 updates"),
        (
            Estimate(1500, 4500.0, at_least=True),
            "more than 70 min for 1,500 updates: one alone was not over in time",
        ),
        (Estimate(9, nan, why="bang"), "how long 9 updates take is not known: bang"),
        (Estimate(9, nan), "how long 9 updates take is not known: nothing was measured"),
    ):
        assert estimate.text == text
    assert about(0.5, early=True) == "less than a second"
    assert left_words(nan) == "" == left_words(math.inf)
    assert left_words(11.2) == "about 10 s left"
    assert left_words(0.4) == "less than a second left"
