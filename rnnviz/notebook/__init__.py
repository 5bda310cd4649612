"""What a notebook or a script uses: a film of states that another program computed.

`show` and `record` are also those of `rnnviz` itself. Importing this room loads neither
Qt nor a framework.
"""

from rnnviz.notebook.recording import record
from rnnviz.notebook.showing import Film, Picture, show

__all__ = ["Film", "Picture", "record", "show"]
