"""Tours: lectures as scenes that are read from a file, placed, and presented. No Qt.

A scene is a value, and what it shows is a place in a film: nothing in a tour is a macro of keys, so
that going back restores a scene exactly, and the next one can be prepared beside the interface.
"""
