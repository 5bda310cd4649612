"""Imported before all else of Qt: spares a start what PySide would look for in vain.

Once PySide is there, it reads the source of every module that is named in an import, to see whether
that uses PySide, whose names may be spelled in another way then. What is loaded before it does not.
"""

import sys

import rnnviz.scenes.start  # noqa: F401  (what is drawn is made without Qt)

_BEFORE = [*sys.modules]

import PySide6.QtCore  # noqa: E402, F401

_LOOKED_AT = getattr(sys.modules.get("shibokensupport.feature"), "pyside_feature_dict", None)
if isinstance(_LOOKED_AT, dict):  # PySide's own, which another version may have elsewhere
    for _name in _BEFORE:
        _LOOKED_AT.setdefault(_name, -1)
