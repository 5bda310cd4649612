"""English sentences with their French ones, made together by one small grammar.

What has to be put elsewhere in French: most adjectives (the black cat, le chat noir), pronouns that
are objects (she sees it, elle le voit), adverbs (he often sleeps, il dort souvent), and the two
halves of a negation (he does not sleep, il ne dort pas). Articles, adjectives and verbs agree, and
le, la, je, me, te, ne lose their vowel before another one. "You" is one friend (tu), "it" is le,
"they" is ils, and who says "I am tired" is a man. The words are those of
`resources/problems/translation.toml`.
"""

import random
from collections.abc import Callable

from rnnviz.frozen import record
from rnnviz.problems.written import Written, pick, written

MAX_ENGLISH = 9
"""Words of the longest English sentence."""


@record
class Pair:
    """A sentence in both languages, word by word; "l'" and its like are words."""

    english: tuple[str, ...]
    french: tuple[str, ...]

    @property
    def key(self) -> str:
        """The English sentence."""
        return " ".join(self.english)


@record
class _Adjective:
    english: str
    forms: tuple[str, str, str, str]  # m, f, m plural, f plural
    before: bool = False
    vowel: str = ""  # m before a vowel

    def form(self, feminine: bool, plural: bool) -> str:
        return self.forms[feminine + 2 * plural]


@record
class _Noun:
    english: str
    many: str
    french: str
    frenches: str
    kind: str  # "person", "animal" or "thing"
    adjectives: str  # English, those that suit it
    feminine: bool = False
    vowel: bool = False


@record
class _Verb:
    english: str
    third: str
    forms: tuple[str, str, str, str, str]  # je, tu, il, nous, ils
    objects: str = ""  # kinds, or English nouns; empty: it has none
    subjects: str = "person animal"

    @property
    def both(self) -> tuple[str, str]:
        """Its English forms."""
        return self.english, self.third

    def takes(self, noun: _Noun) -> bool:
        """Whether that can be its object."""
        return noun.kind in self.objects.split() or noun.english in self.objects.split()

    def suits(self, noun: _Noun) -> bool:
        """Whether that can be its subject."""
        return noun.kind in self.subjects.split() or noun.english in self.subjects.split()


def _adjective(of: Written) -> _Adjective:
    m, f, ms, fs = of.words("french", 4)
    return _Adjective(of.text("english"), (m, f, ms, fs), of.flag("before"), of.text("vowel", ""))


def _noun(of: Written) -> _Noun:
    english, many = of.words("english", 2)
    french, frenches = of.words("french", 2)
    kind, suits = of.text("kind"), of.text("adjectives")
    feminine, vowel = of.flag("feminine"), of.flag("vowel")
    return _Noun(english, many, french, frenches, kind, suits, feminine, vowel)


def _verb(of: Written) -> _Verb:
    if stem := of.text("stem", ""):  # a regular one
        soft = "e" if stem.endswith("g") else ""
        je, tu, il, nous, ils = (f"{stem}{end}" for end in ("e", "es", "e", f"{soft}ons", "ent"))
    else:
        je, tu, il, nous, ils = of.words("french", 5)
    base, third = of.words("english", 2)
    subjects = of.text("subjects", "person animal")
    return _Verb(base, third, (je, tu, il, nous, ils), of.text("objects", ""), subjects)


_TEXT = written("translation.toml")
EXAMPLES = _TEXT.table("examples")
"""Sentences of the gallery with their translations."""
RESERVED = _TEXT.phrases("reserved")
"""Sentences that are held out whatever their checksum is."""
ADJECTIVES = {each.text("english"): _adjective(each) for each in _TEXT.tables("adjectives")}
NOUNS = tuple(map(_noun, _TEXT.tables("nouns")))
VERBS = tuple(map(_verb, _TEXT.tables("verbs")))
_MOVING = tuple(noun for noun in NOUNS if noun.kind != "thing")
_BE = _TEXT.words("be", 5)
_SELDOM, _STAYING, _PEOPLE = (_TEXT.words(key) for key in ("seldom", "staying", "of_people"))
PERSONS = {"i": 0, "you": 1, "he": 2, "she": 2, "it": 2, "we": 3, "they": 4}
_SUBJECT, _OBJECT = (dict(_TEXT.table(key).pairs()) for key in ("subject", "object"))
_PLACES = tuple(
    (each.text("english"), each.text("french"), each.words("nouns"))
    for each in _TEXT.tables("places")
)
_VOWELS = "aeiouyhâàéèêîô"
ELIDED = dict(_TEXT.table("elided").pairs())
"""Words that lose their vowel before another; every h here is mute."""


def elided(french: list[str]) -> tuple[str, ...]:
    """The words with le, la, je, me, te, ne, de shortened where a vowel follows."""
    return tuple(
        ELIDED[word] if word in ELIDED and after[:1] and after[0] in _VOWELS else word
        for word, after in zip(french, [*french[1:], ""], strict=True)
    )


