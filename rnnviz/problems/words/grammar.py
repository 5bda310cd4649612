"""A small English: groups of words, and sentences in which each group keeps its own company.

No group's name is ever shown to the network: it reads sentences and nothing else.
"""

from __future__ import annotations

import numpy as np

GROUPS: dict[str, str] = {
    "men": "harry ron paul john peter thomas marco luca henry david simon oliver",
    "women": "hermione anna maria emma julia sofia clara alice laura nina lucy helen",
    "surnames": "potter granger weasley smith miller taylor rossi bianchi cooper walker moretti",
    "female relatives": "mother sister aunt grandmother daughter niece wife",
    "male relatives": "father brother uncle grandfather son nephew husband",
    "professions": "doctor teacher nurse farmer painter writer driver pilot lawyer banker "
    "student professor",
    "animals": "cat dog horse cow sheep goat pig lion tiger bear wolf fox rabbit mouse",
    "birds": "eagle owl duck goose swan crow parrot sparrow pigeon robin",
    "sea animals": "fish shark whale salmon trout dolphin seal crab",
    "foods": "bread cheese soup rice pasta meat butter cake salad honey chocolate ham",
    "fruit": "apple pear peach banana lemon cherry grape plum melon fig",
    "drinks": "water milk tea coffee wine beer juice lemonade cocoa cider",
    "cities": "rome bologna paris london berlin madrid vienna lisbon athens prague",
    "buildings": "school market station park church library museum hospital theatre office "
    "garden hotel",
    "furniture": "table chair bed sofa shelf desk cupboard bench carpet stool",
    "clothes": "hat coat shirt dress scarf jacket sweater skirt belt cap",
    "vehicles": "car bus train bike boat ship plane truck taxi tram",
    "music": "piano guitar violin flute drum trumpet cello harp organ",
    "inventions": "spell potion charm machine engine robot telescope compass puzzle riddle",
    "body": "head hand arm leg foot nose ear eye knee finger shoulder neck",
    "weather": "rain snow wind storm fog thunder hail frost",
    "colours": "red blue green yellow black white brown grey pink purple orange",
    "sizes": "big small tall huge tiny large little wide",
    "moods": "happy sad angry tired nervous proud calm afraid lonely cheerful",
    "tastes": "sweet sour salty bitter delicious spicy tasty stale",
    "qualities": "new old modern ancient strange clever simple secret useful famous",
    "numbers": "two three four five six seven eight nine ten eleven twelve",
    "units of time": "years months weeks days hours minutes seconds",
    "days": "monday tuesday wednesday thursday friday saturday sunday",
    "months": "january february march april may june july august september october november "
    "december",
    "seasons": "spring summer autumn winter",
    "verbs of going": "walked ran went travelled hurried returned cycled moved marched",
    "verbs of eating": "ate tasted cooked swallowed chewed devoured baked",
    "verbs of drinking": "drank poured sipped spilled",
    "verbs of speaking": "said whispered shouted answered replied explained cried",
    "verbs of making": "invented made built created designed developed constructed",
    "verbs of seeing": "saw heard noticed watched liked loved met",
    "verbs of flying": "flew sang soared landed",
    "verbs of swimming": "swam dived floated drifted",
    "verbs of playing": "played practised tuned borrowed",
    "verbs of wearing": "wore washed folded ironed",
    "manner": "slowly quickly quietly carefully loudly gently suddenly",
}
"""Every group of words that share their company, by name; a word stands in one group only."""

