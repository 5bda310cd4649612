"""JPEG pictures, and PNG pictures larger than ours reads, by Pillow where it is installed."""

import io
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.files.errors import DataError

LARGEST = 16_384
"""Pixels of a side."""
_MOST = 64_000_000  # pixels together
_HOW = "needs Pillow, which is not installed: pip install Pillow, or save it smaller, as PNG"


def brightness(data: bytes, path: str, luma: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """Return the brightness of a picture's pixels, 0 … 1.

    What is transparent lies on white; a picture that says how it is to be turned is turned.

    Parameters
    ----------
    data, path
        The file.
    luma : (3,) array
        What red, green and blue weigh.
    most
        A JPEG is decoded at a half, a quarter or an eighth of its size, as long as no side becomes
        shorter than this.

    Returns
    -------
    (h, w) array

    Raises
    ------
    DataError
        When Pillow is not there, and for a picture that is damaged or too large.
    MemoryError
        When there is not enough memory for its pixels.
    """
    try:
        from PIL import Image, ImageOps
    except ImportError:
        raise DataError(f"is a picture that {_HOW}", path=path) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            picture: Any = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
            width, height = picture.size
            if max(width, height) > LARGEST or width * height > _MOST:
                raise DataError(
                    f"is a picture of {width:,} × {height:,} pixels, and {LARGEST:,} a side and "
                    f"{_MOST // 1_000_000} million together can be opened",
                    path=path,
                )
            picture.draft("RGB", (most, most))
            picture = ImageOps.exif_transpose(picture)
            if picture.mode.startswith("I"):  # 16 bits, which converted are cut off at 255
                picture = _in_eight_bits(picture)
            picture = picture.convert("RGBA")
            pixels = np.asarray(picture, dtype=np.float64) / 255
    except (DataError, MemoryError):
        raise
    except Exception:  # whatever a damaged picture makes a decoder say
        raise DataError("is a damaged picture: it cannot be decoded", path=path) from None
    alpha = pixels[..., 3]
    return (pixels[..., :3] @ luma) * alpha + (1 - alpha)


def _in_eight_bits(picture: Any) -> Any:
    """A grey picture of 16 bits in the 8 that the others have; its transparent grey stays so."""
    from PIL import Image

    wide = np.asarray(picture).astype(np.int64)
    grey = np.rint(wide / 257).astype(np.uint8)
    clear = picture.info.get("transparency")
    opaque = np.where(wide == clear, 0, 255).astype(np.uint8)
    return Image.merge("LA", (Image.fromarray(grey), Image.fromarray(opaque)))
