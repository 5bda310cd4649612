"""The one object that holds the state: a run, a playhead, whether it plays.

Views send intents here and get a Frame back by `changed`; nothing else changes the state. `Session`
is put together in layers: `state` (what there is, and how a frame comes of it), `moving` (the
playhead), `editing` (the run), `files` (what the user has), `opening` (something else).
"""

from rnnviz.session.opening import Opening
from rnnviz.session.under_way import Notice

__all__ = ["Notice", "Session"]


class Session(Opening):
    """The state of the program; its signals are those of `State`."""