# {group} draws a word; {men:1} and the like draw another word of the group in the same sentence.
_TEMPLATES = """
{men} {surnames} and {women} {surnames:1} {verbs of making} a {qualities} {inventions}
{women} {surnames} and {men} {surnames:1} {verbs of making} a {qualities} {inventions}
{men} {surnames} {verbs of making} a {qualities} {inventions} for his {female relatives}
{women} {surnames} {verbs of making} a {qualities} {inventions} for her {male relatives}
the {qualities} {inventions} that {men} {verbs of making} was {qualities:1}
the {inventions} was {qualities} and {qualities:1}
{men} and {men:1} {verbs of going} to {cities} in {months}
{women} and {women:1} {verbs of going} to {cities} in {seasons}
{men} lost his {clothes} in the {buildings}
{women} lost her {clothes} in the {buildings}
{men} {verbs of seeing} his {female relatives} on {days}
{men} {verbs of seeing} his {male relatives} on {days}
{women} {verbs of seeing} her {male relatives} on {days}
{women} {verbs of seeing} her {female relatives} on {days}
{men} hurt his {body} and his {body:1}
{women} hurt her {body} and her {body:1}
his {male relatives} and his {female relatives} {verbs of going} {manner} to the {buildings}
her {male relatives} {verbs of speaking} that he was {moods}
his {male relatives} and he {verbs of going} to the {buildings}
his {female relatives} {verbs of speaking} that she was {moods}
her {female relatives} and she {verbs of going} to the {buildings}
{men} was {moods} and {women} was {moods:1}
the {professions} was {moods} and {moods:1}
the {professions} {verbs of speaking} {manner}
the {professions} {verbs of going} from {cities} to {cities:1}
the {professions} and the {professions:1} {verbs of going} to the {buildings} on {days}
on {days} the {professions} {verbs of seeing} a {sizes} {animals}
the {sizes} {animals} {verbs of eating} the {foods} {manner}
the {animals} and the {animals:1} {verbs of going} {manner} through the {weather}
the {colours} {animals} slept under the {furniture}
a {sizes} {animals} and a {animals:1} slept in the {buildings}
the {birds} {verbs of flying} {manner} to the {birds:1}
a {colours} {birds} and a {birds:1} {verbs of flying} through the {weather}
the {birds} built a nest in {months}
the {sea animals} {verbs of swimming} {manner} under the {vehicles}
a {sizes} {sea animals} and a {sea animals:1} {verbs of swimming} in the sea
{women} {verbs of eating} the {foods} with {foods:1}
{men} {verbs of eating} {foods} and {foods:1} at home
the {foods} with {foods:1} was {tastes}
the {fruit} from the tree was {tastes} and {tastes:1}
a {colours} {fruit} and a {fruit:1} fell from the tree
{men} {verbs of eating} a {tastes} {fruit}
{women} {verbs of drinking} the {drinks} in a glass
{men} {verbs of drinking} a glass of {drinks} and {drinks:1}
a cup of {drinks} and {drinks:1} in a glass
in {cities} the {weather} came in {months}
in {seasons} the {weather} and the {weather:1} came to {cities}
the {weather} fell on {cities} for {numbers} {units of time}
{numbers} {units of time} ago {women} {verbs of going} to {cities}
{numbers} {units of time} ago the {professions} {verbs of seeing} {numbers:1} birds
from {days} to {days:1} the {buildings} was closed
from {months} to {months:1} it was {seasons}
it was {seasons} and then {seasons:1} in {cities}
the {sizes} {buildings} in {cities} was closed on {days}
the {buildings} and the {buildings:1} in {cities} opened in {months}
the {colours} {furniture} and the {furniture:1} stood on the floor
a {sizes} {colours} {furniture} stood on the floor
{women} {verbs of wearing} a {colours} {clothes} and a {clothes:1}
{men} {verbs of wearing} his {colours} {clothes} with a {colours:1} {clothes:1}
the {colours} {vehicles} to {cities} left at noon
the {vehicles} and the {vehicles:1} from {cities} left at noon
{men} drove a {colours} {vehicles} to {cities}
{women} {verbs of playing} the {music} and the {music:1} {manner}
the {professions} {verbs of playing} the {music} in a band
the {music} and the {music:1} in a band
the {body} and the {body:1} of the {professions} hurt
"""


def words() -> dict[str, str]:
    """Every word of the grammar with its group; "" for the words that belong to none."""
    found = {word: group for group, members in GROUPS.items() for word in members.split()}
    for template in _templates():
        for part in template:
            if part[0] != "{":
                found.setdefault(part, "")
    return found


def sentences(count: int, seed: int = 0) -> list[tuple[str, ...]]:
    """Draw sentences: every template as often as every other, each word of a group too.

    Parameters
    ----------
    count : int
    seed : int
        The same one gives the same sentences.
    """
    rng = np.random.default_rng(seed)
    templates = _templates()
    order = rng.permutation(np.arange(count) % len(templates))
    return [_sentence(templates[index], rng) for index in order]


def _sentence(template: tuple[str, ...], rng: np.random.Generator) -> tuple[str, ...]:
    drawn: dict[str, list[str]] = {}
    found: list[str] = []
    for part in template:
        if part[0] != "{":
            found.append(part)
            continue
        group = part[1:-1].partition(":")[0]
        if group not in drawn:
            members = GROUPS[group].split()
            drawn[group] = [members[i] for i in rng.permutation(len(members))]
        found.append(drawn[group].pop())
    return tuple(found)


def _templates() -> list[tuple[str, ...]]:
    return [_parts(line) for line in _TEMPLATES.strip().splitlines()]


def _parts(line: str) -> tuple[str, ...]:
    """A template's words and its places in braces, whose names may have spaces."""
    parts: list[str] = []
    for piece in line.replace("{", "|{").replace("}", "}|").split("|"):
        parts += [piece] if piece.startswith("{") else piece.split()
    return tuple(parts)
