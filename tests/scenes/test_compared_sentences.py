"""What is said of branches side by side, held against the engine's pass of each alone."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from rnnviz.data import make_task, sequence_from_text
from rnnviz.film import (
    Frame,
    Playhead,
    Settings,
    compute_pass,
    gradient_reading,
    resolve,
    shorter_readings,
    start_run,
)
from rnnviz.film.comparison import compare
from rnnviz.scenes.laboratory import lanes
from rnnviz.scenes.shapes import Rect, Target
from tests.scenes.test_sentences import N, is_about

REGIMES = {
    "vanish": {"gain": 0.2},
    "keep": {"activation": "identity", "recurrent": "orthogonal", "gain": 1.0},
    "grow": {"activation": "identity", "gain": 3.0},
    "zero": {"activation": "relu", "gain": 0.0},
    "not finite": {"activation": "identity", "gain": 1e300},
    "cut": {"truncation": 2},
}
MODES = ("synced", "many_to_one", "encoder_decoder")
SAID = re.compile(
    r"Step (\d+)(?: in layer (\d+))? gets (.*?) times what step (\d+) gets of "
    r"(its loss|the sum of all losses)((?:; .*)?)\."
)
ALONE = re.compile(
    r"The gradient (?:of the sum of all losses|from step (\d+)) at step (\d+)"
    r"(?: in layer (\d+))?: (.*)\."
)
EVERY = re.compile(
    r"In every branch truncation cuts the gradient (?:of the sum of all losses|from step (\d+)) "
    r"before it comes to step (\d+)(?: in layer (\d+))?; it did not vanish\."
)


def norms_of(branch, frame: Frame) -> np.ndarray:
    """log10 ‖∂L/∂a⟨t⟩‖ of a branch, from a pass of its own; −inf of zeros, nan where not finite."""
    passing = compute_pass(branch.run, branch.snapshot, frame.source)
    sweep = passing.backward if frame.summed else passing.alone
    da = sweep.da[frame.layer, :, 0].astype(np.float64)
    with np.errstate(all="ignore"):
        big = np.abs(da).max(axis=1)
        norms = np.log10(big) + np.log10(np.linalg.norm(da / big[:, None], axis=1))
    return np.where(big == 0.0, -np.inf, np.where(np.isfinite(norms), norms, np.nan))


def paid_from(frame: Frame) -> int:
    paying = 1 + np.flatnonzero(frame.task.mask.any(axis=1))
    return int(paying[-1]) if frame.summed else frame.source


def holds(frame: Frame, said: str) -> set[str]:
    """Check every part of the sentence; which kinds of part there were."""
    names, last = frame.branches.names, paid_from(frame)
    t = frame.gradient_from
    both = [norms_of(branch, frame)[[t - 1, last - 1]] for branch in frame.branches.each]
    norms, left, kinds = dict(zip(names, both, strict=True)), set(names), set()
    layer = str(frame.layer + 1) if frame.layers > 1 else None
    if every := EVERY.fullmatch(said):
        assert (every[1] is None) == frame.summed and every[1] in (None, str(last)), said
        assert (every[2], every[3]) == (str(t), layer), said
        assert all(norms[name][0] == -np.inf and cut(frame, name) for name in names), said
        return {"cut"}
    found = SAID.fullmatch(said)
    if found:
        assert (found[1], found[2], found[4]) == (str(t), layer, str(last)), said
        assert (found[5] == "the sum of all losses") == frame.summed
        ratios, others = found[3].split(", "), found[6].removeprefix("; ")
    else:
        found = ALONE.fullmatch(said)
        assert found, said
        assert (found[1], found[2], found[3]) == (
            None if frame.summed else str(last),
            str(t),
            layer,
        )
        ratios, others = [], found[4]
    for part in ratios:
        size, name = re.fullmatch(r"(.*) \((.*)\)", part).groups()
        here, there = norms[name]
        left.remove(name)
        if size == "exactly 0":
            kinds.add("zero")
            assert here == -np.inf and not cut(frame, name), part
        else:
            kinds.add("part")
            assert re.fullmatch(N, size) and is_about(size, here - there), (part, here - there)
    for part in filter(None, others.split("; ")):
        if match := re.fullmatch("that of (.*) is not finite", part):
            kinds.add("not finite")
            assert np.isnan(norms[match[1]]).any(), part
        elif match := re.fullmatch("that of (.*) is cut by truncation", part):
            kinds.add("cut")
            for name in match[1].split(" and "):
                assert norms[name][0] == -np.inf and cut(frame, name), part
                left.remove(name)
            continue
        else:
            match = re.fullmatch(rf"in (.*) it gets {N}, step {last} (exactly 0|{N})", part)
            assert match, part
            kinds.add("apart")
            here, there = norms[match[1]]
            assert is_about(match[2], here)
            assert there == -np.inf if match[3] == "exactly 0" else is_about(match[3], there)
        left.remove(match[1])
    assert not left, (said, left)
    return kinds


def cut(frame: Frame, name: str) -> bool:
    """Whether the whole gradient of a branch does come to the step that its window cuts it from."""
    branch = frame.branches.each[frame.branches.names.index(name)]
    whole = replace(branch.run, settings=replace(branch.run.settings, truncation=0))
    norms = norms_of(replace(branch, run=whole), frame)
    return branch.run.settings.truncation > 0 and norms[frame.gradient_from - 1] != -np.inf


def films(mode: str, words: str = "a b c a b", shown: int = 0, **settings) -> list[Frame]:
    """At every step of the way back, of the last loss, of one before, and of the sum."""
    run = start_run(make_task(sequence_from_text(words)), Settings(units=5, **settings))
    run = run if mode == "synced" else run.in_mode(mode)
    last = compute_pass(run, 0, 0)
    earlier = [t for t in range(2, last.source) if run.task.mask[t - 1].any()]
    places = [(last, False), (last, True)]
    places += [(compute_pass(run, 0, earlier[0]), False)] if earlier else []
    found = list[Frame]()
    for passing, summed in places:
        for layer in range(settings.get("layers", 1)):
            here = Playhead(source=passing.source, summed=summed, layer=layer)
            branches = compare(resolve(run, here, passing).branches).switched(shown)
            one = passing if not shown else compute_pass(branches.run, 0, passing.source)
            for position in range(run.steps + 1, 2 * run.steps + 1):
                moved = replace(here, position=float(position))
                found.append(resolve(branches.run, moved, one, branches.at(moved)))
    return found


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("mode", MODES)
def test_what_is_said_of_compared_cells_is_of_each_ones_own_pass(mode, regime, layers):
    kinds, said = set[str](), 0
    frames = films(mode, layers=layers, **REGIMES[regime])
    frames += films(mode, layers=layers, shown=1, **REGIMES[regime])  # the RNN may have exploded
    for frame in frames:
        if not frame.others or frame.gradient_from >= paid_from(frame):
            continue
        reading = gradient_reading(frame)
        if frame.passing.exploded and reading.startswith(frame.passing.exploded[:8].capitalize()):
            continue
        said += 1
        kinds |= holds(frame, reading)
        for shorter in shorter_readings(reading)[1:]:
            assert set(re.findall(r"[A-Z]{3,4}", shorter)) == set(frame.branches.names), shorter
    if said:
        wanted = {"zero": "zero", "not finite": "not finite", "cut": "cut"}.get(regime, "part")
        assert wanted in kinds, kinds


@pytest.mark.parametrize("regime", REGIMES)
def test_what_is_read_of_a_lane_is_of_its_own_pass(regime):
    for frame in films("synced", layers=2, **REGIMES[regime])[::3]:
        drawn = lanes.lanes_of(frame)
        if not drawn:
            continue
        for lane in drawn:
            branch = frame.branches.each[lane.branch]
            norms, trace = norms_of(branch, frame), compute_pass(branch.run, 0, frame.source).trace
            for t in range(1, frame.steps + 1):
                target = Target("at", Rect(0, 0, 1, 1), t, lane.branch)
                name, *lines = lanes.reading(frame, target)
                assert name.startswith(f"{lane.name}, step {t}")
                a = trace.a[frame.layer, t, 0].astype(np.float64)
                with np.errstate(all="ignore"):
                    big = np.abs(a).max()
                    wanted = {f"‖a⟨{t}⟩‖": np.log10(big) + np.log10(np.linalg.norm(a / big))}
                if t >= frame.gradient_from:
                    wanted[f"‖∂L/∂a⟨{t}⟩‖"] = norms[t - 1]
                read = dict(line.replace("\u2009", "").split(" = ") for line in lines)
                assert read.keys() == wanted.keys()
                for of, size in wanted.items():
                    if np.isfinite(size):
                        assert is_about(read[of], size), (of, read[of], size)
                    else:
                        zero = (of.startswith("‖a") and not a.any()) or size == -np.inf
                        assert read[of] == ("exactly 0" if zero else "not finite"), read[of]
