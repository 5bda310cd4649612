"""Hand-outs of tours as PDFs, read back by another program."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rnnviz.files.errors import Cancelled
from rnnviz.tours.captions import plain
from rnnviz.tours.script import read_tour, shipped_tour
from rnnviz.writing.formats import FORMATS, Appearance, ExportJob

pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is missing")
ROOT = Path(__file__).resolve().parent.parent.parent
SHORT = "2-five-shapes"


def write_handout(tour, file, notation="lecture", told=lambda _: True, **options):
    """How many pages it has."""
    job = ExportJob(file, tour, Appearance(notation=notation), options=options)
    said = FORMATS["handout"].write(job, told)
    assert said.startswith(f"wrote {file.name}, ")
    return int(said.split()[-2])


def text_of(file):
    done = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, check=True, text=True)
    return " ".join(done.stdout.split())


@pytest.mark.parametrize(("per_page", "pages"), [(2, 2), (4, 1)])
def test_a_handout_says_all_that_the_tour_says(qapp, tmp_path, per_page, pages):
    tour, file, heard = shipped_tour(SHORT), tmp_path / "shapes.pdf", []
    told = lambda done: not heard.append(done)  # noqa: E731
    assert write_handout(tour, file, per_page=per_page, told=told) == pages
    assert heard == [index / len(tour.scenes) for index in range(len(tour.scenes))]
    text = text_of(file)
    for scene in tour.scenes:
        assert plain(scene.title) in text
        for said in (scene.question, scene.answer, *scene.notes.split("\n")):
            assert said.strip() in text
    assert f"page {pages}" in text and f"rnnviz · {tour.title}" in text and tour.about in text
    assert text.count(tour.scenes[0].part) == 1
    # The pictures are drawings: their words are words.
    assert "decoder: says, fed its own answers" in text and "dort" in text
    assert file.stat().st_size < 1_000_000


def test_without_notes_in_another_notation_and_on_letter_paper(qapp, tmp_path):
    tour, file = shipped_tour("4-forward"), tmp_path / "forward.pdf"
    write_handout(tour, file, "textbook", notes=False, paper="letter")
    text = text_of(file)
    assert "a⟨" not in text and "h₀ = 0" in text
    for scene in tour.scenes:
        for line in scene.notes.split("\n"):
            assert not line.strip() or line.strip() not in text
    info = subprocess.run(["pdfinfo", str(file)], capture_output=True, check=True, text=True)
    assert "612 x 792" in info.stdout


def test_long_notes_go_on_over_pages_and_a_scene_that_cannot_be_shown_says_why(qapp, tmp_path):
    words = "\n".join(
        " ".join(f"word{number}" for number in range(start, start + 60))
        for start in range(0, 420, 60)
    )
    script = tmp_path / "mine.toml"
    script.write_text(
        f'title = "Mine"\n[[scene]]\nname = "one"\ntitle = "Long"\nnotes = """{words}"""\n'
        '[[scene]]\nname = "two"\ntitle = "Gone"\nopen = { file = "gone.txt" }\n'
        '[[scene]]\nname = "three"\ntitle = "Last"\ncaption = "*After* all: a⟨1⟩"\n'
    )
    for per_page in (2, 4):
        file = tmp_path / f"{per_page}.pdf"
        assert write_handout(read_tour(script), file, per_page=per_page) > 1
        text = text_of(file)
        assert all(word in text for word in ("word0 ", "word211 ", "word419"))
        assert "This scene cannot be shown: " in text and "gone.txt" in text
        assert "After all: a⟨1⟩" in text


def test_a_cancelled_handout_leaves_no_file(qapp, tmp_path):
    file = tmp_path / "none.pdf"
    with pytest.raises(Cancelled):
        write_handout(shipped_tour(SHORT), file, told=lambda done: done < 0.4)
    assert not list(tmp_path.iterdir())


def test_the_command_writes_one_and_refuses_what_is_no_tour(tmp_path):
    def rnnviz(*arguments):
        command = [sys.executable, str(ROOT / "main.py"), "export", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)

    flags = ("--format", "handout", "--output", "shapes.pdf")
    done = rnnviz(SHORT, *flags, "--per-page", "4", "--paper", "letter", "--notes", "--progress")
    assert done.returncode == 0, done.stderr
    assert "wrote shapes.pdf, 1 page" in done.stderr and "progress 0." in done.stderr
    assert "rnnviz · 2 · Five shapes" in text_of(tmp_path / "shapes.pdf")
    done = rnnviz("--text", "a b", "--format", "handout", "--output", "none.pdf")
    assert done.returncode == 2 and "it is written of a tour" in done.stderr
    assert not (tmp_path / "none.pdf").exists()
