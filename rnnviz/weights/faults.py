"""What is wrong with weights, in words: the tensor's name, what was found and what was expected."""

from rnnviz.files.errors import DataError, visible

_LONGEST = 400


def fault(reason: str) -> DataError:
    """Make the error; names of tensors come from a file, and have no controls and an end here."""
    shown = visible(reason)
    return DataError(shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…", about="")


def misfit(tensor: str, found: tuple[int, ...] | None, expected: tuple[int, ...]) -> DataError:
    """Make the error for a tensor of the wrong shape, or (found = None) that is missing."""
    return fault(
        f"{tensor}: expected shape {expected}, found {'nothing' if found is None else found}"
    )
