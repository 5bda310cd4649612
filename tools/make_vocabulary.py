"""Choose the 10,000 words of resources/words/vocabulary.txt from SCOWL's lists.

    apt-get download scowl && dpkg-deb -x scowl_*.deb scowl
    python tools/make_vocabulary.py scowl/usr/share/dict/scowl

The lecture says which word has which number: a = 1, aaron = 2, and = 367, harry = 4075,
potter = 6830, zulu = 10000. So the words are chosen one stretch between two of these at a time:

1. our own: the six above and every word of the grammar that the dense vectors are learned from
   (names such as hermione and granger stand in no list of common words);
2. words of two letters or more, a to z only, of SCOWL's level 10, then 20, then 35: common ones
   first, as far as SCOWL knows;
   (`LEFT_OUT` is left out: an audience would look at nothing else);
3. of the level that has more words than there is room for, evenly spaced ones in alphabetical
   order.

They are sorted by the code points of their letters. Nothing is drawn at random.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rnnviz.data.lexicon import ANCHORS  # noqa: E402
from tools.word_vectors.grammar import words  # noqa: E402

LEVELS = (10, 20, 35)
LEFT_OUT = {"bastard", "bloody", "bugger", "crap", "intercourse", "rape", "raped", "sex", "slag"}
LISTS = ("english-words", "american-words", "english-upper")


def main() -> None:
    """Write the list."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("lists", type=Path, help="the folder with english-words.10 and so on")
    parser.add_argument("--to", type=Path, default=ROOT / "resources" / "words" / "vocabulary.txt")
    options = parser.parse_args()
    chosen = choose([read(options.lists, level) for level in LEVELS], {*words(), *ANCHORS})
    options.to.write_text("\n".join(chosen) + "\n", encoding="ascii")


def read(folder: Path, level: int) -> set[str]:
    """The plain words of a level; one-letter ones are letters' names but for a and i."""
    found: set[str] = set()
    for name in LISTS:
        path = folder / f"{name}.{level}"
        if path.exists():
            lines = path.read_text(encoding="latin-1").split("\n")
            found |= {line.lower() for line in lines if re.fullmatch("[A-Za-z][a-z]+|I", line)}
    return found - LEFT_OUT


def choose(levels: Sequence[set[str]], own: set[str]) -> list[str]:
    """Fill the stretches between the anchors, the first levels first."""
    chosen = list(ANCHORS)
    for (before, number), (after, end) in pairwise(sorted(ANCHORS.items(), key=lambda a: a[1])):
        room = end - number - 1
        taken = {word for word in own if before < word < after}
        for level in levels:
            fresh = sorted({word for word in level if before < word < after} - taken)
            left = room - len(taken)
            if len(fresh) > left:
                fresh = [fresh[i * len(fresh) // left] for i in range(left)]
            taken |= set(fresh)
        if len(taken) != room:
            raise SystemExit(f"{len(taken)} words between {before} and {after}, {room} wanted")
        chosen += taken
    return sorted(chosen)


if __name__ == "__main__":
    main()
