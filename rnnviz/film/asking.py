"""What the user is asked before a file is opened; the records of `data`, for the views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rnnviz.data.readers import Preview, Question

__all__ = ["Asked", "Preview", "Question", "chosen_of", "size_of"]

_KINDS = {
    "text": "a text",
    "table": "a table",
    "array": "columns of numbers",
    "arrays": "an archive of arrays",
    "sound": "a sound",
    "picture": "a picture",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user is asked before a file is opened.

    Attributes
    ----------
    name : str
        The file's.
    preview : Preview or None
        Its beginning and the questions; None where it cannot be read as was chosen.
    error : str
        Why not, in a sentence.
    """

    name: str
    preview: Preview | None
    error: str = ""


def chosen_of(preview: Preview) -> dict[str, Any]:
    """What is chosen as a preview stands, by the fields of `Options`."""
    return {c.name: c.chosen for c in preview.questions if c.chosen is not None}


def size_of(preview: Preview, chosen: Mapping[str, Any]) -> str:
    """What kind of file it is and how long, in words."""
    kind = _KINDS.get(preview.kind, preview.kind)
    if preview.steps is None:
        return kind
    steps = preview.steps // max(1, int(chosen.get("every") or 1))
    return f"{kind} · {steps:,} step{'' if steps == 1 else 's'}"
