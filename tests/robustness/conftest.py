"""How much is tried, from which seed, and what the long form has to report."""

from __future__ import annotations

import pytest

USUAL = {"events": 100, "kills": 2, "mutations": 1_500, "starts": 4}
LONG = {"events": 50_000, "kills": 100, "mutations": 100_000, "starts": 300}


@pytest.fixture
def amount(pytestconfig):
    """The function that says how many events, kills, mutations or starts there are to be."""

    def amount_of(what: str) -> int:
        usual = LONG if pytestconfig.getoption("--long") else USUAL
        return pytestconfig.getoption(f"--{what}") or usual[what]

    return amount_of


@pytest.fixture
def seed(pytestconfig) -> int:
    """The first seed."""
    return pytestconfig.getoption("--seed") or 0


@pytest.fixture
def report(pytestconfig, capsys):
    """The function that says figures, past the capture, where the long form was asked for."""

    def say(text: str) -> None:
        if pytestconfig.getoption("--long"):
            with capsys.disabled():
                print(f"\n{text}", flush=True)

    return say
