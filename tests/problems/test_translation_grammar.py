"""French that is right: agreement, elision, order; checked against what was written by hand."""

import pytest

from rnnviz.problems.baselines import WordByWord
from rnnviz.problems.translation_grammar import (
    ADJECTIVES,
    ELIDED,
    NOUNS,
    VERBS,
    being,
    clause,
    noun_phrase,
    pairs,
    pronoun_subject,
)

BY_NAME = {noun.english: noun for noun in NOUNS}
VERB = {verb.english: verb for verb in VERBS}


@pytest.mark.parametrize(
    ("noun", "determiner", "adjectives", "plural", "english", "french"),
    [
        ("cat", "the", ("black",), False, "the black cat", "le chat noir"),
        ("cat", "the", ("small", "black"), True, "the small black cats", "les petits chats noirs"),
        ("mouse", "a", ("white",), False, "a white mouse", "une souris blanche"),
        ("mouse", "this", ("white",), True, "these white mice", "ces souris blanches"),
        ("man", "a", ("old",), False, "an old man", "un vieil homme"),
        ("man", "the", ("old",), True, "the old men", "les vieux hommes"),
        ("bird", "this", ("beautiful",), False, "this beautiful bird", "ce bel oiseau"),
        ("bird", "this", ("red",), False, "this red bird", "cet oiseau rouge"),
        ("tree", "my", ("green",), False, "my green tree", "mon arbre vert"),
        ("school", "my", (), False, "my school", "mon école"),
        ("school", "my", ("old",), False, "my old school", "ma vieille école"),
        ("school", "this", ("white",), False, "this white school", "cette école blanche"),
        ("house", "my", ("beautiful",), True, "my beautiful houses", "mes belles maisons"),
        ("apple", "a", ("green",), False, "a green apple", "une pomme verte"),
        ("horse", "the", ("tired",), True, "the tired horses", "les chevaux fatigués"),
    ],
)
def test_noun_phrases(noun, determiner, adjectives, plural, english, french):
    phrase = noun_phrase(BY_NAME[noun], determiner, adjectives, plural)
    assert " ".join(phrase.english) == english
    assert " ".join(phrase.french) == french


@pytest.mark.parametrize(
    ("subject", "verb", "how", "pronoun", "english", "french"),
    [
        ("she", "see", "", "it", "she sees it", "elle le voit"),
        ("she", "see", "not", "it", "she does not see it", "elle ne le voit pas"),
        ("i", "love", "", "you", "i love you", "je t' aime"),
        ("i", "love", "not", "you", "i do not love you", "je ne t' aime pas"),
        ("i", "hear", "", "", "i hear", "j' entends"),
        ("you", "hear", "never", "me", "you never hear me", "tu ne m' entends jamais"),
        ("he", "buy", "not", "", "he does not buy", "il n' achète pas"),
        ("they", "eat", "", "them", "they eat them", "ils les mangent"),
        ("we", "eat", "often", "it", "we often eat it", "nous le mangeons souvent"),
        ("it", "sleep", "always", "", "it always sleeps", "il dort toujours"),
    ],
)
def test_clauses(subject, verb, how, pronoun, english, french):
    found = VERB[verb]
    made = clause(
        pronoun_subject(subject),
        found.forms,
        (found.english, found.third),
        how=how,
        pronoun=pronoun,
    )
    assert " ".join(made.english) == english
    assert " ".join(made.french) == french


def test_being():
    girls = noun_phrase(BY_NAME["girl"], "the", (), True)
    assert being(girls, "tired", "not").french == (
        "les", "filles", "ne", "sont", "pas", "fatiguées",
    )  # fmt: skip
    assert being(girls, "tired", "not").english == ("the", "girls", "are", "not", "tired")
    assert " ".join(being(pronoun_subject("i"), "old", "not").french) == "je ne suis pas vieux"
    assert " ".join(being(pronoun_subject("she"), "old").french) == "elle est vieille"
    assert " ".join(being(pronoun_subject("he"), "tired", "never").french) == (
        "il n' est jamais fatigué"
    )


WRITTEN = pairs(6000)


def test_one_french_sentence_for_each_english_one():
    assert len({pair.key for pair in WRITTEN}) == len(WRITTEN)
    assert pairs(100) == WRITTEN[:100]


def test_nothing_stands_unelided():
    vowels = set("aeiouéèêâhy")
    for pair in WRITTEN:
        for word, after in zip(pair.french, pair.french[1:], strict=False):
            assert not (word in ELIDED and after[0] in vowels), pair
            if word.endswith("'"):
                assert after[0] in vowels, pair
            if word in ("ce", "ma", "beau", "vieux"):
                noun = {n.french: n for n in NOUNS}.get(after)
                assert noun is None or not noun.vowel, pair
        assert not pair.french[-1].endswith("'")


def test_negations_are_whole():
    for pair in WRITTEN:
        first = sum(word in ("ne", "n'") for word in pair.french)
        second = sum(word in ("pas", "jamais") for word in pair.french)
        assert first == second == sum(word in ("not", "never") for word in pair.english), pair
        if "pas" in pair.french:
            assert "not" in pair.english


def test_adjectives_agree_with_the_noun_beside_them():
    forms = {}
    for adjective in ADJECTIVES.values():
        for place, form in enumerate(adjective.forms):
            forms.setdefault(form, set()).add((bool(place % 2), place >= 2))
        if adjective.vowel:
            forms[adjective.vowel] = {(False, False)}
    nouns = {}
    for noun in NOUNS:
        nouns.setdefault(noun.french, set()).add((noun.feminine, False))
        nouns.setdefault(noun.frenches, set()).add((noun.feminine, True))
    checked = 0
    for pair in WRITTEN:
        for one, other in zip(pair.french, pair.french[1:], strict=False):
            for noun, adjective in ((one, other), (other, one)):
                if noun in nouns and adjective in forms:
                    assert nouns[noun] & forms[adjective], pair
                    checked += 1
    assert checked > 1000


def test_articles_agree_with_their_noun():
    nouns = {noun.french: noun for noun in NOUNS if noun.french != noun.frenches}
    feminine = {"la": True, "une": True, "ma": True, "cette": True, "le": False, "un": False,
                "ce": False, "cet": False}  # fmt: skip
    for pair in WRITTEN:
        for word, after in zip(pair.french, pair.french[1:], strict=False):
            if word in feminine and after in nouns:
                assert feminine[word] == nouns[after].feminine, pair


def test_a_or_an():
    for pair in WRITTEN:
        for word, after in zip(pair.english, pair.english[1:], strict=False):
            if word in ("a", "an"):
                assert (word == "an") == (after[0] in "aeiou"), pair


def test_a_dictionary_is_learned_from_pairs():
    book = WordByWord([(pair.english, pair.french) for pair in WRITTEN[:3000]])
    assert book.translate(("cat", "black", "sleeps", "zebra")) == ("chat", "noir", "dort", "zebra")
