"""JSON as its standard says it: no key twice, no NaN, and one kind of error."""

import json
from typing import Any, NoReturn, cast

from rnnviz.files.errors import show_value


def decoder() -> json.JSONDecoder:
    """Return a decoder that raises ValueError for a key that stands there twice, and for NaN."""
    return json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def parse_object(text: bytes | str) -> dict[str, Any]:
    """Read an object.

    Raises
    ------
    ValueError
        For anything else, with the reason in words.
    """
    try:
        found = decoder().decode(text if isinstance(text, str) else text.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(fault(error)) from None
    if not isinstance(found, dict):
        raise ValueError("it is no object")
    return cast("dict[str, Any]", found)


def fault(error: ValueError | RecursionError) -> str:
    """What is wrong with a text that should be JSON, without the interpreter's own advice."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 at byte {error.start}"
    if isinstance(error, json.JSONDecodeError):
        return str(error)
    return "a number has too many digits" if "digits" in str(error) else str(error)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise ValueError(f"the key {show_value(key)} stands there twice")
            seen.add(key)
    return found


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number that JSON knows (what is missing is null there)")
