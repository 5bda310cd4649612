"""The sequences that ship with the program."""

from pathlib import Path

from rnnviz.data.readers import read_sequence
from rnnviz.data.sequence import Sequence
from rnnviz.files.errors import DataError

TEMPERATURE = "seattle-temperature-2012.csv"
"""A year of daily maximum temperature."""


def resource_path(*parts: str) -> Path:
    """Return the path of a shipped file: ``rnnviz/resources`` installed, ``resources`` here.

    Raises
    ------
    DataError
        When it is in neither place.
    """
    package = Path(__file__).resolve().parent.parent
    for root in (package / "resources", package.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise DataError("does not come with this copy of rnnviz", path="/".join(parts))


def sample_path(name: str = TEMPERATURE) -> Path:
    """Return the path of a shipped series."""
    return resource_path("series", name)


def sample_series(name: str = TEMPERATURE) -> Sequence:
    """Read a shipped series."""
    return read_sequence(sample_path(name))
