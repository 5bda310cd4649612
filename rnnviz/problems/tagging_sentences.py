"""Sentences with people's names in them, written by a small grammar that knows which words are.

Many a word is a name here and none there: Rose, Will, May, Hope. In some sentences the word before
tells ("we met Rose", "the prices rose"). In others, marked `far`, the words right before are the
same and what tells them apart stands farther back: "they *named* their youngest daughter Hope",
"they *gave* their youngest daughter hope".

The words are those of `resources/problems/name-tagging.toml`.
"""

import random
from collections.abc import Callable

from rnnviz.frozen import record
from rnnviz.problems.written import Draw, pick, written

OTHER, NAME = 0, 1
LABELS = ("other", "name")


@record
class Tagged:
    """A sentence, word by word.

    Attributes
    ----------
    words : tuple of str
        As they are written, with capitals.
    tags : tuple of int
        `NAME` or `OTHER` for each.
    far : bool
        Whether its ambiguous words are told apart by what stands more than one word before them.
    """

    words: tuple[str, ...]
    tags: tuple[int, ...]
    far: bool = False

    @property
    def key(self) -> str:
        """What is read: the sentence in lower case, so that the spelling gives nothing away."""
        return " ".join(self.words).lower()


_TEXT = written("name-tagging.toml")
FIRST = _TEXT.words("first")
"""First names that are nothing else."""
_LAST = _TEXT.words("last")
_AMBIGUOUS = _TEXT.words("ambiguous")
_JOBS, _RELATIVES, _THINGS = (_TEXT.words(key) for key in ("jobs", "relatives", "things"))
_MET, _DOES, _KIND = (_TEXT.words(key) for key in ("met", "does", "kind"))
_WHERE, _ENDS = _TEXT.phrases("where"), _TEXT.phrases("ends")
_MONTHS = _TEXT.words("months")


def _name(rng: random.Random) -> str:
    """A person; words that are a name begin with an underscore until :func:`_tagged`."""
    first = pick(rng, FIRST)
    return f"_{first} _{pick(rng, _LAST)}" if rng.random() < 0.4 else f"_{first}"


def _two_names(rng: random.Random) -> str:
    one, other = _name(rng), _name(rng)
    while one.split()[0] == other.split()[0]:
        other = _name(rng)
    return f"{one} and {other}"


def _made(rng: random.Random) -> str:
    who = pick(rng, (_name(rng), _two_names(rng), f"the {pick(rng, _JOBS)}"))
    what = pick(rng, _THINGS)
    colour = pick(rng, _TEXT.words("colours"))
    article = "an" if colour == "old" else "a"
    return f"{who} {pick(rng, _TEXT.words('made'))} {article} {colour} {what} {pick(rng, _ENDS)}"


def _met(rng: random.Random) -> str:
    who = pick(rng, (f"the {_job(rng)}", _name(rng), f"my {_relative(rng)}", _friend(rng)))
    whom = _name(rng) if rng.random() < 0.4 else f"_{pick(rng, _AMBIGUOUS)}"
    if rng.random() < 0.2:
        whom = f"the {pick(rng, _JOBS)}"
    if rng.random() < 0.2:  # the past alone: "we likes" is no English
        met, when = _MET[:8], _TEXT.phrases("when")
        return f"{pick(rng, ('we', 'they'))} {pick(rng, met)} {whom} {pick(rng, when)}"
    return f"{who} {pick(rng, _MET)} {whom} {pick(rng, (*_WHERE, ''))}"


def _job(rng: random.Random) -> str:
    return pick(rng, _JOBS) if rng.random() < 0.6 else f"{pick(rng, _KIND)} {pick(rng, _JOBS)}"


def _friend(rng: random.Random) -> str:
    """Someone by name. Not "my friend May": it may be what my friend may do."""
    name = pick(rng, FIRST if rng.random() < 0.6 else _TEXT.words("friends_names"))
    return f"my {pick(rng, _TEXT.words('friends'))} _{name}"


def _relative(rng: random.Random) -> str:
    return pick(rng, _RELATIVES)


def _auxiliary(rng: random.Random) -> str:
    who = pick(rng, (f"the {_job(rng)}", f"my {_relative(rng)}", _name(rng), _friend(rng), "we"))
    written = _TEXT.table("auxiliary")
    does = pick(rng, written.phrases("does"))
    if rng.random() < 0.5:
        does = f"{pick(rng, _DOES)} {_name(rng)} in ~{pick(rng, written.words('months'))}"
    where = pick(rng, (*_WHERE, "")) if "~" not in does else ""
    verb = pick(rng, ("will", "may"))
    inner = pick(rng, ("", "", *_WHERE)) if who.startswith(("the", "my")) else ""
    return f"{who} {inner} {verb} {does} {where if not inner else ''}"


def _coming(rng: random.Random) -> str:
    """A subject of two, or a second verb: "Anna and May sang", "Anna sang and may come again"."""
    first, one = _name(rng), _TEXT.table("coming").draws(rng)
    did = one("did")
    if rng.random() < 0.5:
        return f"{first} and _{one('second')} {did} {pick(rng, _WHERE)}"
    does = one("does")
    return f"{first} {did} and {pick(rng, ('may', 'will'))} {does}"


def _rising(rng: random.Random) -> str:
    one = _TEXT.table("rising").draws(rng)
    return f"the {one('what')} {pick(rng, ('', 'over the hills', *_WHERE))} rose {one('how')}"


