"""What each kind of clipping did to an update's gradients, as it is written and said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rnnviz.engine.clipping import ClippingReport
from rnnviz.film import number
from rnnviz.scenes.equation.optimisers import GRADIENT
from rnnviz.scenes.equation.step import Step, section
from rnnviz.scenes.equation.symbols import BECOMES, COMMA, DOT, EQUALS
from rnnviz.scenes.equation.tokens import Fence, Name, Number, Row, Section, Sign, Words
from rnnviz.scenes.shapes import Role


@dataclass(frozen=True, slots=True)
class Clipped:
    """How a kind of clipping is written.

    Attributes
    ----------
    gradient : callable (ClippingReport, Row)
        What g is, of a gradient that was clipped.
    written : callable (ClippingReport, float)
        What was done to all gradients together, in full and shortened; of the report and the limit.
    words : callable (ClippingReport, str, str)
        The same in a line of words, the longest way to say it first; of the report, its norm and
        the limit.
    """

    gradient: Callable[[ClippingReport, Row], Row]
    written: Callable[[ClippingReport, float], tuple[Row, ...]]
    words: Callable[[ClippingReport, str, str], tuple[str, ...]]


def clipping_section(step: Step, report: ClippingReport) -> Section:
    """What the run's clipping did."""
    settings = step.frame.run.settings
    rows = CLIPPED[settings.clipping].written(report, settings.clip_limit)
    return section("clipping", *((step.lamp(row, "update"),) for row in rows))


def _norm(report: ClippingReport) -> Row:
    return (Fence((GRADIENT,), norm=True), EQUALS, _size(report.norm_before))


def _size(norm: float) -> Number:
    return Number(norm, number(norm), Role.GRADIENT)


def _shortened(report: ClippingReport, slope: Row) -> Row:
    return (Number(report.coefficient, number(report.coefficient)), DOT, *slope)


def _shortening(report: ClippingReport, limit: float) -> tuple[Row, ...]:
    norm = _norm(report)
    if not report.clipped:
        row: Row = (*norm, Sign("≤"), Number(limit, number(limit)), Sign(":"))
        return ((*row, Words("nothing clipped")),)
    row = (*norm, BECOMES, _size(report.norm_after))
    factor = Number(report.coefficient, number(report.coefficient))
    return (*row, COMMA, Words("all gradients ×"), factor), row


def _shortening_said(report: ClippingReport, norm: str, limit: str) -> tuple[str, ...]:
    if not report.clipped:
        return f"no clipping needed ({norm} ≤ {limit})", f"{norm} ≤ {limit}: not clipped"
    short = f"{norm} clipped to {limit}"
    return f"{short} (× {number(report.coefficient)})", short


def _cut(report: ClippingReport, slope: Row) -> Row:
    return (Name("cut"), Fence(slope))


def _cutting(report: ClippingReport, limit: float) -> tuple[Row, ...]:
    if not report.clipped:
        return ((Words(f"no gradient beyond ±{number(limit)}"),),)
    cut = f"{report.entries_cut} of {report.entries} gradients cut to ±{number(limit)}"
    row: Row = (*_norm(report), BECOMES, _size(report.norm_after))
    return (*row, COMMA, Words(cut)), (Words(cut),)


def _cutting_said(report: ClippingReport, norm: str, limit: str) -> tuple[str, ...]:
    if not report.clipped:
        return f"no clipping needed (every entry within ±{limit})", "no clipping needed"
    short = f"{report.entries_cut:,} of {report.entries:,} entries cut to ±{limit}"
    return f"{norm}, {short}", short


CLIPPED: Mapping[str, Clipped] = MappingProxyType(
    {
        "norm": Clipped(_shortened, _shortening, _shortening_said),
        "value": Clipped(_cut, _cutting, _cutting_said),
    }
)
"""Every kind that does something, by its key."""
