# SPDX-License-Identifier: MIT
"""The charts of a report: the pictures of _plot.py as SVG that stands in a page.

Letters stay letters in the page's own type; colours are the page's, so that one picture reads on light and on dark
paper; names of elements are unique in the page; and the same result gives the same bytes.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

__all__ = ["Chart", "charts_of", "mixtures"]

# What a picture is drawn in, to be told from colours that are meant as they stand.
INK = "#010203"

# Colours of the drawings and what the page calls them; its style says what they are on either paper.
PALETTE = {
    "#0072b2": "blue",
    "#d55e00": "orange",
    "#009e73": "green",
    "#8c8c8c": "grey",
    "#6e6e6e": "grey",
    "#cc79a7": "pink",
    "#e69f00": "amber",
    "#56b4e9": "sky",
    "#f0e442": "yellow",
}

# Inches, on a wide page and on a phone.
WIDE, NARROW = 9.0, 4.6

SETTINGS: dict[str, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "legend.edgecolor": "none",
    "font.size": 10.5,
}
# Nothing of when and by what a picture was made.
METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}

# What is to be seen, for those who do not see it.
TEXTS = {
    "pareto": "Bars by partner, the largest first, with the cumulative share of revenue as a line, and the classes "
    "with their partners and shares.",
    "lorenz": "The share of revenue that the smaller partners hold together, from the smallest on, below the line on "
    "which it would be if all had equal revenue.",
    "tail": "The part of partners with at least so much revenue, on logarithmic axes, with the fitted power law.",
    "moves": "A table: classes before as lines, classes after as columns, in each cell how many partners.",
    "contributions": "Bars by partner: those that changed the total most, gains to the right, losses to the left.",
    "xyz": "A table: classes by revenue as lines, by how regular demand is as columns, with partners and amounts.",
    "growth": "Steps from the revenue of the window before to that of this one, by what became of the partners.",
    "points": "Bars by month: points issued above, points redeemed, expired and taken back below.",
    "tiers": "Bars by tier: how many partners are in it, and how many came in from below and from above.",
    "forecast": "What each month is expected to bring, with a band from P10 to P90; the whole horizon beside it.",
    "funnel": "Bars by stage: the deals that got so far, by what became of them; how many went on and after how long.",
    "visibility": "How much is seen of the deals of all partners and of those with the most.",
    "calibration": "The chance that was said against the part that was won, by model.",
    "backtest": "Past forecasts with their bands from P10 to P90, and what came.",
    "map": "Partners by revenue, on a logarithmic axis, and by the part of their interactions that was consultative; "
    "the larger the dot, the more headroom; colours are segments.",
    "flow": "From the segments of the period before, left, to those of this one, right: the broader, the more "
    "partners.",
    "revenue_flow": "From the segments of the period before, left, to those of this one, right: the broader, the more "
    "revenue.",
    "hours": "What one more hour brings as the budget of hours grows.",
    "breaks": "How often values occur, with the breaks between the classes.",
    "partners": "Bars by partner, the largest first.",
}


@dataclass(frozen=True)
class Chart:
    """One picture, drawn for a wide page; and for a phone, where its words have room there."""

    kind: str
    name: str  # unique in the page
    finding: str
    wide: str
    narrow: str | None


def charts_of(result: Any, names: Mapping[Any, str], currency: str, prefix: str) -> list[Chart]:
    """The pictures that there are of a result. `prefix` begins the names of their elements."""
    import matplotlib

    from ._plot import kinds

    there = kinds(result)
    # The bars say what the table says.
    chosen = [kind for kind in there if kind != "partners"] or there
    with matplotlib.rc_context(), warnings.catch_warnings():
        # A letter that the type of the drawing lacks is one of the page's type.
        warnings.filterwarnings("ignore", message=".*[Gg]lyph.*missing")
        matplotlib.rcdefaults()
        parameters: Any = matplotlib.rcParams
        parameters.update(SETTINGS)
        return [_chart(result, kind, names, currency, f"{prefix}-{kind}") for kind in chosen]


def _chart(result: Any, kind: str, names: Mapping[Any, str], currency: str, prefix: str) -> Chart:
    text = TEXTS.get(kind, "")
    finding, wide, _ = _drawn(result, kind, names, currency, WIDE, prefix)
    _, narrow, fits = _drawn(result, kind, names, currency, NARROW, f"{prefix}-small")
    small = _titled(narrow, finding, text, f"{prefix}-small") if fits else None
    return Chart(kind, prefix, finding, _titled(wide, finding, text, prefix), small)


def _drawn(
    result: Any, kind: str, names: Mapping[Any, str], currency: str, width: float, prefix: str
) -> tuple[str, ElementTree.Element, bool]:
    """The finding, the picture without it, and whether its words have room."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    from ._plot import _choose, plot

    matplotlib.rcParams["svg.hashsalt"] = prefix
    size = _choose(result, kind).figsize
    wide = min(size[0], width)
    # What is broad stays nearly as tall on a phone.
    high = size[1] * (wide / size[0]) if size[0] < WIDE else size[1] * (wide / size[0]) ** 0.35
    figure = Figure(figsize=(wide, high), layout="constrained")
    canvas: Any = FigureCanvasAgg(figure)  # which knows how much room letters take
    axes = figure.subplots()
    plot(result, kind, ax=axes, names=names, currency=currency)
    # On one line again: what was broken at a hyphen has no space there.
    finding = re.sub(r"(?<=\w)-\n", "-", axes.get_title(loc="left")).replace("\n", " ")
    axes.set_title("", loc="left")
    svg = io.StringIO()
    writer: Any = FigureCanvasSVG(figure)
    writer.print_svg(svg, metadata=METADATA)  # draws once, where savefig draws twice
    root = _for_page(svg.getvalue(), prefix)
    if wide < width:
        root.set("style", f"--part:{wide / width:.2f}")
    return finding, root, _have_room(root, canvas.get_renderer(), figure.dpi)


