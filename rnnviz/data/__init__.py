"""From files and typed text to sequences and tasks. Imports NumPy and the standard library."""

from rnnviz.data.modes import ahead, can_go_ahead, in_mode, last_paying, why_not
from rnnviz.data.readers import (
    Options,
    Preview,
    Question,
    preview,
    read_frames,
    read_sequence,
    sample_path,
    sample_series,
)
from rnnviz.data.sequence import DEFAULT_SENTENCE, MAX_STEPS, Sequence, sequence_from_text
from rnnviz.data.tasks import MODES, UNKNOWN_TARGET, Task, make_task
from rnnviz.data.vocabulary import END, UNKNOWN, Vocabulary, make_vocabulary
from rnnviz.files.disk import resource_path

__all__ = [
    "DEFAULT_SENTENCE",
    "END",
    "MAX_STEPS",
    "MODES",
    "UNKNOWN",
    "UNKNOWN_TARGET",
    "Options",
    "Preview",
    "Question",
    "Sequence",
    "Task",
    "Vocabulary",
    "ahead",
    "can_go_ahead",
    "in_mode",
    "last_paying",
    "make_task",
    "make_vocabulary",
    "preview",
    "read_frames",
    "read_sequence",
    "resource_path",
    "sample_path",
    "sample_series",
    "sequence_from_text",
    "why_not",
]
