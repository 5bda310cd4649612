"""Problems whose inputs are pictures: digits, captions, the moving ball."""

import numpy as np
import pytest

from rnnviz.data import END
from rnnviz.engine import forward
from rnnviz.problems.ball import FRAMES, LABELS, Ball, labels_of
from rnnviz.problems.base import PARTS, part_of
from rnnviz.problems.captions import (
    PIXELS,
    SHAPES,
    SIDE,
    STEPS,
    WORDS,
    Captions,
    captions_of,
    encoded,
    greedy,
    inputs_of,
)
from rnnviz.problems.digits import Digits
from rnnviz.problems.registry import trained


def rows_of(array):
    return {row.tobytes() for row in np.ascontiguousarray(array)}


# -- digits ----------------------------------------------------------------------------------


def test_no_digit_is_on_two_sides():
    digits = Digits()
    parts = [rows_of(digits.pictures(part)) for part in PARTS]
    sizes = [len(digits.parts[part]) for part in PARTS]
    assert sum(sizes) == 1797
    assert sizes[2] == 397
    for i in range(3):
        for j in range(i):
            assert not parts[i] & parts[j]
    indices = np.concatenate(list(digits.parts.values()))
    assert sorted(indices) == list(range(1797))


def test_a_digit_is_one_step_without_a_past():
    digits = Digits()
    training = digits.training(0)
    assert training.batches(0).x.shape == (1, digits.batch, 64)
    network = digits.begin(0)
    task = digits.task("7")
    assert task.steps == 1
    assert task.output_names[int(task.targets[0, 0])] == "7"
    np.testing.assert_array_equal(task.picture(1).ravel(), task.x[0, 0])
    # Whatever W_aa is, it has nothing to multiply.
    other = network.replace(W_aa_l0=np.zeros_like(network.parameters["W_aa_l0"]))
    np.testing.assert_array_equal(forward(network, task.x).y, forward(other, task.x).y)


def test_the_shown_digits_are_held_out():
    digits = Digits()
    held_out = rows_of(digits.pictures("held out"))
    for example in digits.examples:
        task = digits.task(example)
        assert task.x[0, 0].tobytes() in held_out
        assert task.output_names[int(task.targets[0, 0])] == example[0]


def test_shipped_digits():
    before, *_, after = trained("digits")
    digits = Digits()
    score = digits.evaluate(after.network)
    assert score.value >= 0.97
    assert digits.evaluate(before.network).value < 0.3
    assert 0.8 < score.baselines["nearest mean picture"] < 0.93
    assert score.baselines["most frequent class"] < 0.15


# -- captions --------------------------------------------------------------------------------


def place_of(relation, step):
    """Whether a step (x, y) from the second shape to the first is what the words say."""
    x, y = step
    return {
        "above": y < -abs(x),
        "below": y > abs(x),
        "left of": x < -abs(y),
        "right of": x > abs(y),
    }[relation]


def parsed(caption):
    a, size, first, *relation, again, second = caption.split()
    assert (a, again) == ("a", "a")
    return size, first, " ".join(relation), second


def painted(word, centre, radius):
    """The shape by its outline, each pixel the share of 8×8 points that are within."""
    fine = (np.arange(8 * SIDE) + 0.5) / 8 - 0.5
    x, y = fine[None] - centre[0], fine[:, None] - centre[1]
    within = {
        "circle": x**2 + y**2 < radius**2,
        "square": (abs(x) < 0.95 * radius) & (abs(y) < 0.95 * radius),
        # Its corners: (0, −r), (r, 0.9 r), (−r, 0.9 r).
        "triangle": (y < 0.9 * radius) & (abs(x) < (y + radius) / 1.9),
        "cross": (np.minimum(abs(x + y), abs(x - y)) < 0.32 * 2**0.5 * radius)
        & (np.maximum(abs(x + y), abs(x - y)) < 1.2 * 2**0.5 * radius),
    }[word]
    return within.reshape(SIDE, 8, SIDE, 8).mean(axis=(1, 3))


