"""How smoothly the interface goes on while something is trained, and what the training loses by it.

    python benchmarks/smoothness.py [--json FILE] [--seconds N] [--rounds N] [--long]

Offscreen, at 1600×900. A timer of 16 ms stands for the frames; its intervals are taken in turns
idle and while an LSTM of 64 units is trained on windows of 100 steps, 16 at a time, shown as it
learns and not. "busy" is what the interface's own thread works between two frames, in time of the
processor: what is above 16 ms makes a frame late on any machine, while by the clock a thread also
waits for the processor where others work on the machine. The training's speed is that beside the
window against that without one, by the clock and in updates a second of the processor: of the
training's own process, where Linux says what that has worked.

With --long then the longest time for which the interface answers nothing, with 1,000,000 steps of
an RNN and 200,000 of an LSTM, as in `benchmarks/frames.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent))

import frames  # sets the platform and the path
import numpy as np

INTERVAL, MOST_LATER_MS, LEAST_SPEED = 16, 1.0, 0.85
STEPS, UNITS, WINDOW, BATCH = 150, 64, 100, 16


def spin(seconds: float) -> None:
    """Let the event loop run."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


class Frames:
    """A timer that stands for the frames: when each came, what the thread had worked by then."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self._at: list[tuple[float, float]] = []
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(
            lambda: self._at.append((time.perf_counter(), time.thread_time()))
        )

    def watch(self, seconds: float) -> dict[str, float]:
        """The 95th percentile of intervals and of the work in them, and the longest, in ms."""
        self._at.clear()
        self._timer.start()
        spin(seconds)
        self._timer.stop()
        intervals, busy = 1000 * np.diff(np.array(self._at), axis=0).T
        return {
            "interval_95_ms": float(np.percentile(intervals, 95)),
            "longest_ms": float(intervals.max()),
            "busy_95_ms": float(np.percentile(busy, 95)),
            "late": float((busy > MOST_LATER_MS + INTERVAL).mean()),
        }


def worked_beside() -> float:
    """Seconds of the processor that the processes of this one have worked so far."""
    if sys.platform != "linux":
        return 0.0
    tick, found = os.sysconf("SC_CLK_TCK"), 0.0
    for listed in Path("/proc/self/task").glob("*/children"):
        for number in listed.read_text().split():
            after = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
            found += (int(after[11]) + int(after[12])) / tick
    return found


def trained_beside(session, watch: Frames, seconds: float, *, follow: bool) -> dict[str, float]:
    """The frames while a training goes on, and its speed."""
    session.follow_training(follow)
    spin(0.5)
    updates = session.progress.update
    clock, worked = time.perf_counter(), worked_beside()
    found = watch.watch(seconds)
    updates = session.progress.update - updates
    worked, clock = worked_beside() - worked, time.perf_counter() - clock
    processor = updates / worked if worked else float("nan")
    return {**found, "updates_s": updates / clock, "updates_processor_s": processor}


def trained_alone(run, plan, seconds: float) -> dict[str, float]:
    """The speed of the same training on this thread, without an event loop beside it."""
    from rnnviz.training import fit, prepare

    fitting, done = prepare(run, plan), 0
    begin = clock = own = 0.0

    def report(progress) -> None:
        nonlocal done, begin, clock, own
        if not begin:
            begin, own = time.perf_counter(), time.thread_time()
        done, clock = progress.update, time.perf_counter() - begin

    fit(fitting, report, lambda: bool(begin) and time.perf_counter() - begin > seconds)
    worked = time.thread_time() - own
    return {"updates_s": done / clock, "updates_processor_s": done / worked}


def main() -> None:
    """Print the figures beside what is wanted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each turn")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--long", action="store_true", help="standstills with long series too")
    options = parser.parse_args()
    from rnnviz.app import Application
    from rnnviz.film import Settings
    from rnnviz.session import Session
    from rnnviz.views.window import MainWindow

    application = Application()
    session = Session()
    window = MainWindow(session)
    window.resize(*frames.SIZES[0][:2])
    window.set_theme("light")
    session.open_text(frames.text_of(STEPS))
    session.set_settings(Settings(cell="lstm", units=UNITS))
    window.show()
    window.finish()
    spin(2.0)
    offer = session.offer_training()
    plan = replace(
        offer.plan,
        settings=replace(offer.plan.settings, cell="lstm", units=UNITS),
        window=WINDOW,
        batch=BATCH,
        updates=1_000_000,
        validation=0.0,
    )
    run, watch = session.run, Frames()
    turns: dict[str, list[dict[str, float]]] = {
        "idle": [], "training, shown": [], "training, not shown": [], "training alone": [],
    }  # fmt: skip
    for _ in range(options.rounds):
        turns["idle"].append(watch.watch(options.seconds))
        session.train(plan)
        spin(2.0)
        for name, follow in (("training, shown", True), ("training, not shown", False)):
            turns[name].append(trained_beside(session, watch, options.seconds, follow=follow))
        session.end_training()
        session.undo()
        while not session.at_rest:
            spin(0.1)
        turns["training alone"].append(trained_alone(run, plan, options.seconds))
    figures: dict[str, dict[str, float]] = {
        name: {key: median(turn[key] for turn in found) for key in found[0]}
        for name, found in turns.items()
    }
    alone, idle = figures["training alone"], figures["idle"]
    print(f"LSTM, T={WINDOW}, H={UNITS}, B={BATCH}: medians of {options.rounds} turns")
    for name, row in figures.items():
        said = []
        if "interval_95_ms" in row:
            row["later_ms"] = row["interval_95_ms"] - idle["interval_95_ms"]
            said.append(
                f"interval 95 %: {row['interval_95_ms']:.1f} ms (idle + {row['later_ms']:.1f}, "
                f"wanted: {MOST_LATER_MS:g}), longest {row['longest_ms']:.0f} ms; busy 95 %: "
                f"{row['busy_95_ms']:.2f} ms, late {row['late']:.1%}"
            )
        if "updates_s" in row:
            for key in ("updates_s", "updates_processor_s"):
                row[key.replace("updates", "speed")] = row[key] / alone[key]
            said.append(
                f"{row['updates_s']:.1f} updates/s ({row['speed_s']:.0%} of alone, wanted: "
                f"{LEAST_SPEED:.0%}), {row['updates_processor_s']:.1f} a second of the processor "
                f"({row['speed_processor_s']:.0%})"
            )
        print(f"  {name:20}", "; ".join(said))
    rows: list[dict[str, object]] = [{"what": name, **row} for name, row in figures.items()]
    for steps, units, cell in frames.LONG[:2] if options.long else ():
        row = frames.standstills(session, window, application, steps, units, cell)
        rows.append(row)
        said = [f"{k[:-3].replace('_', ' ')} {v:.0f}" for k, v in list(row.items())[4:]]
        print(f"  T={steps:8} H={units:4} {cell:5} longest standstill (wanted: "
              f"{frames.MOST_MS:.0f} ms):", ", ".join(said), "ms")  # fmt: skip
    session.close()
    window.close()
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
