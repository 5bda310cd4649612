"""The dialogs before and after a file is opened, in the real window."""

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QListWidget,
    QMessageBox,
    QPushButton,
    QToolButton,
)

from rnnviz.data import Options, preview
from rnnviz.engine import Architecture, create_network
from rnnviz.film import Settings
from rnnviz.film.opened_files import Asked
from rnnviz.session import Preferences, Session
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.overlays import MessageBar
from rnnviz.views.preview.dialog import NetworkDialog, PreviewDialog
from rnnviz.views.window import MainWindow
from rnnviz.weights import save_network

TABLE = "date;place;warm;wind\n" + "".join(
    f"2024-01-{day:02};<b>here</b>;{day / 2:.1f};{day * 3 % 7}\n".replace(".", ",")
    for day in range(1, 13)
)
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def window(qtbot):
    session = Session(Preferences())
    made = MainWindow(session)
    qtbot.addWidget(made, before_close_func=end)
    made.resize(1400, 850)
    made.set_theme("light")
    session.open_default()
    made.show()
    qtbot.waitExposed(made)
    return made


def end(window):
    window.keep()
    window.session.close()


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(TABLE)
    return path


def dialog(qtbot, window, kind=PreviewDialog):
    found = []

    def shown():
        found[:] = [d for d in window.findChildren(kind) if d.isVisible()]
        assert found

    qtbot.waitUntil(shown, timeout=20_000)
    return found[0]


def gone(qtbot, window, kind=PreviewDialog):
    qtbot.waitUntil(
        lambda: not [d for d in window.findChildren(kind) if d.isVisible()], timeout=5000
    )


def ask(qtbot, window, path):
    window.session.open_file(path)
    return dialog(qtbot, window)


def drop(window, paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(QPoint(200, 200)), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, NONE
    )
    window.dropEvent(event)


def cells(dialog):
    sample = dialog.sample
    return [
        [sample.item(row, at).text() for at in range(sample.columnCount())]
        for row in range(sample.rowCount())
    ]


def test_it_shows_rows_choices_and_reasons(qtbot, window, table):
    before = window.session.frame
    shown = ask(qtbot, window, table)
    assert window.session.frame is before
    assert cells(shown)[0] == ["2024-01-01", "<b>here</b>", "0,5", "3"]
    assert len(cells(shown)) == 12
    assert list(shown.fields) == [
        "delimiter",
        "header",
        "decimal",
        "columns",
        "axis",
        "transform",
        "scale",
    ]
    assert "emicolons in all of the first" in shown.fields["delimiter"].reason.text()
    assert "13 lines" in shown.size_label.text()
    assert shown.chosen()["columns"] == (2, 3)
    assert "length 2" in shown.said.text()
    for label in shown.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText or "<" not in label.text()
    shown.reject()
    gone(qtbot, window)
    assert window.session.frame is before
    assert not window.session.busy


def test_keys_alone_choose_and_open(qtbot, window, table):
    before = window.session.frame
    shown = ask(qtbot, window, table)
    columns = shown.findChild(QListWidget)
    assert columns.hasFocus()  # the first choice that is open
    columns.setCurrentRow(2)
    qtbot.keyClick(columns, Qt.Key.Key_Space)
    assert shown.chosen()["columns"] == (3,)
    qtbot.keyClick(columns, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.frame is not before, timeout=20_000)
    task = window.session.frame.task
    assert task.sequence.columns == ("wind",)
    assert window.session.frame.token(2) == "2024-01-02"


def test_no_column_cannot_be_opened(qtbot, window, table):
    shown = ask(qtbot, window, table)
    columns = shown.findChild(QListWidget)
    for row in (2, 3):
        columns.item(row).setCheckState(Qt.CheckState.Unchecked)
    assert not shown.button.isEnabled()
    assert "at least one column" in shown.said.text()
    shown.accept()
    assert shown.isVisible()
    columns.item(2).setCheckState(Qt.CheckState.Checked)
    assert shown.button.isEnabled()
    shown.reject()


def test_a_choice_looks_again(qtbot, window, table):
    shown = ask(qtbot, window, table)
    field = shown.fields["header"]
    box = field.box
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(1)
    assert not shown.button.isEnabled()
    qtbot.waitUntil(lambda: cells(shown)[0][0] == "date", timeout=20_000)
    assert shown.fields["header"].reason.text() == "As you chose"
    shown.fields["delimiter"].box.setCurrentIndex(0)
    qtbot.waitUntil(lambda: not shown.waiting, timeout=20_000)
    assert shown.sample.columnCount() != 4 or not shown.button.isEnabled()
    shown.reject()


