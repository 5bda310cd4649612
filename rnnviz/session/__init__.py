"""What is open, and what is done to it: one `Session`, composed of parts.

`state` holds the run, the playhead and the passes, and makes frames of them; `history` is undo; the
`clock` plays the film, `moves` and `edits` are what may be done to it; `jobs` work beside the
interface (`work` is what they do, `passes` what they compute); the `opener` brings something else,
the `catalogue` what ships, the `trainer` trains; `autosave` writes, `preferences` remember. No part
inherits from another or knows the session; each is handed what it needs.
"""

from rnnviz.session.autosave import Conflict, autosave_folder
from rnnviz.session.history import Home
from rnnviz.session.jobs import Notice, UnderWay
from rnnviz.session.orphans import Orphan
from rnnviz.session.preferences import Preferences
from rnnviz.session.session import Session

__all__ = [
    "Conflict",
    "Home",
    "Notice",
    "Orphan",
    "Preferences",
    "Session",
    "UnderWay",
    "autosave_folder",
]
