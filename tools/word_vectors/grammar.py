"""A small English: groups of words, and sentences in which each group keeps its own company.

No group's name is ever shown to the network: it reads sentences and nothing else.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np

_WRITTEN = tomllib.loads(Path(__file__).with_name("grammar.toml").read_text(encoding="utf-8"))
GROUPS: dict[str, str] = _WRITTEN["groups"]
"""Every group of words that share their company, by name; a word stands in one group only."""


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
    return [_parts(line) for line in _WRITTEN["templates"].splitlines()]


def _parts(line: str) -> tuple[str, ...]:
    """A template's words and its places in braces, whose names may have spaces."""
    parts: list[str] = []
    for piece in line.replace("{", "|{").replace("}", "}|").split("|"):
        parts += [piece] if piece.startswith("{") else piece.split()
    return tuple(parts)
