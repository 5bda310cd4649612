"""Pictures, drawings and pages: opened again by other programs, and refused in one line."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from base64 import b64decode
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from rnnviz.cli.export import export
from rnnviz.export.picture import write_still
from rnnviz.files.disk import resource_path
from rnnviz.scenes.shapes import Role
from rnnviz.views import typefaces
from rnnviz.views.look import DARK, LIGHT
from rnnviz.writing.formats import Appearance, ExportJob

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"
SIZE = (1200, 760)


def needs(*programs):
    missing = [program for program in programs if shutil.which(program) is None]
    return pytest.mark.skipif(bool(missing), reason=f"{', '.join(missing)} not installed")


def heard(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    return done.stdout


@pytest.fixture(params=["light", "dark"])
def written(qapp, request, tmp_path, frame_of):
    """Writes what is shown of a frame in one of the themes."""

    def write(ending, what="window", scale=1.0, position=4.0):
        path = tmp_path / f"{what}{ending}"
        appearance = Appearance(SIZE, request.param)
        job = ExportJob(path, frame_of(position=position), appearance, what, scale=scale)
        assert write_still(job, lambda _: True) == f"wrote {path.name}"
        return path

    write.theme = request.param
    return write


def ground_of(theme):
    palette = {"light": LIGHT, "dark": DARK}[theme]
    return palette.colour(Role.BACKGROUND).getRgb()[:3]


def test_a_picture_has_as_many_pixels_as_it_is_asked_for(written):
    small, large = written(".png"), written(".png", "stage", 3.0)
    with Image.open(small) as picture:
        assert picture.size == SIZE
        assert picture.convert("RGB").getpixel((600, 110)) == ground_of(written.theme)
    with Image.open(large) as picture:
        assert picture.size[0] == 3 * SIZE[0]
        assert picture.size[1] % 3 == 0


def test_a_drawing_has_text_its_typefaces_and_no_pixels(written):
    root = ElementTree.parse(written(".svg")).getroot()
    words = " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
    for said in ("step 4 of 9", "Hidden state", "Gradient reaching each step", "Hermione", "tanh"):
        assert said in words
    style = next(root.iter(f"{SVG}style")).text
    assert style.count("@font-face") >= 3
    assert 'font-family:"Inter";font-weight:600' in style and "base64," in style
    images = [image.get("width") for image in root.iter(f"{SVG}image")]
    assert images == []


def test_without_fonttools_the_typefaces_are_whole(monkeypatch):
    real = typefaces.find_spec
    monkeypatch.setattr(
        typefaces, "find_spec", lambda name: None if name == "fontTools" else real(name)
    )
    svg = '<svg><defs></defs><text font-family="Inter">Qx⟨7⟩ &lt; zw</text></svg>'
    drawing = typefaces.with_typefaces(svg)
    faces = re.findall(r'font-family:"([^"]+)"[^}]*base64,([^)]+)\)', drawing)
    assert {family for family, _ in faces} == {"Inter", "DejaVu Sans"}
    regular = resource_path("fonts", "Inter-Regular.otf").read_bytes()
    assert b64decode(faces[0][1]) == regular
    assert 'font-family="Inter,DejaVu Sans,STIX Two Math,sans-serif"' in drawing


@needs("pdftotext", "pdffonts", "pdfimages")
def test_a_page_has_text_its_typefaces_and_no_pixels(written):
    path = written(".pdf")
    words = " ".join(heard("pdftotext", path, "-").split())
    for said in ("step 4 of 9", "Hidden state", "Gradient reaching each step", "Hermione"):
        assert said in words
    fonts = [line.split() for line in heard("pdffonts", path).splitlines()[2:]]
    assert any("Inter" in font[0] for font in fonts)
    assert all(font[-5] == "yes" for font in fonts)  # embedded
    assert heard("pdfimages", "-list", path).splitlines()[2:] == []


@needs("pdftoppm")
def test_a_page_shows_what_the_window_shows(written, tmp_path):
    heard("pdftoppm", "-r", "96", "-png", "-singlefile", written(".pdf"), tmp_path / "page")
    assert_alike(tmp_path / "page.png", written(".png"))


@needs("chromium")
@pytest.mark.slow
def test_a_browser_shows_a_drawing_as_the_window_does(written, tmp_path):
    shot, drawing = tmp_path / "shot.png", written(".svg")
    heard(
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={SIZE[0]},{SIZE[1]}",
        f"--screenshot={shot}", drawing.as_uri(),
    )  # fmt: skip
    assert_alike(shot, written(".png"))


def assert_alike(one, other):
    """Two pictures differ at edges alone: other letters, or letters elsewhere, are many pixels."""
    with Image.open(one) as first, Image.open(other) as second:
        pictures = [np.asarray(each.convert("RGB"), float) for each in (first, second)]
    assert pictures[0].shape == pictures[1].shape
    # Over 4 × 4 pixels, so that each program may smooth as it likes.
    means = [
        each[: 4 * (len(each) // 4), : 4 * (each.shape[1] // 4)]
        .reshape(len(each) // 4, 4, each.shape[1] // 4, 4, 3)
        .mean(axis=(1, 3))
        for each in pictures
    ]
    far = np.abs(means[0] - means[1]).max(axis=-1) > 40
    assert far.mean() < 0.006, f"{100 * far.mean():.2f} % differ"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "a.svg", "--what", "stage", "--resolution", "2"), "--resolution: it means nothing"),
        (("-o", "a.xyz"), "no format"),
        (("-o", "a.svg", "--format", "png"), "call it a.png"),
        (("-o", "none/a.svg"), "cannot be written"),
        (("-o", "a.png", "--at", "99"), "--at"),
        (("-o", "a.png", "--from", "2"), "--from: it means nothing"),
        (("-o", "a.png", "--layout", "mine"), "--layout mine"),
        (("missing.txt", "-o", "a.png"), "missing.txt"),
        (("n" * 300, "-o", "a.png"), "too long"),
        (("-o", "n" * 300 + ".png"), "too long"),
        (("lecture", "--scene", "900", "-o", "a.pdf"), "900"),
    ],
)
def test_what_cannot_be_written_is_one_line(arguments, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert export(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert line.startswith("rnnviz: ") and said in line
    assert list(tmp_path.iterdir()) == []


def test_a_flag_that_is_none_is_one_line(capsys):
    with pytest.raises(SystemExit) as ended:
        export(["-o", "a.png", "--what", "nothing"])
    (line,) = capsys.readouterr().err.splitlines()
    assert ended.value.code == 2
    assert "--what" in line and "'nothing'" in line and "--help" in line


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_a_killed_export_leaves_what_was_there(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"before")
    command = [sys.executable, ROOT / "main.py", "export", "--text", "one two", "-o", path,
               "--resolution", "3", "--size", "2000x1200"]  # fmt: skip
    with subprocess.Popen(command, env=os.environ, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and len(list(tmp_path.iterdir())) < 2:
            time.sleep(0.001)  # until it begins to write beside what is there
        process.kill()
    if path.read_bytes() != b"before":  # it came first
        with Image.open(path) as picture:
            picture.load()
