"""Sentences with people's names in them, written by a small grammar that knows which words are.

Many a word is a name here and none there: Rose, Will, May, Hope. In some sentences the word before
tells ("we met Rose", "the prices rose"). In others, marked `far`, the words right before are the
same and what tells them apart stands farther back: "they *named* their youngest daughter Hope",
"they *gave* their youngest daughter hope".
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from rnnviz.problems.texts import pick

OTHER, NAME = 0, 1
LABELS = ("other", "name")


@dataclass(frozen=True, slots=True)
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


FIRST = (
    "Harry", "Hermione", "Anna", "Tom", "Peter", "Clara", "Paul", "Emma", "Leo", "Maria", "Lucas",
    "Nina", "Oscar", "Julia", "Simon", "Alice", "Ben", "Laura", "Martin", "Eva", "Hugo", "Sofia",
    "Felix", "Ida", "Karim", "Aisha", "Yuki", "Priya", "Omar", "Elena", "Diego", "Ingrid", "Ivan",
)  # fmt: skip
"""First names that are nothing else."""
_LAST = (
    "Potter", "Granger", "Baker", "Cook", "Fisher", "King", "Stone", "Wood", "Young", "Brown",
    "Green", "White", "Rossi", "Novak", "Silva", "Meyer", "Tanaka", "Hansen",
)  # fmt: skip
_AMBIGUOUS = (
    "Rose", "Will", "May", "Hope", "Mark", "Bill", "June", "April", "Joy", "Faith", "Lily",
    "Violet", "Sue", "Rob", "Grant",
)  # fmt: skip
_JOBS = ("potter", "baker", "cook", "fisher", "king", "teacher", "doctor", "driver", "singer")
_THINGS = (
    "spell", "machine", "game", "song", "story", "book", "lamp", "hat", "bridge", "boat", "ring",
    "house", "bowl", "chair", "clock",
)  # fmt: skip
_COLOURS = ("brown", "green", "white", "new", "old", "young", "small", "strange")
_MADE = ("invented", "found", "bought", "sold", "painted", "lost", "wanted", "drew")
_MET = (
    "met", "saw", "knew", "thanked", "helped", "invited", "visited", "asked", "likes", "loves",
    "visits", "teaches",
)  # fmt: skip
_DOES = ("visit", "meet", "help", "thank", "invite", "see")
_KIND = ("tall", "kind", "famous", "happy", "tired", "clever")
_WHEN = ("yesterday", "today", "last week", "this morning", "in the evening", "on sunday")
_WHERE = ("at the station", "in the garden", "near the school", "behind the church", "at home")
_ENDS = ("", "", "", "yesterday", "today", "last week", "again")


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
    colour = pick(rng, _COLOURS)
    article = "an" if colour == "old" else "a"
    return f"{who} {pick(rng, _MADE)} {article} {colour} {what} {pick(rng, _ENDS)}"


def _met(rng: random.Random) -> str:
    who = pick(rng, (f"the {_job(rng)}", _name(rng), f"my {_relative(rng)}", _friend(rng)))
    whom = _name(rng) if rng.random() < 0.4 else f"_{pick(rng, _AMBIGUOUS)}"
    if rng.random() < 0.2:
        whom = f"the {pick(rng, _JOBS)}"
    if rng.random() < 0.2:  # the past alone: "we likes" is no English
        return f"{pick(rng, ('we', 'they'))} {pick(rng, _MET[:8])} {whom} {pick(rng, _WHEN)}"
    return f"{who} {pick(rng, _MET)} {whom} {pick(rng, (*_WHERE, ''))}"


def _job(rng: random.Random) -> str:
    return pick(rng, _JOBS) if rng.random() < 0.6 else f"{pick(rng, _KIND)} {pick(rng, _JOBS)}"


def _friend(rng: random.Random) -> str:
    """Someone by name. Not "my friend May": it may be what my friend may do."""
    name = pick(rng, FIRST) if rng.random() < 0.6 else pick(rng, ("Rose", "Mark", "June", "Bill"))
    return f"my {pick(rng, ('friend', 'cousin', 'neighbour'))} _{name}"


def _relative(rng: random.Random) -> str:
    return pick(rng, ("brother", "sister", "aunt", "uncle", "cousin", "neighbour", "friend"))


def _auxiliary(rng: random.Random) -> str:
    who = pick(rng, (f"the {_job(rng)}", f"my {_relative(rng)}", _name(rng), _friend(rng), "we"))
    does = pick(rng, ("come", "sing", "stay", "help us", "wait", "win", "write"))
    if rng.random() < 0.5:
        does = f"{pick(rng, _DOES)} {_name(rng)} in ~{pick(rng, ('April', 'May', 'June'))}"
    where = pick(rng, (*_WHERE, "")) if "~" not in does else ""
    verb = pick(rng, ("will", "may"))
    inner = pick(rng, ("", "", *_WHERE)) if who.startswith(("the", "my")) else ""
    return f"{who} {inner} {verb} {does} {where if not inner else ''}"


def _coming(rng: random.Random) -> str:
    """A subject of two, or a second verb: "Anna and May sang", "Anna sang and may come again"."""
    first, did = _name(rng), pick(rng, ("sang", "called", "danced", "laughed", "came", "won"))
    if rng.random() < 0.5:
        second = pick(rng, ("May", "Will", "Rose", "Hope"))
        return f"{first} and _{second} {did} {pick(rng, _WHERE)}"
    does = pick(rng, ("come again", "stay", "win", "help us", "write a book"))
    return f"{first} {did} and {pick(rng, ('may', 'will'))} {does}"


def _rising(rng: random.Random) -> str:
    what = pick(rng, ("sun", "moon", "prices", "water", "smoke", "curtain"))
    inner = pick(rng, ("", "over the hills", *_WHERE))
    return f"the {what} {inner} rose {pick(rng, ('slowly', 'again', 'quickly', ''))}"


def _nouns(rng: random.Random) -> str:
    job = pick(rng, (*_JOBS, _relative(rng)))
    return pick(
        rng,
        (
            f"the {job} gave me a good mark {pick(rng, _ENDS)}",
            f"the {job} paid the bill {pick(rng, _WHERE)}",
            f"{_name(rng)} paid a long bill {pick(rng, _ENDS)}",
            f"the {job} put a white rose on the {pick(rng, _THINGS)}",
            f"the {job} still had some hope {pick(rng, _ENDS)}",
            f"{_name(rng)} never lost the hope {pick(rng, _ENDS)}",
            f"the {job} got a small grant {pick(rng, _ENDS)}",
            f"the {pick(rng, _THINGS)} is made of {pick(rng, ('stone', 'wood'))}",
            f"a lily and a violet grow {pick(rng, _WHERE)}",
            f"the {job} has a red mark on the {pick(rng, _THINGS)}",
        ),
    )


def _called(rng: random.Random) -> str:
    who = pick(rng, (f"my {_relative(rng)}", f"the {pick(rng, _JOBS)}", "the little boy"))
    if rng.random() < 0.7:  # who "waits for may" may wait for the spring: no such sentence
        name = f"_{pick(rng, _AMBIGUOUS)}"
        verb = pick(rng, ("is called", "lives with", "works for"))
    else:
        name, verb = _name(rng), pick(rng, ("is called", "waits for", "dreams of", "loves"))
    return f"{who} {pick(rng, ('', '', *_WHERE))} {verb} {name}"


# What follows tells by a word that stands farther back. Both sides share their last words.


def _daughter(rng: random.Random) -> str:
    who = pick(rng, ("the neighbours", "they", "my friends", "the young parents", "the singers"))
    child = pick(rng, ("daughter", "baby", "girl", "child", "granddaughter"))
    which = pick(rng, ("", "little", "first", "youngest", "second", "own"))
    word, end = pick(rng, ("Hope", "Faith", "Joy")), pick(rng, (*_ENDS, "in a cold winter"))
    if rng.random() < 0.5:
        verb = pick(rng, ("named", "called", "christened"))
        return f"{who} {verb} their {which} {child} _{word} {end}"
    verb = pick(rng, ("gave", "brought", "promised"))
    return f"{who} {verb} their {which} {child} {word.lower()} {end}"


def _month(rng: random.Random) -> str:
    which = pick(rng, ("first", "last", "second", "only", "best"))
    month = pick(rng, ("June", "April", "May"))
    more = pick(rng, [other for other in ("June", "April", "May") if other != month])
    two, beginning = rng.random() < 0.3, pick(rng, ("we remember", "we talked about", "i like"))
    if rng.random() < 0.5:
        what = pick(rng, ("day", "week", "weekend", "evening", "morning"))
        months = f"{month} or {more}" if two else month
        return f"{beginning} the {which} {what} of ~{months.replace(' or ', ' or ~')}"
    what = pick(rng, ("friend", "teacher", "husband", "cousin", "neighbour", "boss"))
    return f"{beginning} the {which} {what} of _{month}{f' or _{more}' if two else ''}"


def _flowers(rng: random.Random) -> str:
    plants = ("Rose", "Lily", "Violet", "Daisy", "Ivy", "Jasmine")
    one = pick(rng, plants)
    other = pick(rng, [plant for plant in plants if plant != one])
    little = pick(rng, ("", "little", "fresh", "sweet"))
    if rng.random() < 0.5:
        little = "little" if little == "fresh" else little
        what = pick(rng, ("song was written", "cake was baked", "party was planned"))
        return f"the {what} by {little} _{one} and _{other} {pick(rng, _ENDS)}"
    what = pick(rng, ("soap", "tea", "perfume", "room", "cake", "garden"))
    smells = pick(rng, ("smells of", "smelled of", "was full of"))
    return f"the {what} {smells} {little} {one.lower()} and {other.lower()} {pick(rng, _ENDS)}"


def _reason(rng: random.Random) -> str:
    who = pick(rng, (f"the {pick(rng, _JOBS)}", f"my {_relative(rng)}", _name(rng), "we"))
    when = pick(rng, ("", "", "last week", "last summer", "in the end", "this year"))
    words = {"Hope": "for more", "Sue": "the company", "Rob": "the bank", "Mark": "the way"}
    word, rest = pick(rng, tuple(words.items()))
    if rng.random() < 0.5:
        what = pick(
            rng,
            ("sent a letter", "wrote a card", "brought a present", "told a story", "sold a house",
             "sent a good book", "gave a new hat", "read a long letter"),
        )  # fmt: skip
        return f"{who} {what} {when} to _{word}"
    what = pick(
        rng,
        ("had a reason", "found a way", "made a plan", "had the right", "saw a chance",
         "found a good reason", "had a new plan", "needed a long time"),
    )  # fmt: skip
    return f"{who} {what} {when} to {word.lower()} {pick(rng, ('', rest))}"


def _room(rng: random.Random) -> str:
    where = pick(rng, ("in this house", "in our town", "in the school", "today"))
    word = pick(rng, ("Hope", "Joy", "Faith"))
    there = pick(rng, ("there is", "there was", "i see", "we found"))
    if rng.random() < 0.5:
        what = pick(rng, ("a letter", "a small present", "a message", "a card", "a new bed"))
        return f"{there} {what} {where} for _{word}"
    what = pick(rng, ("no time", "little room", "no place", "a good reason", "a new chance"))
    return f"{there} {what} {where} for {word.lower()}"


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
AMBIGUOUS = frozenset(
    word.lower() for word in (*_AMBIGUOUS, "Daisy", "Ivy", "Jasmine", "Potter", "Baker", "Cook",
                              "Fisher", "King", "Stone", "Wood", "Young", "Brown", "Green", "White")
)  # fmt: skip
"""Words that are a name in some sentences and none in others."""
