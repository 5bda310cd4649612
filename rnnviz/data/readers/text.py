"""Plain text to words, characters or lines."""

from rnnviz.data.readers.encodings import Decoded
from rnnviz.data.readers.options import Reporter
from rnnviz.data.sequence import MAX_TEXT, Sequence, sequence_from_text
from rnnviz.files.errors import show_name

_KEPT = 16 * MAX_TEXT
"""Characters that are looked at: more than `MAX_TEXT` words of any language take."""


def read_text(decoded: Decoded, path: str, unit: str, progress: Reporter) -> Sequence:
    """Read a text, all of it checked and its beginning kept."""
    progress.at(0.2)
    text, longer = decoded.beginning(_KEPT)
    notes = (decoded.note,) if decoded.note else ()
    progress.at(0.4)
    return sequence_from_text(
        text,
        unit=unit,
        name=show_name(path),
        source=path,
        notes=notes,
        longer=longer,
        told=lambda done: progress.at(0.4 + 0.4 * done),
    )
