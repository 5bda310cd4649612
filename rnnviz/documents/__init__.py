"""Runs in files of their own: saved and opened, exactly, and without trust. No Qt."""

from rnnviz.documents.files import (
    SUFFIX,
    ChangedError,
    Document,
    NewerError,
    View,
    open_document,
    read_view,
    save_document,
)
from rnnviz.documents.packed import pack, unpack

__all__ = [
    "SUFFIX",
    "ChangedError",
    "Document",
    "NewerError",
    "View",
    "open_document",
    "pack",
    "read_view",
    "save_document",
    "unpack",
]