def _have_room(root: ElementTree.Element, renderer: Any, dpi: float) -> bool:
    """Whether no two words lie on each other, and none beyond the edge."""
    from matplotlib.font_manager import FontProperties

    _, _, wide, _ = (float(number) for number in root.attrib["viewBox"].split())
    boxes: list[tuple[float, float, float, float]] = []
    for element in root.iter("text"):
        style = dict(part.partition(":")[::2] for part in element.get("style", "").split(";"))
        if "rotate" in element.get("transform", "") or not element.text:
            continue
        size = float(style.get("font-size", "10").removesuffix("px"))
        font = FontProperties(size=size, weight="bold" if style.get("font-weight") == "700" else "normal")
        width = renderer.get_text_width_height_descent(element.text, font, False)[0] * 72 / dpi
        moved = _MOVED.search(element.get("transform", ""))
        place = moved.groups() if moved else (element.get("x", "0"), element.get("y", "0"))
        x, y = (float(number) for number in place)
        x -= {"middle": width / 2, "end": width}.get(style.get("text-anchor", "start"), 0.0)
        box = (x, y - 0.85 * size, x + width, y + 0.15 * size)
        if x < -2 or x + width > wide + 2 or any(map(_overlap, boxes, [box] * len(boxes))):
            return False
        boxes.append(box)
    return True


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    """Whether two boxes have more in common than their corners: an eighth of the smaller one."""
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    smaller = min((each[2] - each[0]) * (each[3] - each[1]) for each in (a, b))
    return wide > 0 and high > 0 and wide * high > smaller / 8


# --- from a file to a part of a page ---

_REFERENCE = re.compile(r"url\(#([^)]+)\)|^#(.+)$")
_NUMBER = re.compile(r"-?\d+\.\d+")
_MOVED = re.compile(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)")
_UPRIGHT = re.compile(r"^rotate\(-?0(\.0+)?( [^)]*)?\)$")


def _for_page(svg: str, prefix: str) -> ElementTree.Element:
    root = ElementTree.fromstring(svg)
    used = {name for element in root.iter() for value in element.attrib.values() for name in _references(value)}
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.text = element.text if (element.text or "").strip() else None
        element.tail = None
        element.attrib = dict(_attributes(element, used, prefix))
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == "style" or child.attrib == {"style": "fill:none"} or _is_empty(child):
                parent.remove(child)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    return root


def _references(value: str) -> list[str]:
    return [found[1] or found[2] for found in _REFERENCE.finditer(value)]


def _is_empty(element: ElementTree.Element) -> bool:
    return element.tag in ("g", "defs") and not any(each.tag not in ("g", "defs", "style") for each in element.iter())


