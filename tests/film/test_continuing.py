"""A continued text: what a network of known answers says, and when it cannot."""

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.data import make_task, sequence_from_text
from rnnviz.engine import forward, softmax
from rnnviz.film import Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.film.continuing import beginning, continue_text, joined, why_not_continued
from tests.frames import make_frame, series


def frame_of(run):
    return resolve(run, Playhead(), compute_pass(run, 0, 0))


def successor(text, unit="words", end_after=None):
    """A network whose likeliest answer to place i is i + 1, and after `end_after` the end."""
    run = start_run(make_task(sequence_from_text(text, unit=unit)), Settings(units=16))
    made, places = run.networks[0], run.task.inputs
    arrays = {name: np.zeros_like(array) for name, array in made.parameters.items()}
    for i in range(places):
        arrays["W_ax_l0"][i, i] = 5.0
        following = places if i == end_after else (i + 1) % places
        arrays["W_ya"][following, i] = 4.0
    return replace(run, networks=(made.replace(**arrays),))


@pytest.mark.parametrize("temperature", [0.0, 0.05])
def test_it_says_what_the_network_answers(temperature):
    frame = frame_of(successor("one two three four"))
    made = continue_text(frame, 6, temperature, 0)
    assert made.text == " one two three four one two" and made.count == made.wanted == 6
    assert made.before == "one two three four" and not made.running
    drawn = f"temperature {temperature:g}, seed 0" if temperature else "the likeliest each"
    assert made.said == f"6 words, {drawn}."


def test_it_begins_where_the_text_ends():
    """By hand: the state after the last step, whatever the layers and cell."""
    frame = make_frame("abracadabra", unit="characters", units=8, cell="lstm", layers=2, seed=3)
    made = continue_text(frame, 5, 0.0, 0)
    network, ids = frame.run.networks[0], frame.task.x[:, 0].tolist()
    said = []
    for _ in range(5):
        answer = int(np.argmax(forward(network, np.array(ids)[:, None]).y[-1, 0]))
        if answer == len(frame.task.vocabulary):
            break
        said.append(frame.task.vocabulary.symbols[answer])
        ids.append(answer)
    assert made.text == "".join(said) and made.count == len(said) > 0


def test_the_temperature_divides_the_logits():
    frame = make_frame("abracadabra", unit="characters", units=8, gain=2.0, seed=3)
    y = frame.passing.trace.y[-1, 0]
    for temperature in (0.3, 1.0, 3.0):
        p, _ = softmax(y[None] / temperature)
        first = [continue_text(frame, 1, temperature, seed).text for seed in range(600)]
        for place, symbol in enumerate(frame.task.vocabulary.symbols):
            found, wanted = first.count(symbol) / 600, float(p[0, place])
            assert abs(found - wanted) < 4 * np.sqrt(wanted * (1 - wanted) / 600) + 1e-3


def test_the_same_seed_says_the_same_and_another_does_not():
    frame = make_frame("to be or not to be that is the question", unit="characters")
    one, again, other = (continue_text(frame, 40, 2.0, seed) for seed in (5, 5, 6))
    assert one == again and one.text != other.text


def test_it_ends_where_the_network_says_so():
    frame = frame_of(successor("one two three four", end_after=1))
    made = continue_text(frame, 100, 0.0, 0)
    assert made.text == " one two" and made.count == 2
    assert made.said.endswith("Then it says <eos>: that the text ends there.")


def test_it_can_be_stopped_and_says_how_far_it_is():
    frame, seen = frame_of(successor("one two three four")), []
    made = continue_text(frame, 50, 0.0, 0, lambda now: seen.append(now) or now.count < 3)
    assert [now.count for now in seen] == [1, 2, 3] and all(now.running for now in seen)
    assert seen[1].text == " one two"
    assert made.text == " one two three" and made.said.startswith("Stopped: 3 words")


def test_which_network_says_it():
    frame = frame_of(successor("one two"))
    assert beginning(frame).network.startswith("An untrained network")
    frame = make_frame("one two three")
    later = frame.run.updated(frame.update)
    frame = resolve(later, Playhead(snapshot=1), compute_pass(later, 1, 0))
    assert beginning(frame).network == "The network after 1 update of this film."


def test_what_cannot_be_continued_says_why():
    assert "a series; F forecasts it" in why_not_continued(make_frame(20))
    words = make_frame("one two three four").run
    for mode in ("one_to_one", "one_to_many", "encoder_decoder"):
        assert "choose synced" in why_not_continued(frame_of(words.in_mode(mode)))
    for mode in ("synced", "many_to_one"):
        assert not why_not_continued(frame_of(words.in_mode(mode)))
    frame = make_frame("one two three")
    for given in ((0, 1.0), (5001, 1.0), (5, -0.1), (5, 6.0), (5, float("nan"))):
        with pytest.raises(ValueError, match="expected"):
            continue_text(frame, *given, 0)
    with pytest.raises(ValueError, match="series"):
        continue_text(frame_of(start_run(make_task(series(9)))), 5, 1.0, 0)


def test_words_are_joined_as_a_text():
    words = ("“", "Well", "”", ",", "he", "said", "(", "and", "left", ")", ".", "R", "&", "D")
    assert joined(words, "words") == "“Well”, he said (and left). R & D"
    assert joined(("a", " ", "\n", "."), "characters") == "a \n."