def test_a_thousands_point_is_chosen_and_opened(qtbot, window, tmp_path):
    path = tmp_path / "besucher.csv"
    path.write_text("besucher\n900\n1.020\n980\n12.345\n")
    shown = ask(qtbot, window, path)
    field = shown.fields["thousands"]
    assert field.value() == "" and field.reason.text() == "“1.020” is read as 1.02, but may be 1020"
    field.box.setCurrentIndex(1)
    qtbot.waitUntil(lambda: shown.fields["decimal"].value() == ",", timeout=20_000)
    assert shown.button.isEnabled()
    shown.accept()
    gone(qtbot, window)
    task = lambda: window.session.run.task  # noqa: E731
    qtbot.waitUntil(lambda: task().sequence.name == "besucher.csv", timeout=20_000)
    assert task().sequence.values.ravel().tolist() == [900, 1020, 980, 12345]


def test_a_gap_below_the_rows_that_were_looked_at_can_be_dropped(qtbot, window, tmp_path):
    path = tmp_path / "late.csv"
    path.write_text("a,b\n" + "1,2\n3,4\n" * 51_000 + "5,\n6,7\n")
    shown = ask(qtbot, window, path)
    field = shown.fields["missing"]
    assert field.value() is None and "further down" in field.reason.text()
    field.box.setCurrentIndex(1)
    qtbot.waitUntil(lambda: field.value() == "drop" and shown.button.isEnabled(), timeout=20_000)
    shown.accept()
    gone(qtbot, window)
    qtbot.waitUntil(lambda: window.session.run.task.sequence.name == "late.csv", timeout=20_000)
    assert len(window.session.run.task.sequence) == 102_001


def test_the_newest_first_is_left_so_where_it_is_chosen(qtbot, window, tmp_path):
    path = tmp_path / "days.csv"
    path.write_text("Date,Close\n28/01/2024,3\n27/01/2024,2\n26/01/2024,1\n")
    shown = ask(qtbot, window, path)
    order = shown.fields["order"]
    assert order.value() == "dates" and order.reason.text() == "The newest stands first"
    order.box.setCurrentIndex(0)
    assert shown.button.isEnabled()
    shown.accept()
    gone(qtbot, window)
    task = lambda: window.session.run.task  # noqa: E731
    qtbot.waitUntil(lambda: task().sequence.name == "days.csv", timeout=20_000)
    assert task().sequence.values.ravel().tolist() == [3, 2, 1]


def test_a_false_axis_is_not_the_first_column(qtbot, window, tmp_path):
    path = tmp_path / "n.csv"
    path.write_text("a,b\n" + "".join(f"{i},{i * i}\n" for i in range(9)))
    shown = ask(qtbot, window, path)
    assert shown.chosen()["axis"] is False
    axis = shown.fields["axis"].box
    assert axis.currentText() == "1, 2, 3 …"
    axis.setCurrentIndex(axis.findText("a"))
    chosen = shown.chosen()["axis"]
    assert (type(chosen), chosen) == (int, 0)
    shown.reject()


@pytest.mark.parametrize("size", [(1024, 640), (1600, 900), (3840, 2160)])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_every_window(qtbot, window, table, size, theme):
    window.resize(*size)
    window.set_theme(theme)
    QApplication.processEvents()
    shown = ask(qtbot, window, table)
    assert shown.width() <= window.width()
    assert shown.height() <= window.height()
    for button in shown.findChildren(QPushButton):
        corner = button.mapTo(shown, QPoint(button.width(), button.height()))
        assert shown.rect().contains(corner - QPoint(1, 1))
    for field in shown.fields.values():
        assert field.box.isVisible()
        assert field.box.height() >= field.box.fontMetrics().height()
    shown.reject()


@pytest.mark.parametrize("size", [(1024, 640), (1280, 720), (1600, 900)])
def test_the_questions_keep_their_height_where_a_transform_is_chosen(qtbot, window, tmp_path, size):
    """New fields are made then, and a picture before and after comes in: the table yields."""
    path = tmp_path / "prices.csv"
    rows = (f"2024-01-{n:02},{100 + n * n % 7},{n * 1000}" for n in range(1, 29))
    path.write_text("\n".join(("Date,Close,Volume", *rows)))
    window.resize(*size)
    QApplication.processEvents()
    shown = ask(qtbot, window, path)
    form = shown.fields["scale"].box.parentWidget()
    before = form.parentWidget().height()
    columns = shown.fields["columns"].box
    at = next(i for i in range(columns.count()) if columns.item(i).text() == "Volume")
    columns.item(at).setCheckState(Qt.CheckState.Unchecked)
    transform = shown.fields["transform"].box.findChildren(QComboBox)[-1]
    transform.setCurrentIndex(transform.findText("log returns"))
    qtbot.waitUntil(lambda: shown.scaled.isVisible() and not shown.waiting, timeout=20_000)
    QApplication.processEvents()
    area = form.parentWidget()
    if size == (1600, 900):
        assert area.height() >= form.sizeHint().height()
    assert area.height() >= 0.8 * before
    box = shown.fields["transform"].box
    assert box.isVisible() and box.height() >= box.fontMetrics().height()
    assert shown.scaled.height() >= 3 * shown.fontMetrics().height()
    assert shown.sample.height() >= 3 * shown.fontMetrics().height()
    assert shown.height() <= window.height()
    assert shown.fields["scale"].reason.text().startswith("x has mean 0 and deviation 1")
    assert shown.fields["columns"].reason.text()[0].isdigit()
    assert shown.fields["delimiter"].reason.text().startswith("Commas in all")
    shown.reject()


