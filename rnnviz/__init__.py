"""rnnviz makes recurrent neural networks visible."""

import os
from importlib import import_module
from typing import Any

# With small matrices a second BLAS thread makes whole passes up to 50 times slower; NumPy reads
# these when it is first imported, so they must stand before that.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

__version__ = "0.1.0"

TRAIN_BESIDE = "--train-beside"
"""What a program that was packed into one file is begun with, and nothing else, to train for
another (`rnnviz.beside`): it has no interpreter beside it that could be begun."""


def __getattr__(name: str) -> Any:
    """What a notebook uses, imported when it is first asked for."""
    if name in ("show", "record"):
        return getattr(import_module("rnnviz.notebook"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
