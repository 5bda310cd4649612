"""Which reader a file belongs to: by the end of its name, and by what it really holds."""

from rnnviz.data.errors import DataError

TEXT = (".txt", ".text")
TABLES = (".csv", ".tsv", ".tab")

CAN = "text (.txt) and tables (.csv, .tsv) can"

_LATER = {
    ".json": "JSON files",
    ".npy": "NumPy arrays",
    ".npz": "NumPy archives",
    ".wav": "sounds",
    ".safetensors": "network weights",
    ".toml": "sessions",
    ".png": "pictures",
    ".rnnviz": "rnnviz documents",
}

_CONTENTS = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a bitmap picture"),
    (b"RIFF", "a sound or a film (RIFF)"),
    (b"RIFX", "a sound (RIFX)"),
    (b"RF64", "a sound (RF64)"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"PK\x03\x04", "a zip archive (a spreadsheet, a document, NumPy's .npz?)"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"%PDF", "a PDF document"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{\\rtf", "a rich text document"),
    (b"SQLite format 3\0", "a database"),
    (b"OggS", "a sound or a film (Ogg)"),
    (b"fLaC", "a sound (FLAC)"),
    (b"ID3", "a sound (MP3)"),
    (b"PAR1", "a Parquet table"),
    (b"\x80\x02", "a Python pickle"),
    (b"\x80\x03", "a Python pickle"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
)

_MARKUP = (
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML document"),
    (b"<svg", "an SVG picture"),
    (b"{", "JSON"),
    (b"[", "JSON"),
)


def refuse_later(suffix: str, path: str) -> None:
    """Refuse the formats that have no reader yet, whatever such a file really holds."""
    kind = _LATER.get(suffix)
    if kind is not None:
        raise DataError(f"{kind} ({suffix}) cannot be opened yet: {CAN}", path=path)


def content(data: bytes) -> str | None:
    """Return what a file that is not text holds, by its first bytes."""
    for magic, kind in _CONTENTS:
        if data.startswith(magic):
            # Two letters are also how a text may begin ("BMW sold…", "MZ is …").
            if magic.isalnum() and not any(byte < 9 for byte in data[:64]):
                continue
            return kind
    return None


def markup(data: bytes) -> str | None:
    """Return what a text holds that is certainly no table."""
    start = data[:256].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return next((kind for mark, kind in _MARKUP if start.startswith(mark)), None)
