"""Settings of every test: no screen needed, a frame on request, nothing remembered."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

from tests.frames import make_frame


@pytest.fixture
def frame_of():
    """The function that makes a real frame: frame_of("one two three", position=2.5)."""
    return make_frame


@pytest.fixture(scope="session")
def qapp_cls():
    """The program's own application class: its fonts and its style, as the user has them."""
    from rnnviz.app import Application

    return Application
