"""A drawing as QSvgGenerator writes it, taken apart into elements that many pictures can share.

The generator repeats all of a pen, a brush and a font around every stroke, and the outline of a
glyph wherever it stands. Here an element is what is drawn and in which style; outlines, images and
clips are kept once, by their content. Two pictures of one moment, light and dark, become one whose
styles have two values each. No Qt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from html import escape
from xml.etree import ElementTree

from rnnviz.frozen import record

Style = tuple[tuple[str, str], ...]
"""Properties and their values, as CSS has them."""

_XML = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_DRAWN = ("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "image")
_PLACED = {"rect": ("x", "y"), "text": ("x", "y"), "circle": ("cx", "cy"), "image": ("x", "y"),
           "ellipse": ("cx", "cy")}  # fmt: skip
_LINES = ("stroke", "stroke-opacity", "stroke-width", "stroke-linecap", "stroke-linejoin",
          "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset")  # fmt: skip
_FILLS = ("fill", "fill-opacity", "fill-rule")
_FONTS = ("font-family", "font-size", "font-weight", "font-style")
_USUAL = {"fill-opacity": "1", "stroke-opacity": "1", "fill-rule": "nonzero",
          "font-style": "normal", "font-weight": "400", "stroke-width": "1",
          "opacity": "1"}  # fmt: skip
_SIZES = {"rect": ("width", "height", "rx", "ry"), "circle": ("r",), "ellipse": ("rx", "ry"),
          "line": ("x1", "y1", "x2", "y2"), "polyline": ("points",), "polygon": ("points",),
          "path": ("d",), "text": (), "image": ("width", "height")}  # fmt: skip
_LONG = 100  # characters of an outline from which on it is kept once
_NO_TURN = (1.0, 0.0, 0.0, 1.0)
_NOWHERE = (*_NO_TURN, 0.0, 0.0)
_POINT = re.compile(r"(-?[0-9.e+-]+),(-?[0-9.e+-]+)")
_MATRIX = re.compile(r"matrix\(([^)]*)\)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


@record
class Element:
    """An SVG element, comparable, so that pictures can share it.

    Attributes
    ----------
    shape : str
        Its tag and attributes, without a style: "<rect x=1 y=2 width=3 height=4".
    inner : str
        What stands in it, escaped.
    clip : str
        The name of what it is clipped by; empty where nothing does.
    style : Style
    """

    shape: str
    inner: str
    clip: str
    style: Style


class Store:
    """What elements refer to, each once: outlines, images, clips."""

    def __init__(self) -> None:
        self._made: dict[str, str] = {}

    def name(self, kind: str, markup: str) -> str:
        """The name of a definition; `markup` has {} where that stands."""
        return self._made.setdefault(markup, f"{kind}{len(self._made)}")

    def definitions(self) -> Iterator[str]:
        """All that is referred to, as SVG."""
        for markup, name in self._made.items():
            yield markup.replace("{}", name, 1)


def elements_of(svg: str, store: Store) -> tuple[Element, ...]:
    """The elements of a drawing of QSvgGenerator, in their order; what draws nothing is left out.

    Parameters
    ----------
    svg : str
    store : Store
        Gets what they refer to.

    Raises
    ------
    ValueError
        For a drawing with what the generator does not write.
    """
    root = ElementTree.fromstring(_CONTROL.sub("", svg))
    outlines = {
        clip.get("id", ""): clip[0].get("d", "")
        for clip in root.iter(f"{_XML}clipPath")
        if len(clip)
    }
    paints = dict(_paints(root))
    return tuple(_Walk(outlines, paints, store).through(root, {}, ""))


def _paints(root: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """Gradients and patterns by their names, as definitions; a pattern has its colour itself."""
    masks = {mask.get("id", ""): mask for mask in root.iter(f"{_XML}mask")}
    for node in root.iter():
        tag, name = node.tag.removeprefix(_XML), node.get("id", "")
        if tag == "pattern":
            rect = node[0]
            mask = masks.get(rect.get("mask", "")[5:-1], ())
            parts = "".join(f"<rect{_attributes(each.attrib)}/>" for each in mask)
            inner = f'<g fill="{escape(rect.get("fill", "none"))}">{parts}</g>'
        elif tag in ("linearGradient", "radialGradient"):
            inner = "".join(f"<stop{_attributes(stop.attrib)}/>" for stop in node)
        else:
            continue
        given = {key: value for key, value in node.attrib.items() if key != "id"}
        yield name, f'<{tag} id="{{}}"{_attributes(given)}>{inner}</{tag}>'


def _attributes(given: Mapping[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in given.items())


class _Walk:
    """Goes through one drawing."""

    def __init__(
        self, outlines: Mapping[str, str], paints: Mapping[str, str], store: Store
    ) -> None:
        self._outlines, self._paints, self._store = outlines, paints, store
        self._clips: dict[str, str] = {}

    def through(
        self, node: ElementTree.Element, given: Mapping[str, str], clip: str
    ) -> Iterator[Element]:
        """The elements in a node."""
        for child in node:
            tag = child.tag.removeprefix(_XML)
            if tag == "g":
                within = child.get("clip-path", "")[5:-1] or clip
                inner = {**given, **child.attrib}
                if within and within not in self._clips:
                    self._clips[within] = self._clip(within)
                yield from self.through(child, inner, within)
            elif tag in _DRAWN:
                found = self._element(tag, child, {**given, **child.attrib}, clip)
                if found is not None:
                    yield found
            elif tag not in ("defs", "title", "desc"):
                raise ValueError(f"a drawing with <{tag}>")

    def _clip(self, clip: str) -> str:
        """A clip by its name; its coordinates are those of all, not of what is in it."""
        outline = escape(self._outlines.get(clip, ""))
        markup = f'<clipPath id="{{}}"><path d="{outline}"/></clipPath>'
        return self._store.name("k", markup)

    def _element(
        self, tag: str, node: ElementTree.Element, given: Mapping[str, str], clip: str
    ) -> Element | None:
        style = _style(tag, given)
        text = "".join(node.itertext())
        style = tuple((name, self._painted(value)) for name, value in style)
        if (not style and tag != "image") or (tag == "text" and not text.strip()):
            return None
        matrix = _matrix(given.get("transform", ""))
        made = {name: node.get(name, "").strip() for name in _SIZES[tag] if node.get(name)}
        if tag in _PLACED and matrix[:4] == _NO_TURN:
            for name, by in zip(_PLACED[tag], matrix[4:], strict=True):
                made[name] = _number(float(node.get(name, "0")) + by)
            matrix = _NOWHERE
        elif tag in _PLACED:
            made |= {name: node.get(name, "0") for name in _PLACED[tag]}
        if node.get("vector-effect") == "non-scaling-stroke":  # a pen in pixels of the picture
            for name in ("d", "points"):
                if name in made:
                    made[name] = _moved(made[name], matrix)
                    matrix = _NOWHERE
        tag, made = self._referred(tag, node, made)
        shape = _attributes(made)
        inner = escape(text) if tag == "text" else ""
        named = self._clips.get(clip, "") if clip else ""
        return Element(f"<{tag}{shape}{_transform(matrix)}", inner, named, style)

    def _painted(self, value: str) -> str:
        """A colour, or the gradient or pattern that is named, as it is kept."""
        if not value.startswith("url("):
            return value
        return f"url(#{self._store.name('f', self._paints[value[5:-1]])})"

    def _referred(
        self, tag: str, node: ElementTree.Element, made: dict[str, str]
    ) -> tuple[str, dict[str, str]]:
        """Images and long outlines as uses of what is kept once."""
        name = ""
        if tag == "image":
            sizes = "".join(f' {each}="{made.pop(each)}"' for each in ("width", "height"))
            href = escape(node.get(_HREF, ""))
            name = self._store.name(
                "i", f'<image id="{{}}"{sizes} preserveAspectRatio="none" href="{href}"/>'
            )
        elif len(made.get("d", "")) > _LONG:
            name = self._store.name("p", f'<path id="{{}}" d="{escape(made.pop("d"))}"/>')
        return ("use", {"href": f"#{name}", **made}) if name else (tag, made)


def _style(tag: str, given: Mapping[str, str]) -> Style:
    """What of all that is given makes a difference; nothing where nothing is drawn."""
    names: tuple[str, ...] = ("opacity",)
    if tag == "text":
        names += (*_FILLS, *_FONTS)
    elif tag != "image":
        names += _FILLS if given.get("fill", "none") != "none" else ("fill",)
        if given.get("stroke", "none") != "none":
            names += _LINES
        elif given.get("fill", "none") == "none":
            return ()
    found: list[tuple[str, str]] = []
    for name in names:
        value = given.get(name, "").strip()
        if value and value != _USUAL.get(name):
            found.append((name, value))
    return tuple(found)


def _matrix(text: str) -> tuple[float, ...]:
    found = _MATRIX.match(text)
    return tuple(map(float, found[1].split(","))) if found else _NOWHERE


def _transform(matrix: tuple[float, ...]) -> str:
    """A matrix as an attribute; nothing where it changes nothing."""
    if matrix[:4] != _NO_TURN:
        return f' transform="matrix({" ".join(map(_number, matrix))})"'
    if matrix[4:] != (0.0, 0.0):
        return f' transform="translate({" ".join(map(_number, matrix[4:]))})"'
    return ""


def _moved(points: str, matrix: tuple[float, ...]) -> str:
    """The points of an outline, all of them absolute, where a matrix puts them."""
    a, b, c, d, e, f = matrix

    def put(found: re.Match[str]) -> str:
        x, y = float(found[1]), float(found[2])
        return f"{_number(a * x + c * y + e)},{_number(b * x + d * y + f)}"

    return _POINT.sub(put, points)


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") if value else "0"


# -- light and dark as one -------------------------------------------------------------------------


@record
class Both:
    """An element in both themes.

    Attributes
    ----------
    shape, inner, clip : str
        As of an `Element`.
    light, dark : Style or None
        None: it is not there in that theme.
    """

    shape: str
    inner: str
    clip: str
    light: Style | None
    dark: Style | None


def together(light: Iterable[Element], dark: Iterable[Element]) -> tuple[Both, ...]:
    """The elements of two drawings of one moment; most differ in nothing but their colours."""
    bright, dim = tuple(light), tuple(dark)
    made: list[Both] = []
    keys = [[(e.shape, e.inner, e.clip) for e in each] for each in (bright, dim)]
    if keys[0] == keys[1]:
        styles = [[each.style for each in side] for side in (bright, dim)]
        return tuple(Both(*key, *pair) for *pair, key in zip(*styles, keys[0], strict=True))
    for word, i, j, k, n in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if word == "equal":
            pairs = zip(bright[i:j], dim[k:n], strict=True)
            made += [Both(a.shape, a.inner, a.clip, a.style, b.style) for a, b in pairs]
        else:
            made += [Both(e.shape, e.inner, e.clip, e.style, None) for e in bright[i:j]]
            made += [Both(e.shape, e.inner, e.clip, None, e.style) for e in dim[k:n]]
    return tuple(made)


class Styles:
    """The classes of the elements, as CSS; what differs between the themes is a variable."""

    def __init__(self) -> None:
        self._classes: dict[tuple[Style | None, Style | None], str] = {}
        self._variables: dict[tuple[str, str], str] = {}

    def name(self, both: Both) -> str:
        """The class of an element."""
        key = both.light, both.dark
        return self._classes.setdefault(key, f"s{len(self._classes)}")

    def css(self) -> tuple[str, str, str]:
        """The rules of all classes, and the variables in the light and in the dark theme."""
        rules = [f".{name}{{{self._rule(*key)}}}" for key, name in self._classes.items()]
        values = [
            ";".join(f"--{name}:{pair[side]}" for pair, name in self._variables.items())
            for side in (0, 1)
        ]
        return "\n".join(rules), values[0], values[1]

    def _rule(self, light: Style | None, dark: Style | None) -> str:
        if light is None or dark is None:
            shown = ("inline", "none") if dark is None else ("none", "inline")
            own = ";".join(f"{name}:{_css(name, value)}" for name, value in light or dark or ())
            return f"display:{self._variable(*shown)};{own}"
        one, other = dict(light), dict(dark)
        parts: list[str] = []
        for name in dict.fromkeys((*one, *other)):
            pair = [_css(name, each.get(name, _USUAL.get(name, "none"))) for each in (one, other)]
            value = pair[0] if pair[0] == pair[1] else self._variable(pair[0], pair[1])
            parts.append(f"{name}:{value}")
        return ";".join(parts)

    def _variable(self, light: str, dark: str) -> str:
        name = self._variables.setdefault((light, dark), f"v{len(self._variables)}")
        return f"var(--{name})"


def _css(name: str, value: str) -> str:
    if name == "font-size":
        return f"{value}px"
    if name == "font-family":
        return ",".join(f'"{each.strip()}"' for each in value.split(","))
    return value


def markup(both: Both, styles: Styles) -> str:
    """An element as SVG."""
    start = f'{both.shape} class="{styles.name(both)}"'
    drawn = f"{start}>{both.inner}</text>" if both.inner else f"{start}/>"
    return f'<g clip-path="url(#{both.clip})">{drawn}</g>' if both.clip else drawn