@record
class _Phrase:
    """A subject or an object in both languages, and what agrees with it."""

    english: tuple[str, ...]
    french: tuple[str, ...]
    person: int = 2  # a place in a verb's forms
    third: bool = True  # whether the English verb ends in s
    feminine: bool = False
    plural: bool = False


def noun_phrase(
    noun: _Noun, determiner: str = "the", adjectives: tuple[str, ...] = (), plural: bool = False
) -> _Phrase:
    """A noun with its determiner ("the", "a", "my", "this") and adjectives, in English order."""
    chosen = [ADJECTIVES[name] for name in adjectives]
    before = [adjective for adjective in chosen if adjective.before]
    after = [adjective for adjective in chosen if not adjective.before]
    front: list[str] = []
    for adjective in before:
        special = adjective.vowel if noun.vowel and not noun.feminine and not plural else ""
        front.append(special or adjective.form(noun.feminine, plural))
    core = [
        *front,
        noun.frenches if plural else noun.french,
        *(adjective.form(noun.feminine, plural) for adjective in after),
    ]
    open_vowel = noun.vowel and not before
    english = [*adjectives, noun.many if plural else noun.english]
    written, spoken = _determiner(determiner, noun.feminine, plural, open_vowel, english[0])
    return _Phrase(
        (written, *english),
        (spoken, *core),
        person=4 if plural else 2,
        third=not plural,
        feminine=noun.feminine,
        plural=plural,
    )


def _determiner(
    word: str, feminine: bool, plural: bool, vowel: bool, after: str
) -> tuple[str, str]:
    if word == "a":
        return "an" if after[0] in "aeiou" else "a", "une" if feminine else "un"
    if word == "the":
        return "the", "les" if plural else "la" if feminine else "le"
    if word == "my":
        return "my", "mes" if plural else "ma" if feminine and not vowel else "mon"
    if plural:
        return "these", "ces"
    return "this", "cette" if feminine else "cet" if vowel else "ce"


def clause(
    subject: _Phrase,
    forms: tuple[str, ...],
    english: tuple[str, str],
    *,
    how: str = "",
    pronoun: str = "",
    rest: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
) -> Pair:
    """A subject and its verb.

    Parameters
    ----------
    subject : phrase
    forms : tuple of str
        The French verb.
    english : (base, third person)
        Both the same: a form of "to be", which negates itself without "do".
    how : str
        "", "not", "never", "often" or "always".
    pronoun : str
        An English object pronoun.
    rest : (English, French)
        What follows.
    """
    base, third = english
    being = base == third
    verb = third if subject.third else base
    if how == "not":
        do = "does" if subject.third else "do"
        said = (verb, "not") if being else (do, "not", base)
    elif how:
        said = (verb, how) if being else (how, verb)
    else:
        said = (verb,)
    middle = [_OBJECT[pronoun]] if pronoun else []
    spoken = [*middle, forms[subject.person]]
    if how in ("not", "never"):
        spoken = ["ne", *spoken, "pas" if how == "not" else "jamais"]
    elif how:
        spoken.append("souvent" if how == "often" else "toujours")
    return Pair(
        (*subject.english, *said, *((pronoun,) if pronoun else ()), *rest[0]),
        elided([*subject.french, *spoken, *rest[1]]),
    )


def pronoun_subject(word: str) -> _Phrase:
    """Make a subject of "I", "you", …: a man or men, but for "she"."""
    return _Phrase(
        (word,),
        (_SUBJECT[word],),
        PERSONS[word],
        third=word in ("he", "she", "it"),
        feminine=word == "she",
        plural=word in ("we", "they"),
    )


def _nouns(rng: random.Random, noun: _Noun, most: int) -> _Phrase:
    """A noun phrase with at most so many adjectives."""
    plural = rng.random() < 0.35
    determiner = pick(rng, ("the", "the", "the", "my", "this") if plural else
                      ("the", "the", "the", "a", "my", "this"))  # fmt: skip
    if determiner == "my" and noun.english in ("man", "woman"):
        determiner = "the"  # "ma femme" is my wife
    suits = noun.adjectives.split()
    chosen: tuple[str, ...] = ()
    if most and rng.random() < 0.6:
        chosen = (pick(rng, suits),)
        colours = [name for name in suits if not ADJECTIVES[name].before]
        if most > 1 and ADJECTIVES[chosen[0]].before and colours and rng.random() < 0.4:
            chosen = (*chosen, pick(rng, colours))
    return noun_phrase(noun, determiner, chosen, plural)


def _how(rng: random.Random, verb: _Verb) -> str:
    how = pick(rng, ("", "", "", "not", "not", "never", "often", "always"))
    return "" if verb.english in _SELDOM and how in ("often", "always") else how


