"""A tour's text to the disk: as a file of its own, or into a document that is not open. No Qt."""

from __future__ import annotations

from os.path import commonpath
from pathlib import Path

from rnnviz.files.disk import fingerprint, why_unwritten, write_whole
from rnnviz.files.errors import DataError
from rnnviz.tours.scenes import Tour
from rnnviz.tours.writing import moved, tour_text


def write_tour(path: Path, text: str, known: bytes | None = None) -> bytes | None:
    """Write a tour's file whole, and return its fingerprint.

    Parameters
    ----------
    path : Path
    text : str
    known : bytes or None
        The fingerprint of the file that it may take the place of; None: of any.

    Raises
    ------
    DataError
        If it cannot be written, or somebody else has written there since.
    """

    def check(target: Path) -> None:
        if known is not None and fingerprint(target) not in (None, known):
            what = "was changed on the disk since it was opened here; Save as … keeps both"
            raise DataError(what, path=path)

    try:
        write_whole(path, text.encode(), check)
    except OSError as error:
        raise DataError(f"cannot be written: {why_unwritten(error)}", path=path) from None
    return fingerprint(path)


def write_within(path: Path, text: str) -> bytes:
    """Have a document on the disk keep a tour, with all else in it as it is; its fingerprint.

    Raises
    ------
    DataError
        If it is no document, or cannot be written.
    """
    from rnnviz.documents import open_document, save_document

    found = open_document(path)
    try:
        return save_document(path, found.branches, found.view, found.mark, text)
    except OSError as error:
        raise DataError(f"cannot be written: {why_unwritten(error)}", path=path) from None


def moved_along(text: str, place: Path, path: Path) -> tuple[str, str]:
    """A document's tour with its files named from where the document is written now.

    With that, why it stays as it is, as the end of a message; empty where it does not.
    """
    try:
        return moved(text, place, path), ""
    except DataError as error:
        return text, f"; its tour stays as it is: {error}"


def for_a_crash(tour: Tour, path: Path | None) -> tuple[str, str]:
    """The text of a tour that stands in no file, and what its files are named from.

    That is its own file, or the folder that holds all that it opens; both texts are empty where
    there is no such folder.
    """
    opened = [scene.opens or {} for scene in tour.scenes]
    folders = [str(Path(each["file"]).parent) for each in opened if "file" in each]
    try:
        place = path or Path(commonpath(folders) if folders else ".", "tour").absolute()
        return tour_text(tour, place), str(place)
    except (DataError, ValueError):  # on two drives
        return "", ""
