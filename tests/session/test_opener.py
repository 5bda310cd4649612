"""Whatever the readers open, through the session: asked about, read, cancelled, run."""

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rnnviz.documents import open_document, save_document
from rnnviz.engine import Architecture, create_network, forward
from rnnviz.film import Branches, Playhead, Settings, compute_pass, resolve
from rnnviz.session import Session
from rnnviz.training import make_offer
from rnnviz.weights import save_network

TABLE = "date;place;warm;wind\n" + "".join(
    f"2024-01-{day:02};here;{day / 2:.1f};{day * 3 % 7}\n".replace(".", ",") for day in range(1, 13)
)


@pytest.fixture
def session(qapp):
    made = Session()
    made.notices, made.asking, made.infos = [], [], []
    made.told.connect(made.notices.append)
    made.asked.connect(made.asking.append)
    made.informed.connect(made.infos.append)
    made.open_default()
    yield made
    made.close()


def opened(qtbot, session, path, **how):
    before = session.frame
    session.open_file(path, **how)
    qtbot.waitUntil(lambda: session.frame is not before, timeout=20_000)
    return session.frame


def asked(qtbot, session, path):
    count = len(session.asking)
    session.open_file(path)
    qtbot.waitUntil(lambda: len(session.asking) > count, timeout=20_000)
    return session.asking[-1]


def informed(qtbot, session, path):
    count = len(session.infos)
    session.open_file(path)
    qtbot.waitUntil(lambda: len(session.infos) > count, timeout=20_000)
    return session.infos[-1]


def errors(session):
    return [n.text for n in session.notices if n is not None and n.error]


