"""The application: what it does for everybody."""

import threading
import weakref

from PySide6.QtCore import QObject

from rnnviz.app import collect_garbage
from rnnviz.session.jobs import Worker


class InACycle(QObject):
    def __init__(self):
        super().__init__()
        self.me = self


def test_what_is_in_a_cycle_ends_on_the_interfaces_thread(qapp, qtbot):
    ended = []
    weakref.finalize(InACycle(), lambda: ended.append(threading.current_thread()))
    worker = Worker()

    def much():
        for _ in range(10):
            _ = [[] for _ in range(50_000)]
        return list(ended)

    with qtbot.waitSignal(worker.finished) as answered:
        worker.submit(much)
    assert answered.args[1:] == [[], None]  # a worker's thread makes enough to look, and does not
    kept = [[] for _ in range(50_000)]
    for _ in range(3):
        collect_garbage()
    assert kept
    assert ended == [threading.main_thread()]