def test_a_network_says_what_it_is(qtbot, window, tmp_path):
    network = create_network(Architecture(inputs=9, units=4, outputs=10, cell="gru"), seed=0)
    save_network(network, tmp_path / "w.safetensors")
    window.session.open_file(tmp_path / "w.safetensors")
    shown = dialog(qtbot, window, NetworkDialog)
    texts = [label.text() for label in shown.findChildren(QLabel)]
    assert "r, z, n" in texts
    assert any("in the order of first appearance" in text for text in texts)
    rows = [shown.tensors.item(row, 1).text() for row in range(shown.tensors.rowCount())]
    assert rows[:2] == ["12 × 9", "12 × 4"]
    assert not [b for b in shown.findChildren(QPushButton) if "Open" in b.text()]
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    gone(qtbot, window, NetworkDialog)
    assert window.session.frame.cell == "gru"
    assert window.session.preferences.recent[0] == str(tmp_path / "w.safetensors")


def test_a_network_that_does_not_fit_asks_for_data(qtbot, window, tmp_path):
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    save_network(
        create_network(Architecture(inputs=3, units=4, outputs=3), seed=0), tmp_path / "w.npz"
    )
    window.session.open_file(tmp_path / "w.npz")
    shown = dialog(qtbot, window, NetworkDialog)
    assert "reads 3 numbers a step" in shown.said.text()
    more = next(b for b in shown.findChildren(QPushButton) if "Open" in b.text())
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    files = dialog(qtbot, window, QFileDialog)
    patterns = " ".join(files.nameFilters())
    for end_of_name in ("csv", "json", "npy", "wav", "png", "safetensors", "toml", "rnnviz"):
        assert f"*.{end_of_name}" in patterns
    files.reject()
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs, False)


def test_work_is_asked_about_before_a_drop_takes_its_place(qtbot, window, tmp_path, table):
    window.session.mark_saved(window.session.branches, tmp_path / "mine.rnnviz")
    window.session.set_settings(Settings(units=5))
    drop(window, [table])
    assert not [d for d in window.findChildren(PreviewDialog) if d.isVisible()]

    box = dialog(qtbot, window, QMessageBox)
    qtbot.mouseClick(box.button(QMessageBox.StandardButton.Discard), Qt.MouseButton.LeftButton)
    dialog(qtbot, window).reject()


def test_files_of_several_kinds_are_not_one(qtbot, window, tmp_path, table):
    other = tmp_path / "x.png"
    other.write_bytes(b"")
    drop(window, [table, other])
    assert "2 files at once" in window.findChild(MessageBar).text


def test_long_work_is_cancelled_by_escape(qtbot, window, tmp_path):
    np.save(tmp_path / "long.npy", np.random.default_rng(0).normal(size=400_000))
    before = window.session.frame
    window.session.open_file(tmp_path / "long.npy")
    bar = window.findChild(MessageBar)
    qtbot.waitUntil(lambda: "Computing 400,000 steps" in bar.text, timeout=60_000)
    stop = next(b for b in bar.findChildren(QPushButton) if b.text() == "Cancel")
    assert stop.isVisible()
    window.commands.run("leave")
    assert not window.session.busy
    assert not bar.isVisible()
    assert window.session.frame is before
    window.session.next()  # and it goes on
    qtbot.waitUntil(lambda: window.session.frame.playhead.position > 0, timeout=5000)


def test_a_text_is_opened_by_lines_where_choices_are_asked_for(qtbot, window, tmp_path):
    file = tmp_path / "lines.txt"
    file.write_text("the cat sat\nthe dog ran home\na bird sang\n")
    window.session.open_with_choices(file)
    shown = dialog(qtbot, window)
    box = shown.fields["unit"].box
    box.setCurrentIndex(next(i for i in range(box.count()) if "line" in box.itemText(i).lower()))
    qtbot.waitUntil(lambda: shown.button.isEnabled(), timeout=20_000)
    shown.button.click()
    qtbot.waitUntil(lambda: len(window.session.frame.task.sequence.others) == 3, timeout=20_000)
    gone(qtbot, window)
    assert window.session.frame.task.sequence.tokens == ("the", "cat", "sat")
    assert "open_with_choices" in window.menus.actions