def write_png(path, rows):
    """A grey picture of 8 bits."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    height, width = len(rows), len(rows[0])
    data = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def network_file(folder, name="own.npz", seed=3, **sizes):
    made = create_network(
        Architecture(**{"inputs": 9, "units": 5, "outputs": 10, **sizes}), seed=seed
    )
    save_network(made, folder / name)
    return made, folder / name


# -- what is asked -------------------------------------------------------------------------------


def test_a_table_is_asked_about_and_opened_as_chosen(qtbot, session, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(TABLE)
    before = session.frame
    found = asked(qtbot, session, path)
    assert found.name == "t.csv"
    assert found.preview.columns == ("date", "place", "warm", "wind")
    assert session.frame is before  # what stood stays
    chosen = {choice.name: choice.chosen for choice in found.preview.questions}
    assert chosen["columns"] == (2, 3)
    assert chosen["decimal"] == ","
    session.open_asked(chosen)
    qtbot.waitUntil(lambda: session.frame is not before, timeout=20_000)
    task = session.frame.task
    assert task.sequence.columns == ("warm", "wind")
    assert task.x.shape == (12, 1, 2)
    assert session.frame.token(3) == "2024-01-03"
    assert task.sequence.values[2, 0] == 1.5
    assert session.home.file == path
    assert not session.modified


def test_looking_again_and_letting_it_be(qtbot, session, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(TABLE)
    asked(qtbot, session, path)
    before = session.frame
    session.look_again({"delimiter": ","})
    qtbot.waitUntil(lambda: len(session.asking) == 2, timeout=20_000)
    assert session.asking[-1].preview is None or session.asking[-1].preview.columns != (
        "date", "place", "warm", "wind")  # fmt: skip
    session.forget_asked()
    session.open_asked({})
    qtbot.wait(200)
    assert session.frame is before
    assert not errors(session)


def test_what_has_no_choice_opens_at_once(qtbot, session, tmp_path):
    np.save(tmp_path / "x.npy", np.arange(6.0))
    frame = opened(qtbot, session, tmp_path / "x.npy")
    assert frame.steps == 6
    assert not session.asking


def test_the_unit_that_the_command_line_says_is_not_asked(qtbot, session, tmp_path):
    path = tmp_path / "names.txt"
    path.write_text("".join(f"name{i}\n" for i in range(40)))
    assert asked(qtbot, session, path).preview.questions[0].name == "unit"
    frame = opened(qtbot, session, path, unit="lines")
    assert frame.steps == len("name0")
    assert len(frame.task.sequence.others) == 40


@pytest.mark.parametrize("name", ["bad.csv", "bad.npz", "bad.safetensors", "bad.wav", "bad.png"])
def test_a_bad_file_is_one_message_and_changes_nothing(qtbot, session, tmp_path, name):
    before = session.frame
    (tmp_path / name).write_bytes(b"\0\1\2\3 nothing of the kind")
    session.open_file(tmp_path / name)
    qtbot.waitUntil(lambda: bool(errors(session)), timeout=20_000)
    assert errors(session)[0].startswith(name)
    assert session.frame is before
    assert not session.busy


# -- cancelling ----------------------------------------------------------------------------------


def long_series(path, steps):
    rng = np.random.default_rng(0)
    np.save(path, rng.normal(size=steps))


def test_reading_is_cancelled_without_a_word(qtbot, session, tmp_path):
    path = tmp_path / "long.csv"
    # So long that it is worth a message on a quick machine too.
    path.write_text("value\n" + "0.25\n1.5\n" * 490_000)
    before = session.frame
    session.open_file(path)
    qtbot.waitUntil(
        lambda: any(n and "Reading long.csv … " in n.text for n in session.notices), timeout=20_000
    )
    session.cancel()
    assert not session.busy
    assert session.notices[-1] is None
    qtbot.wait(600)
    assert session.frame is before
    assert session.run is before.run
    assert not errors(session)


def test_a_pass_is_cancelled_and_another_thread_takes_over(qtbot, session, tmp_path):
    long_series(tmp_path / "long.npy", 300_000)
    before = session.frame
    session.open_file(tmp_path / "long.npy")
    qtbot.waitUntil(
        lambda: any(n and "Computing 300,000 steps" in n.text for n in session.notices),
        timeout=60_000,
    )
    assert session.notices[-1].cancel
    session.cancel()
    assert not session.busy
    np.save(tmp_path / "short.npy", np.arange(5.0))
    frame = opened(qtbot, session, tmp_path / "short.npy")
    assert frame.steps == 5
    assert frame.run is not before.run


def test_another_network_on_a_long_series_is_cancelled(qtbot, session, tmp_path):
    long_series(tmp_path / "long.npy", 60_000)
    shown = opened(qtbot, session, tmp_path / "long.npy")
    session.set_settings(Settings(units=24))
    assert session.busy
    session.cancel()
    assert session.run is shown.run
    qtbot.wait(300)
    assert session.frame.run is shown.run


def test_an_edit_whose_pass_is_cancelled_is_not_taken_back(qtbot, session, tmp_path):
    long_series(tmp_path / "long.npy", 60_000)
    opened(qtbot, session, tmp_path / "long.npy")
    session.set_learning_rate(0.123)
    settled = session.undoes, session.redoes
    shown = session.frame
    assert settled == ("η 0.123", None)
    session.choose_mode("many_to_one")
    qtbot.waitUntil(lambda: session.undoes.startswith("mode"), timeout=20_000)
    assert session.busy
    session.cancel()
    assert (session.undoes, session.redoes) == settled
    assert session.run is shown.run
    session.undo()
    assert session.undoes == "opening long.npy"
    assert session.run.learning_rate != 0.123


@pytest.mark.slow
@pytest.mark.timeout(300)  # some 45 s of processor time
def test_a_million_steps_are_read_and_computed_with_progress(qtbot, session, tmp_path):
    rng = np.random.default_rng(0)
    path = tmp_path / "million.csv"
    np.savetxt(path, rng.normal(size=1_000_000), fmt="%.4f", header="value", comments="")
    before = session.frame
    session.open_file(path)
    qtbot.waitUntil(lambda: session.frame is not before, timeout=200_000)
    frame = session.frame
    assert frame.steps == 1_000_000
    said = [n.text for n in session.notices if n is not None]
    # Nothing is said of the first 200 ms, in which a fast machine has read half of it.
    assert len([t for t in said if "Reading million.csv … " in t]) > 1
    assert len([t for t in said if "Computing 1,000,000 steps … " in t]) > 5
    session.seek(777_777.0)
    assert session.frame.forward_done == 777_777
    assert session.frame.passing is frame.passing
    session.choose_source(1_000)  # another pass, of which the old one is not kept
    qtbot.waitUntil(lambda: session.frame.source == 1_000, timeout=100_000)
    assert session.frame.passing.trace is frame.passing.trace
    assert session.kept_passes == 1


# -- networks ------------------------------------------------------------------------------------


def test_an_own_network_runs_what_is_open(qtbot, session, tmp_path):
    network, path = network_file(tmp_path, cell="lstm", peepholes=True, biases=2)
    before = session.run
    info = informed(qtbot, session, path)
    assert info.runs
    assert dict(info.facts)["Rows of the gates"] == "i, f, g, o"
    assert ("W_aa_l0", "20 × 5", "100") in info.tensors
    frame = session.frame
    assert (frame.cell, frame.units) == ("lstm", 5)
    assert session.settings == Settings(cell="lstm", units=5, recurrent="given")
    alone = forward(network.astype(np.float64), frame.task.x)
    np.testing.assert_allclose(frame.passing.trace.a, alone.a, atol=1e-12)
    assert frame.total_loss > 0
    session.undo()
    assert session.run is before
    session.redo()
    assert session.run.networks[0].architecture.peepholes


def test_an_own_networks_settings_do_not_stay_for_the_next_file(qtbot, session, tmp_path):
    session.set_settings(replace(session.settings, units=12))
    _, path = network_file(tmp_path, cell="lstm")
    assert informed(qtbot, session, path).runs
    table = tmp_path / "mine.csv"
    table.write_text("1\n2\n3\n5\n", "utf-8")
    session.open_file(table, ask=False)
    qtbot.waitUntil(lambda: session.home.file == table, timeout=10_000)
    assert session.settings == replace(Settings(units=12), learning_rate=None)


def test_a_language_model_without_an_end(qtbot, session, tmp_path):
    _, path = network_file(tmp_path, inputs=4, outputs=9, vocabulary=9, cell="gru")
    assert informed(qtbot, session, path).runs
    frame = session.frame
    assert frame.pays(8)
    assert not frame.pays(9)
    assert frame.task.output_names[0] == "Harry"
    assert {o.name for o in frame.outputs(1, 9)} == set(frame.task.vocabulary.labels)


@pytest.mark.parametrize("outputs", [0, 4])
@pytest.mark.parametrize("mode", ["synced", "one_to_one", "many_to_one"])
def test_outputs_that_answer_nothing_pay_no_loss(qtbot, session, tmp_path, outputs, mode):
    _, path = network_file(tmp_path, outputs=outputs, layers=2)
    assert informed(qtbot, session, path).runs
    session.choose_mode(mode)
    assert session.run.task.mode == mode
    frame = session.frame
    assert frame.passing.source == 0
    assert frame.total_loss == 0
    assert np.isfinite(frame.states).all()
    assert not frame.gradients.any()
    assert frame.prediction(3) is None or outputs
    assert all(not gradient.any() for gradient in frame.update.gradients.values())


def test_what_does_not_fit_is_said_and_waits_for_what_does(qtbot, session, tmp_path):
    network, path = network_file(tmp_path, inputs=2, outputs=2, cell="gru")
    before = session.run
    info = informed(qtbot, session, path)
    assert not info.runs
    assert info.waits
    assert "reads 2 numbers a step; what is open has 9 different words" in errors(session)[-1]
    assert session.run is before
    np.save(tmp_path / "two.npy", np.random.default_rng(0).normal(size=(7, 2)))
    session.open_file(tmp_path / "two.npy")
    qtbot.waitUntil(lambda: bool(session.asking), timeout=20_000)
    session.open_asked({})
    qtbot.waitUntil(lambda: session.run is not before, timeout=20_000)
    found = session.run.networks[0]
    np.testing.assert_array_equal(found.parameters["W_aa_l0"], network.parameters["W_aa_l0"])
    assert session.frame.task.loss == "mse"
    assert session.frame.total_loss > 0


def test_both_directions_are_refused_in_a_sentence(qtbot, session, tmp_path):
    _, path = network_file(tmp_path, bidirectional=True)
    before = session.frame
    info = informed(qtbot, session, path)
    assert not info.runs
    assert not info.waits
    assert dict(info.facts)["Layers"] == "1, in both directions"
    assert "reads in both directions" in errors(session)[-1]
    assert session.frame is before


def test_a_run_of_an_own_network_is_a_document(qtbot, session, tmp_path):
    _, path = network_file(tmp_path, outputs=0, cell="lstm", biases=2, peepholes=True)
    info = informed(qtbot, session, path)
    assert not [name for name, _, count in info.tensors if count == "0"]  # it has no read-out
    save_document(tmp_path / "d.rnnviz", Branches.of(session.run), {})
    run = open_document(tmp_path / "d.rnnviz").branches.run
    frame = resolve(run, Playhead(position=4.0), compute_pass(run, 0, 0))
    np.testing.assert_array_equal(frame.states, session.frame.states)


# -- sessions and pictures -----------------------------------------------------------------------


def test_a_session_brings_data_network_and_title(qtbot, session, tmp_path):
    (tmp_path / "d.csv").write_text("v\n" + "".join(f"{i % 5}\n" for i in range(30)))
    (tmp_path / "s.toml").write_text(
        'title = "Fives"\ndata = "d.csv"\n[model]\ncell = "gru"\nhidden = 7\nlayers = 2\nseed = 4\n'
        '[training]\noptimiser = "adam"\nlearning_rate = 0.02\nclip = 3.0\n'
    )
    frame = opened(qtbot, session, tmp_path / "s.toml")
    settings = frame.run.settings
    assert frame.task.sequence.name == "Fives"
    assert frame.steps == 30
    assert (settings.cell, settings.units, settings.layers, settings.seed) == ("gru", 7, 2, 4)
    assert (settings.optimizer, settings.clipping, settings.clip_limit) == ("adam", "norm", 3.0)
    assert frame.run.learning_rate == 0.02
    assert session.home.file == tmp_path / "s.toml"


def test_what_a_session_asks_of_a_training_stays_where_the_network_changes(
    qtbot, session, tmp_path
):
    (tmp_path / "d.csv").write_text("v\n" + "".join(f"{i % 5}\n" for i in range(200)))
    (tmp_path / "s.toml").write_text('data = "d.csv"\n[training]\npatience = 40\nupdates = 77\n')
    frame = opened(qtbot, session, tmp_path / "s.toml")
    session.set_settings(replace(frame.run.settings, units=5))
    qtbot.waitUntil(lambda: session.frame.units == 5, timeout=20_000)
    plan = make_offer(session.frame.run).plan
    assert (plan.patience, plan.updates, plan.settings.units) == (40, 77, 5)


def test_what_was_guessed_is_said_when_a_file_is_read_and_not_of_a_document(
    qtbot, session, tmp_path
):
    path, notices = tmp_path / "d.csv", []
    path.write_text("Date,v\n" + "".join(f"2024-01-{i:02},{i % 5}\n" for i in range(1, 30)))
    session.told.connect(notices.append)
    before = session.frame
    asked(qtbot, session, path)
    session.open_asked({})
    qtbot.waitUntil(lambda: session.frame is not before, timeout=20_000)
    frame = session.frame
    assert frame.task.sequence.notes[0] in notices[-1].text
    save_document(tmp_path / "d.rnnviz", frame.branches)
    notices.clear()
    opened(qtbot, session, tmp_path / "d.rnnviz")
    assert [n for n in notices if n is not None and n.text] == []
    assert session.frame.task.sequence.notes == frame.task.sequence.notes


def test_a_session_without_data_takes_what_is_open(qtbot, session, tmp_path):
    (tmp_path / "s.toml").write_text("[model]\nhidden = 4\n")
    frame = opened(qtbot, session, tmp_path / "s.toml")
    assert frame.token(1) == "Harry"
    assert frame.units == 4


def test_pictures_together_are_a_film(qtbot, session, tmp_path):
    paths = [tmp_path / f"f{i}.png" for i in (10, 2, 1)]
    for bright, path in zip((250, 100, 0), paths, strict=True):
        write_png(path, [[bright, 0, 0], [0, bright, 255]])
    before = session.frame
    session.open_files(paths)
    qtbot.waitUntil(lambda: session.frame is not before, timeout=20_000)
    task = session.frame.task
    assert task.what == "next frame"
    assert task.x.shape == (3, 1, 6)
    pictures = [session.frame.picture(t) for t in (1, 2, 3)]
    assert [round(float(p[0, 0]) * 255) for p in pictures] == [0, 100, 250]
    assert session.frame.pays(2)
    said = session.frame.said_picture(1)
    y = session.frame.passing.trace.y[0, 0] * task.deviation + task.mean
    np.testing.assert_allclose(said, y.reshape(2, 3))
    session.forecast(2)
    frame = session.frame
    assert frame.steps == 5
    np.testing.assert_allclose(frame.picture(5), frame.said_picture(4))
    save_document(tmp_path / "film.rnnviz", Branches.of(session.run), {})
    found = open_document(tmp_path / "film.rnnviz").branches.run.task
    np.testing.assert_array_equal(found.sequence.frames, task.sequence.frames)
    assert found.pictures[4] is None


def test_lines_are_trained_on_all_together(qtbot, session, tmp_path):
    path = tmp_path / "names.txt"
    path.write_text("".join(f"{name}\n" for name in ("anna", "otto", "emma", "hans") * 10))
    frame = opened(qtbot, session, path, unit="lines")
    assert [frame.token(t) for t in (1, 2, 3, 4)] == list("anna")
    offer = session.offer_training()
    plan = offer.plan

    session.train(replace(plan, updates=3))
    qtbot.waitUntil(
        lambda: not session.progress.running and len(session.run.log) > 1, timeout=60_000
    )
    assert set(session.run.task.vocabulary.symbols) >= set("anotemhs")
    assert session.run.log[-1].update == 3


def test_the_activation_of_an_opened_network_is_put_right_and_its_weights_stay(qtbot, session):
    reports = Path(__file__).parents[1] / "data" / "reports"
    opened(qtbot, session, reports / "B1_pressure_101325_all_steps_shown_alike.csv", ask=False)
    info = informed(qtbot, session, reports / "A2_relu_rnn_is_run_with_tanh.safetensors")
    assert dict(info.facts)["Cell"].endswith("g = tanh (assumed)")
    assert any(said.startswith("Assumed: g is tanh") for said in info.said)
    before = session.run.networks[0]
    session.set_settings(replace(session.settings, activation="relu"))
    after = session.run.networks[0]
    assert after.architecture.activation == session.settings.activation == "relu"
    for name, array in before.parameters.items():
        assert np.array_equal(after.parameters[name], array)
    assert session.frame.passing.trace.network is after
    session.undo()
    assert session.run.networks[0] is before


def test_the_gru_of_an_opened_node_is_put_right_and_its_weights_stay(qtbot, session, tmp_path):
    reports = Path(__file__).parents[1] / "data" / "reports"
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "w.npz", W=rng.normal(size=(1, 12, 1)), R=rng.normal(size=(1, 12, 4)))
    opened(qtbot, session, reports / "B1_pressure_101325_all_steps_shown_alike.csv", ask=False)
    info = informed(qtbot, session, tmp_path / "w.npz")
    assert any("choose that under Network, Cell" in said for said in info.said)
    before = session.run.networks[0]
    session.set_settings(replace(session.settings, cell="gru_reset_before"))
    after = session.run.networks[0]
    assert after.architecture.cell == session.settings.cell == "gru_reset_before"
    for name, array in before.parameters.items():
        assert np.array_equal(after.parameters[name], array)
    session.undo()
    assert session.run.networks[0] is before


def test_one_of_several_modules_is_asked_for(qtbot, session):
    reports = Path(__file__).parents[1] / "data" / "reports"
    opened(qtbot, session, reports / "B1_pressure_101325_all_steps_shown_alike.csv", ask=False)
    found = asked(
        qtbot, session, reports / "B6_two_lstm_modules_choose_by_prefix_impossible.safetensors"
    )
    (which,) = found.preview.questions
    assert which.name == "prefix" and which.open
    count = len(session.infos)
    session.open_asked({"prefix": "lstm1."})
    qtbot.waitUntil(lambda: len(session.infos) > count, timeout=20_000)
    assert session.infos[-1].runs
    assert session.run.architecture.inputs == 1


def test_another_transform_is_an_edit_that_is_undone(session, qtbot, tmp_path):
    from rnnviz.data import Options

    file = tmp_path / "prices.csv"
    file.write_text("close\n" + "".join(f"{100 + i * i}\n" for i in range(20)))
    plain = opened(qtbot, session, file, ask=False)
    changed = opened(qtbot, session, file, options=Options(transform="returns"), ask=False)
    assert changed.task.sequence.transforms == ("returns",)
    assert changed.steps == plain.steps - 1
    session.undo()
    qtbot.waitUntil(lambda: session.frame.task is plain.task, timeout=20_000)
    session.redo()
    qtbot.waitUntil(lambda: session.frame.task is changed.task, timeout=20_000)
