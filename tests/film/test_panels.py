"""Layouts are values: every change makes another one, and what is written is read again."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.film.fields import FIELDS
from rnnviz.film.panels import (
    LAYOUTS,
    MOST,
    OWN,
    PANELS,
    STATES,
    Layout,
    Slot,
    asked_for,
    former,
    named,
    of_panels,
    read,
    saved_layouts,
    saved_text,
    why_not_name,
    written,
)

NAMES = st.sampled_from(list(PANELS))


@st.composite
def layouts(draw):
    panels = draw(st.lists(NAMES, unique=True, max_size=MOST))
    return named(
        [Slot(panel, draw(st.integers(1, 10_000)), draw(st.booleans())) for panel in panels]
    )


def sound(layout):
    """No panel twice, no more than there are slots, and called as it should be."""
    assert len(set(layout.panels)) == len(layout.panels) <= MOST
    assert set(layout.panels) <= set(PANELS)
    if layout.name in LAYOUTS:
        assert layout.panels == LAYOUTS[layout.name].panels
    return layout


def test_those_that_ship_are_the_fields_choices_and_sound():
    assert tuple(LAYOUTS) == FIELDS["layout"].names
    for name, layout in LAYOUTS.items():
        assert sound(layout).name == name
        assert not any(slot.kept for slot in layout.slots)
    assert LAYOUTS[FIELDS["layout"].default].panels[:2] == ("map", "gradient")


@given(layouts())
def test_what_is_written_is_read_again(layout):
    assert read(layout.name, written(layout)) == layout


@given(st.dictionaries(st.text(min_size=1, max_size=40), layouts(), max_size=5))
def test_saved_layouts_come_back_by_their_names(saved):
    saved = {name: layout for name, layout in saved.items() if not why_not_name(name)}
    found = saved_layouts(saved_text(saved))
    assert {name: layout.slots for name, layout in found.items()} == {
        name: layout.slots for name, layout in saved.items()
    }
    assert all(layout.name == name for name, layout in found.items())


@given(st.one_of(st.none(), st.integers(), st.text(), st.lists(st.text()), st.binary()))
def test_damaged_words_are_no_layout_and_raise_nothing(value):
    found = read("x", value)
    assert found is None or sound(found)
    assert saved_layouts(value) == {} or isinstance(value, str)


@pytest.mark.parametrize(
    "words",
    ["", "map", "map 0", "map -1", "map 99999", "map 1 kept please", "nonsense 5", "map 5,lines 5",
     "map 5, map 5", "map 5, lines 5, memory_cell 5, loss 5, gradient 5", "map ١", "map 5 " * 200],
)  # fmt: skip
def test_these_words_are_no_layout(words):
    assert read("own", words) is None


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"a": 3}', '{"standard": "map 5"}', '{"a": "map 0"}', "[" * 10_000]
)
def test_damaged_saved_layouts_are_left_out(text):
    assert saved_layouts(text) == {}


def test_a_long_list_of_saved_layouts_is_cut():
    assert len(saved_layouts(json.dumps({f"n{i}": "map 5" for i in range(500)}))) == 50


# -- changes -----------------------------------------------------------------------------------


@given(layouts(), st.integers(0, MOST - 1), NAMES)
def test_a_panel_put_into_a_slot_stands_there(layout, place, panel):
    if place < len(layout.slots):
        found = sound(layout.with_panel(place, panel))
        assert found.panels[place] == panel
        assert found.slots[place].kept
        assert len(found.slots) == len(layout.slots)
        # Where it stood in another, the two have changed places.
        assert set(found.panels) - {panel} <= set(layout.panels)
        if panel in layout.panels:
            assert set(found.panels) == set(layout.panels)


@given(layouts(), NAMES)
def test_shown_and_taken_away(layout, panel):
    shown = sound(layout.with_shown(panel))
    assert panel in shown.panels
    assert panel not in sound(shown.without(panel)).panels
    if len(layout.slots) < MOST:
        assert set(shown.panels) == {*layout.panels, panel}
    beside = sound(layout.beside(len(layout.slots) - 1, panel))
    assert len(beside.slots) == min(MOST, len({*layout.panels, panel}))


@given(layouts(), st.sampled_from(list(STATES.values())))
def test_a_state_takes_the_place_of_another(layout, panel):
    found = sound(layout.with_state(panel))
    assert panel in found.panels
    if layout.states and panel not in layout.panels:
        assert found.place(panel) == layout.place(layout.states[0])


@given(layouts(), st.dictionaries(NAMES, st.integers(-5, 20_000)))
def test_other_widths_make_no_other_layout(layout, shares):
    found = sound(layout.with_shares(shares))
    assert found.name == layout.name and found.panels == layout.panels
    assert all(1 <= slot.share <= 10_000 for slot in found.slots)


def test_a_panel_away_and_back_is_the_layout_that_ships():
    standard = LAYOUTS["standard"]
    assert standard.without("gradient").name == OWN
    assert standard.without("gradient").with_shown("gradient").name == "standard"


@given(layouts(), st.sets(NAMES), st.integers(1, MOST))
def test_what_is_empty_takes_no_room_unless_the_user_put_it_there(layout, empty, room):
    shown = layout.shown(lambda panel: "it is empty" if panel in empty else "", room)
    for slot in layout.slots:
        if slot.kept:
            assert slot.panel in shown
        elif slot.panel in empty:
            assert slot.panel not in shown
    kept = sum(slot.kept for slot in layout.slots)
    assert len(shown) <= max(room, kept)
    assert [p for p in layout.panels if p in shown] == list(shown)


# -- what there was before, and what is asked for -------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "view", "panels", "name"),
    [
        (["equation", "hidden_state", "gradient", "model"], "map", ("map", "gradient", "loss"),
         "standard"),
        (["gradient"], "cell", ("gradient", "loss"), "lecture"),
        (["hidden_state", "gradient"], "lines", ("lines", "gradient", "loss"), OWN),
        (["hidden_state"], "cell", ("memory_cell", "loss"), OWN),
        (["hidden_state"], 7, ("map", "loss"), OWN),
        ([], "map", (), OWN),
    ],
)  # fmt: skip
def test_panels_of_before_stand_in_slots(shown, view, panels, name):
    found = sound(former(shown, view))
    assert (found.panels, found.name) == (panels, name)
    for widths in (None, 3, [1], ["a", 2], [-1, 3], [0, 0], [True, 2], [10**15, 1]):
        assert sound(former(shown, view, widths)).panels == panels


def test_widths_of_before_are_kept():
    found = former(["hidden_state", "gradient"], "map", [300, 900])
    assert [slot.share for slot in found.slots][:2] == [300, 900]


def test_panels_that_are_asked_for():
    assert asked_for(LAYOUTS["standard"], (), named=False) == LAYOUTS["standard"]
    alone = asked_for(LAYOUTS["standard"], ("loss", "lines", "loss"), named=False)
    assert alone.panels == ("loss", "lines") and all(slot.kept for slot in alone.slots)
    both = asked_for(LAYOUTS["memory_cell"], ("loss",), named=True)
    assert both.panels == ("memory_cell", "gradient", "loss")
    assert len(of_panels(PANELS).slots) == MOST


@pytest.mark.parametrize("name", ["", "  ", "own", "standard", "a" * 41, "a\nb", "a\0"])
def test_names_that_a_layout_cannot_have(name):
    assert why_not_name(name)


def test_a_saved_name_is_kept_but_not_for_one_that_ships():
    own = Layout("mine", (Slot("loss", 10, kept=True),))
    assert read("mine", written(own)) == own
    assert read("mine", written(LAYOUTS["standard"])).name == "standard"


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("panels", [("forecast",), ("lines", "equation"), ("loss",)])
def test_a_panel_that_is_asked_for_beside_a_layout_is_there_for_good(name, panels):
    layout = asked_for(LAYOUTS[name], panels, named=True)
    assert set(panels) <= set(layout.shown(lambda _panel: "nothing yet", 4))
    assert len(layout.slots) <= 4
    assert layout.panels[0] == LAYOUTS[name].panels[0]
