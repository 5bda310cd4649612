"""Which rows of the stage fit into a height, the most important first."""

from __future__ import annotations

from dataclasses import dataclass

ROW = 1.5  # from one line of an output to the next
FULLEST = 5  # lines of an output
_OF_ALL = 0.201  # of the height, for a series' line: a fifth, whatever is rounded
AROUND_CHART = 0.9  # units above and below that line
ABOVE_MAP = 0.75  # room above the minimap
NAMED = 1.95  # gap beside a cell that has room for a weight's name, halo and all
LABELLED = 1.9  # gap between two layers where the name says its layer too
AROUND = 0.36  # of the current step's halo beyond its cells
HALO = 0.4  # more room at the top where a cell is the topmost thing


@dataclass(slots=True)
class Rows:
    """Heights in units; 0 is left out. `cell` is one layer's, `link` the gap between two."""

    margin: float = 0.3
    header: float = 0.0
    loss: float = 0.0
    outputs: int = 0
    gap: float = 0.7
    cell: float = 2.0
    link: float = 0.0
    symbol: float = 0.0
    norm: float = 0.0
    token: float = 1.6
    date: float = 0.0
    chart: float = 0.0
    minimap: float = 0.0
    layers: int = 1

    def total(self) -> float:
        """The height of all."""
        gaps = self.gap * (2 if self.outputs else 1)
        head = self.header + 0.3 if self.header else 0.0
        below = self.date + self.chart + (self.minimap + ABOVE_MAP if self.minimap else 0.0)
        return (
            2 * self.margin
            + (0.0 if self.outputs else HALO)
            + head
            + self.loss
            + self.outputs * ROW
            + gaps
            + self.layers * self.cell
            + (self.layers - 1) * self.link
            + self.token
            + below
        )


def fit_rows(
    height: float,
    cell_w: float,
    most: int,
    series: bool,
    window: bool,
    title: bool,
    layers: int = 1,
    picture: float = 0.0,
    named: bool = False,
) -> Rows:
    """Which rows fit into a height, the most important first; the rest of the room is shared.

    A `picture` needs a token of up to that height; `named` keeps the row of the dates.
    """
    rows = Rows(layers=layers)
    if layers > 1:  # as high together as one cell at least has to be
        rows.link = min(0.4, 0.6 / layers)
        rows.cell = (rows.cell - (layers - 1) * rows.link) / layers

    def grow(name: str, value: float, least: float | None = None) -> None:
        """Give one row what is left, up to `value`; nothing at all if it is less than `least`."""
        old = getattr(rows, name)
        setattr(rows, name, value)
        over = rows.total() - height
        if over <= 1e-9:
            return
        count = 2 if name == "margin" or (name == "gap" and rows.outputs) else 1
        count = {"cell": layers, "link": layers - 1}.get(name, count)
        smaller = value - over / count
        fits = name != "outputs" and smaller > old and (least is None or smaller >= least)
        setattr(rows, name, smaller if fits else old)

    tall = max(5.0, 2.0 * cell_w)
    chart = max(3.8, _OF_ALL * height + AROUND_CHART) if series else 0.0
    steps = (_stacked if layers > 1 else _single)(tall, most, chart, window)
    for name, value, least in _more(steps, picture, named):
        if name in ("symbol", "norm"):  # within the cell: they take from the units
            units = 5.0 if layers > 1 and name == "norm" else 1.6
            above = name == "symbol" or rows.symbol  # the number stands beneath it
            if above and rows.cell - rows.symbol - rows.norm - value >= units and cell_w >= 2.8:
                setattr(rows, name, value)
        elif (name == "loss" and not rows.outputs) or (
            name == "chart" and not (least or rows.chart)
        ):
            continue  # a loss needs its output, and a chart that did not fit does not grow
        elif value > getattr(rows, name):
            grow(name, value, least)
    if title and not rows.header:
        grow("header", 1.7, 1.7)
    left = height - rows.total()
    if left > 0:
        rows.margin += left / 2
    return rows


Additions = tuple[tuple[str, float, float | None], ...]


def _more(steps: Additions, picture: float, named: bool) -> Additions:
    """The same steps with room for pictures and for the names of stretches."""
    found: list[tuple[str, float, float | None]] = []
    for name, value, least in steps:
        if name == "token" and picture:
            found += [("token", min(picture, 2.8), None), ("cell", 4.0, None)]
            found.append(("token", min(picture, 4.4), None))
        elif name == "date" and named:
            found.append(("date", 1.6, 1.6))
        else:
            found.append((name, value, least))
    return (*found, ("token", picture, None)) if picture else tuple(found)


def _single(tall: float, most: int, chart: float, window: bool) -> Additions:
    """What grows to which height, and by how much at least, one after the other."""
    return (
        ("cell", 3.4, None), ("symbol", 1.75, 1.75), ("outputs", min(1, most), None),
        ("loss", 1.65, 1.5), ("minimap", 0.9 if window else 0.0, 0.9),
        ("chart", chart, 3.6), ("gap", NAMED if chart else 0.0, NAMED), ("token", 1.9, None),
        ("header", 1.7 if chart else 0.0, 1.7), ("gap", NAMED, NAMED),
        ("cell", 4.75, None), ("header", 1.7, 1.5), ("cell", 5.2, None),
        ("outputs", min(2, most), None),
        ("outputs", min(3, most), None), ("gap", 1.65, None), ("date", 1.4 if chart else 0.0, 1.4),
        ("cell", 7.6, None), ("norm", 1.4, 1.4), ("chart", 7.0 if chart else 0.0, None),
        ("gap", 2.2, None), ("cell", min(tall, 11.0), None),
        ("chart", 9.0 if chart else 0.0, None), ("outputs", min(4, most), None),
        ("cell", tall, None), ("gap", 3.0, None), ("chart", 12.0 if chart else 0.0, None),
        ("cell", 1.3 * tall, None), ("outputs", min(FULLEST, most), None), ("margin", 1.0, None),
        ("chart", 14.0 if chart else 0.0, None), ("gap", 4.5, None),
    )  # fmt: skip


def _stacked(tall: float, most: int, chart: float, window: bool) -> Additions:
    """The same for layers on top of each other."""
    return (
        ("cell", 1.1, None), ("link", 0.45, None), ("outputs", min(1, most), None),
        ("minimap", 0.9 if window else 0.0, 0.9), ("cell", 2.0, None), ("loss", 1.65, 1.5),
        ("chart", chart, 3.6), ("token", 1.9, None), ("header", 1.7, 1.5),
        ("link", 0.8, None), ("cell", 3.4, None), ("symbol", 1.75, 1.75),
        ("outputs", min(2, most), None), ("link", LABELLED, LABELLED),
        ("gap", LABELLED + AROUND, LABELLED + AROUND),
        ("gap", 1.2, None), ("cell", 4.0, None), ("outputs", min(3, most), None),
        ("link", 1.3, None), ("date", 1.4 if chart else 0.0, 1.4), ("cell", 5.2, None),
        ("gap", 2.1, None), ("chart", 7.0 if chart else 0.0, None), ("cell", 7.6, None),
        ("link", 2.6, None), ("gap", 2.6, None), ("chart", 9.0 if chart else 0.0, None),
        ("cell", 10.0, None), ("norm", 1.4, 1.4), ("cell", tall, None),
        ("outputs", min(FULLEST, most), None), ("margin", 1.0, None), ("link", 3.6, None),
        ("gap", 4.5, None),
    )  # fmt: skip