def _nouns(rng: random.Random) -> str:
    written = _TEXT.table("nouns")
    draws: dict[str, Draw] = {
        "job": pick(rng, (*_JOBS, _relative(rng))),
        "name": lambda: _name(rng),
        "thing": lambda: pick(rng, _THINGS),
        "stuff": lambda: pick(rng, written.words("stuff")),
        "where": lambda: pick(rng, _WHERE),
        "end": lambda: pick(rng, _ENDS),
    }
    return written.chosen(rng, written.phrases("sentences"), draws)


def _called(rng: random.Random) -> str:
    one = _TEXT.table("called").draws(rng)
    who = pick(rng, (f"my {_relative(rng)}", f"the {pick(rng, _JOBS)}", "the little boy"))
    if rng.random() < 0.7:  # who "waits for may" may wait for the spring: no such sentence
        name, verb = f"_{pick(rng, _AMBIGUOUS)}", one("with")
    else:
        name, verb = _name(rng), one("of")
    return f"{who} {pick(rng, ('', '', *_WHERE))} {verb} {name}"


# What follows tells by a word that stands farther back. Both sides share their last words.


def _daughter(rng: random.Random) -> str:
    one = _TEXT.table("daughter").draws(rng)
    who, child, which, word, end = map(one, ("who", "child", "which", "word", "end"))
    if rng.random() < 0.5:
        return f"{who} {one('named')} their {which} {child} _{word} {end}"
    return f"{who} {one('gave')} their {which} {child} {word.lower()} {end}"


def _month(rng: random.Random) -> str:
    one = _TEXT.table("month").draws(rng)
    which, month = one("which"), pick(rng, _MONTHS)
    more = pick(rng, [other for other in _MONTHS if other != month])
    two, beginning = rng.random() < 0.3, one("beginning")
    what, mark = ("time", "~") if rng.random() < 0.5 else ("person", "_")
    months = f"{mark}{month} or {mark}{more}" if two else f"{mark}{month}"
    return f"{beginning} the {which} {one(what)} of {months}"


def _flowers(rng: random.Random) -> str:
    written = _TEXT.table("flowers")
    draw, plants = written.draws(rng), written.words("plants")
    one = pick(rng, plants)
    other = pick(rng, [plant for plant in plants if plant != one])
    little = draw("little")
    if rng.random() < 0.5:
        little = "little" if little == "fresh" else little
        return f"the {draw('done')} by {little} _{one} and _{other} {pick(rng, _ENDS)}"
    start = f"the {draw('smelling')} {draw('smells')} {little}"
    return f"{start} {one.lower()} and {other.lower()} {pick(rng, _ENDS)}"


def _reason(rng: random.Random) -> str:
    who = pick(rng, (f"the {pick(rng, _JOBS)}", f"my {_relative(rng)}", _name(rng), "we"))
    written = _TEXT.table("reason")
    one = written.draws(rng)
    when = one("when")
    word, rest = pick(rng, written.table("words").pairs())
    if rng.random() < 0.5:
        return f"{who} {one('to_someone')} {when} to _{word}"
    return f"{who} {one('to_do')} {when} to {word.lower()} {pick(rng, ('', rest))}"


def _room(rng: random.Random) -> str:
    one = _TEXT.table("room").draws(rng)
    where, word, there = map(one, ("where", "word", "there"))
    if rng.random() < 0.5:
        return f"{there} {one('letter')} {where} for _{word}"
    return f"{there} {one('reason')} {where} for {word.lower()}"


_NEAR: tuple[Callable[[random.Random], str], ...] = (
    _made, _met, _met, _auxiliary, _coming, _rising, _nouns, _called,
)  # fmt: skip
_FAR: tuple[Callable[[random.Random], str], ...] = (_daughter, _month, _flowers, _reason, _room)


def tagged(text: str, far: bool = False) -> Tagged:
    """Make a sentence of words, of which an underscore marks names and a tilde keeps a capital."""
    words, tags = list[str](), list[int]()
    for word in text.split():
        words.append(word.lstrip("_~"))
        tags.append(NAME if word.startswith("_") else OTHER)
    words[0] = words[0][:1].upper() + words[0][1:]
    return Tagged(tuple(words), tuple(tags), far)


_LECTURE, *_PLAIN_EXAMPLES = map(tagged, _TEXT.phrases("examples"))
EXAMPLES = (
    _LECTURE,
    *(tagged(text, far=True) for text in _TEXT.phrases("far_examples")),
    *_PLAIN_EXAMPLES,
)
"""Held-out sentences of the gallery, the lecture's first."""


def sentences(count: int, seed: int = 2) -> list[Tagged]:
    """Write different sentences; two in five are `far`."""
    rng = random.Random(seed)
    found: dict[str, Tagged] = {}
    while len(found) < count:
        far = rng.random() < 0.4
        made = tagged(pick(rng, _FAR if far else _NEAR)(rng), far)
        found.setdefault(made.key, made)
    return list(found.values())


PLAIN = frozenset(word.lower() for word in (*FIRST, *_LAST[12:], *_THINGS, *_KIND, *_DOES, *_MET))
"""Words whose place a word that nobody knows can take."""
AMBIGUOUS = frozenset(word.lower() for word in (*_AMBIGUOUS, *_TEXT.words("also_ambiguous")))
"""Words that are a name in some sentences and none in others."""
