"""What is said of a forecast: how it does on what is held out, and its values at a step."""

from __future__ import annotations

from math import isnan

import numpy as np

from rnnviz.data.forecast_errors import LEAST_PAIRS
from rnnviz.film import Frame
from rnnviz.film.classical import NAIVE, fitted_steps, scale_knows_later
from rnnviz.film.held_out_errors import COVERED, LEAST_RESIDUALS, NETWORK
from rnnviz.film.origins import why_network_stops
from rnnviz.scenes.charts.chart import Chart
from rnnviz.scenes.charts.forecast import (
    interval_of,
    name_of,
    network_knows_later,
    value_words,
)
from rnnviz.scenes.shapes import Role


def steps_ahead(k: int) -> str:
    """How far ahead, in words."""
    return f"{k:,} step{'s' * (k != 1)} ahead"


def verdict(frame: Frame) -> str:
    """How the network does beside the naive forecast on what is held out, in a sentence."""
    return verdicts(frame)[0]


def verdicts(frame: Frame) -> tuple[str, ...]:
    """The same in sentences that become shorter, each of them true alone."""
    found, k = frame.origins, frame.forecast.horizon
    far = steps_ahead(k)
    if not found.farthest:
        parts = frame.task.parts
        if parts is not None and not parts.held_out:
            return (
                "Nothing is held out of the training, so that no errors could be trusted.",
                "Nothing is held out: no errors to trust.",
            )
        return (
            "What is held out is too short for any forecast to be judged.",
            "Too little is held out to judge.",
        )
    if found.farthest < k:
        return (
            f"What is held out is too short for {far}: the longest is {found.farthest}.",
            f"Held out: too short for {far}.",
        )
    if frame.why_not_judged:
        return f"The network is not judged: {frame.why_not_judged}.", "The network is not judged."
    if not found.reach:
        return (
            "The network is not judged: it does not forecast this column going forward.",
            "Not judged: no forecast of this column.",
        )
    if found.reach < k:
        return (
            f"The network is not judged {far}: {why_network_stops(frame.task)}.",
            "Not judged: the network forecasts one step.",
        )
    return _judged(frame, k)


def _judged(frame: Frame, k: int) -> tuple[str, ...]:
    """What is said of a network whose errors are those of held-out origins, k steps ahead."""
    found, far, name = frame.origins, steps_ahead(k).capitalize(), name_of(frame, NETWORK)
    mine, naive = float(found.rmse(NETWORK)[k - 1]), float(found.rmse(NAIVE)[k - 1])
    many = f"{found.count(k):,} held-out {origins_word(found.count(k))}"
    if not np.isfinite(mine):
        lost = int((~np.isfinite(found.errors(NETWORK)[:, k - 1]) & _true(frame, k)).sum())
        return (
            f"{far} the {name}'s forecast is not finite from {lost:,} of {many}.",
            f"{far}: not finite from {lost:,} of {found.count(k):,} origins.",
        )
    told = found.against_naive(NETWORK, k)
    figures = f"RMSE {value_words(frame, mine)}, naive {value_words(frame, naive)}"
    head = f"{far}, {many}: the {name}"
    if scale_knows_later(frame.task, frame.playhead.column):
        why = "x is scaled by a mean and deviation of all steps, these among them"
        if frame.task.sequence.scale.startswith("minmax"):
            why = "x is scaled by the smallest and largest of all steps, these among them"
        return (
            f"{head} is not compared with naive ({figures}): {why}.",
            f"{far}: {figures}; not compared, as x is scaled by all steps.",
            f"{far}: not compared: x is scaled by all steps.",
            "Not compared: x is scaled by all steps.",
        )
    if np.isnan(told.error):
        these, short = "one origin is too few", "one origin is too few to tell"
        if found.count(k) > 1:
            few = found.count(k) < LEAST_PAIRS
            these = "these origins are too few" if few else "these origins overlap too much"
            short = "too few origins to tell" if few else "they overlap too much to tell"
        return (
            f"{head} has {figures}: {these} to tell which is better.",
            f"{far}: {figures}; {short}.",
            f"{far}: {short}.",
        )
    apart = f"{abs(told.in_errors):.1f} standard errors" if np.isfinite(told.in_errors) else "none"
    how = "within chance of" if told.chance else "better than" if told.mean > 0 else "worse than"
    return (
        f"{head} is {how} naive ({figures}; {apart} apart).",
        f"{far}: the {name} is {how} naive ({figures}).",
        f"{far}: the {name} is {how} naive.",
        f"{far}: {how} naive.",
    )


