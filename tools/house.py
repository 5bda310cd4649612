"""The house in figures: modules, lines, circles, names used too often, files read elsewhere.

python tools/house.py              the figures; exit code 1 if there is any of the last four
python tools/house.py WORD ...     which files of the package name a word, a cell's key say

An import counts wherever it stands: under TYPE_CHECKING and inside a function as well. A name taken
from a package's face is followed to the module that defines it, so that a face ties nothing
together that does not know each other.
"""

from __future__ import annotations

import argparse
import ast
import re
import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "rnnviz"
MOST_ALIKE = 3
"""How many files may have one name, ``__init__.py`` aside."""
FILES = "files"
"""The room through which every other reads and writes files."""
PAST_IT = {
    *("open", "QSaveFile", ".read_text", ".read_bytes", ".write_text", ".write_bytes"),
    *("json.load", "json.loads", "np.load", "np.save", "np.savez", "np.savez_compressed"),
    *("gzip.open", "os.replace", "os.rename", "shutil.copy", "shutil.copyfile", "shutil.move"),
}
"""What reads or writes a file, or its formats, without that room; after a dot, of any object."""


class House:
    """The modules of a package and what each of them imports from the others.

    Parameters
    ----------
    root : Path
        The folder in which the package lies.
    package : str
        Its name.

    Attributes
    ----------
    files : dict of str to Path
        Every module by its dotted name; a package's name is that of its face.
    lines : dict of str to int
        Lines of each module.
    """

    def __init__(self, root: Path, package: str) -> None:
        self.files = {_dotted(path, root): path for path in sorted((root / package).rglob("*.py"))}
        texts = {name: path.read_text(encoding="utf-8") for name, path in self.files.items()}
        self.lines = {name: len(text.splitlines()) for name, text in texts.items()}
        self._texts, self._package = texts, package
        self._trees = {name: ast.parse(text) for name, text in texts.items()}
        self._faces = {name for name, path in self.files.items() if path.name == "__init__.py"}
        self._given = {name: self._from(name) for name in self.files}

    def imports(self) -> dict[str, set[str]]:
        """The modules that each module imports."""
        found: dict[str, set[str]] = {}
        for name in self.files:
            plain = {each for each in self._named(name) if each in self.files}
            taken = {self._origin(place, what) for place, what in self._given[name].values()}
            found[name] = {each for each in plain | taken if each in self.files} - {name}
        return found

    def circles(self) -> list[list[str]]:
        """Groups of modules of which each leads to every other, larger ones first."""
        groups = [sorted(group) for group in _components(self.imports()) if len(group) > 1]
        return sorted(groups, key=lambda group: (-len(group), group))

    def alike(self) -> dict[str, list[str]]:
        """File names that are used too often, with the modules that bear them."""
        counts = Counter(path.name for path in self.files.values())
        often = [n for n, count in counts.items() if count > MOST_ALIKE and n != "__init__.py"]
        return {n: [m for m, path in self.files.items() if path.name == n] for n in sorted(often)}

    def twins(self) -> dict[str, list[str]]:
        """Public classes that have one name in several modules: a word should mean one thing."""
        places: dict[str, list[str]] = {}
        for name, tree in self._trees.items():
            for node in tree.body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places.setdefault(node.name, []).append(name)
        return {name: places[name] for name in sorted(places) if len(places[name]) > 1}

    def past_files(self) -> dict[str, list[str]]:
        """What each module calls of `PAST_IT`, where it does not stand in the room of files."""
        room = f"{self._package}.{FILES}"
        found: dict[str, list[str]] = {}
        for name, tree in self._trees.items():
            if name == room or name.startswith(f"{room}."):
                continue
            calls = (_called(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call))
            found[name] = sorted({each for each in calls if each in PAST_IT})
        return {name: calls for name, calls in found.items() if calls}

    def naming(self, word: str) -> list[str]:
        """The modules in which a word stands."""
        pattern = re.compile(rf"\b{re.escape(word)}\b")
        return [name for name, text in self._texts.items() if pattern.search(text)]

    def _named(self, name: str) -> Iterator[str]:
        for node in ast.walk(self._trees[name]):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)

    def _from(self, name: str) -> dict[str, tuple[str, str]]:
        """Every name that a module takes from another: from which, and what it is called there."""
        found: dict[str, tuple[str, str]] = {}
        for node in ast.walk(self._trees[name]):
            if isinstance(node, ast.ImportFrom):
                place = self._absolute(name, node)
                for alias in node.names:
                    found[alias.asname or alias.name] = place, alias.name
        return found

    def _absolute(self, name: str, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        up = node.level - (name in self._faces)
        parts = name.split(".")[: len(name.split(".")) - up]
        return ".".join([*parts, *([node.module] if node.module else [])])

    def _origin(self, place: str, what: str) -> str:
        """The module that defines a name taken from another, through the faces of packages."""
        seen: set[tuple[str, str]] = set()
        while (place, what) not in seen:
            seen.add((place, what))
            if f"{place}.{what}" in self.files:
                return f"{place}.{what}"
            if place not in self._faces or what not in self._given[place]:
                return place
            place, what = self._given[place][what]
        return place


def _called(function: ast.expr) -> str:
    """A function's name as `PAST_IT` has it; empty where it has none."""
    if isinstance(function, ast.Name):
        return function.id
    if not isinstance(function, ast.Attribute):
        return ""
    owner = function.value.id if isinstance(function.value, ast.Name) else ""
    full = f"{owner}.{function.attr}"
    return full if full in PAST_IT else f".{function.attr}"


def _dotted(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _components(arrows: dict[str, set[str]]) -> list[set[str]]:
    """The strongly connected components of a graph (Tarjan 1972), without recursion."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    standing: set[str] = set()
    found: list[set[str]] = []
    for root in arrows:
        work = [(root, iter(sorted(arrows[root])))] if root not in index else []
        while work:
            node, rest = work[-1]
            if node not in index:
                index[node] = low[node] = len(index)
                stack.append(node)
                standing.add(node)
            following = next(rest, None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    group: set[str] = set()
                    while node not in group:
                        group.add(stack.pop())
                    standing -= group
                    found.append(group)
            elif following not in index:
                work.append((following, iter(sorted(arrows[following]))))
            elif following in standing:
                low[node] = min(low[node], index[following])
    return found


def main() -> int:
    """Print the figures; returns the exit code."""
    parser = argparse.ArgumentParser(description="The house in figures.")
    parser.add_argument("words", nargs="*", help="words whose files are listed instead")
    words = parser.parse_args().words
    house = House(ROOT, PACKAGE)
    if words:
        for word in words:
            found = house.naming(word)
            print(f"{word}: {len(found)} files", *found, sep="\n  ")
        return 0
    sizes, circles, alike = house.lines, house.circles(), house.alike()
    twins, past = house.twins(), house.past_files()
    longest = max(sizes, key=lambda name: sizes[name])
    print(f"modules {len(sizes)}, lines {sum(sizes.values())}")
    print(f"median {statistics.median(sizes.values()):g}, longest {sizes[longest]} ({longest})")
    print(f"circles {len(circles)}", *map(", ".join, circles), sep="\n  ")
    names = (f"{name}: {', '.join(places)}" for name, places in alike.items())
    print(f"file names used more than {MOST_ALIKE} times {len(alike)}", *names, sep="\n  ")
    words = [f"{name}: {', '.join(places)}" for name, places in twins.items()]
    print(f"names that two classes have {len(twins)}", *words, sep="\n  ")
    calls = (f"{name}: {', '.join(called)}" for name, called in past.items())
    print(f"modules that read or write past the room {FILES} {len(past)}", *calls, sep="\n  ")
    return 1 if circles or alike or twins or past else 0


if __name__ == "__main__":
    sys.exit(main())
