"""A virtual screen with a window manager, the real program on it, and hands: xdotool."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
TOOLS = ("Xvfb", "openbox", "xdotool")
MARK = (0xB5, 0x84, 0x17)  # of a tour's present scene, in its bar
AMBER = (0xF2, 0xB0, 0x1E)


def missing() -> list[str]:
    return [tool for tool in TOOLS if shutil.which(tool) is None]


def wait_for(what, condition, seconds=60.0):
    """The condition's value once it is true; a busy machine takes long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds:g} s in vain for {what}")


def at_rest(processes, seconds: float) -> bool:
    """Whether for so long no thread of any process runs or waits for its turn to.

    Pixels alone do not tell a program that has done all from one that could not begin yet.
    """
    end = time.monotonic() + seconds
    while True:
        for process in processes:
            for thread in Path(f"/proc/{process.pid}/task").glob("*/stat"):
                try:
                    state = thread.read_text().rpartition(") ")[2][:1]
                except OSError:  # it has just ended
                    continue
                if state in "RD":
                    return False
        if time.monotonic() >= end:
            return True
        time.sleep(0.02)


class Screen:
    """Xvfb and openbox. Its pixels are read from Xvfb's own framebuffer file."""

    def __init__(self, folder: Path, size: tuple[int, int] = (1600, 900), *more: str) -> None:
        self.width, self.height = size
        self._folder = folder
        reading, writing = os.pipe()
        geometry = f"{size[0]}x{size[1]}x24"
        self._server = subprocess.Popen(
            [
                "Xvfb",
                "-displayfd",
                str(writing),
                "-ac",
                "-fbdir",
                str(folder),
                "-screen",
                "0",
                geometry,
                *more,
            ],
            pass_fds=(writing,),
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as number:
            self.display = f":{number.readline().strip()}"
        self.environment = {
            **os.environ,
            "DISPLAY": self.display,
            "QT_QPA_PLATFORM": "xcb",
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_RUNTIME_DIR": str(folder),
        }
        folder.chmod(0o700)
        self._manager = subprocess.Popen(
            ["openbox"], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for("the window manager", lambda: self._manager_stands())

    def do(self, *words) -> str:
        """One call of xdotool; its output."""
        done = subprocess.run(
            ["xdotool", *map(str, words)], env=self.environment, capture_output=True, text=True
        )
        return done.stdout.strip()

    def pixels(self) -> np.ndarray:
        """The whole screen now, (height, width, 3)."""
        raw = (self._folder / "Xvfb_screen0").read_bytes()
        header, _, _, _, width, height = struct.unpack(">6I", raw[:24])
        stride = struct.unpack(">I", raw[48:52])[0]
        colours = struct.unpack(">I", raw[76:80])[0]
        begin = header + 12 * colours
        image = np.frombuffer(raw, np.uint8, height * stride, begin).reshape(height, stride)
        return image[:, : 4 * width].reshape(height, width, 4)[:, :, 2::-1].copy()

    @property
    def processes(self) -> tuple[subprocess.Popen, ...]:
        """Of the screen itself: what was typed may still be on its way in them."""
        return self._server, self._manager

    def close(self) -> None:
        for process in (self._manager, self._server):
            process.terminate()
            process.wait(10)

    def _manager_stands(self) -> bool:
        names = subprocess.run(
            ["xdotool", "get_num_desktops"], env=self.environment, capture_output=True, text=True
        )
        return names.returncode == 0 and names.stdout.strip().isdigit()


class Program:
    """The program in its window on a screen."""

    def __init__(self, screen: Screen, *arguments: object) -> None:
        arguments = (*arguments, "--no-start-page")
        self.screen = screen
        screen.do("mousemove", 3, screen.height // 3)  # over nothing that answers
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "main.py"), *map(str, arguments)],
            env=screen.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.window = wait_for("the window", self._find)
        screen.do("windowactivate", "--sync", self.window)
        wait_for("the stage", lambda: self.knob() is not None)
        self.still(pause=1.0)  # the gradient's plot comes some time after the first paint

    @property
    def title(self) -> str:
        return self.screen.do("getwindowname", self.window)

    def geometry(self) -> tuple[int, int, int, int]:
        """x, y, width, height."""
        text = self.screen.do("getwindowgeometry", "--shell", self.window)
        values = dict(line.split("=") for line in text.splitlines())
        return tuple(int(values[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))

    def key(self, *names: str, delay: int = 40) -> None:
        self.screen.do("key", "--delay", delay, *names)

    def type(self, text: str) -> None:
        self.screen.do("type", "--delay", 15, text)

    def click(self, x: float, y: float) -> None:
        self.screen.do("mousemove", "--window", self.window, round(x), round(y), "click", 1)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        steps = 8
        self.screen.do("mousemove", "--window", self.window, *map(round, start), "mousedown", 1)
        for i in range(1, steps + 1):
            x, y = (a + (b - a) * i / steps for a, b in zip(start, end, strict=True))
            self.screen.do("mousemove", "--window", self.window, round(x), round(y))
            time.sleep(0.03)
        self.screen.do("mouseup", 1)

    def shot(self) -> np.ndarray:
        """The window's pixels."""
        x, y, width, height = self.geometry()
        return self.screen.pixels()[max(y, 0) : y + height, max(x, 0) : x + width]

    def still(self, pause: float = 0.15) -> np.ndarray:
        """The window's pixels once nothing has changed or been at work for `pause` seconds."""
        last = [self.shot()]

        def same() -> bool:
            rest = at_rest((*self.screen.processes, self._process), pause)
            now = self.shot()
            equal = now.shape == last[0].shape and bool((now == last[0]).all())
            last[0] = now
            return equal and rest

        wait_for("the picture to stand still", same)
        return last[0]

    def comes_to(self, picture: np.ndarray) -> None:
        """Wait until the window shows this picture, pixel by pixel."""
        shots = [picture]

        def same() -> bool:
            shots.append(self.shot())
            return np.array_equal(shots[-1], picture)

        try:
            wait_for("a picture", same)
        except AssertionError as error:
            last = shots[-1]
            if last.shape != picture.shape:
                raise AssertionError(f"{last.shape}, not {picture.shape}") from error
            rows, columns = np.nonzero(np.any(last != picture, axis=2))
            where = f"x {columns.min()}–{columns.max()}, y {rows.min()}–{rows.max()}"
            raise AssertionError(f"{len(rows)} pixels differ: {where}") from error

    def knob(self) -> tuple[float, float] | None:
        """Where the scrubber's amber knob is: x as a part of the width, and y in pixels."""
        shot = self.shot()
        if shot.size == 0:
            return None
        bottom = shot.shape[0] - shot.shape[0] // 6
        below = shot[bottom:].astype(int)
        amber = np.minimum(*(np.abs(below - each).max(axis=2) for each in (AMBER, MARK))) < 12
        # The knob is the only amber thing down there that is 7 pixels thick.
        thick = np.lib.stride_tricks.sliding_window_view(amber, (7, 7)).all(axis=(2, 3))
        if not thick.any():
            return None
        rows, columns = np.nonzero(thick)
        return (columns.mean() + 3) / shot.shape[1], bottom + rows.mean() + 3

    def quit(self, *, discard: bool = False) -> None:
        """Quit by its key; it must end well and have complained of nothing.

        Where work would be lost it asks, and `discard` is the answer.
        """
        self.key("ctrl+q")
        if discard:
            search = ("search", "--onlyvisible", "--pid", self._process.pid, "--name", "^rnnviz$")
            box = wait_for("the question", lambda: self.screen.do(*search))
            self.screen.do("windowactivate", "--sync", box.splitlines()[-1])
            self.key("alt+d")
        out, complaints = self._process.communicate(timeout=60)
        assert self._process.returncode == 0
        assert complaints == ""
        assert out == ""

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()

    def _find(self) -> str:
        if self._process.poll() is not None:
            raise AssertionError(self._process.stderr.read())
        found = self.screen.do("search", "--onlyvisible", "--pid", self._process.pid, "--name", ".")
        return found.splitlines()[-1] if found else ""
