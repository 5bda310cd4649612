"""What is said of the thing under the pointer on the page of words."""

from __future__ import annotations

from rnnviz.scenes.measure import clean
from rnnviz.scenes.readout import digits
from rnnviz.scenes.shapes import Target
from rnnviz.scenes.words.page import WordsPage

_HELP = ("closer: + or the wheel", "farther: − or the wheel", "everything: 0")


def words_readout(page: WordsPage, target: Target) -> tuple[str, ...]:
    """The lines that say what a target is and what it is worth; the first is its name.

    A "place" (of a strip, or of the ruler, whose `step` is −1 then) is a word and its number.
    """
    space = page.space
    match target.kind:
        case "place":
            number = target.unit + 1
            name = f"{space.word(number)} = {number}"
            if target.step < 0:
                return (name, f"number {number:,} of {space.size:,}")
            own = space.number(page.tokens[target.step])
            here = "1" if number == own else "0"
            return (name, f"x⟨{target.step + 1}⟩ is {here} here")
        case "word":
            word = page.tokens[target.step]  # one that is known is read in its row
            return () if space.number(word) and space.index(word) >= 0 else word_lines(page, word)
        case "number":
            index = space.index(page.tokens[target.step])
            value = digits(float(space.vectors[index, target.unit]))
            return (
                space.learned[index],
                f"number {target.unit + 1} of {space.dimensions}: {value}",
            )
        case "near" | "dot":
            return word_lines(page, space.learned[target.unit])
        case "button":
            names = (*_HELP, *(f"the map by {name}: P changes" for name in space.maps))
            return (names[target.unit],)
        case _:
            return ()


def word_lines(page: WordsPage, word: str) -> tuple[str, ...]:
    """A word, its number, and whether it has a vector."""
    space, number = page.space, page.space.number(word)
    if number:
        first = (f"{space.word(number)} = {number}",)
    else:
        first = (f"“{clean(word)}”", f"not among the {space.size:,} words: it becomes <unk>")
    index = space.index(word)
    if index < 0:
        return (*first, "no vector: it was in no sentence that was learned from")
    group = space.groups[index]
    said = f"in the grammar: {group}" if group else "in the grammar: no group"
    return (*first, said)
