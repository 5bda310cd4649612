"""What is remembered between two starts: typed, bounded, and never believed."""

import pytest
from PySide6.QtCore import QSettings

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
