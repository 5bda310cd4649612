"""The process that trains: takes orders from one pipe, and says into another how far it is.

It ends when its pipe does: with the program that began it, however that ended.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import replace
from queue import SimpleQueue
from threading import Event, Thread
from typing import BinaryIO

from rnnviz.beside.messages import (
    FAILED,
    ORDER,
    OVER,
    STOP,
    TOLD,
    Advance,
    Failed,
    Numbered,
    Order,
    Over,
    read,
    write,
)
from rnnviz.documents import pack, unpack
from rnnviz.film import Progress
from rnnviz.film.cost import set_budgets
from rnnviz.training import fit, prepare

# Seconds between two reports; more where one takes long, so that a fortieth of the time goes there.
_TOLD_EVERY, _SHARE = 0.07, 40.0


def main() -> None:
    """Serve until the pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the program's to hear
    # By their numbers: in a program with a window Python may have no streams of these.
    heard, said = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with suppress(OSError):
        os.dup2(2, 1)  # what anything prints is no message
    orders: SimpleQueue[bytes] = SimpleQueue()
    stop = Event()
    Thread(target=_listen, args=(heard, orders, stop), daemon=True).start()
    while True:
        data = orders.get()
        try:
            answer = OVER, pack(_train(data, said, stop))
        except Exception as error:  # it is said where the order came from
            answer = FAILED, pack(Failed(str(error), isinstance(error, MemoryError)))
        del data
        with suppress(OSError):  # where nobody hears it any more, it is about to end
            write(said, *answer)


def _listen(heard: BinaryIO, orders: SimpleQueue[bytes], stop: Event) -> None:
    while (message := read(heard)) is not None:
        kind, data = message
        if kind == ORDER:
            stop.clear()  # an order comes after all is over: what was said before was for that
            orders.put(data)
        elif kind == STOP:
            stop.set()
    os._exit(0)


def _train(data: bytes, said: BinaryIO, stop: Event) -> Over:
    order = unpack(Order, data)
    set_budgets(order.budgets)
    fitting = prepare(order.run, order.plan)
    numbered = Numbered((*fitting.log, fitting.start))
    due = 0.0

    def report(progress: Progress) -> None:
        nonlocal due
        now = time.monotonic()
        if now >= due:
            began = time.thread_time()  # to wait for others is no work of its own
            numbers, fresh = numbered.sent(progress.log)
            write(said, TOLD, pack(Advance(replace(progress, log=()), numbers, fresh)))
            due = now + max(_TOLD_EVERY, _SHARE * (time.thread_time() - began))

    ended = fit(fitting, report, stop.is_set)
    return Over(ended.text, ended.diverged, ended.shown, *numbered.sent(ended.log))
