import doctest
import inspect
import re
from pathlib import Path

import numpy as np
import pytest

import rnnviz.engine as rnn
from rnnviz import weights

PAGE = Path(__file__).parents[2] / "docs" / "engine.md"


def sections() -> dict[str, str]:
    """The page's text by heading, of any level; what stands before the first "##" is left out."""
    parts = re.split(r"^##+ (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def examples(text: str) -> str:
    return "".join(example.source for example in doctest.DocTestParser().get_examples(text))


def test_the_examples_in_the_docs_run_as_printed():
    result = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert result.attempted >= 100
    assert result.failed == 0


@pytest.mark.parametrize("heading", [h for h, text in sections().items() if examples(text)])
def test_a_section_runs_by_itself_after_the_two_imports(heading, capsys):
    given = {"np": np, "rnn": rnn}
    test = doctest.DocTestParser().get_doctest(sections()[heading], given, heading, None, 0)
    result = doctest.DocTestRunner().run(test)
    assert result.failed == 0, capsys.readouterr().out


def test_there_are_a_dozen_public_names_at_most():
    assert len(rnn.__all__) <= 12


@pytest.mark.parametrize("name", [*rnn.__all__, "load_network", "save_network"])
def test_every_public_name_has_a_section_with_its_signature_errors_and_an_example(name):
    text = sections()[f"`{name}`"]
    signature = re.search(rf"^{name}\((.*?)\)(?:\s+->.*?)?\n```$", text, re.MULTILINE | re.DOTALL)
    assert signature is not None
    arguments = [part.split("=")[0].strip().lstrip("*") for part in signature[1].split(",")]
    room = rnn if name in rnn.__all__ else weights
    expected = list(inspect.signature(getattr(room, name)).parameters)
    assert [argument for argument in arguments if argument] == expected
    assert "\nErrors: " in text
    assert f"{'rnn.' if room is rnn else ''}{name}(" in examples(text)


def test_links_within_the_page_lead_somewhere():
    page = PAGE.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", page, flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}
    links = re.findall(r"\]\(#([^)]+)\)", page)
    assert links
    assert set(links) <= anchors
