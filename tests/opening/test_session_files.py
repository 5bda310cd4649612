"""Session files: a schema, and everything that is not in it is refused by its name."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.cli.arguments import read_arguments
from rnnviz.files.errors import DataError
from rnnviz.film.fields import FIELDS, fields_of
from rnnviz.opening.door import begun, open_path
from rnnviz.opening.session_files import SessionFile, parse_session
from rnnviz.training import make_offer
from tests.film.test_fields import values_of


def read(content, folder="."):
    data = content if isinstance(content, bytes) else content.encode()
    return parse_session(data, f"{folder}/s.toml")


def refusal(content, folder="."):
    with pytest.raises(DataError) as caught:
        read(content, folder)
    message = str(caught.value)
    assert message.startswith("s.toml")
    assert "\n" not in message
    assert len(message) < 300
    return caught.value


def test_what_a_session_may_say(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "x.csv").write_text("1\n")
    (tmp_path / "s.toml").write_text(
        'title = "<b>My</b> session"\ndata = "sub/x.csv"\nunit = "characters"\n'
        '[model]\ncell = "lstm"\nhidden = 8\nlayers = 2\nactivation = "tanh"\nseed = 0\n'
        '[training]\noptimiser = "adam"\nlearning_rate = 1\nclip = 0.5\n'
    )
    session = open_path(tmp_path / "s.toml")
    assert session == SessionFile(
        name="s.toml",
        title="<b>My</b> session",
        data=os.path.realpath(tmp_path / "sub" / "x.csv"),
        given={
            "unit": "characters",
            "cell": "lstm",
            "units": 8,
            "layers": 2,
            "activation": "tanh",
            "seed": 0,
            "optimizer": "adam",
            "learning_rate": 1.0,
            "clipping": "norm",
            "clip_limit": 0.5,
        },
    )


def test_what_it_says_of_a_training_is_what_the_dialog_begins_with(tmp_path):
    (tmp_path / "s.csv").write_text("v\n" + "".join(f"{n * n % 17}\n" for n in range(200)))
    (tmp_path / "s.toml").write_text(
        'data = "s.csv"\n[model]\nunits = 4\n'
        "[training]\npatience = 40\nupdates = 300\nwindow = 25\nvalidation = 0.2\n"
    )
    run = begun(open_path(tmp_path / "s.toml"), None)
    assert not run.log
    offer = make_offer(run)
    plan, usual = offer.plan, make_offer(replace(run, plan=None)).plan
    said = {"patience": 40, "updates": 300, "window": 25, "validation": 0.2}
    assert plan == replace(usual, **said)
    assert plan.settings.units == 4
    told = offer.foretell(plan)
    assert told.possible and "in 105 windows of 25 steps, then 40 to validate" in told.text
    other = replace(run, settings=replace(run.settings, units=6))
    assert make_offer(other).plan.settings.units == 6
    assert make_offer(other).plan.patience == 40


def test_parts_that_leave_nothing_are_refused(tmp_path):
    (tmp_path / "s.toml").write_text("[training]\nvalidation = 0.6\nheld_out = 0.6\n")
    with pytest.raises(DataError, match=r"s\.toml.*leave too little to train on"):
        begun(open_path(tmp_path / "s.toml"), None)


def test_short_ones_and_other_spellings():
    assert read("\ufeff# nothing\r\n") == SessionFile("s.toml")
    session = read('[model]\r\nunits = 1024\r\n[training]\r\noptimizer = "sgd"\r\n')
    assert session.given == {"units": 1024, "optimizer": "sgd"}
    assert read("model.cell = 'gru'").given == {"cell": "gru"}
    assert read('title = "a\\u202Eb\\nc"').title == "a‹U+202E›b‹U+000A›c"


@given(st.data())
def test_what_is_written_is_what_is_set(data):
    """Settings → session file → settings, for every key of every row."""
    tables, expected = {"model": [], "training": []}, {}
    for row in fields_of("network", "updates"):
        if not row.keys or not data.draw(st.booleans()):
            continue
        spelling = data.draw(st.sampled_from(row.keys))
        value = data.draw(values_of(row))
        table, _, key = spelling.key.partition(".")
        tables[table].append(f"{key} = {json.dumps(value)}")
        expected |= {row.name: value, **spelling.also}
    text = "\n".join(line for name, own in tables.items() for line in (f"[{name}]", *own))
    assert read(text).given == expected


def test_every_row_with_a_key_can_be_said():
    for row in FIELDS.values():
        for spelling in row.keys:
            value = row.default if row.default is not None else 0.1
            read_of_it = read(f"{spelling.key} = {json.dumps(value)}")
            found = read_of_it.looks if row.group == "view" else read_of_it.given
            assert found == {row.name: value, **spelling.also}


@pytest.mark.parametrize("row", [r for r in FIELDS.values() if r.keys and r.kind in (int, float)])
def test_beyond_the_range_it_is_the_same_sentence_as_on_the_command_line(row, capsys):
    wrong = row.kind(row.most * 2)
    said = refusal(f"{row.keys[0].key} = {wrong!r}").reason
    assert said == f"{row.keys[0].key}: {row.refusal(wrong)}"
    if not row.flags:
        return
    with pytest.raises(SystemExit):
        read_arguments([f"{row.flags[0].key}={wrong!r}"])
    assert row.refusal(wrong) in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("", None, "is empty"),
        ("a: 1", 1, "not valid TOML"),
        ("[a]\nx = ", 2, "not valid TOML"),
        ("\n[model\n", 2, "not valid TOML"),
        ('title = "a', 1, "not valid TOML"),
        ('title = "a"\ntitle = "b"', 2, "not valid TOML"),
        ("[model]\n[model]", 2, "not valid TOML"),
        ('title = "a\0b"', 1, "not valid TOML"),
        ("title = \"a\"\rdata = 'b'", 1, "not valid TOML"),
        ("seed = 01", 1, "not valid TOML"),
        ("seed = " + "9" * 1_900 + "\n" * 3, 1, "the key seed, which is not known"),
        ("title = 2020-02-31", 1, "not valid TOML"),
        ('title = "\\q"', 1, "not valid TOML"),
        ('title = "\\ud800"', 1, "not valid TOML"),
        ("title = [" + "\n[" * 5_000, None, "nested too deeply"),
        ("title = [" + "[" * 1_500, None, "nested too deeply"),
        ("a" + ".a" * 1_500 + " = 1", 1, "more than 2,000 characters"),
        ('title = "' + "a" * 3_000 + '"', 1, "more than 2,000 characters"),
        ("# " + "a\n# " * 20_000, None, "is too large for a session"),
        (b'title = "Gr\xfc\xdfe"', 1, "not valid UTF-8"),
        (b"\xff\xfet\0", 1, "not valid UTF-8"),
        (b'title = "a"\n# \xe6\x97', 2, "not valid UTF-8"),
        (b"\x80\x04\x95\x0e\0\0\0", 1, "not valid UTF-8"),
        # unknown keys
        ("hidden = 4", 1, "the key hidden, which is not known"),
        ("[model]\nwidth = 4", 2, "the key model.width, which is not known"),
        ("[other]\nx = 1", 1, "the key other, which is not known"),
        ("[model.deep]\nx = 1", 1, "the key model.deep, which is not known"),
        ('"\\u202e" = 1', None, "the key ‹U+202E›"),
        ('"" = 1', 1, "which is not known"),
        ('__proto__ = "x"', 1, "the key __proto__"),
        # types
        ("title = 1", 1, "title is the number 1, where a text"),
        ("title = {}", 1, "title is a table"),
        ("title = 1979-05-27", 1, "title is a date"),
        ("model = 1", 1, "model is the number 1, where a table [model] should be"),
        ("[[model]]\ncell = 'rnn'", 1, "model is a list"),
        (
            "[model]\nhidden = 8.0",
            2,
            "a whole number from 1 to 1,024, not 8.0",
        ),
        ("[model]\nhidden = true", 2, "1 to 1,024, not true"),
        ("[model]\nhidden = '8'", 2, "not “8”"),
        ("[model]\nhidden = [8]", 2, "not a list"),
        ("[model]\ncell = 1", 2, "model.cell: the recurrent cell must be one of rnn, "),
        ("[training]\nlearning_rate = '0.1'", 2, "must be a number from 0 to 1,000,000, not “0.1”"),
        ("[training]\nlearning_rate = false", 2, "not false"),
        # ranges
        (
            "[model]\nhidden = 0",
            2,
            "model.hidden: units of a layer must be a whole number",
        ),
        ("[model]\nhidden = -3", 2, "not -3"),
        ("[model]\nhidden = 1025", 2, "not 1,025"),
        ("[model]\nhidden = 1" + "0" * 1_000, 2, "a number with very many digits"),
        ("[model]\nlayers = 9", 2, "from 1 to 8, not 9"),
        ("[model]\nseed = -1", 2, "not -1"),
        ("[model]\nseed = 4294967296", 2, "not 4,294,967,296"),
        ("[model]\ncell = 'transformer'", 2, "not “transformer”"),
        ("[model]\ncell = 'LSTM'", 2, "“LSTM”"),
        ("[model]\nunits = 1\nhidden = 1", 3, "both model.units and model.hidden: leave one of"),
        (
            "[training]\nclip = 1\nclip_value = 1",
            3,
            "says both training.clip and training.clip_value: leave one of them out",
        ),
        ("[training]\nlearning_rate = nan", 2, "not nan"),
        ("[training]\nlearning_rate = inf", 2, "not inf"),
        ("[training]\nlearning_rate = -0.1", 2, "not -0.1"),
        (
            "[training]\nclip = -1",
            2,
            "training.clip: the limit of clipping must be",
        ),
        ("[training]\nclip = 1" + "0" * 500, 2, "not a number with very many"),
        (
            "unit = 'pages'",
            1,
            "unit: what one step of a text is must be one of words",
        ),
        ('title = "' + "a" * 500 + '"', 1, "500 characters"),
        # data
        ("data = 1", 1, "data is the number 1"),
        ("data = ''", 1, "an empty name"),
        ("data = ' '", 1, "an empty name"),
        ("data = 'gone.csv'", 1, "data “gone.csv” does not exist"),
        ("data = '../x.csv'", 1, "leads out of the session's folder"),
        ("data = 'a/../../x.csv'", 1, "leads out of the session's folder"),
        ("data = '/etc/passwd'", 1, "leads out of the session's folder"),
        ("data = '/dev/stdin'", 1, "leads out of the session's folder"),
        ("data = '//server/share/x'", 1, "another computer"),
        ("data = '\\\\server\\share\\x'", 1, "another computer"),
        ("data = '\\\\.\\pipe\\x'", 1, "another computer"),
        ("data = 'C:\\x.csv'", 1, "another computer"),
        ("data = 'file:///etc/passwd'", 1, "another computer"),
        ("data = 'https://example.org/x.csv'", 1, "another computer"),
        ('data = "a\\u0000b"', 1, "is no name of a file"),
        ("data = '~/x.csv'", 1, "does not exist"),
        ("data = '$HOME'", 1, "does not exist"),
        ("data = '.'", 1, "is not an ordinary file"),
        ("data = '" + "a/" * 450 + "'", 1, "data “a/a"),
        ("data = '" + "a" * 900 + "'", 1, "cannot be found"),
    ],
)
def test_refuses(content, line, said, tmp_path):
    error = refusal(content, tmp_path)
    assert said in error.reason
    assert error.line == line


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")
def test_only_ordinary_files_beside_it(tmp_path):
    folder = tmp_path / "here"
    folder.mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "sub").mkdir()
    (folder / "loop").symlink_to("loop")
    (tmp_path / "outside.csv").write_text("1\n")
    (folder / "link.csv").symlink_to(tmp_path / "outside.csv")
    (folder / "dev").symlink_to("/dev/zero")
    (folder / "s.toml").write_text("")
    (folder / "x.csv").write_text("1\n")
    for name, said in [
        ("pipe", "is not an ordinary file"),
        ("sub", "is not an ordinary file"),
        ("loop", "data “loop”"),
        ("link.csv", "leads out of"),
        ("dev", "leads out of"),
        ("s.toml", "is the session itself"),
        ("./s.toml", "is the session itself"),
    ]:
        assert said in refusal(f'data = "{name}"', folder).reason
    target = os.fspath(folder / "x.csv")
    assert read(f'data = "{target}"', folder).data == os.path.realpath(target)
    assert read('data = "sub/../x.csv"', folder).data == os.path.realpath(target)
    assert Path(target).read_text() == "1\n"


def test_a_path_that_is_no_file(tmp_path):
    (tmp_path / "t.toml").mkdir()
    with pytest.raises(DataError, match="is a folder"):
        open_path(tmp_path / "t.toml")
    with pytest.raises(DataError, match="does not exist"):
        open_path(tmp_path / "s.toml")


def test_how_it_is_looked_at_is_no_setting_of_the_network(tmp_path):
    text = '[view]\nnotation = "textbook"\ncolours = "red"\n[model]\ncell = "gru"\n'
    session = read(text)
    assert session.looks == {"notation": "textbook", "colours": "red"}
    assert session.given == {"cell": "gru"}
    assert begun(session, None).settings.cell == "gru"
    wrong = refusal('[view]\nnotation = "mine"\n')
    assert wrong.line == 2 and "lecture, textbook, framework" in wrong.reason
    assert refusal("[view]\ntext_zoom = 2.0\n").line == 2
