"""The table of symbols: each notation writes its own, and what is the user's stays."""

import pytest

from rnnviz.film.notation import FRAMEWORK, LECTURE, NOTATIONS, TEXTBOOK, own

# What only one notation writes.
WRITTEN = {
    "a⟨t⟩ = g(W_aa a⟨t−1⟩ + W_ax x⟨t⟩ + b_a)": (
        "hₜ = g(W hₜ₋₁ + U xₜ + b)",
        "hₜ = g(weight_hh hₜ₋₁ + weight_ih xₜ + bias_ih)",
    ),
    "y⟨4⟩ = W_ya a⟨4⟩ + b_y": ("o₄ = V h₄ + c", "y₄ = fc.weight h₄ + fc.bias"),
    "‖∂L⟨k⟩/∂a⟨t⟩‖": ("‖∂Lₖ/∂hₜ‖", "‖∂Lₖ/∂hₜ‖"),
    "a[2]⟨12⟩": ("h₁₂⁽²⁾", "h₁₂⁽²⁾"),
    "a⟨T⟩": ("h_T", "h_T"),
    "Σ δ⟨t⟩ a⟨t−1⟩ᵀ": ("Σ δₜ hₜ₋₁ᵀ", "Σ δₜ hₜ₋₁ᵀ"),
    "∂(a, c)⟨7⟩/∂(a, c)⟨t⟩": ("∂(h, c)₇/∂(h, c)ₜ", "∂(h, c)₇/∂(h, c)ₜ"),
    "W_aa of layer 2": ("W of layer 2", "weight_hh_l1"),
    "W_aa_l0 · W_axᵀ": ("W · Uᵀ", "weight_hh_l0 · weight_ihᵀ"),
    "output gate o: o⟨3⟩ = σ(z_o⟨3⟩)": (
        "output gate q: q₃ = σ(z_q₃)",
        "output gate o: o₃ = σ(z_o₃)",
    ),
    "∂L/∂a, a step, and a loss": ("∂L/∂h, a step, and a loss", "∂L/∂h, a step, and a loss"),
    "a": ("h", "h"),
}


@pytest.mark.parametrize("words", WRITTEN)
def test_each_notation_writes_its_symbols(words):
    assert LECTURE.text(words) == words
    assert (TEXTBOOK.text(words), FRAMEWORK.text(words)) == WRITTEN[words]


@pytest.mark.parametrize("name", NOTATIONS)
def test_what_the_user_wrote_stays(name):
    """Quoted, or no symbol at all: an article, a letter, brackets of another kind."""
    for words in (
        "43 % from “a⟨5⟩ W_aa o”, a unit of a step",
        "0.53  o",
        "⟨s⟩ what is a b c",
        "“W_ax”",
        "my_W_aab and W_aaron",
        "a⟨not an index at all⟩",
        "Saved W_aa.csv: every number of 9 steps.",
    ):
        assert NOTATIONS[name].text(words) == words
    assert NOTATIONS[name].text(f"{own('W_aa, weekly')} and x") == "W_aa, weekly and x"


def test_letters_have_their_indices_where_the_notation_puts_them():
    assert TEXTBOOK.parts("W", "aa", "[2]f⊤") == ("W", "f", "(2)⊤")
    assert FRAMEWORK.parts("W", "aa", "[2]f⊤") == ("weight_hh_l1", "", "f⊤")
    assert FRAMEWORK.parts("b", "aa", "") == ("bias_hh_l0", "", "")
    assert TEXTBOOK.parts("a", "", "[2]⟨t−1⟩") == ("h", "t−1", "(2)")
    assert TEXTBOOK.parts("z", "o", "⟨3⟩") == ("z", "q,3", "")
    assert TEXTBOOK.parts("b", "y", "") == ("c", "", "")
    assert TEXTBOOK.parts("g", "", "′") == ("g", "", "′")
    assert TEXTBOOK.parts("β", "1", "n") == ("β", "1", "n")
    assert LECTURE.parts("W", "aa", "[2]f⊤") == ("W", "aa", "[2]f⊤")
