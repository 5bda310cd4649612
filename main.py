"""Starts rnnviz from its folder: python main.py."""

import sys

from rnnviz.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
