"""Signs around numbers, chosen for every column by itself, and units that are mixed."""

import pytest

from rnnviz.data.readers.signed_numbers import unit_of
from rnnviz.files.errors import DataError
from tests.data_room.test_options import chosen, look, read, refusal  # noqa: F401 (a fixture)

ROWS = "".join(f"${n}.50,{n}%,{n}M,{n}\n" for n in range(1, 9))
TABLE = f"Price,Rate,Volume,Plain\n{ROWS}"


def test_it_is_asked_column_by_column_with_an_example_of_each(look):  # noqa: F811
    asked = chosen(look(TABLE), "signs")
    assert asked.open
    assert asked.chosen == "omit"
    assert asked.columns == ("Price", "Rate", "Volume")
    for said in ("“$1.50” in “Price” is 1.5", "“1%” in “Rate” is 1", "“1M” in “Volume” is 1000000"):
        assert said in asked.reason


def test_what_is_chosen_for_a_column_holds_there_alone(look):  # noqa: F811
    signs = ((None, "omit"), ("Rate", "none"))
    found = look(TABLE, signs=signs)
    assert not chosen(found, "signs").open
    assert chosen(found, "columns").chosen == (0, 2, 3)
    assert read(TABLE, signs=signs, columns=(0, 2)).values.tolist()[1] == [2.5, 2e6]
    assert "“1%” in column 2 (Rate) is a number only if the signs" in refusal(TABLE, signs=signs)
    assert "“$1.50” in column 1" in refusal(TABLE, signs=(("Rate", "omit"),))


def test_all_at_once_and_by_true_and_false(look):  # noqa: F811
    for every in ("omit", True):
        assert read(TABLE, signs=every).values.tolist()[0] == [1.5, 1, 1e6, 1]
    for none in ("none", False):
        assert chosen(look(TABLE, signs=none), "signs").chosen == "none"
        assert "can be chosen (--signs)" in refusal(TABLE, signs=none)
    with pytest.raises(ValueError, match="signs is 'all'"):
        read(TABLE, signs="all")
    with pytest.raises(DataError, match="has no column “Foo”"):
        read(TABLE, signs=(("Foo", "omit"),))


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["$5", "€7", "$8"], "$ ($5) in 2 cells, € (€7) in 1 cell"),
        (["5%", "0.07", "8%"], "% (5%) in 2 cells, no sign (0.07) in 1 cell"),
        (["5 EUR", "7 USD", "€8"], "€ (5 EUR) in 2 cells, $ (7 USD) in 1 cell"),
        (["5%", "7‰", "8%"], "% (5%) in 2 cells, ‰ (7‰) in 1 cell"),
        (["$5", "USD 7", "US$ 8"], ""),
        (["$5", "0", "($8)"], ""),  # nothing has no unit
        (["5%", "-", "8%"], ""),
        (["5K", "7M", "8M"], ""),  # letters are no units
    ],
)
def test_units_that_are_mixed_are_pointed_out(look, cells, said):  # noqa: F811
    text = "v,w\n" + "".join(f"{cell},{n}\n" for n, cell in enumerate(cells))
    reason = chosen(look(text), "signs").reason
    notes = " ".join(read(text, signs="omit", missing="drop").notes)
    assert (f"units are mixed there: {said}" in reason) == bool(said)
    assert (f"assumed: the units that are mixed in “v” are one: {said}" in notes) == bool(said)
    assert ("mixed" in reason + notes) == bool(said)


def test_letters_that_are_mixed_are_each_multiplied_by_their_own(look):  # noqa: F811
    text = "v,w\n950,1\n1.5K,2\n2M,3\n3M,4\n"
    said = "M in 2 cells, no letter in 1 cell, K in 1 cell"
    assert f"it has {said}" in chosen(look(text), "signs").reason
    found = read(text, signs="omit")
    assert f"“v” has {said}: each is multiplied by its own" in found.notes
    assert found.values[:, 0].tolist() == [950, 1500, 2e6, 3e6]


def test_a_unit_that_turns_up_far_below_is_pointed_out(look):  # noqa: F811
    text = "v\n" + "$5\n" * 300 + "€5\n"
    assert "€ (€5) in 1 cell" in chosen(look(text), "signs").reason


@pytest.mark.parametrize(
    ("cell", "unit"),
    [
        ("$5", "$"), ("-$5", "$"), ("($5M)", "$"), ("5 €", "€"), ("€-5", "€"), ("eur 5", "€"),
        ("5 kr", "KR"), ("12.5%", "%"), ("−3 %", "%"), ("5M", ""), ("1.4", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_unit_of_a_number(cell, unit):
    assert unit_of(cell) == unit
