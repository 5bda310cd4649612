"""Reviews in one sentence, written by a small grammar that knows what each of them says.

The verdict is not in the words but in their order: "not" turns what follows, "but" lets the second
clause win, "although" the other one, and "what could have been a great film" says that it is none.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from rnnviz.problems.texts import pick

NEGATIVE, POSITIVE = 0, 1
LABELS = ("negative", "positive")


@dataclass(frozen=True, slots=True)
class Review:
    """A sentence in lower case, and whether its writer was pleased."""

    text: str
    label: int


@dataclass(frozen=True, slots=True)
class _Domain:
    """What is reviewed: things, their parts, the adjectives that fit both, what is said after."""

    things: tuple[str, ...]
    parts: tuple[str, ...]
    good: tuple[str, ...]
    bad: tuple[str, ...]
    done: str
    pleased: tuple[str, ...]
    displeased: tuple[str, ...]


# Adjectives with degrees ("not very good"), and those without ("really superb").
_GOOD = ("good", "good", "impressive", "interesting", "nice", "enjoyable")
_BAD = ("bad", "bad", "disappointing", "poor", "annoying", "unpleasant")
_NOT_EATEN = ("interesting", "annoying")
_SUPERB = ("superb", "wonderful", "excellent", "brilliant", "great", "fantastic")
_AWFUL = ("awful", "terrible", "dreadful", "horrible")
_SEEN = (
    "i enjoyed every minute",
    "i never got bored",
    "i did not regret a minute",
    "i would recommend it",
)
_SUFFERED = (
    "i did not enjoy a minute",
    "i soon got bored",
    "i regretted every minute",
    "i would not recommend it",
)
_DOMAINS = (
    _Domain(
        ("film", "movie", "series"),
        ("acting", "story", "script", "dialogue", "ending", "plot"),
        ("clever", "moving", "gripping", "charming", "original", "convincing"),
        ("boring", "dull", "silly", "predictable", "clumsy", "weak"),
        "seen",
        _SEEN,
        _SUFFERED,
    ),
    _Domain(
        ("book", "novel"),
        ("story", "plot", "ending", "language", "first chapter", "dialogue"),
        ("clever", "moving", "gripping", "charming", "original", "beautiful"),
        ("boring", "dull", "silly", "predictable", "clumsy", "weak"),
        "read",
        (*_SEEN, "i could not put it down"),
        (*_SUFFERED, "i could not finish it"),
    ),
    _Domain(
        ("concert", "show", "play"),
        ("music", "singing", "orchestra", "choir", "beginning"),
        ("moving", "charming", "lively", "original", "beautiful"),
        ("boring", "dull", "tedious", "clumsy", "weak"),
        "seen",
        _SEEN,
        _SUFFERED,
    ),
    _Domain(
        ("lecture", "course", "talk"),
        ("speaker", "explanation", "first part", "introduction", "discussion"),
        ("clear", "lively", "clever", "inspiring", "convincing"),
        ("boring", "dull", "tedious", "confusing", "weak"),
        "heard",
        (*_SEEN, "i learned a lot"),
        (*_SUFFERED, "i did not learn a thing"),
    ),
    _Domain(
        ("meal", "dinner", "lunch"),
        ("soup", "bread", "dessert", "fish", "rice"),
        ("tasty", "fresh", "delicious"),
        ("bland", "cold", "tasteless"),
        "had",
        ("i would eat it again", "i would recommend it", "i could not stop eating"),
        ("i would not eat it again", "i would not recommend it", "i could not finish it"),
    ),
)
_VERY = ("very", "really", "so", "truly", "quite", "extremely")
_TRULY = ("really", "truly", "absolutely", "simply")
_PLEASED = (
    "i loved it", "i enjoyed it", "i liked it", "i was not disappointed",
    "i could not have asked for more", "it was worth the time",
)  # fmt: skip
_DISPLEASED = (
    "i hated it", "i did not like it", "i did not enjoy it", "i was not impressed",
    "i had expected more", "it was a waste of time", "it was not worth the time",
)  # fmt: skip


class _Writer:
    """Clauses about one domain, each with the polarity that it is asked for."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.domain = pick(rng, _DOMAINS)
        self.thing = pick(rng, self.domain.things)
        self.be = pick(rng, ("was", "was", "is"))
        self._used: set[str] = set()

    def choose(self, *options: str) -> str:
        return pick(self.rng, options)

    def adjective(self, polarity: int) -> str:
        """With degrees; never the same twice in a sentence."""
        own = self.domain.good if polarity else self.domain.bad
        common = _GOOD if polarity else _BAD
        if self.domain.done == "had":
            common = tuple(word for word in common if word not in _NOT_EATEN)
        return self._fresh(own if self.rng.random() < 0.5 else common)

    def strong(self, polarity: int) -> str:
        """Without degrees, or with."""
        if self.rng.random() < 0.6:
            return self.adjective(polarity)
        return self._fresh(_SUPERB if polarity else _AWFUL)

    def _fresh(self, options: tuple[str, ...]) -> str:
        found = pick(self.rng, [word for word in options if word not in self._used] or options)
        self._used.add(found)
        return found

    def whole(self) -> str:
        return f"{self.choose('the', 'the', 'this')} {self.thing}"

    def part(self) -> str:
        return f"the {self._fresh(self.domain.parts)}"

    def predicate(self, polarity: int) -> str:
        """An adjective in a phrase that keeps its polarity or turns it."""
        return pick(self.rng, (self._kept, self._kept, self._turned, self._turned, self._odd))(
            polarity
        )

    def _kept(self, polarity: int) -> str:
        if self.rng.random() < 0.3:
            return f"{pick(self.rng, _TRULY)} {self._fresh(_SUPERB if polarity else _AWFUL)}"
        same = self.adjective(polarity)
        return same if self.rng.random() < 0.5 else f"{pick(self.rng, _VERY)} {same}"

    def _turned(self, polarity: int) -> str:
        other = self.adjective(1 - polarity)
        options = (
            f"not {other}", f"not {other} at all", f"not at all {other}", f"never {other}",
            f"hardly {other}", f"far from {other}", f"anything but {other}",
        )  # fmt: skip
        if not polarity:  # who negates a degree has something to complain of
            options = (*options, f"not very {other}", f"not really {other}", f"not {other} enough")
        return pick(self.rng, options)

    def _odd(self, polarity: int) -> str:
        same = self.adjective(polarity)
        return self.choose(
            f"nothing but {same}",
            f"not only {same} but also {self.adjective(polarity)}",
            f"as {same} as everyone says",
            f"not as {self.adjective(1 - polarity)} as everyone says",
            "worth it" if polarity else self.choose("not worth it", "never worth it"),
        )

    def feeling(self, polarity: int) -> str:
        """The beginning of a clause about whatever comes after it."""
        if polarity:
            return self.choose("i loved", "i liked", "i enjoyed", "i really liked")
        return self.choose("i hated", "i did not like", "i did not enjoy", "i did not really like")

    def superlative(self, polarity: int) -> str:
        ever = self.choose("", " of the year", f" i have ever {self.domain.done}")
        return f"{'best' if polarity else 'worst'} {self.thing}{ever}"

    def clause(self, polarity: int) -> str:
        """A main clause."""
        chance = self.rng.random()
        if chance < 0.7:
            subject = self.part() if chance < 0.3 else self.whole()
            return f"{subject} {self.be} {self.predicate(polarity)}"
        return self.verdict(polarity)

    def verdict(self, polarity: int) -> str:
        """A clause about the whole."""
        thing, be, domain = self.thing, self.be, self.domain
        same, other = self.strong(polarity), self.strong(1 - polarity)
        graded = self.adjective(1 - polarity)
        superlative = self.superlative(polarity)
        if self.rng.random() < 0.5:
            return self.choose(
                f"it {be} {article(same)} {thing}",
                f"it {be} not {article(graded)} {thing}",
                f"it {be} hardly {article(graded)} {thing}",
                f"it {be} anything but {article(other)} {thing}",
                f"i would not call it {article(graded)} {thing}",
                f"nobody could call it {article(graded)} {thing}",
                f"i do not think that it {be} {graded}",
                f"i never thought that it {be} {graded}",
                f"i have to say that it {be} {same}",
                f"the {thing} {be} {same} from beginning to end",
            )
        if polarity:
            own = (
                *_PLEASED, *domain.pleased, f"{self.feeling(POSITIVE)} {self.whole()}",
                f"it {be} the {superlative}", f"there is no better {thing}",
                f"i have never {domain.done} a better {thing}", "it was better than i had feared",
                f"it was less {graded} than i had feared",
            )  # fmt: skip
        else:
            own = (
                *_DISPLEASED, *domain.displeased, f"{self.feeling(NEGATIVE)} {self.whole()}",
                f"it {be} the {superlative}", f"there is no worse {thing}",
                f"i have {domain.done} a better {thing}",
                f"i have never {domain.done} a worse {thing}", "it was worse than i had feared",
                f"it was less {graded} than i had hoped",
            )  # fmt: skip
        return pick(self.rng, own)


