"""Settings of every test: no screen needed, a frame on request, nothing remembered, no leaks."""

from __future__ import annotations

import gc
import os
import sys
import tempfile

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Two threads are slower than one for small matrices; NumPy reads this when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# The user's own preferences neither steer the tests nor are changed by them.
_HOME = tempfile.TemporaryDirectory(prefix="rnnviz-tests-")
os.environ["XDG_CONFIG_HOME"] = _HOME.name
os.environ["XDG_DATA_HOME"] = _HOME.name
# Hundreds of processes are begun, which would each compile all that they load.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    os.environ.setdefault("PYTHONPYCACHEPREFIX", f"{_HOME.name}/bytecode")

import hypothesis
import pytest

from rnnviz.files import disk
from tests.frames import make_frame

# No test is timed: machines differ, and other work runs beside it. The examples are the same on
# every machine, so that CI judges a change and not its luck; `--hypothesis-profile search` looks
# for others.
hypothesis.settings.register_profile("same", deadline=None, derandomize=True)
hypothesis.settings.register_profile("search", deadline=None)
hypothesis.settings.load_profile("same")

# A thousand tests open what they have just written, whole: nobody still writes to that.
disk.PAUSE = 0.0


def pytest_addoption(parser):
    """How much `tests/robustness/` tries: little, or as much as one asks for."""
    group = parser.getgroup("robustness")
    group.addoption("--long", action="store_true", help="try as much as a release is held to")
    group.addoption("--seed", type=int, help="of the first episode or round")
    for what in ("events", "kills", "mutations", "starts"):
        group.addoption(f"--{what}", type=int, help=f"how many {what}, whatever is usual")
    group.addoption("--soak", type=int, help="for how many seconds it trains and plays")


def pytest_collection_modifyitems(config, items):
    """What takes long by itself takes minutes on a machine that has other work."""
    for item in items:
        if config.getoption("--long"):
            item.add_marker(pytest.mark.timeout(0))
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(600))


def pytest_make_parametrize_id(val):
    """Bytes by their number: an archive holds the time at which it was made, and each process of
    a run has to name its tests alike.
    """
    return f"{len(val)}B" if isinstance(val, bytes) and len(val) > 24 else None


@pytest.fixture
def frame_of():
    """The function that makes a real frame: frame_of("one two three", position=2.5)."""
    return make_frame


@pytest.fixture(scope="session")
def qapp_cls():
    """The program's own application class: its fonts and its style, as the user has them."""
    from rnnviz.app import Application

    return Application


@pytest.fixture(autouse=True)
def no_leaked_widgets(request):
    """A test that leaves a top-level widget behind fails."""
    yield
    widgets = sys.modules.get("PySide6.QtWidgets")
    application = widgets.QApplication.instance() if widgets else None
    if application is None:
        return
    from PySide6.QtCore import QCoreApplication, QEvent

    from rnnviz.app import collect_garbage

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.disable()  # as the application has it, whatever a test did
    collect_garbage()
    if "qtbot" not in request.fixturenames:
        return
    left = _left_behind(application)
    if left:
        # Only then: a whole collection takes a second once some thousand tests have run.
        del left
        gc.unfreeze()  # a program that was started in this process has put all out of reach
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        left = _left_behind(application)
    if left:
        names = [f"{type(widget).__name__} {widget.objectName()}".strip() for widget in left]
        for widget in left:
            widget.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        pytest.fail(f"left behind: {', '.join(names)}")


def _left_behind(application) -> list:
    return [widget for widget in application.topLevelWidgets() if not _others(widget)]


def _others(widget) -> bool:
    # Qt keeps its one tool tip alive between two uses, and pyqtgraph makes a menu, which is never
    # shown here, without a parent.
    while widget.inherits("QMenu") and widget.parent() is not None:
        widget = widget.parent()
    plots = widget.inherits("QMenu") and widget.title() == "Plot Options"
    return widget.inherits("QTipLabel") or plots
