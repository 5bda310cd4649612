"""Which reader a file belongs to: by the end of its name, and by what it really holds."""

import io
import re
import zipfile
from pathlib import PurePath

from rnnviz.files.errors import DataError

TEXT = (".txt", ".text")
TABLES = (".csv", ".tsv", ".tab")

JSON = (".json", ".jsonl", ".ndjson")
NPY = (".npy",)
NPZ = (".npz",)
WAV = (".wav", ".wave")
PNG = (".png",)
JPEG = (".jpg", ".jpeg")
PICTURES = (*PNG, *JPEG)
SEQUENCES = (*TEXT, *TABLES, *JSON, *NPY, *NPZ, *WAV, *PICTURES)

CAN = "text (.txt), tables (.csv, .tsv), .json, .npy, .npz, .wav, .png and .jpg can"

# Names that say something else, whatever such a file really holds.
_OTHER = {
    ".safetensors": "network weights",
    ".toml": "a session",
    ".rnnviz": "a document of rnnviz",
    ".pkl": "a Python pickle, which only running it could open",
    ".pickle": "a Python pickle, which only running it could open",
    ".pt": "a PyTorch pickle, which only running it could open (save it as .safetensors)",
    ".pth": "a PyTorch pickle, which only running it could open (save it as .safetensors)",
    ".joblib": "a Python pickle, which only running it could open",
    ".onnx": "an ONNX model (save the W, R and B of its recurrent node as .npz)",
    ".keras": "a model of Keras (save its get_weights() as .npz with np.savez)",
}

_CONTENTS = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a bitmap picture"),
    (b"RIFF", "a sound or a film (RIFF)"),
    (b"RIFX", "a sound (RIFX)"),
    (b"RF64", "a sound (RF64)"),
    (b"BW64", "a sound (BW64)"),
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
    (b"\xd0\xcf\x11\xe0", "an old Office document (save a table as .csv)"),
    (b"{\\rtf", "a rich text document"),
    (b"SQLite format 3\0", "a database"),
    (b"OggS", "a sound or a film (Ogg)"),
    (b"fLaC", "a sound (FLAC)"),
    (b"ID3", "a sound (MP3)"),
    (b"PAR1", "a Parquet table"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file (of Keras or MATLAB?)"),
    (b"MATLAB 5.0 MAT-file", "a file of MATLAB"),
    (b"MATLAB 7.3 MAT-file", "a file of MATLAB"),
    (b"ARROW1\0\0", "a Feather or Arrow table (save it as .csv)"),
    (b"GGUF", "network weights in GGUF"),
    (b"CDF\x01", "a NetCDF file (save it as .csv)"),
    (b"CDF\x02", "a NetCDF file (save it as .csv)"),
    (b"RDX", "data of R (save it as .csv)"),
    (b"MThd", "a MIDI file"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"\x1a\x45\xdf\xa3", "a film (Matroska or WebM)"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"<stata_dta>", "data of Stata (save it as .csv)"),
    (b"$FL2@(#)", "data of SPSS (save it as .csv)"),
    (b"FORM", "a sound (AIFF)"),
    (b"version https://git-lfs.github.com/", "only a pointer of Git LFS to a file elsewhere"),
    (b"\x80\x02", "a Python pickle"),
    (b"\x80\x03", "a Python pickle"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
)

# What is packed in a zip, by what stands near its beginning.
_PACKED = (
    (b"[Content_Types].xml", "an Office document (save a table as .csv)"),
    (b"application/vnd.oasis.", "an Office document (save a table as .csv)"),
    (b"/data.pkl", "a PyTorch pickle (save it as .safetensors)"),
)

# What does not begin with its own name, but has it a few bytes further on.
_FURTHER = (
    (4, b"ftyp", "a film or a picture (MP4, HEIC)"),
    (4, b"TFL3", "a TensorFlow Lite model"),
    (257, b"ustar", "a tar archive"),
)
_MODEL = re.compile(rb"\x08[\x01-\x20]\x12[\x01-\x40][A-Za-z]")  # ONNX: version, then who made it

_MARKUP = (
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML document"),
    (b"<svg", "an SVG picture"),
    (b"<!--", "an XML document or a web page"),
    (b"<table", "a web page"),
    (b"<body", "a web page"),
    (b"<head", "a web page"),
    (b"{", "JSON"),
    (b"[", "JSON"),
)


def refuse_other(suffix: str, path: str) -> None:
    """Refuse what by its name is no sequence."""
    kind = _OTHER.get(suffix)
    if kind is not None:
        raise DataError(f"is {kind}, and no sequence: {CAN}", path=path)


def suffix_of(path: str) -> str:
    """Return the end of a file's name that says what it is, in small letters."""
    return PurePath(path).suffix.lower()


def suffix_by_content(data: bytes) -> str:
    """Return the suffix that a file should have by its first bytes; "" for text and the unknown."""
    if data.startswith(b"\x93NUMPY"):
        return ".npy"
    if data[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64") and data[8:12] == b"WAVE":
        return ".wav"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"
    if data.startswith(b"\xff\xd8\xff"):
        return ".jpg"
    if data.startswith(b"PK\x03\x04") and b".npy" in data[:300]:
        return ".npz"
    return ""


def refuse_stranger(data: bytes, begins: tuple[bytes, ...], path: str) -> None:
    """Refuse what is known to be something else, in words, where its name promises numbers.

    Parameters
    ----------
    data
        The file.
    begins
        How a file of that name may begin.
    path
        The file.
    """
    if data.startswith(begins):
        return
    what = content(data) or markup(data)
    if what is not None:
        raise DataError(f"is {what}, and not what its name says", path=path)


def refuse_hybrid(data: bytes, path: str) -> None:
    """Refuse what is a zip archive as well: two programs would see two different things."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise DataError("is a zip archive as well as what its name says", path=path)


def content(data: bytes) -> str | None:
    """Return what a file that is not text holds, by its first bytes."""
    if data.startswith(b"PK\x03\x04"):
        packed = next((kind for name, kind in _PACKED if name in data[:4096]), None)
        if packed is not None:
            return packed
    if data[8:9] == b"{" and 0 in data[:8] and int.from_bytes(data[:8], "little") <= len(data) - 8:
        return "network weights (give it the ending .safetensors)"
    for at, name, kind in _FURTHER:
        if data.startswith(name, at) and 0 in data[:64]:
            return kind
    if _MODEL.match(data) and 0 in data[:4096]:
        return "an ONNX model (save the W, R and B of its recurrent node as .npz)"
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