def _true(frame: Frame, k: int) -> np.ndarray:
    return np.isfinite(frame.origins.truth[:, k - 1])


def interval_words(frame: Frame) -> str:
    """What the band around the network's forecast is, or why there is none."""
    interval = interval_of(frame)
    if interval is None:
        return f"No interval: {frame.why_not_judged}."
    now = frame.forecast
    if not np.isfinite(now.said[NETWORK]).all() and frame.origins.reach >= now.horizon:
        lost = int(np.flatnonzero(~np.isfinite(now.said[NETWORK]))[0]) + 1
        return f"The forecast from here is no longer finite {steps_ahead(lost)}: it is not drawn."
    drawn = np.flatnonzero(np.isfinite(interval.low))
    if not drawn.size:
        before = int(interval.counts.max(initial=0))
        if before >= LEAST_RESIDUALS:
            return "No interval: errors at earlier origins are not finite."
        if network_knows_later(frame):
            last = fitted_steps(frame.task)
            return (
                f"No interval: the network was trained on all steps up to {last:,}, also on those "
                "after this origin; the classical methods are fitted to those before it alone."
            )
        have = "has" if before == 1 else "have"
        return (
            f"No interval: {before} held-out {origins_word(before)} before this one {have} an "
            f"error that was known here, and {LEAST_RESIDUALS} are needed."
        )
    least, most = (int(f(interval.counts[drawn])) for f in (np.min, np.max))
    count = f"{least}" if least == most else f"{least} to {most}"
    far = "" if len(drawn) == now.horizon else f", up to {steps_ahead(int(drawn[-1]) + 1)}"
    return (
        f"Band: {COVERED:.0%} of the errors at {count} held-out origins before this one lie "
        f"within{far}."
    ).replace("%", " %")


def reading(frame: Frame, chart: Chart, step: int) -> tuple[str, ...]:
    """The values at a step of the forecast's chart, in lines that become shorter.

    Beyond the origin those of every method, and where 80 % of the errors before have the truth lie.
    """
    now = frame.forecast
    ahead = step - now.origin  # all forecasts begin at the value that they know
    own: list[str] = []
    classical: list[str] = []
    network: list[str] = []
    for curve in chart.curves:
        value = curve.at(float(step))
        if isnan(value) or (ahead <= 0 and curve.name != chart.name):
            continue
        words = f"{curve.name} {chart.y.words(value)}"
        if curve.ink == Role.INPUT:
            own.append(words)
        elif curve.ink == Role.OUTPUT:
            network.append(f"{words}{_band_at(frame, ahead)}")
        else:
            classical.append(words)
    where = chart.x.words(float(step))
    return (
        " · ".join([where, *own, *classical, *network]),
        " · ".join([where, *own, *network]),
        " · ".join(network or own or [where]),
    )


def _band_at(frame: Frame, k: int) -> str:
    """The ends of the band k steps ahead, behind the network's value; empty where it has none."""
    interval = interval_of(frame)
    if interval is None or not 0 < k <= len(interval.low) or not np.isfinite(interval.low[k - 1]):
        return ""
    low, high = (value_words(frame, float(end[k - 1])) for end in (interval.low, interval.high))
    return f" ({COVERED:.0%}: {low} to {high})".replace("%", " %")


def origins_word(count: int) -> str:
    """The word for so many."""
    return "origin" if count == 1 else "origins"
