"""The series that ship: temperature, stock prices, sunspots, a spoken digit."""

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

import numpy as np

from rnnviz.data import Sequence, resource_path, sample_series
from rnnviz.data.forecasts import fit_ar
from rnnviz.data.readers.wav import decoded, open_wav
from rnnviz.files.disk import read_bytes
from rnnviz.files.errors import DataError
from rnnviz.problems.series import SeriesProblem, Stretch, Values, cut


class Temperature(SeriesProblem):
    """The highest temperature of every day in Seattle: 2012 to June 2014; 2015 is held out."""

    name: ClassVar[str] = "temperature"
    column: ClassVar[str] = "highest temperature, °C"
    measure: ClassVar[str] = "RMSE in °C"
    step: ClassVar[str] = "day"
    starts: ClassVar[Mapping[str, tuple[int, int]]] = {
        "March to June 2015": (0, 75),
        "January to March 2015": (0, 0),
        "July to October 2015": (0, 190),
        "October to December 2015": (0, 280),
    }
    updates: ClassVar[int] = 500
    rate: ClassVar[float] = 0.003
    _number: ClassVar[int] = 10

    @cached_property
    def parts(self) -> Mapping[str, tuple[Stretch, ...]]:
        """The parts by their dates."""
        series = sample_series("seattle-temperature-2012-2015.csv")
        ends = series.tokens.index("2014-07-01"), series.tokens.index("2015-01-01")
        return cut(_column(series, "temp_max"), series.tokens[:], ends)


class Stocks(SeriesProblem):
    """Daily log returns of the S&P 500 in %: 1999 to 2013; 2016 to 2018 is held out."""

    name: ClassVar[str] = "stocks"
    column: ClassVar[str] = "return of the S&P 500, %"
    measure: ClassVar[str] = "RMSE in percentage points"
    step: ClassVar[str] = "day"
    starts: ClassVar[Mapping[str, tuple[int, int]]] = {
        "January to April 2018": (0, 503),
        "May to September 2016": (0, 100),
        "April to August 2017": (0, 320),
        "August to December 2018": (0, 660),
    }
    updates: ClassVar[int] = 300
    units: ClassVar[int] = 8
    decay: ClassVar[float] = 0.1
    rate: ClassVar[float] = 0.002
    _number: ClassVar[int] = 11

    @cached_property
    def parts(self) -> Mapping[str, tuple[Stretch, ...]]:
        """By date; a return is dated as the day that it leads to."""
        series = sample_series("sp500-1999-2018.csv")
        returns = 100.0 * np.diff(np.log(_column(series, "close")))
        labels = series.tokens[1:]
        first = next(i for i, date in enumerate(labels) if date >= "2014")
        second = next(i for i, date in enumerate(labels) if date >= "2016")
        return cut(returns, labels, (first, second))

    def more_forecasts(self, known: Values) -> Mapping[str, Values]:
        """The naive forecast of the price, said as a return."""
        return {"the price stays (return 0)": np.zeros((self.ahead, known.shape[1]))}


class Sunspots(SeriesProblem):
    """Yearly sunspots since 1700: trained to 1879, held out from 1925 on."""

    name: ClassVar[str] = "sunspots"
    column: ClassVar[str] = "sunspots"
    measure: ClassVar[str] = "RMSE in sunspots"
    step: ClassVar[str] = "year"
    known: ClassVar[int] = 33
    ahead: ClassVar[int] = 22
    starts: ClassVar[Mapping[str, tuple[int, int]]] = {
        "1943 to 1997": (0, 18),
        "1925 to 1979": (0, 0),
        "1934 to 1988": (0, 9),
        "1954 to 2008": (0, 29),
    }
    updates: ClassVar[int] = 200
    rate: ClassVar[float] = 0.01
    _number: ClassVar[int] = 12

    @cached_property
    def parts(self) -> Mapping[str, tuple[Stretch, ...]]:
        """The parts by their years."""
        series = sample_series("sunspots-1700-2008.csv")
        labels = tuple(f"{year:.0f}" for year in _column(series, "year"))
        values = _column(series, "sunspots")
        return cut(values, labels, (labels.index("1880"), labels.index("1925")))


class SpokenDigit(SeriesProblem):
    """The word "seven" at six pitches, 4,000 samples a second; another pitch is held out whole."""

    name: ClassVar[str] = "spoken_digit"
    column: ClassVar[str] = "sound pressure"
    measure: ClassVar[str] = "RMSE of samples from −1 to 1"
    step: ClassVar[str] = "sample"
    ahead: ClassVar[int] = 24
    starts: ClassVar[Mapping[str, tuple[int, int]]] = {
        "“seven”: its first e": (0, 700),
        "“seven”: its v": (0, 1330),
        "“seven”: its n": (0, 2150),
    }
    own_order: ClassVar[int] = 8
    updates: ClassVar[int] = 5000
    units: ClassVar[int] = 48
    noise: ClassVar[float] = 0.1
    decay: ClassVar[float] = 0.0
    rate: ClassVar[float] = 0.01
    _number: ClassVar[int] = 13

    @cached_property
    def parts(self) -> Mapping[str, tuple[Stretch, ...]]:
        """By pitch, in the synthesiser's measure."""
        pitches = {"training": (20, 30, 40, 60, 70, 80), "validation": (45,), "held out": (50,)}
        return {part: tuple(map(_spoken, those)) for part, those in pitches.items()}

    def more_forecasts(self, known: Values) -> Mapping[str, Values]:
        """An autoregressive model of each window alone: a sound is one for a moment only."""
        fits = [fit_ar(column, self.own_order).forecast(column, self.ahead) for column in known.T]
        return {f"AR({self.own_order}) of the window": np.stack(fits, axis=1)}


def _column(series: Sequence, name: str) -> Values:
    if series.values is None or name not in series.columns:
        raise DataError(f"has no column “{name}”", path=series.source)
    return series.values[:, series.columns.index(name)].copy()


def _spoken(pitch: int) -> Stretch:
    """A shipped recording, labelled in milliseconds."""
    path = resource_path("audio", f"seven-pitch-{pitch}.wav")
    sound = open_wav(read_bytes(path), str(path))
    if (sound.bits, sound.channels) != (16, 1):
        raise DataError("is not the recording that ships with rnnviz", path=path)
    values = decoded(sound, 0, sound.frames)[:, 0]
    labels = tuple(f"{1000.0 * t / sound.rate:.2f} ms" for t in range(len(values)))
    return Stretch(values, labels)
