"""``rnnviz train`` and ``rnnviz evaluate``, which need no window and no Qt: their options."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from rnnviz.cli.ending import refuse
from rnnviz.cli.parser import Parser, field_reader, read_file
from rnnviz.film.fields import FIELDS

_ABOUT = "; a file of this name is opened with ./"


def run(arguments: Sequence[str]) -> int:
    """Run ``train …`` or ``evaluate …``; returns the exit code (0, 2 refused, 130 interrupted)."""
    options = _parser()[0].read(arguments)
    if options.command == "evaluate":
        from rnnviz.cli.evaluate import evaluate

        return evaluate(options)
    if options.list:
        return _list()
    if options.name is None:
        return refuse("train: give the name of a problem, or --list")
    from rnnviz.cli.train import train

    return train(options)


def make_parsers() -> dict[str, Parser]:
    """The parser of each command, by its name."""
    return _parser()[1]


def _parser() -> tuple[Parser, dict[str, Parser]]:
    """That of the command lines, and those of the two commands in it."""
    parser = Parser(prog="rnnviz")
    parts = parser.add_subparsers(dest="command", required=True, parser_class=Parser)
    train = parts.add_parser(
        "train",
        description="Train a shipped problem anew. The same seed gives the same numbers. Ctrl+C "
        "keeps what has been learned so far.",
        epilog=f"train{_ABOUT}train",
    )
    train.add_argument("name", nargs="?", metavar="NAME", help="of the problem")
    train.add_argument("--list", action="store_true", help="list the problems")
    seed = FIELDS["seed"]
    train.add_argument(
        "--seed", type=field_reader(seed), default=0, help="of weights and batches (default: 0)"
    )
    cell = FIELDS["cell"]
    train.add_argument(
        "--cell",
        type=field_reader(cell),
        metavar=f"{{{','.join(cell.names)}}}",
        help="another cell in place of the problem's own, all else alike (of problems with twins)",
    )
    train.add_argument("--length", type=_count, help="train at this length (of problems with one)")
    train.add_argument("--updates", type=_count, help="how many (default: the problem's own)")
    patience = FIELDS["patience"]
    train.add_argument(
        "--patience",
        type=field_reader(patience),
        default=patience.default,
        metavar="N",
        help="stop early after N updates without a smaller validation loss (default: do not)",
    )
    place = train.either()
    place.add_argument(
        "--output",
        "-o",
        type=read_file,
        metavar="FILE",
        help="where the snapshots go (default: NAME.npz in this folder, if there is none yet)",
    )
    place.add_argument(
        "--replace-shipped",
        action="store_true",
        help="put them in the place of the network that ships",
    )
    evaluate = parts.add_parser(
        "evaluate",
        description="Measure the shipped networks on examples that they were not trained on.",
        epilog=f"evaluate{_ABOUT}evaluate",
    )
    evaluate.add_argument("names", nargs="*", metavar="NAME", help="problems (default: all)")
    evaluate.add_argument(
        "--json", type=read_file, metavar="FILE", help="write the figures there too"
    )
    evaluate.add_argument(
        "--from",
        dest="file",
        type=read_file,
        metavar="FILE",
        help="measure this training of one NAME",
    )
    evaluate.add_argument("--length", type=_count, help="measure at this length (with --from)")
    evaluate.add_argument(
        "--last",
        action="store_true",
        help="with --from: measure its last snapshot, not that of the smallest validation loss",
    )
    evaluate.add_argument(
        "--lengths",
        action="store_true",
        help="of problems with twins: every cell that ships over the lengths, as a table",
    )
    evaluate.add_argument(
        "--replace-shipped",
        action="store_true",
        help="with --lengths: measure at more of them, and put the figures that ship anew",
    )
    return parser, {"train": train, "evaluate": evaluate}


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:20]) <= 1_000_000_000):
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 to 1000000000")
    return int(text)


def _list() -> int:
    from rnnviz.problems.registry import PROBLEMS

    width = max(map(len, PROBLEMS))
    for name, problem in PROBLEMS.items():
        print(f"{name:<{width}}  {problem.title}")
    return 0
