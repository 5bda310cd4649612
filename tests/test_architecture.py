"""What `docs/architecture.md` names is there: files, classes with their parts, functions."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import rnnviz

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "architecture.md").read_text("utf-8")
NAMES = sorted(set(re.findall(r"`([^`\n]+)`", re.sub(r"(?s)```.*?```", "", TEXT))))
ELSEWHERE = {"sys.setswitchinterval", "import-linter", "regex", "rnnviz.inputs"}  # no names of code


@cache
def files():
    """Every file and folder of the program, its tests and its tools, as text."""
    found = set()
    for top in ("rnnviz", "resources", "tests", "tools", "benchmarks", "docs"):
        found.add(f"{top}/")
        for path in (ROOT / top).rglob("*"):
            if "__pycache__" not in path.parts:
                found.add(path.relative_to(ROOT).as_posix() + ("/" if path.is_dir() else ""))
    return found | {path.name for path in ROOT.iterdir()}


@cache
def sources():
    return {
        path.relative_to(ROOT / "rnnviz").with_suffix("").as_posix(): ast.parse(
            path.read_text("utf-8")
        )
        for path in (ROOT / "rnnviz").rglob("*.py")
    }


@cache
def classes():
    """Every class's bases, and what it or its methods define."""
    bases, parts = defaultdict(set), defaultdict(set)
    for tree in sources().values():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ClassDef):
                continue
            bases[node.name] |= {base.id for base in node.bases if isinstance(base, ast.Name)}
            for part in ast.walk(node):
                if isinstance(part, ast.FunctionDef):
                    parts[node.name].add(part.name)
                elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                    parts[node.name].add(part.id)
                elif isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store):
                    parts[node.name].add(part.attr)
    return bases, parts


def has_part(owner, name):
    bases, parts = classes()
    return name in parts[owner] or any(has_part(base, name) for base in bases[owner])


@cache
def defined(module):
    """What a module defines at its top, or brings from another."""
    names = set()
    for node in sources()[module].body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.ImportFrom | ast.Import):
            names |= {each.asname or each.name for each in node.names}
        else:
            names |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return names


@cache
def words():
    """Every name in the program's code, and every text that is one word."""
    found = set()
    for tree in sources().values():
        for node in ast.walk(tree):
            for kind in ("name", "id", "attr", "arg", "value"):
                text = getattr(node, kind, None)
                found |= {text} if isinstance(text, str) else set()
    return found


def is_there(name):
    """Whether the program has what is called so."""
    called = name.partition("(")[0].partition("[")[0].strip()
    if re.search(r"\.\w+$|/$", called) and any(
        ("/" + path).endswith("/" + called) for path in files()
    ):
        return True
    if "/" in called or called.endswith((".py", ".toml", ".md")):
        folder, _, last = called.rpartition("/")
        module, _, name = last.partition(".")
        modules = [each for each in sources() if f"/{each}".endswith(f"/{folder}/{module}")]
        return any(name in defined(each) for each in modules)
    if not re.fullmatch(r"[\w.]+", called) or called in ELSEWHERE:
        return True
    *owner, last = called.split(".")
    if not owner:
        return last in words()
    if owner == ["rnnviz"]:
        return hasattr(rnnviz, last) or find_spec(called) is not None
    if owner == ["session"] and has_part("Session", last):
        return True
    if owner[-1] in classes()[0]:
        return has_part(owner[-1], last)
    place, module = "/".join(owner), "/".join((*owner, last))
    if called in words() or any(f"/{each}".endswith(f"/{module}") for each in sources()):
        return True
    modules = [each for each in sources() if re.search(rf"(^|/){place}(/__init__)?$", each)]
    return any(last in defined(each) for each in modules)


def test_what_is_named_is_there():
    assert [name for name in NAMES if not is_there(name)] == []


def test_a_name_that_is_not_there_is_found_out():
    wrong = ("Moves.jump", "film/nothing.py", "work.shown_here", "Nobody", "session.fly", "no/")
    assert not any(map(is_there, wrong))
