"""Reviews in one sentence, written by a small grammar that knows what each of them says.

The words and phrases are those of `resources/problems/sentiment.toml`.

The verdict is not in the words but in their order: "not" turns what follows, "but" lets the second
clause win, "although" the other one, and "what could have been a great film" says that it is none.
"""

import random
from collections.abc import Callable, Sequence

from rnnviz.frozen import record
from rnnviz.problems.written import Draw, pick, written

NEGATIVE, POSITIVE = 0, 1
LABELS = ("negative", "positive")


@record
class Review:
    """A sentence in lower case, and whether its writer was pleased."""

    text: str
    label: int


_TEXT = written("sentiment.toml")
EXAMPLES = _TEXT.table("examples")
"""Held-out sentences, each with its label."""
_DOMAINS = _TEXT.tables("domains")
"""What is reviewed: things, their parts, the adjectives that fit both, what is said after."""
# Adjectives with degrees ("not very good"), and those without ("really superb"), by polarity.
_GRADED = (_TEXT.words("bad"), _TEXT.words("good"))
_STRONG = (_TEXT.words("awful"), _TEXT.words("superb"))
_VERY, _TRULY = _TEXT.words("very"), _TEXT.words("truly")
_NOT_EATEN = _TEXT.words("not_eaten")


class _Writer:
    """Clauses about one domain, each with the polarity that it is asked for."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.domain = pick(rng, _DOMAINS)
        self.thing = pick(rng, self.domain.words("things"))
        self.be = pick(rng, ("was", "was", "is"))
        self._known = {"thing": self.thing, "be": self.be, "done": self.domain.text("done")}
        self._used: set[str] = set()

    def choose(self, options: Sequence[str], **draws: Draw) -> str:
        """One of some phrases, whose {names} are filled."""
        return _TEXT.chosen(self.rng, options, {**self._known, **draws})

    def filled(self, options: Sequence[str], **draws: Draw) -> list[str]:
        """Phrases whose {names} are filled."""
        return _TEXT.filled(options, {**self._known, **draws})

    def said(self, key: str, **draws: Draw) -> str:
        """One of the phrases that are written under a key."""
        return self.choose(_TEXT.phrases(key), **draws)

    def adjective(self, polarity: int) -> str:
        """With degrees; never the same twice in a sentence."""
        own = self.domain.words("good" if polarity else "bad")
        common = _GRADED[polarity]
        if self._known["done"] == "had":
            common = tuple(word for word in common if word not in _NOT_EATEN)
        return self._fresh(own if self.rng.random() < 0.5 else common)

    def strong(self, polarity: int) -> str:
        """Without degrees, or with."""
        if self.rng.random() < 0.6:
            return self.adjective(polarity)
        return self._fresh(_STRONG[polarity])

    def _fresh(self, options: tuple[str, ...]) -> str:
        found = pick(self.rng, [word for word in options if word not in self._used] or options)
        self._used.add(found)
        return found

    def whole(self) -> str:
        return f"{pick(self.rng, ('the', 'the', 'this'))} {self.thing}"

    def part(self) -> str:
        return f"the {self._fresh(self.domain.phrases('parts'))}"

    def predicate(self, polarity: int) -> str:
        """An adjective in a phrase that keeps its polarity or turns it."""
        return pick(self.rng, (self._kept, self._kept, self._turned, self._turned, self._odd))(
            polarity
        )

    def _kept(self, polarity: int) -> str:
        if self.rng.random() < 0.3:
            return f"{pick(self.rng, _TRULY)} {self._fresh(_STRONG[polarity])}"
        same = self.adjective(polarity)
        return same if self.rng.random() < 0.5 else f"{pick(self.rng, _VERY)} {same}"

    def _turned(self, polarity: int) -> str:
        other = self.adjective(1 - polarity)
        options = _TEXT.phrases("turned")
        if not polarity:  # who negates a degree has something to complain of
            options = (*options, *_TEXT.phrases("turned_to_bad"))
        return self.choose(options, other=other)

    def _odd(self, polarity: int) -> str:
        return self.said(
            "odd",
            same=self.adjective(polarity),
            adjective=lambda: self.adjective(polarity),
            other=lambda: self.adjective(1 - polarity),
            worth=lambda: _TEXT.text("worth") if polarity else self.said("not_worth"),
        )

    def feeling(self, polarity: int) -> str:
        """The beginning of a clause about whatever comes after it."""
        return self.said("feels_pleased" if polarity else "feels_displeased")

    def superlative(self, polarity: int) -> str:
        return f"{'best' if polarity else 'worst'} {self.thing}{self.said('ever')}"

    def clause(self, polarity: int) -> str:
        """A main clause."""
        chance = self.rng.random()
        if chance < 0.7:
            subject = self.part() if chance < 0.3 else self.whole()
            return f"{subject} {self.be} {self.predicate(polarity)}"
        return self.verdict(polarity)

    def verdict(self, polarity: int) -> str:
        """A clause about the whole."""
        same, other = self.strong(polarity), self.strong(1 - polarity)
        graded = self.adjective(1 - polarity)
        superlative = self.superlative(polarity)
        if self.rng.random() < 0.5:
            return self.said(
                "verdict",
                same=same,
                a_same=article(same),
                a_other=article(other),
                graded=graded,
                a_graded=article(graded),
            )
        pleased = "pleased" if polarity else "displeased"
        own = (
            *(each for of in (_TEXT, self.domain) for each in of.phrases(pleased)),
            *_TEXT.phrases("verdict_good" if polarity else "verdict_bad"),
        )
        return self.choose(
            own,
            feeling=lambda: self.feeling(polarity),
            whole=self.whole,
            superlative=superlative,
            graded=graded,
        )


def _plain(w: _Writer, polarity: int) -> str:
    return w.clause(polarity)


def _fragment(w: _Writer, polarity: int) -> str:
    return w.said(
        "fragment",
        a_graded=article(w.adjective(1 - polarity)),
        predicate=lambda: w.predicate(polarity),
        a_strong=lambda: article(w.strong(polarity)),
        superlative=lambda: w.superlative(polarity),
    )


def _both(w: _Writer, polarity: int) -> str:
    more = pick(w.rng, w.domain.phrases("pleased" if polarity else "displeased"))
    return f"{w.whole()} {w.be} {w.predicate(polarity)} and {more}"


def _but(w: _Writer, polarity: int) -> str:
    first = f"{w.part()} {w.be} {w.predicate(1 - polarity)}"
    if w.rng.random() < 0.25:
        first = f"{w.feeling(1 - polarity)} {w.part()}"
    return f"{first} but {w.clause(polarity)}"


def _although(w: _Writer, polarity: int) -> str:
    word = w.said("although")
    side = f"{word} {w.part()} {w.be} {w.predicate(1 - polarity)}"
    main = w.clause(polarity)
    return f"{side} {main}" if w.rng.random() < 0.5 else f"{main} {side}"


def _wanted(w: _Writer, polarity: int) -> str:
    expected = article(w.strong(1 - polarity))
    hope = w.said("hope_to_hate" if polarity else "hope_to_like", a_other=expected)
    end = _TEXT.text("gave_in" if polarity else "gave_up")
    if not polarity and hope.endswith(w.thing):
        end = _TEXT.text("got_none")
    what = pick(w.rng, ("it", w.part(), w.whole()))
    clause = f"{what} {w.be} {w.predicate(polarity)}"
    return f"{hope} but {pick(w.rng, (clause, clause, end))}"


def _could(w: _Writer, polarity: int) -> str:
    ones: dict[str, Draw] = {
        "a_same": article(w.strong(polarity)),
        "a_other": article(w.strong(1 - polarity)),
    }
    either = w.filled(_TEXT.phrases("could"), **ones, predicate=lambda: w.predicate(polarity))
    if polarity:
        return w.choose((*either, *_TEXT.phrases("could_good")), **ones)
    return w.choose(
        (*either, *_TEXT.phrases("could_bad")),
        **ones,
        graded=w.adjective(POSITIVE),
        some=lambda: pick(w.rng, (w.part(), w.whole())),
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
    for phrase in (*domain.words("things"), *domain.phrases("parts"))
    for word in phrase.split()
)
"""Words for what is reviewed: the verdict does not depend on them."""
