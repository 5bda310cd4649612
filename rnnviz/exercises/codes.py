"""What exercises are called: "bptt-7" is the kind and the seed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from rnnviz.files.errors import DataError, show_value
from rnnviz.frozen import record

MOST_SEED = 999_999_999
"""The largest seed."""

_CODE = re.compile(r"\s*([a-z]+)\s*-\s*(\d{1,9})\s*", re.ASCII)


@record
class Kind:
    """A kind of exercise: its name and what is asked.

    Attributes
    ----------
    name : str
        As in a code.
    title : str
        Over a sheet.
    about : str
        What is computed, in a sentence.
    """

    name: str
    title: str
    about: str


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind(
                "forward",
                "Forward pass of a recurrent network",
                "Two units, three steps: hidden states, answers and the loss.",
            ),
            Kind(
                "bptt",
                "Backpropagation through time",
                "One unit, three steps: the gradients of a forward pass, and one update.",
            ),
            Kind(
                "lstm",
                "Forward pass of an LSTM",
                "One unit, two steps: gates, cell state, hidden state and the answer.",
            ),
        )
    }
)
"""The kinds of exercises by their names."""


@record
class Code:
    """An exercise's kind and seed; as text "bptt-7"."""

    kind: str
    seed: int

    def __str__(self) -> str:
        return f"{self.kind}-{self.seed}"


def read_code(text: str) -> Code:
    """Read a code as it stands on a sheet, in any case.

    Raises
    ------
    DataError
        Where it is none.
    """
    found = _CODE.fullmatch(text.lower())
    if found is None or found[1] not in KINDS:
        known = ", ".join(f"{kind}-7" for kind in KINDS)
        raise DataError(f"is no code of an exercise, such as {known}", about=f"{show_value(text)} ")
    return Code(found[1], int(found[2]))
