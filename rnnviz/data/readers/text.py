"""Plain text to words or characters."""

from rnnviz.data.errors import show_name
from rnnviz.data.readers.encodings import Decoded
from rnnviz.data.sequence import MAX_STEPS, Sequence, sequence_from_text

_KEPT = 80 * MAX_STEPS
"""Characters that are looked at: more than `MAX_STEPS` words of any language take."""


def read_text(decoded: Decoded, path: str, unit: str) -> Sequence:
    """Read a text, all of it checked and its beginning kept."""
    text, longer = decoded.beginning(_KEPT)
    notes = (decoded.note,) if decoded.note else ()
    return sequence_from_text(
        text, unit=unit, name=show_name(path), source=path, notes=notes, longer=longer
    )
