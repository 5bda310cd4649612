"""One HTML file: nothing outside it, no text that acts, and what a browser makes of it."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from html import escape
from html.parser import HTMLParser

import pytest

from rnnviz.export.frames import Pictures
from rnnviz.export.moments import MOST_OF_PAGE, stop_stills, tour_stills
from rnnviz.export.page import write_page
from rnnviz.export.sentences import said_of
from rnnviz.export.svg_parts import Store, elements_of, together
from rnnviz.files.errors import Cancelled, DataError
from rnnviz.film import Timeline
from rnnviz.film.notation import LECTURE, NOTATIONS
from rnnviz.opening.toml_files import read_toml
from rnnviz.scenes.shapes import Role
from rnnviz.tours.script import tour_of
from rnnviz.views.look import DARK, LIGHT
from rnnviz.writing.formats import Appearance
from tests.frames import make_frame

HOSTILE = "</script><img/src=x/onerror=alert(1)> <!--<script> ]]>&amp;"
SMALL = Appearance((1024, 640))


class Seen(HTMLParser):
    """What a page's elements are, and what they refer to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.references: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.append((name, value or ""))
            if name in ("href", "src", "xlink:href", "action", "data", "srcset", "poster"):
                self.references.append(value or "")


def page_of(source, stills, appearance=SMALL, what="window"):
    """A page's text, the film in it, and its elements."""
    file = io.BytesIO()
    write_page(file, source, stills, appearance, what)
    text = file.getvalue().decode()
    film = re.search(r'<script id="film" type="application/json">(.*?)</script>', text, re.DOTALL)
    return text, json.loads(film[1]), Seen(text)


@pytest.fixture(scope="module")
def small(qapp):
    frame = make_frame("Harry Potter and")
    return frame, *page_of(frame, stop_stills(frame.timeline, 0, 99, 1.0))


def test_a_page_refers_to_nothing_outside_itself(small):
    _, text, film, seen = small
    references = seen.references + re.findall(r"url\(([^)]*)\)", text)
    assert len(references) > 20
    assert all(each.startswith(("#", "data:", "sha256-")) for each in references)
    made = json.dumps(film["elements"])
    assert "http" not in made
    assert "@import" not in text
    policy = next(v for _, v in seen.attributes if v.startswith("default-src 'none'"))
    assert "unsafe-inline" not in policy.partition("script-src")[2]
    names = set(re.findall(r'id="([a-z]\d+)"', text))
    used = set(re.findall(r'(?:href="|url\()#([a-z]\d+)', text))
    assert used <= names


def test_a_page_says_of_each_step_what_the_program_says(small):
    frame, text, film, _ = small
    assert len(film["moments"]) == frame.timeline.end + 1
    for position, moment in enumerate(film["moments"]):
        said = said_of(make_frame("Harry Potter and", position=float(position)), LECTURE)
        assert moment["label"] == said.label
        assert "".join(part[0] for part in moment["said"]) == said.caption
        assert said.label in moment["alt"]
        assert said.caption.rstrip(".") in moment["alt"]
    second = film["moments"][2]
    assert second["label"] == "step 2 of 3 · forward · Potter"
    assert second["said"][0][0].startswith("x⟨2⟩ enters; a⟨1⟩ arrives; they are added; tanh squ")
    assert "Potter" in second["numbers"]
    assert "The gradient from step 3 reaches step 2" in film["moments"][5]["said"][0][0]
    listed = re.search(r"<noscript>(.*?)</noscript>", text, re.DOTALL)[1]
    assert listed.count("<li>") == len(film["moments"])
    assert second["label"] in listed


def test_a_notation_is_that_of_what_is_said(frame_of):
    said = said_of(frame_of(position=2.0), NOTATIONS["textbook"])
    assert "a⟨1⟩" not in said.caption
    assert said.caption != said_of(frame_of(position=2.0), LECTURE).caption


def test_pictures_are_drawings_with_their_texts_in_both_themes(small):
    _, text, film, _ = small
    elements, pictures = film["elements"], film["pictures"]
    runs = pictures[film["moments"][4]["picture"]]
    drawn = [e for first, many in zip(runs[::2], runs[1::2], strict=True)
             for e in elements[first : first + many]]  # fmt: skip
    texts = [re.sub("<[^>]*>", "", element) for element in drawn if "<text" in element]
    assert {"Harry", "Potter", "and"} <= set(texts)
    for palette in (LIGHT, DARK):
        for role, colour in palette.colours.items():
            assert colour in text, (palette.name, role)
    # What pictures share stands once: most of them are little more than lists of numbers.
    assert len(set(elements)) == len(elements)
    whole = sum(len(e) for runs in pictures for i in range(0, len(runs), 2)
                for e in elements[runs[i] : runs[i] + runs[i + 1]])  # fmt: skip
    assert sum(map(len, elements)) < 0.5 * whole