def _plain(w: _Writer, polarity: int) -> str:
    return w.clause(polarity)


def _fragment(w: _Writer, polarity: int) -> str:
    graded = w.adjective(1 - polarity)
    return w.choose(
        w.predicate(polarity),
        f"{article(w.strong(polarity))} {w.thing}",
        f"hardly {article(graded)} {w.thing}",
        f"not {article(graded)} {w.thing}",
        f"not {article(graded)} {w.thing} at all",
        f"anything but {article(graded)} {w.thing}",
        f"the {w.superlative(polarity)}",
    )


def _both(w: _Writer, polarity: int) -> str:
    more = pick(w.rng, w.domain.pleased if polarity else w.domain.displeased)
    return f"{w.whole()} {w.be} {w.predicate(polarity)} and {more}"


def _but(w: _Writer, polarity: int) -> str:
    first = f"{w.part()} {w.be} {w.predicate(1 - polarity)}"
    if w.rng.random() < 0.25:
        first = f"{w.feeling(1 - polarity)} {w.part()}"
    return f"{first} but {w.clause(polarity)}"


def _although(w: _Writer, polarity: int) -> str:
    word = w.choose("although", "though", "even though")
    side = f"{word} {w.part()} {w.be} {w.predicate(1 - polarity)}"
    main = w.clause(polarity)
    return f"{side} {main}" if w.rng.random() < 0.5 else f"{main} {side}"


