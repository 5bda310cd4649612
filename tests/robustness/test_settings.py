"""Settings files with anything in them: the program starts, and the file is sound afterwards.

    pytest -n 0 tests/robustness/test_settings.py --long --starts 300

`tests/session/test_preferences.py` puts each broken value into every key at once; here the keys
have different ones, some of them sound, and the file itself is damaged.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from PySide6.QtWidgets import QApplication

from rnnviz.film.fields import FIELDS
from rnnviz.session import Preferences, Session
from rnnviz.views.window import MainWindow
from tests.robustness.test_mutations import mutate
from tests.session.test_preferences import BROKEN, KEYS, stored

# What Qt says of a variant that it cannot read.
pytestmark = pytest.mark.qt_log_ignore(
    "QVariant::load",
    "QMetaType::load",
    "unknown user type",
    "unable to load",
    "Trying to construct an instance of an invalid type",
    extend=True,
)
SOUND = {row.kept: str(row.default) for row in FIELDS.values() if row.kept}


def value(source: random.Random, key: str) -> str:
    """What stands after the sign of equality."""
    match source.randrange(6):
        case 0:
            return SOUND.get(key, "")
        case 1:
            return str(source.choice((source.uniform(-10, 10), source.randrange(-5, 10**9))))
        case 2:
            return "".join(chr(source.randrange(32, 256)) for _ in range(source.randrange(60)))
        case 3:
            content = "".join(f"\\x{source.randrange(256):x}" for _ in range(40))
            kind = source.choice(("ByteArray", "Variant", "Size", "DateTime"))
            start = source.choice(("", "\\x1\\xd9\\xd0\\xcb\\0\\x3", "\\0\\0\\0\\xff\\0\\0\\0\\1"))
            return f"@{kind}({start}{content})"
        case 4:
            return '{"a": ' + source.choice(("[]", "{}", '"gradient 9"', "1e999")) + "}"
        case _:
            return source.choice([*BROKEN.values()])


def content(source: random.Random) -> bytes:
    """A settings file."""
    groups: dict[str, list[str]] = {}
    for key in KEYS:
        if source.random() < 0.6:
            group, _, name = key.rpartition("/")
            groups.setdefault(group or "General", []).append(f"{name}={value(source, key)}")
    lines = [line for group, rows in groups.items() for line in (f"[{group}]", *rows)]
    made = "\n".join(lines).encode("latin-1", "replace")
    return mutate(made, source) if source.random() < 0.3 else made


@pytest.fixture
def settings_file(tmp_path):
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))
    path = Path(stored().fileName())
    path.parent.mkdir(exist_ok=True)
    return path


def test_a_damaged_settings_file_starts_the_program(settings_file, amount, seed, qtbot, qtlog):
    for each in range(seed, seed + amount("starts")):
        settings_file.write_bytes(content(random.Random(each)))
        with qtbot.captureExceptions() as exceptions:
            session = Session(Preferences())
            window = MainWindow(session)
            session.open_default()
            window.show()
            window.finish()
            for _ in range(3):
                QApplication.processEvents()
            sizes = window.width(), window.height()
            readable = not session.preferences.mend().endswith(
                "cannot be read; all is at its default."
            )
            session.close()
            window.close()
            window.deleteLater()
            session.deleteLater()  # its connections would hold the window
            QApplication.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            del window, session
        said = [record.message for record in qtlog.records if not record.ignored]
        again = f"repeat it by: --seed {each} --starts 1"
        assert not exceptions, (again, exceptions)
        assert not said, (again, said)
        assert all(0 < size < 20_000 for size in sizes), again
        for row in FIELDS.values():
            if row.kept:
                assert not row.refusal(Preferences().value(row.name)), again
        assert not readable or Preferences().mend() == "", again