def test_a_long_reason_is_bounded(qtbot, window, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n3,4\n5,6\n")
    window.session.open_with_choices(path)
    asked = dialog(qtbot, window)
    asked.show_asked(Asked("a.csv", None, "very long " * 9_000))
    assert len(asked.said.text()) <= 300 and asked.said.text().endswith("…")
    asked.reject()


def test_columns_are_ticked_all_by_type_or_none(qtbot, window, tmp_path):
    content = "day,a,who,b\n2024-01-01,1,x,2\n2024-01-02,3,y,4\n"
    path = tmp_path / "four.csv"
    path.write_text(content)
    shown = ask(qtbot, window, path)
    columns = shown.fields["columns"]
    buttons = {b.text(): b for b in columns.buttons.findChildren(QToolButton)}
    for text, chosen, openable in (
        ("All", (0, 1, 2, 3), True),
        ("None", (), False),
        ("Numbers", (1, 3), True),
    ):
        qtbot.mouseClick(buttons[text], Qt.MouseButton.LeftButton)
        assert columns.value() == chosen
        assert shown.button.isEnabled() == openable
    shown.accept()
    gone(qtbot, window)
    task = lambda: window.session.run.task  # noqa: E731
    qtbot.waitUntil(lambda: task().sequence.columns == ("a", "b"), timeout=20_000)


def test_signs_gaps_and_rows_as_series_are_asked_about_and_opened(qtbot, window, tmp_path):
    path = tmp_path / "wide.csv"
    lines = [["day", *(f"2024-01-{n:02}" for n in range(1, 13))]]
    lines.append(["price", *(f"${n}.50" for n in range(1, 12)), ""])
    path.write_text("\n".join(map(",".join, lines)))
    shown = ask(qtbot, window, path)
    assert shown.fields["exchange"].value() is False
    shown.fields["exchange"].box.setCurrentIndex(1)
    qtbot.waitUntil(lambda: "signs" in shown.fields and not shown.waiting, timeout=20_000)
    assert shown.fields["signs"].value() == "omit"
    assert shown.fields["missing"].value() == "drop"
    shown.accept()
    gone(qtbot, window)
    task = lambda: window.session.run.task  # noqa: E731
    qtbot.waitUntil(lambda: task().sequence.name == "wide.csv", timeout=20_000)
    assert task().sequence.values.ravel().tolist() == [n + 0.5 for n in range(1, 12)]


@pytest.mark.parametrize(("size", "lecture"), [((1280, 720), False), ((1600, 900), True)])
def test_many_questions_stand_in_two_columns_and_are_all_seen(
    qtbot, window, tmp_path, size, lecture
):
    path = tmp_path / "q.csv"
    rows = "".join(
        f"2020-01-{d:02};1.1{d:02};{d};{d if d % 3 else ''};{d}.200;${d};x\n"
        for d in range(28, 0, -1)
    )
    path.write_text(f"date;open price;high;low;close;volume;note\n{rows}")
    window.resize(*size)
    QApplication.processEvents()
    found = preview(path, Options(transform="differences"))
    unit = 0.022 * size[1] if lecture else 14.0
    shown = PreviewDialog(window, Asked("q.csv", found), Look(LIGHT, unit, lecture))
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitExposed(shown)
    form = shown.fields["scale"].box.parentWidget()
    area = form.parentWidget()
    qtbot.waitUntil(lambda: form.height() <= area.height() + 1.1 * unit, timeout=5_000)
    assert len(shown.fields) == 11
    lefts = {field.box.mapTo(form, QPoint(0, 0)).x() for field in shown.fields.values()}
    assert len(lefts) == 2
    places = [field.box.mapTo(form, QPoint(0, 0)) for field in shown.fields.values()]
    order = [(place.x(), place.y()) for place in places]
    assert order == sorted(order)  # read down the left, then down the right
    for one, field in enumerate(shown.fields.values()):
        assert field.box.height() >= field.box.fontMetrics().height()
        for other in list(shown.fields.values())[one + 1 :]:
            mine, its = (
                QRect(f.box.mapTo(form, QPoint(0, 0)), f.box.size()) for f in (field, other)
            )
            assert not mine.intersects(its)
    assert shown.sample.height() >= 3 * shown.fontMetrics().height()
    shown.reject()
