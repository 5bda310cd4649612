"""Undo by itself: places in, places out, and what each edit is called."""

from rnnviz.film import Branches
from rnnviz.session.edits import what_changed
from rnnviz.session.history import History, Place
from tests.frames import make_frame


def places(count):
    run = make_frame("one two three").run
    return [Place(Branches.of(run)) for _ in range(count)]


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


def test_what_undo_holds_is_bounded_in_bytes():
    from rnnviz.film.cost import cost, set_budget, size_of

    runs = [make_frame("one two three", units=200, seed=seed).run for seed in range(6)]
    each = cost(size_of(runs[0].task, runs[0].architecture), "update").bytes / 1e9
    set_budget("memory_undo", 2.5 * each)
    try:
        history = History()
        for number, run in enumerate(runs):
            history.remember(Place(Branches.of(run)), str(number))
            history.remember(Place(Branches.of(run)), f"{number} looked at")  # holds nothing more
        here, taken = Place(Branches.of(runs[0])), []
        while history.past is not None:
            taken.append(history.past)
            here = history.back(here)
    finally:
        set_budget("memory_undo", 0.5)
    # The newest is held by what is open anyway; two more fit.
    expected = ["5 looked at", "5", "4 looked at", "4", "3 looked at", "3"]
    assert taken == expected