def _wanted(w: _Writer, polarity: int) -> str:
    expected = article(w.strong(1 - polarity))
    if polarity:
        hope = w.choose(
            "i wanted to hate it", "i expected to hate it", "i did not want to like it",
            "i did not expect to like it", f"i expected {expected} {w.thing}",
        )  # fmt: skip
        end = "i could not help it and loved it"
    else:
        hope = w.choose(
            "i wanted to like it", "i wanted to love it", "i expected to like it",
            f"i hoped for {expected} {w.thing}", f"i expected {expected} {w.thing}",
        )  # fmt: skip
        end = "i could not"
        if hope.endswith(w.thing):
            end = "i did not get one"
    clause = f"{w.choose('it', w.part(), w.whole())} {w.be} {w.predicate(polarity)}"
    return f"{hope} but {w.choose(clause, clause, end)}"


def _could(w: _Writer, polarity: int) -> str:
    same, other = article(w.strong(polarity)), article(w.strong(1 - polarity))
    either = (
        f"what could have been {other} {w.thing} {w.be} {same} one",
        f"it could have been {other} {w.thing} but it {w.be} {w.predicate(polarity)}",
    )
    if polarity:
        return w.choose(*either, f"i was afraid of {other} {w.thing} and got {same} one")
    graded = w.adjective(POSITIVE)
    return w.choose(
        *either,
        f"it should have been {other} {w.thing}",
        f"they promised {other} {w.thing} and gave us {same} one",
        f"i wish {w.choose(w.part(), w.whole())} had been {graded}",
        f"if only {w.choose(w.part(), w.whole())} had been {graded}",
    )


_PATTERNS: tuple[Callable[[_Writer, int], str], ...] = (
    _plain, _plain, _fragment, _both, _but, _but, _although, _wanted, _could,
)  # fmt: skip


def article(words: str) -> str:
    """The words with "a" or "an" before them."""
    return f"{'an' if words[0] in 'aeio' else 'a'} {words}"


def reviews(count: int, seed: int = 1) -> list[Review]:
    """Write different reviews, as many of the one kind as of the other."""
    rng = random.Random(seed)
    found: dict[str, Review] = {}
    while len(found) < count:
        polarity = len(found) % 2
        text = pick(rng, _PATTERNS)(_Writer(rng), polarity)
        found.setdefault(text, Review(text, polarity))
    return list(found.values())


NEUTRAL = frozenset(
    word
    for domain in _DOMAINS
    for phrase in (*domain.things, *domain.parts)
    for word in phrase.split()
)
"""Words for what is reviewed: the verdict does not depend on them."""