def kind_of(picture, centre, radius, brightness):
    """The word whose painted shape is most like the picture around that centre."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    near = np.hypot(columns - centre[0], rows - centre[1]) < 1.2 * radius + 0.5
    errors = {
        word: np.square(picture - brightness * painted(word, centre, radius))[near].sum()
        for word in SHAPES
    }
    return min(errors, key=errors.get)


def test_pictures_show_what_their_captions_say():
    drawings, pictures = Captions().pictures("new pictures")
    for i, picture in enumerate(pictures[:300]):
        size, first, relation, second = parsed(drawings.caption(i))
        assert place_of(relation, drawings.centres[i, 0] - drawings.centres[i, 1])
        assert size == ("small" if drawings.radii[i, 0] < 2.5 else "large")
        # From the pixels alone: the bright shape is the first one, the other is dim.
        rows, columns = np.nonzero(picture > 0.75)
        bright, bright_pixels = np.array([columns.mean(), rows.mean()]), len(rows)
        rows, columns = np.nonzero((picture > 0.25) & (picture < 0.6))
        rest = [
            (x, y) for x, y in zip(columns, rows, strict=True) if np.hypot(*(bright - (x, y))) > 4.8
        ]
        assert place_of(relation, bright - np.mean(rest, axis=0))
        assert (bright_pixels > {"square": 20, "circle": 17}.get(first, 10)) == (size == "large")
        for which, word, brightness in ((0, first, 1.0), (1, second, 0.45)):
            centre, radius = drawings.centres[i, which], drawings.radii[i, which]
            assert kind_of(picture, centre, radius, brightness) == word


def test_pictures_that_are_held_out_are_not_trained_on():
    captions = Captions()
    known = set(map(bytes, captions.combinations["trained"].astype(np.uint8)))
    new = set(map(bytes, captions.combinations["new"].astype(np.uint8)))
    assert not known & new
    assert len(known) + len(new) == 128
    sets = {
        part: captions.pictures(part) for part in ("validation", "new pictures", "new captions")
    }
    pixels = {part: rows_of(pictures) for part, (_, pictures) in sets.items()}
    words = {part: {d.caption(i) for i in range(len(d))} for part, (d, _) in sets.items()}
    assert not words["new captions"] & words["new pictures"]
    assert len(words["new captions"]) == len(new)
    training = captions.training(0)
    for update in range(40):
        batch = training.batches(update)
        drawn = rows_of(batch.x[0, :, :PIXELS])
        assert not any(drawn & those for those in pixels.values())
        said = set(captions_of(batch.objective.targets))
        assert not said & words["new captions"]
    assert {w for c in words["new captions"] for w in c.split()} <= set(WORDS)


def test_a_caption_is_encoded_and_decoded():
    texts = ["a small circle above a square", "a large cross left of a triangle"]
    targets, pays = encoded(texts)
    assert targets.shape == (STEPS, 2)
    assert captions_of(targets) == texts
    assert pays.sum(axis=0).tolist() == [7, 8]
    assert [WORDS[k] for k in targets[pays[:, 0], 0]] == [*texts[0].split(), END]
    x = inputs_of(np.full((2, SIDE, SIDE), 0.5), targets)
    assert (x[0, :, :PIXELS] == 0.5).all()
    assert not x[0, :, PIXELS:].any()
    assert not x[1:, :, :PIXELS].any()
    np.testing.assert_array_equal(x[1:, :, PIXELS:].argmax(axis=2), targets[:-1])


def test_greedy_words_are_those_of_one_long_pass():
    captions = Captions()
    network = trained("captions")[3].network
    task = captions.task("picture 3")
    said = greedy(network, task.x[:1])
    x = task.x.copy()
    x[1:, 0] = task.feed[said[:-1, 0]]
    trace = forward(network, x)
    np.testing.assert_array_equal(trace.y[:, 0].argmax(axis=1), said[:, 0])


def test_a_caption_task():
    captions = Captions()
    for example in captions.examples:
        task = captions.task(example)
        assert task.own
        assert task.fed_back.tolist() == [False] + [True] * (STEPS - 1)
        assert task.feed.shape == (len(WORDS), task.inputs)
        assert task.picture(1).shape == (SIDE, SIDE)
        assert task.picture(2) is None
        np.testing.assert_array_equal(task.x[0, 0, :PIXELS], task.picture(1).ravel())
        words = [task.output_names[k] for k in task.targets[task.known[:, 0], 0]]
        assert words[-1] == END == WORDS[task.end]
        assert task.sequence.tokens[1 : len(words)] == tuple(words[:-1])
    said = {captions_of(captions.task(example).targets)[0] for example in captions.examples}
    assert len(said) == len(captions.examples) == 12
    new = captions.pictures("new captions")[0]
    assert len(said & {new.caption(i) for i in range(len(new))}) == 4


def test_shipped_captions():
    before, *_, after = trained("captions")
    captions = Captions()
    score = captions.evaluate(after.network)
    assert score.value >= 0.97
    parts = captions.exactly_right(after.network)
    assert parts["new pictures"] >= 0.97
    assert parts["new captions"] >= 0.9
    assert captions.evaluate(before.network).value < 0.05
    assert max(score.baselines.values()) < 0.05


# -- the ball --------------------------------------------------------------------------------


def test_labels_say_how_the_ball_moved():
    paths, frames = Ball().videos("held out")
    labels = labels_of(paths)
    assert frames.shape == (FRAMES, 1000, 64)
    assert ((paths >= 0) & (paths < 8)).all()
    names = {(-1, 0): "left", (1, 0): "right", (0, -1): "up", (0, 1): "down", (0, 0): "still"}
    for n in range(100):
        for t in range(1, FRAMES):
            step = tuple(int(d) for d in paths[t, n] - paths[t - 1, n])
            assert LABELS[labels[t, n]] == names[step]
    # The brightest pixels of a frame are where the ball is.
    grid = np.moveaxis(frames.reshape(FRAMES, 1000, 8, 8), (2, 3), (0, 1))
    t, n = np.mgrid[:FRAMES, :1000]
    assert (grid[paths[..., 1], paths[..., 0], t, n] > 0.8).all()
    assert set(np.unique(labels[1:])) == set(range(5))


def test_no_video_is_trained_on_and_held_out():
    ball = Ball()
    paths = {part: ball.videos(part)[0] for part in PARTS}
    for part, those in paths.items():
        assert all(
            part_of(np.ascontiguousarray(those[:, n]).tobytes()) == part for n in range(1000)
        )
    sets = [rows_of(paths[part].swapaxes(0, 1)) for part in PARTS]
    assert not sets[0] & sets[2]
    assert not sets[0] & sets[1]
    assert not sets[1] & sets[2]
    held_out = rows_of(ball.videos("held out")[1].swapaxes(0, 1))
    training = ball.training(0)
    for update in range(40):
        assert not rows_of(training.batches(update).x.swapaxes(0, 1)) & held_out


def test_a_video_task():
    ball = Ball()
    task = ball.task("video 2")
    assert task.steps == FRAMES == len(task.pictures)
    assert not task.mask[0, 0]
    assert task.mask[1:].all()
    for t in range(FRAMES):
        np.testing.assert_array_equal(task.picture(t + 1).ravel(), task.x[t, 0])


def test_the_shipped_ball_needs_its_memory():
    before, *_, after = trained("ball")
    ball = Ball()
    score = ball.evaluate(after.network)
    assert score.value >= 0.98
    assert ball.evaluate(before.network).value < 0.4
    assert all(value < 0.4 for value in score.baselines.values())


@pytest.mark.parametrize("kind", [Digits, Captions, Ball])
def test_batches_depend_on_seed_and_update_alone(kind):
    one, again, other = kind().training(3), kind().training(3), kind().training(4)
    for update in (0, 5):
        first = one.batches(update)
        np.testing.assert_array_equal(first.x, again.batches(update).x)
        np.testing.assert_array_equal(
            first.objective.targets, again.batches(update).objective.targets
        )
        assert not np.array_equal(first.x, other.batches(update).x)
    assert not np.array_equal(one.batches(0).x, one.batches(1).x)
