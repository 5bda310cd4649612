"""The rows of the table of fields that say how a file is read, and which task is made of it."""

from __future__ import annotations

from collections.abc import Callable

from rnnviz.film.field import Field, Spelling, one_of, spelled

_MODES = (
    ("one to one", "one_to_one", "Every step by itself, no recurrence: image → class."),
    ("one to many", "one_to_many", "One input, then it is fed its own answers: image → caption."),
    ("many to one", "many_to_one", "A loss at the last step alone: sentence → positive or not."),
    (
        "many to many: encoder and decoder",
        "encoder_decoder",
        "One network reads, hands its state over, another says: English → French.",
    ),
    (
        "many to many, synced",
        "synced",
        "An answer, and a loss, at every step: a label for every frame of a video.",
    ),
)
_TRANSFORMS = ("none", "returns", "log-returns", "differences", "log")
_SCALES = ("trained", "all", "given", "minmax", "none")


def _per_column(*names: str) -> Callable[[str], str]:
    """Why a text is none of these names, nor "drop,Volume=carry": some columns have their own."""

    def check(text: str) -> str:
        from rnnviz.data.readers.options import read_choices  # not before one is given

        try:
            read_choices(text, names)
        except ValueError as error:
            return str(error)
        return ""

    return check


def _why_no_columns(text: str) -> str:
    from rnnviz.data.readers.options import read_columns  # not before one is given

    try:
        read_columns(text)
    except ValueError as error:
        return str(error)
    return ""


def _why_no_labels(text: str) -> str:
    return "" if text.strip() else "it is none, or a column by its name or its place"


def _why_no_order(text: str) -> str:
    return "" if text else "it is first, sorted, or the name of a file"


def _why_no_scale(text: str) -> str:
    from rnnviz.data.transforms import parse_scale  # not before one is given

    try:
        parse_scale(text)
    except ValueError as error:
        return str(error)
    return ""


SEQUENCE = (
    Field(
        "unit", "sequence", str, "words", "what one step of a text is",
        "A word, a character, or one sequence for every line. Each word or character enters as a "
        "vector of zeros with a single one.",
        part=9,
        choices=one_of("unit", *((unit, unit) for unit in ("words", "characters", "lines"))),
        flags=(spelled("--as"),), keys=(spelled("unit"),),
    ),
    Field(
        "thousands", "sequence", str, "nothing", "what parts the thousands of a table's numbers",
        "Where points part thousands, 1.020 is a thousand and twenty and 1,5 one and a half.",
        choices=one_of(
            "thousands", ("nothing", "nothing"), ("point", "point"), ("comma", "comma"),
            ("blank", "blank"), ("apostrophe", "apostrophe"),
        ),
        flags=(spelled("--thousands"),),
    ),
    Field(
        "signs", "sequence", str, None, "what signs around a table's numbers are",
        "Currency, per cent and parentheses are left out, $1,234.50 is 1234.5, 3.2% is 3.2, (5) is "
        "−5, 1.4M is 1400000; or such a cell is no number. For one column alone: COLUMN=omit.",
        choices=one_of("signs", ("omit", "omit"), ("none", "none")),
        flags=(Spelling("--signs", {}, None, "omit"), spelled("--signs-of", "COLUMN=omit,…")),
        check=_per_column("omit", "none"),
    ),
    Field(
        "missing", "sequence", str, None, "what is done where a table has no value",
        "The row is dropped, the last value before it carried forward, or it is interpolated "
        "between its neighbours. It is counted and said.",
        choices=one_of(
            "missing", ("drop", "drop"), ("carry", "carry"), ("interpolate", "interpolate")
        ),
        flags=(spelled("--missing"),), check=_per_column("drop", "carry", "interpolate"),
    ),
    Field(
        "columns", "sequence", str, None, "which columns of a table are read",
        "By their names, or by their places where none has that name: Close,3. Without it all are "
        "read, and all must be numbers.",
        flags=(spelled("--columns", "NAME,NAME…"),), check=_why_no_columns,
    ),
    Field(
        "axis", "sequence", str, None, "which column labels the steps",
        "By its name, or by its place where none has that name; none: the steps are counted. "
        "Without it the column of dates labels them.",
        flags=(spelled("--labels", "{none,NAME}"),), check=_why_no_labels,
    ),
    Field(
        "series", "sequence", str, None, "which series of a long table is opened",
        "Where the rows of several series stand below each other, told apart by a column of names: "
        "one by its name; each, a column for every one; or none, all rows as one series.",
        flags=(spelled("--series", "{each,none,NAME}"),), check=_why_no_labels,
    ),
    Field(
        "exchange", "sequence", bool, False, "a table's columns are its steps",
        "Where every row is a series: rows and columns are exchanged.",
        flags=(spelled("--exchange"),),
    ),
    Field(
        "order", "sequence", str, None, "the order of a table's rows",
        "As they stand in the file, or sorted by their dates. Where the newest stands first they "
        "are turned round unless it is said.",
        choices=one_of("order", ("file", "file"), ("dates", "dates")), flags=(spelled("--order"),),
    ),
    Field(
        "transform", "sequence", str, "none", "what a series' values become before they are read",
        "Returns (v − u) / u of a value v and the one before, u; log returns ln(v / u); "
        "differences v − u; logarithms. For one column alone: COLUMN=NAME. Forecasts are shown in "
        "the file's own units, the level rebuilt from the last true value.",
        choices=one_of("transform", *((name, name) for name in _TRANSFORMS)),
        flags=(spelled("--transform"),), check=_per_column(*_TRANSFORMS),
    ),
    Field(
        "scale", "sequence", str, "trained", "how that becomes x",
        "Standardised by what is trained on, or by all steps; by given:MEAN,SD; minmax, from 0 to "
        "1; none.",
        choices=one_of("scale", *((name, name) for name in _SCALES if name != "given")),
        flags=(spelled("--scale", "NAME[:MEAN,SD]"),), check=_why_no_scale,
    ),
    Field(
        "vocabulary", "sequence", str, "first", "the order of a text's vocabulary",
        "The order in which words or characters have their places in the vector: of their first "
        "appearance, sorted by code point, or that of a file of one token a line.",
        choices=one_of("vocabulary", ("first", "first"), ("sorted", "sorted")),
        flags=(spelled("--vocabulary", "{first,sorted,FILE}"),), check=_why_no_order,
    ),
    Field(
        "sequence", "sequence", int, 1, "which of several sequences in an array is opened",
        "An array of N × T × C holds N sequences of T steps; they are counted from 1.",
        least=1, most=1_000_000_000, flags=(spelled("--sequence", "N"),),
    ),
    Field(
        "prefix", "sequence", str, "", "which module of a file of weights runs",
        "How the names of its tensors begin, where the file holds several recurrent modules.",
        flags=(spelled("--prefix", "NAME"),),
    ),
    Field(
        "mode", "sequence", str, "synced", "the shape of input and output",
        "Where inputs enter and where losses are paid. All but the encoder and decoder, which are "
        "two, run one network.", part=2,
        choices=one_of("mode", *_MODES), form="&Mode", flags=(spelled("--mode"),),
    ),
)  # fmt: skip
