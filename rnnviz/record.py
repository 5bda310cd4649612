"""What every record of the program is made with: a frozen class with slots that starts quickly.

`dataclasses.dataclass(frozen=True, slots=True)` writes six functions as text for every class and
has Python compile them, at every start anew: of 130 classes that took a third of all that the
program computes before its first paint. What a record is equal to, its hash and how it is described
are the same functions for all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

__all__ = ["field", "record"]

_Class = TypeVar("_Class", bound=type)


@overload
def record(cls: _Class, /) -> _Class: ...
@overload
def record(
    *, eq: bool = True, slots: bool = True, weakref_slot: bool = False
) -> Callable[[_Class], _Class]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(
    cls: Any = None, /, *, eq: bool = True, slots: bool = True, weakref_slot: bool = False
) -> Any:
    """Make a class a record: its annotations are its fields, and nothing in it changes.

    To `dataclasses.fields`, `replace`, `asdict` and to type checkers it is a frozen dataclass.

    Parameters
    ----------
    cls
        The class; its fields have defaults as those of a dataclass do.
    eq
        Whether records are equal, and have the same hash, if all their fields are; else only the
        same object is equal, as is right for what holds arrays.
    slots
        Whether it has slots, and so no room for a cached property.
    weakref_slot
        Whether it can be referred to weakly all the same.
    """

    def made(cls: Any) -> Any:
        own_hash = cls.__dict__.get("__hash__")
        cls = dataclass(
            frozen=True, repr=False, eq=False, slots=slots, weakref_slot=slots and weakref_slot
        )(cls)
        # Python 3.11's own refer to the class as it was before it had slots.
        cls.__setattr__, cls.__delattr__ = _refuse_set, _refuse_delete
        own, known = vars(cls), fields(cls)
        if "__repr__" not in own:
            cls.__repr__ = _described
        if eq:
            equal, hashed = _by_value(tuple(each.name for each in known if each.compare))
            if own_hash is None:
                cls.__hash__ = hashed
            if "__eq__" not in own:
                cls.__eq__ = equal
        return cls

    return made if cls is None else made(cls)


def _refuse_set(self: object, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _described(self: Any) -> str:
    shown = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _by_value(names: tuple[str, ...]) -> tuple[Callable[..., Any], Callable[..., int]]:
    """``__eq__`` and ``__hash__`` of a record that is what its fields are."""
    values: Callable[[Any], tuple[Any, ...]] = _tuple_of(names)

    def equal(self: Any, other: object) -> Any:
        if other.__class__ is self.__class__:
            return values(self) == values(other)
        return NotImplemented

    def hashed(self: Any) -> int:
        return hash(values(self))

    return equal, hashed


def _tuple_of(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda record: tuple(getattr(record, name) for name in names)
