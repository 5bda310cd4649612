"""Undo by itself: places in, places out, and what each edit is called."""

from rnnviz.session.edits import what_changed
from rnnviz.session.history import History, Place
from tests.frames import make_frame


def places(count):
    run = make_frame("one two three").run
    return [Place(run) for _ in range(count)]


def test_back_and_again_carry_what_the_edit_is_called():
    first, second, third = places(3)
    history = History()
    assert history.past is None
    history.remember(first, "cell LSTM")
    history.remember(second, "η 0.5")
    assert history.past == "η 0.5"
    assert history.back(third) is second
    assert (history.past, history.future) == ("cell LSTM", "η 0.5")
    assert history.back(second) is first
    assert (history.past, history.future) == (None, "cell LSTM")
    assert history.again(first) is second
    assert history.again(second) is third
    assert (history.past, history.future) == ("η 0.5", None)


def test_another_edit_ends_what_could_be_made_again():
    first, second, third = places(3)
    history = History()
    history.remember(first, "cell LSTM")
    history.back(second)
    history.remember(third, "8 units")
    assert history.future is None
    assert history.past == "8 units"


def test_nothing_open_is_no_place_to_go_back_to():
    history = History()
    history.remember(Place(), "sequence")
    assert history.past is None


def test_a_hundred_edits_are_remembered():
    history = History()
    for number, place in enumerate(places(130)):
        history.remember(place, str(number))
    here = places(1)[0]
    taken = []
    while history.past is not None:
        taken.append(history.past)
        here = history.back(here)
    assert taken == [str(number) for number in range(129, 29, -1)]


def test_edits_of_settings_are_called_by_what_changed():
    from dataclasses import replace

    from rnnviz.film import Settings

    known = Settings()
    for changes, words in (
        ({"cell": "lstm"}, "cell LSTM"),
        ({"units": 32, "layers": 2}, "units 32, layers 2"),
        ({"units": 33}, "units 33"),
        ({"cell": "gru_reset_before"}, "cell GRU"),
        ({"clipping": "value", "clip_limit": 0.3}, "clipping to 0.3"),
        ({"optimizer": "adam"}, "optimiser Adam"),
        ({"clipping": "norm", "clip_limit": 0.5}, "clip norm 0.5"),
        ({"recurrent": "identity", "seed": 4}, "first W_aa identity, seed 4"),
    ):
        assert what_changed(known, replace(known, **changes)) == words
