"""What a film is made of: the places that playing passes through, and those of a tour."""

from __future__ import annotations

import pytest

from rnnviz.export.moments import (
    HELD,
    MOST,
    film_stills,
    seconds_between,
    seconds_of,
    stop_stills,
    tour_stills,
)
from rnnviz.files.errors import Cancelled, DataError
from rnnviz.film import Timeline
from rnnviz.tours.script import LECTURE, shipped_tour


@pytest.mark.parametrize(("start", "end", "speed", "rate"), [
    (0.0, 9.0, 1.0, 10.0), (1.3, 8.6, 2.0, 24.0), (3.0, 5.0, 0.25, 3.0), (8.5, 9.0, 8.0, 60.0),
])  # fmt: skip
def test_a_film_has_the_places_that_playing_passes_through(start, end, speed, rate):
    timeline = Timeline(4)
    stills = film_stills(timeline, start, end, speed, rate)
    places = [still.position for still in stills]
    assert (places[0], places[-1]) == (start, end)
    for tick, place in enumerate(places[:-1]):
        assert place == pytest.approx(timeline.advance(start, tick / rate, speed), abs=1e-9)
        passed = seconds_between(timeline, start, place)
        assert passed == pytest.approx(tick / rate * speed, abs=1e-9)
    # Nothing is left out before the end, and it is shown as long as it plays.
    whole = seconds_between(timeline, start, end) / speed
    assert 0.0 <= len(places) - 1 - whole * rate < 1.0 + 1e-6
    assert seconds_of(stills) == pytest.approx((len(places) - 1) / rate + HELD)


def test_stops_are_where_steps_are_done(frame_of):
    timeline = Timeline(3)
    assert [s.position for s in stop_stills(timeline, 0.5, 5.25, 1.0)] == [0.5, 1, 2, 3, 4, 5, 5.25]
    assert [s.position for s in stop_stills(timeline, 0, 99, 1.0)] == list(range(8))


def test_what_is_no_film_is_refused():
    timeline = Timeline(1_000_000)
    for start, end, speed, rate, said in (
        (3, 3, 1, 10, "ends? where it begins"), (5, 2, 1, 10, "--to is a later place"),
        (0, 9, 1, 0.2, "1 to 60"), (0, 9, 0, 10, "from 0.1 to 100"),
        (0, 10**6, 8, 60, f"at most {MOST:,}"),
    ):  # fmt: skip
        with pytest.raises(DataError, match=said):
            film_stills(timeline, start, end, speed, rate)
    with pytest.raises(DataError, match="would have 2,000,002 pictures"):
        stop_stills(timeline, 0, timeline.end, 1.0)


def test_a_tour_has_questions_runs_and_answers():
    tour = shipped_tour(LECTURE)
    scenes = [i for i, scene in enumerate(tour.scenes) if scene.play is not None][:2]
    scenes.append(next(i for i, scene in enumerate(tour.scenes) if scene.asks and not scene.play))
    stills = tour_stills(tour, 2.0, 5.0, scenes)
    for index in scenes:
        scene, own = tour.scenes[index], [still for still in stills if still.scene == index]
        assert own[-1].told and not own[-1].running and own[-1].position is None
        assert (not own[0].told) == scene.asks
        runs = [still for still in own if still.running]
        assert bool(runs) == (scene.play is not None)
        places = [still.position for still in runs]
        assert places == sorted(places)
        assert len(set(places)) == len(places)
    at_rest = tour_stills(tour, 1.0, None)
    assert [s.scene for s in at_rest if s.told and not s.running] == list(range(len(tour.scenes)))
    assert sum(not still.told for still in at_rest) == sum(scene.asks for scene in tour.scenes)
    with pytest.raises(Cancelled):
        tour_stills(tour, 1.0, 5.0, told=lambda done: done < 0.1)
