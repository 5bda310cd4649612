"""What may be chosen of a series' transform and scale, and a look at what they make of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.readers.options import Options, Preview, Question, ScaledSample
from rnnviz.data.sequence import Sequence
from rnnviz.data.transforms import NONE, SCALES, TRANSFORMS, moments
from rnnviz.files.errors import DataError

_SCALED = ("table", "array", "arrays", "sound")  # previews of numbers

_READ_WHOLE = 4_000_000  # bytes of a file that is read for the look; of a larger one none is made
_STRETCHES = 400  # of it, of each the smallest and the largest value: one a pixel column or more


def with_scaling(
    preview: Preview, data: bytes, path: str, options: Options, parse: Callable[..., Sequence]
) -> Preview:
    """Return a preview with the two questions, and with the look where anything was chosen.

    Parameters
    ----------
    preview
        With its other questions.
    data, path
        The file.
    options
        What was chosen already.
    parse
        `readers.parse_bytes`.
    """
    columns = _columns(preview) if preview.kind in _SCALED else ()
    if not columns:
        return preview
    chosen = options.transform or NONE
    transforms = tuple((name, each.title) for name, each in TRANSFORMS.items())
    said = "the network reads and forecasts the values themselves"
    if options.transform is not None:
        said = "forecasts are shown in the file's own units"
        if isinstance(chosen, str) and chosen != NONE:
            said = f"{TRANSFORMS[chosen].sentence}; {said}"
    scale = options.scale or "trained"
    name = scale.partition(":")[0]
    questions = (
        Question(
            "transform", "Transform", transforms, chosen, said,
            columns=columns if len(columns) > 1 else (),
        ),
        Question("scale", "Scale", tuple(SCALES.items()), scale, _WHY[name]),
    )  # fmt: skip
    found = replace(preview, questions=(*preview.questions, *questions))
    if options.transform is None and options.scale is None:
        return found
    return replace(found, scaled=_scaled(found, data, path, options, parse))


_WHY = {
    "trained": "x has mean 0 and deviation 1 over what is trained on; before a training over all",
    "all": "x has mean 0 and deviation 1 over all steps, those held out too",
    "given": "x = (value − mean) / deviation",
    "minmax": "x is 0 at the smallest and 1 at the largest value of what is trained on",
    NONE: "x is the value itself, however large",
}


def _columns(preview: Preview) -> tuple[str, ...]:
    asked = next((q for q in preview.questions if q.name == "columns"), None)
    chosen: Any = None if asked is None else asked.chosen
    if asked is None or not isinstance(chosen, tuple):
        return preview.columns[1:] if preview.kind == "sound" else ()
    names = dict(asked.options)
    return tuple(names[place] for place in cast("tuple[object, ...]", chosen))


def _scaled(
    preview: Preview, data: bytes, path: str, options: Options, parse: Callable[..., Sequence]
) -> ScaledSample | None:
    """What is chosen makes of the first column that it changes."""
    if len(data) > _READ_WHOLE:
        return None
    given: dict[str, Any] = {q.name: q.chosen for q in preview.questions if q.chosen is not None}
    own: dict[str, Any] = {"transform": options.transform, "scale": options.scale}
    plain = replace(Options(**given), transform=None, scale=None)
    try:
        series = parse(data, path, options=plain)
        made = parse(data, path, options=replace(plain, **own))
    except (DataError, ValueError) as error:
        return ScaledSample(fault=str(error))
    if series.values is None or made.values is None:
        return None
    place = next((i for i, name in enumerate(made.transforms) if name != NONE), 0)
    after = moments(made.scale, made.transformed, made.rounding(len(made)))[0][:, place]
    return ScaledSample(series.columns[place], _few(series.values[:, place]), _few(after))


def _few(values: NDArray[np.float64]) -> tuple[float, ...]:
    """A column's values; of a long one the extremes of every stretch, in the order they come in."""
    if len(values) <= 2 * _STRETCHES:
        return tuple(values.tolist())
    found: list[float] = []
    for stretch in np.array_split(values, _STRETCHES):
        first, last = sorted((int(stretch.argmin()), int(stretch.argmax())))
        found += [float(stretch[first]), float(stretch[last])]
    return tuple(found)
