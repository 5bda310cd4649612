"""Make the pictures of the documents, by the program's own export.

python docs/make_pictures.py
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURES = {
    "stage-light": ["--at", "back:4"],
    "stage-dark": ["--at", "5.6", "--theme", "dark"],
    "stage-backward": ["--at", "back:2.45", "--size", "1280x720"],
    "gradient-sum": ["--at", "back:1", "--sum", "--gain", "0.9", "--units", "32"],
    "series": ["resources/series/seattle-temperature-2012.csv", "--at", "200"],
    "lstm": ["--cell", "lstm", "--at", "back:3", "--quantity", "f"],
    "layers": ["--cell", "gru", "--layers", "2", "--at", "back:5", "--theme", "dark"],
    "words-light": ["--words"],
    "words-dark": ["--words", "--theme", "dark", "--cell", "lstm"],
    "update": ["--optimizer", "adam", "--clip-norm", "1", "--at", "update", "--size", "1280x720"],
}


def main() -> None:
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(exist_ok=True)
    for name, options in PICTURES.items():
        size = [] if "--size" in options else ["--size", "1600x900"]
        export = ["--export", str(folder / f"{name}.png")]
        subprocess.run(
            [sys.executable, "main.py", *options, *size, *export], cwd=ROOT, check=True, timeout=60
        )


if __name__ == "__main__":
    main()