def test_a_text_stays_a_text(qapp):
    frame = make_frame(HOSTILE)
    text, film, seen = page_of(frame, stop_stills(frame.timeline, 0, 2, 1.0), what="stage")
    assert seen.tags.count("script") == 2
    assert "img" not in seen.tags
    assert not any(name.startswith("on") for name, _ in seen.attributes)
    first = HOSTILE.split()[0]
    assert first[:20] in film["moments"][1]["label"]
    assert any("&lt;/script&gt;&lt;img" in element for element in film["elements"])
    assert text.count("</script>") == 2

    toml = 'title = "<b>T</b> @film@ </script>"\n[[scene]]\nname = "a"\nopen = { lecture = true }\n'
    toml += f"title = '{HOSTILE}'\ncaption = '**bold** {HOSTILE}'\n"
    tour = tour_of(read_toml(toml.encode(), "x.toml", 10_000, "tour"))
    text, film, seen = page_of(tour, tour_stills(tour, 1.0, None))
    assert seen.tags.count("script") == 2
    assert {"img", "b"}.isdisjoint(seen.tags)
    assert "<h1>&lt;b&gt;T&lt;/b&gt; @film@ &lt;/script&gt;</h1>" in text
    assert film["moments"][0]["said"][0] == ["bold", True, False]
    assert HOSTILE in film["moments"][0]["label"]


def test_a_tour_asks_and_answers(qapp):
    toml = """
    [[scene]]
    name = "a"
    title = "Guess"
    open = { lecture = true }
    at = "back:9"
    play = "back:7"
    question = "Does it *vanish*?"
    answer = "{steps} steps: it does."
    cover = ["gradient"]
    panels = ["gradient"]
    """.replace("{steps}", "Nine")
    tour = tour_of(read_toml(toml.encode(), "x.toml", 10_000, "tour"))
    _, film, _ = page_of(tour, tour_stills(tour, 1.0, None))
    asked, told = film["moments"]
    assert asked["asks"] and not told["asks"]
    assert asked["said"][1] == ["vanish", False, True]
    assert told["said"][0][0] == "Nine steps: it does."
    assert asked["picture"] != told["picture"]


def test_what_is_no_page_is_refused(qapp):
    frame = make_frame("one two three")
    with pytest.raises(
        DataError, match=f"the page would have 602 pictures, at most {MOST_OF_PAGE}"
    ):
        write_page(io.BytesIO(), frame, stop_stills(Timeline(300), 0, 999, 1.0), SMALL)
    with pytest.raises(DataError, match="there is no panel x"):
        page_of(frame, stop_stills(frame.timeline, 0, 1, 1.0), what="x")
    with pytest.raises(Cancelled):
        write_page(io.BytesIO(), frame, stop_stills(frame.timeline, 0, 9, 1.0), SMALL,
                   told=lambda done: done < 0.2)  # fmt: skip


def test_a_drawing_is_taken_apart_without_loss(qapp):
    """Clips, gradients and patterns are kept; light and dark meet in one element."""
    from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize
    from PySide6.QtGui import QBrush, QColor, QLinearGradient, QPainter, Qt
    from PySide6.QtSvg import QSvgGenerator

    def drawn(colour):
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
        generator.setOutputDevice(buffer)
        generator.setSize(QSize(100, 100))
        with QPainter(generator) as painter:
            painter.translate(10, 20)
            painter.setClipRect(QRectF(0, 0, 30, 30))
            painter.fillRect(QRectF(1, 2, 50, 50), QColor(colour))
            painter.setClipping(False)
            painter.fillRect(QRectF(1, 2, 3, 4), QBrush(QColor("#123456"), Qt.BDiagPattern))
            ramp = QLinearGradient(0, 0, 10, 0)
            ramp.setColorAt(0, QColor("#ff0000"))
            painter.fillRect(QRectF(5, 6, 7, 8), ramp)
        return bytes(buffer.data().data()).decode()

    store = Store()
    light, dark = (elements_of(drawn(c), store) for c in ("#ffffff", "#000000"))
    both = together(light, dark)
    assert [each.shape for each in both] == [
        '<rect width="50" height="50" x="11" y="22"',
        '<rect width="3" height="4" x="11" y="22"',
        '<rect width="7" height="8" x="15" y="26"',
    ]
    assert dict(both[0].light)["fill"] == "#ffffff"
    assert dict(both[0].dark)["fill"] == "#000000"
    assert both[0].clip and not both[1].clip
    kept = "".join(store.definitions())
    assert kept.count("<clipPath") == kept.count("<pattern") == kept.count("<linearGradient") == 1
    assert 'fill="#123456"' in kept