def _attributes(element: ElementTree.Element, used: set[str], prefix: str) -> list[tuple[str, str]]:
    made = []
    for name, value in element.attrib.items():
        name = name.rpartition("}")[2]
        if name == "id":
            if value in used:
                made.append((name, f"{prefix}-{value}"))
        elif name == "style":
            made.append((name, _style(value, element.tag)))
        elif name == "transform" and _UPRIGHT.match(value):
            continue
        elif name == "href" and value.startswith("data:"):
            made.append((name, "".join(value.split())))
        elif _REFERENCE.search(value):
            at = value.index("#") + 1
            made.append((name, f"{value[:at]}{prefix}-{value[at:]}"))
        elif name == "d":
            made.append((name, _NUMBER.sub(_tenth, " ".join(value.split()))))
        else:
            made.append((name, _NUMBER.sub(_short, " ".join(value.split()))))
    if element.tag == "text" and not any("fill:" in value for name, value in made if name == "style"):
        made.append(("fill", "#000"))  # meant as it stands, on a colour
    return made


def _short(found: re.Match[str], places: int = 2) -> str:
    """Hundredths of a point are more than a screen shows."""
    text = f"{float(found[0]):.{places}f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def _tenth(found: re.Match[str]) -> str:
    """Lines need no more than tenths."""
    return _short(found, 1)


def _style(text: str, tag: str) -> str:
    made = []
    for part in text.split(";"):
        name, _, value = (each.strip() for each in part.partition(":"))
        if name in ("", "font-family"):
            continue
        if name == "font":
            name, value = "font-size", next((word for word in value.split() if word.endswith("px")), "10px")
        if name in ("fill", "stroke"):
            made.append(f"{name}:{_colour(value.lower(), tag)}")
        else:
            made.append(f"{name}:{_NUMBER.sub(_short, value)}")
    return ";".join(made)


def _colour(value: str, tag: str) -> str:
    """A colour as the page has it."""
    if value == INK:
        return "currentColor"
    if not re.fullmatch("#[0-9a-f]{6}", value):
        return value
    if tag == "text":
        return f"var(--{PALETTE[value]}-ink)" if value in PALETTE else value
    if value in PALETTE:
        return f"var(--{PALETTE[value]})"
    if value == "#000000":
        return "currentColor"
    if value == "#ffffff":
        return "var(--paper)"
    mixed = _mixed(value)
    return value if mixed is None else f"var(--{mixed[0]}-{mixed[1]},{value})"


def mixtures(svg: str) -> str:
    """The rules of style for what is mixed of a colour and the paper; browsers that cannot mix take what stands in the
    picture. On dark paper less of the paper goes in, for it swallows more."""
    found = sorted(set(re.findall(r"var\(--(\w+)-(\d+),", svg)))
    if not found:
        return ""
    rules = []
    for dark in (False, True):
        parts = ((name, int(part), int(part) + (100 - int(part)) // 5 * dark) for name, part in found)
        rules.append(";".join(f"--{n}-{p}:color-mix(in srgb,var(--{n}) {of}%,var(--paper))" for n, p, of in parts))
    return (
        "@supports (color:color-mix(in srgb,red 50%,blue)){\n"
        f".libpartner-report{{{rules[0]}}}\n"
        "@media screen and (prefers-color-scheme:dark){\n"
        f".libpartner-report:not(.in-notebook){{{rules[1]}}}\n"
        "}\n}"
    )


def _mixed(value: str) -> tuple[str, int] | None:
    """The colour of the palette, and the part of it, that together with white makes this one."""
    best: tuple[float, str, int] | None = None
    wanted = _rgb(value)
    for colour, name in PALETTE.items():
        base = _rgb(colour)
        far = max(range(3), key=lambda i: 1 - base[i])
        part = (1 - wanted[far]) / (1 - base[far])
        if not 0.02 < part < 0.99:
            continue
        off = max(abs(1 - part * (1 - b) - w) for b, w in zip(base, wanted, strict=True))
        if off < 0.012 and (best is None or off < best[0]):
            best = (off, name, round(100 * part))
    return None if best is None else best[1:]


def _rgb(value: str) -> tuple[float, float, float]:
    red, green, blue = (int(value[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _titled(root: ElementTree.Element, finding: str, text: str, prefix: str) -> str:
    """The picture with what it says, for those who do not see it."""
    title = ElementTree.Element("title", id=f"{prefix}-title")
    title.text = finding
    desc = ElementTree.Element("desc", id=f"{prefix}-desc")
    desc.text = text
    root[:0] = [title, desc]
    kept = {name: value for name, value in root.attrib.items() if name in ("viewBox", "style")}
    root.attrib = {**kept, "role": "img", "aria-labelledby": f"{prefix}-title {prefix}-desc"}
    return ElementTree.tostring(root, encoding="unicode")
