"""What is remembered between two starts: typed, bounded, and never believed."""

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings

from rnnviz.film.fields import FIELDS
from rnnviz.film.panels import LAYOUTS, MOST_SAVED
from rnnviz.session import Preferences

KEPT = [row for row in FIELDS.values() if row.kept]


@pytest.fixture
def preferences(tmp_path):
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))
    return Preferences()


def stored():
    """The file of the preferences."""
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "rnnviz", "rnnviz")


def again():
    """The same, read from the file."""
    stored().sync()
    return Preferences()


@pytest.mark.parametrize("row", KEPT, ids=lambda row: row.name)
def test_what_is_kept_comes_back_in_its_own_type(preferences, row):
    assert preferences.value(row.name) == row.default
    values = [choice.changes[row.name] for choice in row.choices]
    values += [True, False] if row.kind is bool else []
    values += [row.least, row.most, 1.25] if row.kind is float else []
    values += [round(row.least), round(row.most)] if row.kind is int else []
    assert values
    for value in values:
        preferences.keep(row.name, value)
        found = again().value(row.name)
        assert found == value and type(found) is row.kind


@pytest.mark.parametrize("row", KEPT, ids=lambda row: row.name)
@pytest.mark.parametrize("value", ["", "nonsense", "nan", b"\xff\0", ["a", "b"], {"a": 1}, None])
def test_a_damaged_value_counts_as_absent(preferences, row, value):
    stored().setValue(row.kept, value)
    assert preferences.value(row.name) == row.default
    assert again().value(row.name) == row.default


@pytest.mark.parametrize(
    ("value", "found"), [("99", 3.0), ("0.01", 0.5), ("-1", 0.5), ("inf", 1.0), ("-inf", 1.0)]
)
def test_numbers_are_bounded_after_a_test_for_finite(preferences, value, found):
    stored().setValue("text_zoom", value)
    assert preferences.value("text_zoom") == found
    preferences.keep("text_zoom", float(value))
    assert preferences.value("text_zoom") == found


def test_no_more_layouts_are_saved_than_are_found_again(preferences):
    for number in range(MOST_SAVED):
        preferences.save_layout(f"layout {number}", LAYOUTS["lecture"])
    with pytest.raises(ValueError, match="50 are saved already"):
        preferences.save_layout("one more", LAYOUTS["lecture"])
    preferences.save_layout("layout 7", LAYOUTS["standard"])
    assert again().layouts["layout 7"].panels == LAYOUTS["standard"].panels
    assert len(again().layouts) == MOST_SAVED


# -- a settings file that is broken ---------------------------------------------------------------

KEYS = [row.kept for row in KEPT] + [
    "geometry", "splitter", "lower", "recent", "layout/own", "layout/saved",
    "window/slots", "window/layout", "lecture/slots", "lecture/layout",
    "window/hidden_state", "window/gradient",
]  # fmt: skip
SPLITTER = b"\0\0\0\xff\0\0\0\1"
# As they stand in the file: any type that an INI file has, broken escapes, huge and not finite.
BROKEN = {
    "nothing": "",
    "a word": "nonsense",
    "not a number": "nan",
    "infinite": "-inf",
    "huge": "9" * 5000,
    "beyond a double": "1e999",
    "negative": "-7",
    "a list": "1, 2, 3",
    "a list of lists": '"a, b", "@Invalid()", ""',
    "invalid": "@Invalid()",
    "bytes": "@ByteArray(\\x1\\xd9\\xd0\\xcb\\0\\x3)",
    "a size": "@Size(100000 100000)",
    "a rectangle": "@Rect(-1 -1 0 0)",
    "a broken variant": "@Variant(\\0\\0\\0\\x7f\\0)",
    "an unknown type": "@Variant(\\0\\0\\x4\\0\\0\\0\\0\\0\\x5none\\0)",
    "a mark that is none": "@Nothing(1)",
    "other letters": "\\x202e\\0\\xffff",
    "long": "x" * 200_000,
    "nested": "[" * 50_000,
    "a truth": "true",
}


@pytest.mark.qt_log_ignore("QVariant::load: unknown user type", extend=True)
@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_any_value_of_every_key_starts_the_window_and_is_said_once(preferences, qtbot, text):
    from rnnviz.session import Session
    from rnnviz.views.window import MainWindow

    path = Path(stored().fileName())
    path.parent.mkdir(exist_ok=True)
    groups: dict[str, list[str]] = {}
    for key in KEYS:
        group, _, name = key.rpartition("/")
        groups.setdefault(group or "General", []).append(f"{name}={text}")
    lines = [line for group, rows in groups.items() for line in (f"[{group}]", *rows)]
    path.write_text("\n".join(lines), encoding="latin-1")
    session = Session(Preferences())
    window = MainWindow(session)
    qtbot.addWidget(window, before_close_func=lambda _: session.close())
    session.open_default()
    window.show()
    qtbot.waitExposed(window)
    said = session.preferences.mend() or window.parts.message.text
    assert "settings file" in said
    for row in KEPT:
        good = row.kind is bool and text == "true"
        assert again().value(row.name) == (True if good else row.default), row.name
    assert 0 < window.width() < 20_000 and 0 < window.height() < 20_000
    window.close()
    assert again().mend() == ""
    assert len(Preferences().layouts) == 0


@pytest.mark.parametrize(
    "state",
    [
        SPLITTER + b"\xff\xff\xff\xfe" + bytes(8),  # would take 16 GB
        SPLITTER + b"\0\0\0\2" + b"\x7f\xff\xff\xff" * 2,
        SPLITTER + b"\0\0\0\2" + b"\xff\xff\xff\xff" * 2,
        SPLITTER + b"\0\0\0\2" + bytes(8),
        SPLITTER + b"\0\0\0\2" + bytes(7),
        b"\0" * 40,
    ],
)
def test_a_splitters_state_that_lies_is_none(preferences, state):
    preferences.set_bytes("splitter", QByteArray(state))
    assert preferences.sizes("splitter") is None
    assert "splitter" in preferences.mend()
    assert preferences.mend() == ""


def test_what_is_sound_beside_what_is_broken_stays(preferences):
    preferences.save_layout("mine", LAYOUTS["standard"])
    preferences.keep("theme", "dark")
    preferences.add_recent("/a.txt")
    assert preferences.mend() == ""
    text = stored().value("layout/saved")
    stored().setValue("layout/saved", text.replace("}", ', "broken": "no panel 7"}'))
    stored().setValue("recent", ["/a.txt", "x" * 100_000])
    assert preferences.mend().endswith("layout/saved, recent.")
    assert set(again().layouts) == {"mine"} and preferences.value("theme") == "dark"
    assert preferences.recent == ("/a.txt",)
    assert preferences.mend() == ""


def test_a_settings_file_that_cannot_be_read_is_one_line(preferences):
    path = Path(stored().fileName())
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"[window\n\xff\xfe=\x00" * 40)
    found = Preferences()
    assert found.value("theme") == FIELDS["theme"].default
    assert found.mend().startswith("The settings file ") and "cannot be read" in found.mend()
