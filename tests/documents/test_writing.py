"""A document is on the disk as a whole, or the old one is."""

import os
import stat

import pytest

from rnnviz.documents import archive, files, open_document, save_document
from rnnviz.files.disk import write_whole
from rnnviz.files.errors import DataError
from rnnviz.film import Branches
from tests.documents.runs import same, series_run, text_run


def test_a_failure_leaves_the_old_one_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "d.rnnviz"
    old = text_run()
    save_document(path, Branches.of(old))
    before = path.read_bytes()

    def half(file, description, stacks):
        file.write(before[:500])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_archive", half)
    with pytest.raises(OSError, match="No space"):
        save_document(path, Branches.of(series_run()))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_what_could_not_be_opened_again_is_not_saved(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MOST_BYTES", 1000)
    with pytest.raises(DataError, match=r"d\.rnnviz: is too large"):
        save_document(tmp_path / "d.rnnviz", Branches.of(series_run()))
    assert not list(tmp_path.iterdir())


def test_a_link_stays_a_link_and_the_mode_stays(tmp_path):
    real, link = tmp_path / "real.rnnviz", tmp_path / "link.rnnviz"
    save_document(real, Branches.of(text_run()))
    real.chmod(0o640)
    link.symlink_to(real)
    run = series_run()
    save_document(link, Branches.of(run))
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    same(run, open_document(real).branches.run)


def test_a_new_file_has_the_mode_that_the_user_wants(tmp_path):
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "d", lambda file: file.write(b"x"))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "d").stat().st_mode) == 0o640


@pytest.mark.parametrize("name", ["", "no/such/folder/d.rnnviz", "x" * 300])
def test_places_that_cannot_be_written(tmp_path, name):
    with pytest.raises(OSError):
        save_document(tmp_path / name, Branches.of(text_run()))
    assert not list(tmp_path.iterdir())


def test_long_names_can_be_written(tmp_path):
    path = tmp_path / ("é" * 120 + ".rnnviz")
    save_document(path, Branches.of(text_run()))
    open_document(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_file_that_may_not_be_changed_is_not(tmp_path):
    path = tmp_path / "d.rnnviz"
    save_document(path, Branches.of(text_run()))
    path.chmod(0o444)
    with pytest.raises(PermissionError):
        save_document(path, Branches.of(text_run()))
