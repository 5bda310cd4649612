"""Characters without a letter in any font are said when a text is opened."""

import pytest

from rnnviz.views.undrawn import undrawn

NOWHERE = "\U0010fffd", "\u0378"  # of private use, and not assigned: no font here has them


@pytest.mark.parametrize("text", ["", "plain", "a⟨t⟩ ∂L/∂a", "Ελλάδα и привет", "e\u0301 \u200d\n"])
def test_nothing_is_said_of_what_is_drawn(qapp, text):
    assert undrawn([text]) == ""


def test_they_are_counted_and_named(qapp):
    assert undrawn(["a" + NOWHERE[0]]) == (
        "one character has no letter in any font of this machine and is drawn as a box: U+10FFFD"
    )
    said = undrawn(["Ω" + NOWHERE[1], NOWHERE[0] * 3])
    assert said.startswith("2 characters have no letter") and said.endswith(": U+0378, U+10FFFD")
    many = undrawn([chr(0x100000 + i) for i in range(700)])
    assert many.startswith("700 characters") and many.endswith(" and 695 more")


def test_it_is_said_with_what_the_reader_assumed(window, qtbot):
    rare = (chr(c) for c in range(0x10380, 0x1F000))  # of the scripts of old, some have no font
    lacking = next((c for c in rare if c.isprintable() and undrawn([c])), None)
    if lacking is None:
        pytest.skip("this machine has a letter for everything")
    told = []
    window.session.told.connect(lambda notice: told.append(notice.text if notice else ""))
    window.session.open_text(f"one {lacking} two", "words")
    qtbot.waitUntil(lambda: not window.session.busy)
    assert any(f"U+{ord(lacking):04X}" in text for text in told)
    told.clear()
    window.session.open_text("one two three", "words")
    qtbot.waitUntil(lambda: not window.session.busy)
    assert not any("U+" in text for text in told)
