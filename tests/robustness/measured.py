"""What this process takes of the memory, where the system says it; 0 elsewhere."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def resident() -> float:
    """Megabytes of memory now."""
    return _status("VmRSS")


def peak() -> float:
    """The most megabytes since `forget_peak`, or since the start."""
    return _status("VmHWM")


def forget_peak() -> None:
    """Measure the next peak from here, where the system can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _status(name: str) -> float:
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1024
    return 0.0
