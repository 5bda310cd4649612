"""Labels that can be drawn, widths that can be trusted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.scenes.measure import clean, text_width
from rnnviz.scenes.readout import digits


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("plain", "plain"),
        ("a\x00b\x1b[31m\u202ec", "ab[31mc"),
        ("line\nline\ttab", "linelinetab"),
        ("é" + "\u0301" * 20_000, "é\u0301\u0301\u0301"),
        ("x" * 41, "x" * 39 + "…"),
        ("x" * 40, "x" * 40),
        ("", ""),
    ],
)
def test_a_label_is_short_and_has_no_control_characters(text, wanted):
    got = clean(text)
    assert got.rstrip("…") == wanted.rstrip("…")
    assert len(got) <= 40


@given(st.text())
def test_any_label_can_be_cleaned_again_without_change(text):
    once = clean(text)
    assert len(once) <= 40 and clean(once) == once


@pytest.mark.parametrize("text", ["Hermione", "0.1234", "loss 2.63", "WWWiii"])
def test_widths_are_the_typefaces_own(text, qapp):
    from PySide6.QtGui import QFontMetricsF

    from rnnviz.views.look import LIGHT, Look

    for bold in (False, True):
        real = QFontMetricsF(Look(LIGHT, 100.0).font(bold=bold)).horizontalAdvance(text)
        assert text_width(text, 100.0, bold) == pytest.approx(real, rel=0.06)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (-0.48213, "−0.4821"),
        (12.3456, "12.35"),
        (1013.25, "1013.2"),
        (1.5e-9, "1.5·10⁻⁹"),
        (float("nan"), "not finite"),
        (float("inf"), "not finite"),
    ],
)
def test_a_read_out_has_four_digits(value, text):
    assert digits(value) == text