def _subject(rng: random.Random, verb: _Verb | None, most: int) -> _Phrase:
    if rng.random() < 0.45:
        words = ("i", "you", "he", "she", "we", "they")
        if verb is None or "animal" in verb.subjects.split():
            words = (*words, "it")
        return pronoun_subject(pick(rng, words))
    suiting = [noun for noun in _MOVING if verb is None or verb.suits(noun)]
    return _nouns(rng, pick(rng, suiting), most)


def _alone(rng: random.Random) -> Pair:
    verb = pick(rng, [verb for verb in VERBS if not verb.objects])
    how = _how(rng, verb)
    rest: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    if rng.random() < 0.25 and not how:
        rest = pick(rng, ((("today",), ("aujourd'hui",)), (("here",), ("ici",))))
    return clause(_subject(rng, verb, 2), verb.forms, verb.both, how=how, rest=rest)


def _somewhere(rng: random.Random) -> Pair:
    verb = pick(rng, [verb for verb in VERBS if not verb.objects and verb.english not in _STAYING])
    english, french, where = pick(rng, _PLACES)
    name = pick(rng, where)
    noun = next(noun for noun in NOUNS if noun.english == name)
    subject = _subject(rng, verb, 1)
    while noun.english in subject.english or noun.many in subject.english:
        subject = _subject(rng, verb, 1)
    place = noun_phrase(noun, pick(rng, ("the", "the", "my", "this")))
    how = _how(rng, verb) if len(subject.english) < 3 else ""
    return clause(
        subject,
        verb.forms,
        verb.both,
        how=how,
        rest=((english, *place.english), (french, *place.french)),
    )


def _something(rng: random.Random) -> Pair:
    verb = pick(rng, [verb for verb in VERBS if verb.objects])
    subject = _subject(rng, verb, 1)
    plain = len(subject.english) < 3
    target = pick(rng, [noun for noun in NOUNS if verb.takes(noun)])
    while target.english in subject.english or target.many in subject.english:
        subject = _subject(rng, verb, 1)
        plain = len(subject.english) < 3
    thing = _nouns(rng, target, 1 if plain else 0)
    how = _how(rng, verb) if len(subject.english) + len(thing.english) < 5 else ""
    spoken = thing.french
    if thing.english[0] in ("a", "an"):
        if verb.english == "love":
            how = ""
        elif how in ("not", "never"):  # ne … pas de, not "pas un"
            spoken = ("de", *spoken[1:])
    return clause(
        subject,
        verb.forms,
        verb.both,
        how=how,
        rest=(thing.english, spoken),
    )


def _someone(rng: random.Random) -> Pair:
    verb = pick(rng, [verb for verb in VERBS if verb.objects])
    words = ("me", "you", "him", "her", "it", "us", "them")
    if verb.english not in _PEOPLE:
        words = ("it", "them")
    subject = _subject(rng, verb, 1)
    whom = pick(rng, words)
    same = {"i": "me us", "you": "you", "we": "us me"}
    while whom in same.get(subject.english[0], "").split():
        whom = pick(rng, words)
    return clause(subject, verb.forms, verb.both, how=_how(rng, verb), pronoun=whom)


def be(subject: _Phrase) -> tuple[str, str]:
    """Choose "am", "is" or "are", as the English verb of :func:`clause`."""
    word = "am" if subject.english == ("i",) else "is" if subject.third else "are"
    return word, word


def being(subject: _Phrase, adjective: str, how: str = "") -> Pair:
    """The subject is so: the adjective agrees with it."""
    spoken = ADJECTIVES[adjective].form(subject.feminine, subject.plural)
    return clause(subject, _BE, be(subject), how=how, rest=((adjective,), (spoken,)))


def _being(rng: random.Random) -> Pair:
    if rng.random() < 0.3:
        word = pick(rng, ("i", "you", "he", "she", "we", "they"))
        adjective = pick(rng, ("tired", "young", "old", "small"))
        hows = ("", "not", "often", "always", "never") if adjective == "tired" else ("", "not")
        return being(pronoun_subject(word), adjective, pick(rng, hows))
    noun = pick(rng, NOUNS)
    subject = _nouns(rng, noun, 1)
    suits = [name for name in noun.adjectives.split() if name not in subject.english]
    opposite = {"small": "big", "big": "small", "young": "old", "old": "young"}
    suits = [name for name in suits if opposite.get(name) not in subject.english]
    if any(name in subject.english for name in ("black", "white", "red", "green")):
        suits = [name for name in suits if ADJECTIVES[name].before or name == "tired"]
    return being(subject, pick(rng, suits), pick(rng, ("", "", "not")))


_PATTERNS: tuple[Callable[[random.Random], Pair], ...] = (
    _alone, _somewhere, _something, _something, _someone, _someone, _being,
)  # fmt: skip


def pairs(count: int, seed: int = 3) -> list[Pair]:
    """Write so many different pairs."""
    rng = random.Random(seed)
    found: dict[str, Pair] = {}
    while len(found) < count:
        made = pick(rng, _PATTERNS)(rng)
        if len(made.english) <= MAX_ENGLISH:
            found.setdefault(made.key, made)
    return list(found.values())
