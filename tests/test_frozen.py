"""Records behave as the frozen dataclasses that they stand for."""

import copy
from dataclasses import FrozenInstanceError, asdict, dataclass, fields, replace
from functools import cached_property
from inspect import signature

import pytest

from rnnviz.frozen import field, record


def _made(decorated):
    @decorated
    class Base:
        a: int
        b: str = "x"
        c: list[int] = field(default_factory=list[int])
        d: int = field(default=7, repr=False, compare=False)
        kept: dict[str, int] = field(
            init=False, repr=False, compare=False, default_factory=dict[str, int]
        )

        def __post_init__(self) -> None:
            if self.a < 0:
                raise ValueError("a is below 0")

    @decorated
    class Derived(Base):
        e: float = field(default=0.5, kw_only=True)

    return Base, Derived


OURS, THEIRS = _made(record), _made(dataclass(frozen=True, slots=True))


@pytest.mark.parametrize("made_before", [0, 1000])  # a class that is made often is made otherwise
@pytest.mark.parametrize(("ours", "theirs"), list(zip(OURS, THEIRS, strict=True)))
def test_a_record_is_what_a_frozen_dataclass_is(ours, theirs, made_before):
    for a in range(made_before):
        assert ours(a).a == a
    one, other = ours(1, c=[2]), theirs(1, c=[2])
    assert repr(one) == repr(other)
    assert asdict(one) == asdict(other)
    assert [f.name for f in fields(one)] == [f.name for f in fields(other)]
    assert ours.__slots__ == theirs.__slots__
    assert ours.__match_args__ == theirs.__match_args__
    assert list(signature(ours).parameters) == list(signature(theirs).parameters)
    assert one == ours(1, "x", [2], 9) and one != ours(1) and one != other
    assert replace(one, a=3).a == 3 and replace(one).kept is not one.kept
    assert ours(1).c is not ours(1).c
    assert hash(ours(1, c=())) == hash(ours(1, c=(), d=9))
    for refused in (
        lambda: ours(),
        lambda: ours(1, kept={}),
        lambda: replace(one, kept={}),
        lambda: ours(1, "x", [], 7, {}, 0.5),
        lambda: ours(1, a=1),
        lambda: ours(b="x"),
        lambda: ours(1, other=1),
    ):
        with pytest.raises((TypeError, ValueError)):
            refused()
    with pytest.raises(ValueError, match="below 0"):
        ours(-1)


def test_nothing_of_it_changes():
    one = OURS[1](1)
    for change in (
        lambda: setattr(one, "a", 2),
        lambda: setattr(one, "new", 2),
        lambda: delattr(one, "a"),
    ):
        with pytest.raises(FrozenInstanceError):
            change()
    assert one.a == 1 and copy.copy(one) == one


def test_what_is_asked_of_it():
    @record(eq=False)
    class Only:
        a: int

    @record(slots=False)
    class Roomy:
        a: int

        @cached_property
        def twice(self) -> int:
            return 2 * self.a

    @record
    class Own:
        a: int

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 4

        def __repr__(self) -> str:
            return "own"

    assert Only(1) != Only(1) and len({Only(1), Only(1)}) == 2
    assert Roomy(2).twice == 4 and Roomy(2) == Roomy(2)
    assert Own(1) == Own(2) and hash(Own(1)) == 4 and repr(Own(1)) == "own"
