"""The command line in this process: most of its tests do not ask for one of its own."""

import subprocess

import pytest

from rnnviz.cli.main import main


@pytest.fixture
def here(capsys):
    """The function that does in this process what `rnnviz` does in one of its own."""

    def call(*arguments):
        try:
            code = main([*map(str, arguments)])
        except SystemExit as ended:  # by the parser
            code = ended.code
        said = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, code, said.out, said.err)

    return call