# -- in a browser ----------------------------------------------------------------------------------

CHROMIUM = next((p for p in map(shutil.which, ("chromium", "chromium-browser")) if p), None)
SENTENCE = " ".join(f"word{i}" for i in range(1, 20))  # 40 places to stand at


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_forty_pictures_in_a_browser(qapp, tmp_path):
    from PySide6.QtGui import QImage

    frame = make_frame(SENTENCE)
    stills = stop_stills(frame.timeline, 0, 99, 1.0)
    assert len(stills) == 40
    path, appearance = tmp_path / "page.html", Appearance((1600, 900))
    with path.open("wb") as file:
        write_page(file, frame, stills, appearance)
    assert path.stat().st_size < 5e6

    def chromium(*options, at=1, size="1600,1100"):
        run = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
               f"--user-data-dir={tmp_path / 'browser'}", f"--window-size={size}",
               "--virtual-time-budget=2000", *options, f"{path.as_uri()}#{at}"]  # fmt: skip
        return subprocess.run(run, capture_output=True, text=True, timeout=100, check=True).stdout

    for at in (7, 40):
        dom = chromium("--dump-dom", at=at)
        where = re.search(r'id="where">([^<]*)', dom)[1]
        assert where == said_of(make_frame(SENTENCE, position=at - 1.0), LECTURE).label
        assert f'id="count" aria-hidden="true">{at} / 40<' in dom
        assert f'aria-valuetext="{where}"' in dom
        assert ('id="next" type="button" aria-label="Next (→)" disabled' in dom) == (at == 40)
    assert 'id="play" type="button" aria-label="Play or pause (Space)">' in dom
    dom = chromium("--dump-dom", "--force-prefers-reduced-motion")
    assert re.search(r'id="play"[^>]* hidden', dom)

    def picture(name, *options, **more):
        shot = tmp_path / name
        chromium(f"--screenshot={shot}", *options, **more)
        return QImage(str(shot))

    looked = "--blink-settings=preferredColorScheme={}".format
    with Pictures(frame, appearance) as pictures:
        pictures.show(stills[6])
        own = pictures.image()
    for palette, number in ((LIGHT, 1), (DARK, 0)):
        image = picture(f"{palette.name}.png", looked(number), at=7, size="1630,1700")
        ground = palette.colours[Role.BACKGROUND]
        assert image.pixelColor(3, 3).name() == ground
        inner = image.copy(15, 63, 1600, 900)  # in a page so wide, a pixel is one of the window's
        places = [(x, y) for x in range(2, 1600, 5) for y in range(2, 900, 5)]
        seen = [inner.pixelColor(*place).name() for place in places]
        assert 0.4 * len(seen) < seen.count(ground) < 0.9 * len(seen)
        assert palette.colours[Role.STATE] in seen
        if palette is LIGHT:  # as the window shows it
            apart = [abs(inner.pixelColor(*place).lightness() - own.pixelColor(*place).lightness())
                     for place in places]  # fmt: skip
            assert sum(apart) / len(apart) < 4.0
            assert sum(each > 60 for each in apart) < 0.02 * len(apart)
    inner_page, path = path.name, tmp_path / "outer.html"

    def framed(name, size):
        """A page in a frame, of which Chromium may take the picture before anything is there."""
        for _ in range(6):
            image = picture(name, looked(1), size=size)
            inside = ((x, y) for x in range(8, 390, 6) for y in range(8, 800, 6))
            if len({image.pixelColor(*place).name() for place in inside}) > 2:
                break
        return image

    frame_of = '<iframe {}="{}" width="{}" height="{}" frameborder="0"></iframe>'.format
    whole = path.with_name(inner_page).read_text()
    # Without a script it is the first picture, and all captions under it.
    path.write_text(frame_of("sandbox srcdoc", escape(whole), 1200, 2600))
    silent = framed("silent.png", "1220,2620")
    lines = [y for y in range(1100, 2600) if any(
        silent.pixelColor(x, y).lightness() < 128 for x in range(20, 800, 3))]  # fmt: skip
    assert len(lines) > 300
    # A telephone is narrower than Chromium's least window: a frame within a page is not.
    path.write_text(frame_of("src", f"{inner_page}#7", 390, 844))
    narrow = framed("phone.png", "600,900").copy(8, 8, 390, 844)
    rows = [{narrow.pixelColor(x, y).name() for x in range(0, 390, 3)} for y in range(844)]
    assert max(len(row) for row in rows[60:300]) > 20  # the picture
    assert any(LIGHT.colours[Role.INK] in row for row in rows[700:])  # and what one presses
    # Nothing is cut off at its right: what is there has a margin.
    edge = {narrow.pixelColor(389, y).name() for y in range(844)}
    assert edge == {"#ffffff"}
