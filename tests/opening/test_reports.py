"""Files of the kinds that users of such programs report: each read as meant, asked about, or named.

`tests/data/reports` says how bad each was; what must be seen of it is here, through the one door.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from rnnviz.data import Options, Sequence, make_task
from rnnviz.engine import Architecture, Network, forward
from rnnviz.files.errors import DataError
from rnnviz.film import compute_pass
from rnnviz.opening.door import OpenFile, open_path, run_of
from rnnviz.weights.onnx import to_onnx

FOLDER = Path(__file__).parents[1] / "data"
REPORTS = FOLDER / "reports"
TURNED = "the dates ran from the newest to the oldest and were turned round: step 1 is the oldest"
DAYS = "the dates of “Date” became the axis"


def the(start):
    """The report whose name begins so."""
    (found,) = REPORTS.glob(f"{start}*")
    return found


def question(start, name, **options):
    preview = OpenFile(the(start)).preview(Options(**options))
    return next((q for q in preview.questions if q.name == name), None)


def column(start, place=0, **options):
    found = open_path(the(start), Options(**options))
    assert isinstance(found, Sequence)
    return found.values[:, place]


def assumed(found):
    return [note for note in found.notes if note.startswith("assumed: ")]


def states(network, sequence, *, activation=None):
    run = run_of(network, "w.safetensors", make_task(sequence))
    if activation is not None:
        run = run.as_meant(activation, run.settings.cell, 0)
    return compute_pass(run, 0, 0).trace.a[-1, 1:, 0]


def test_a_thousands_point_is_asked_about_and_said():
    asked = question("A1", "thousands")
    assert asked.open and "“1.020” is read as 1.02, but may be 1020" in asked.reason
    assert column("A1", thousands=".").tolist() == [900, 1020, 980, 1100, 12345, 870]
    (note,) = assumed(open_path(the("A1")))
    assert note.endswith("so it is 1.02 and not 1020")


def test_what_is_no_thousands_point_is_not_asked_about():
    for start in ("B1_eurusd", "B1_pressure"):
        assert question(start, "thousands") is None
        assert assumed(open_path(the(start))) == []
    assert column("B1_eurusd")[0] == 1.0931
    assert column("B1_pressure")[:2].tolist() == [101325.0, 101325.479]


def test_an_activation_that_the_file_does_not_say_is_assumed_and_put_right():
    network = open_path(the("A2"))
    (note,) = assumed(network)
    assert "g is tanh, which the file does not say" in note
    series = open_path(the("B1_pressure"))
    p, a = network.parameters, np.zeros(8)
    found = states(network, series, activation="relu")
    for t, row in enumerate(make_task(series).x[:, 0]):
        z = p["W_ax_l0"] @ row + p["b_a_l0"] + p["W_aa_l0"] @ a + p["b_aa_l0"]
        a = np.maximum(z, 0.0)
        np.testing.assert_allclose(found[t], a, rtol=1e-9, atol=1e-9)
    assert np.abs(states(network, series) - found).max() > 0.1


@pytest.mark.parametrize("after", [True, False])
def test_which_gru_an_onnx_node_is_can_be_put_right(after, tmp_path):
    made = Architecture(1, 4, 0, "gru" if after else "gru_reset_before", biases=1 if after else 2)
    rng = np.random.default_rng(3)
    shapes = made.parameter_shapes()
    network = Network(made, {name: rng.normal(size=shape) for name, shape in shapes.items()})
    np.savez(tmp_path / "w.npz", **to_onnx(network)[0])
    opened = open_path(tmp_path / "w.npz")
    assert "linear_before_reset = 1. If the GRU resets before" in assumed(opened)[0]
    run = run_of(opened, "w.npz", make_task(open_path(the("B4"))))
    run = run.as_meant("tanh", made.cell, 0)
    expected = forward(network, run.task.x).a
    np.testing.assert_allclose(compute_pass(run, 0, 0).trace.a, expected, rtol=0, atol=1e-12)


def test_a_tied_embedding_is_there():
    network = open_path(the("A3"))
    assert (network.architecture.vocabulary, network.architecture.outputs) == (10, 10)
    np.testing.assert_array_equal(network.parameters["E"], network.parameters["W_ya"])


def test_dates():
    found = open_path(the("B2_newest"))
    assert (found.tokens[0], found.tokens[27]) == ("01/01/2024", "28/01/2024")
    assert found.values.ravel().tolist() == list(range(127, 99, -1))
    assert found.notes == (DAYS, TURNED)
    asked = question("B2_newest", "order")
    assert (asked.open, asked.chosen) == (True, "dates")
    assert column("B2_newest", order="file").tolist() == list(range(100, 128))

    found = open_path(the("B2_unpadded"))
    assert found.values.ravel().tolist() == [1, 2, 3, 4, 5]
    assert not any("back" in note for note in found.notes)

    notes = open_path(the("B2_duplicate")).notes
    assert notes[1].startswith("2 dates stand there a second time")
    assert "as clocks do at the end of summer time: nothing was sorted" in notes[2]
    asked = question("B2_duplicate", "order")
    assert (asked.open, asked.chosen) == (True, "file")
    assert asked.reason == "the dates run back once, first in row 4"


def test_labels_beside_their_sequences_are_not_opened_in_silence():
    asked = question("B3", "member")
    assert asked.open and [value for value, _ in asked.options] == ["y_train", "x_train"]
    (note,) = assumed(open_path(the("B3")))
    assert "“x_train” (32 × 20 × 3)" in note
    with np.load(the("B3")) as arrays:
        first = arrays["x_train"][0]
    found = open_path(the("B3"), Options(member="x_train"))
    np.testing.assert_array_equal(found.values, first)
    assert found.notes == (
        "assumed: the first of 32 sequences in “x_train” (32 × 20 × 3); another can be chosen",
    )
    assert question("B3", "columns", member="x_train").chosen == (0, 1, 2)


@pytest.mark.parametrize(
    ("start", "cell", "inputs", "outputs"),
    [
        ("B5_keras", "lstm", 1, 1),
        ("B5_min_char_rnn", "rnn", 5, 5),
        ("B5_onnx", "lstm", 1, 0),
        ("B6_linear_without_bias", "rnn", 1, 1),
    ],
)
def test_weights_are_never_a_series(start, cell, inputs, outputs):
    network = open_path(the(start))
    assert isinstance(network, Network)
    made = network.architecture
    assert (made.cell, made.inputs, made.outputs, made.units) == (cell, inputs, outputs, 8)
    assert assumed(network)


@pytest.mark.parametrize(
    "names",
    [
        ("W_xi", "W_hi", "b_i", "W_hq", "b_q"),
        ("U", "V", "W", "b", "c"),
        ("Wx", "Wh", "b"),
        ("Wf", "bf", "Wi", "bi", "Wo", "bo", "Wc", "bc"),
        ("Wz", "Wr", "Wn"),
        ("gates.weight", "gates.bias"),
        ("lstm/lstm_cell/kernel:0", "lstm/lstm_cell/bias:0"),
        ("kernel", "recurrent_kernel", "bias"),
        ("W", "R"),
        ("lstm_W", "lstm_R", "lstm_B"),
        ("W0", "R0", "B0"),
        ("W_in", "W_rec", "W_out"),
        ("input_weights", "recurrent_weights", "bias"),
        ("lstm/linear/w", "lstm/linear/b"),
        ("gru/w_i", "gru/w_h"),
        ("lstm0_l0_i2h_weight", "lstm0_l0_h2h_weight"),
        ("layers/lstm/cell/vars/0", "layers/lstm/cell/vars/1"),
    ],
)
def test_weights_of_other_names_are_named_and_refused(names, tmp_path):
    path = tmp_path / "w.npz"
    arrays = {name.replace("/", "."): np.ones((4, 5)) for name in names}
    np.savez(path, **arrays)
    with pytest.raises(DataError) as caught:
        open_path(path)
    assert next(iter(arrays)) in str(caught.value)


@pytest.mark.parametrize("name", ["w", "w.bin"])
def test_weights_under_another_name_say_which_they_should_have(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(the("A2").read_bytes())
    with pytest.raises(DataError, match=r"network weights \(give it the ending \.safetensors\)"):
        open_path(path)
    path.write_bytes(the("B5_onnx").read_bytes())
    with pytest.raises(DataError, match=r"one with the ending \.npz is opened"):
        open_path(path)


def test_counted_arrays_that_are_data_stay_data(tmp_path):
    path = tmp_path / "d.npz"
    np.savez(path, np.ones((100, 8)), np.ones((8, 8)), np.ones(8))
    assert isinstance(open_path(path), Sequence)


def test_refusals_say_why():
    with pytest.raises(DataError, match=r"ln\.weight: scales 8 numbers one by one, as LayerNorm"):
        open_path(the("B6_layernorm"))
    with pytest.raises(DataError, match=r"lstm1\., lstm2\. \(choose one by its prefix"):
        open_path(the("B6_two"))


def test_one_of_two_modules_is_chosen():
    asked = question("B6_two", "prefix")
    assert asked.open and [value for value, _ in asked.options] == ["lstm1.", "lstm2."]
    for prefix, inputs in (("lstm1.", 1), ("lstm2.", 8)):
        network = open_path(the("B6_two"), Options(prefix=prefix))
        assert (network.architecture.inputs, network.architecture.outputs) == (inputs, 1)
        assert f"“{prefix}” alone runs" in assumed(network)[0]
    assert OpenFile(the("A2")).preview() is None


@pytest.mark.parametrize(
    ("start", "steps", "last"),
    [("B4", 2000, None), ("C2_date_form_unknown_quarter", 40, 58.5)],
)
def test_the_others_open(start, steps, last):
    values = column(start)
    assert len(values) == steps
    assert last is None or values[-1] == last


def test_half_past_noon_comes_after_noon():
    found = open_path(the("C2_date_form_unknown_ampm"))
    assert found.columns == ("Price",) and found.tokens[0] == "1/1/2024 1:00:00 PM"


def test_missing_cells_are_asked_about_counted_and_said():
    with pytest.raises(DataError, match=r"no value.*can be chosen"):
        open_path(the("B7_quotes_with_null"))
    asked = question("B7_quotes_with_null", "missing")
    assert asked.open and asked.reason.startswith(
        "6 missing, of 69 rows: 1 in “Open”, 1 in “High”, 1 in “Low” …"
    )
    dropped = open_path(the("B7_quotes_with_null"), Options(missing="drop"))
    assert len(dropped) == 68 and "1 row was dropped, 68 of 69 are left" in dropped.notes[-1]
    carried = open_path(the("B7_quotes_with_null"), Options(missing="carry"))
    between = open_path(the("B7_quotes_with_null"), Options(missing="interpolate"))
    at = 40
    assert len(carried) == len(between) == 69
    np.testing.assert_array_equal(carried.values[at], carried.values[at - 1])
    np.testing.assert_allclose(
        between.values[at], (between.values[at - 1] + between.values[at + 1]) / 2
    )


def test_a_ticker_row_and_an_empty_date_row_are_names():
    found = open_path(the("B7_quotes_with_a_ticker"))
    assert found.columns == ("Close", "High", "Low", "Open", "Volume")
    assert (found.tokens[0], len(found)) == ("2022-01-03", 60)
    assert found.values[0, 4] == 18464771
    assert "line 2 left out: “Ticker” is “XYZ” in all columns" in found.notes


def test_numbers_between_spaces_are_a_table_and_asked_about():
    asked = question("B7_np_savetxt", "unit")
    assert (asked.open, asked.chosen) == (True, "table")
    found = open_path(the("B7_np_savetxt"))
    np.testing.assert_array_equal(found.values, np.loadtxt(the("B7_np_savetxt")))
    assert assumed(found) == [
        "assumed: the numbers in its lines are a table, a line a step, and no text"
    ]
    assert open_path(the("B7_np_savetxt"), Options(unit="words")).kind == "words"
    assert assumed(open_path(the("C4"))) == []


def test_a_text_without_spaces_is_read_by_characters():
    asked = question("C3", "unit")
    assert (asked.open, asked.chosen, asked.reason) == (
        True, "characters", "no spaces part the words",
    )  # fmt: skip
    found = open_path(the("C3"))
    assert (found.kind, found.tokens[:3]) == ("characters", ("猫", "坐", "在"))
    assert assumed(found)


def test_a_literal_end_differs_from_the_end():
    task = make_task(open_path(the("C4")))
    labels = task.vocabulary.labels
    assert "“<eos>”" in labels and "<eos>" not in labels
    assert task.output_names[-1] == "<eos>"


def test_signs_are_asked_about_and_left_out():
    asked = question("C5", "signs")
    assert asked.open and asked.reason == "“$100.50” in “Close/Last” is 100.5"
    assert column("C5", signs=True)[:2].tolist() == [100.5, 101.5]
    with pytest.raises(DataError, match="the signs around it are left out, which can be chosen"):
        open_path(the("C5"))


def test_one_row_is_the_series():
    asked = question("C6", "exchange")
    assert (asked.open, asked.chosen, asked.reason) == (True, True, "1 row of 200 values")
    found = open_path(the("C6"))
    np.testing.assert_array_equal(found.values[:, 0], np.loadtxt(the("C6"), delimiter=","))
    assert assumed(found)
    assert open_path(the("C6"), Options(exchange=False)).values.shape == (1, 200)


def test_days_as_keys_and_pandas_forms():
    found = open_path(the("C7_days"), Options(member="Time Series (Daily)"))
    assert (found.columns, found.tokens[0], len(found)) == (
        ("1. open", "4. close"), "2022-01-03", 40,
    )  # fmt: skip
    assert found.values[1, 0] == 101.4714
    assert column("C7_pandas").tolist() == [1.5 * n for n in range(20)]


def test_tolerated_with_a_note():
    sound = open_path(the("C8"))
    assert len(sound) > 0 and any("read to the end of the file" in note for note in sound.notes)
    picture = open_path(the("C9"))
    assert picture.kind == "picture" and "behind the picture's end" in picture.notes[0]


CASES = json.loads((FOLDER / "networks" / "manifest.json").read_text(encoding="utf-8"))["cases"]
LATER = ("inproj", "layernorm", "lstm_bi", "lstm_proj")  # what is not run yet is refused


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_states_are_those_of_the_program_that_wrote_the_weights(case):
    path, choose = FOLDER / "networks" / case["file"], case["choose"]
    sequence = open_path(FOLDER / "networks" / case["data"], Options(unit=choose.get("unit")))
    if path.stem in LATER:
        with pytest.raises((DataError, ValueError)):
            states(open_path(path), sequence)
        return
    network = open_path(path, Options(prefix=choose.get("prefix")))
    found = states(network, sequence, activation=choose.get("activation"))
    with np.load(FOLDER / "networks" / "reference.npz") as reference:
        np.testing.assert_allclose(found, reference[case["states"]], rtol=0, atol=1e-12)
