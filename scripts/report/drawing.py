# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures as inline SVG whose colours are the page's: matplotlib draws with stand-in colours, the page's style says
what they are in light and in dark. One unit of a picture is one pixel at its natural size."""

import html
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
from markupsafe import escape
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from .blocks import chart, slug

WIDE, NARROW = 960, 358
HEAD = 34  # room above axes for the title of a panel, see marks.panel_title
STEPS = 6  # shades of regimes
BINS = 13  # shades of a correlation, the middle one is about zero

_names = (
    ["ink", "muted", "faint", "paper", "accent", "band", "pos", "neg"]
    + [f"c{i}" for i in range(1, 5)]
    + [f"r{i}" for i in range(STEPS)]
    + [f"s{i}" for i in range(STEPS)]
    + [f"d{i}" for i in range(BINS)]
)
_stand_in = {name: f"#a1{17 * i + 3:04x}" for i, name in enumerate(_names)}
_meant = {value: name for name, value in _stand_in.items()}


def colour(name: str) -> str:
    """What to draw with where the page's colour `name` is meant."""
    return _stand_in[name]


def regime_shade(index: int, count: int, strong: bool = False) -> str:
    """Regimes get darker as volatility rises, so that they tell themselves apart without hue."""
    step = 0 if count < 2 else round(index * (STEPS - 1) / (count - 1))
    return f"{'s' if strong else 'r'}{step}"


def correlation_shade(value: float, limit: float) -> str:
    return f"d{int(np.clip(round((value / limit + 1) / 2 * (BINS - 1)), 0, BINS - 1))}"


matplotlib.rcParams.update(
    {
        "svg.fonttype": "none",
        "svg.hashsalt": "topheavy",
        "font.size": 12,
        "text.parse_math": False,
        "axes.edgecolor": colour("muted"),
        "axes.linewidth": 0.8,
        "axes.labelcolor": colour("muted"),
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.axisbelow": True,
        "axes.unicode_minus": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "grid.color": colour("faint"),
        "grid.linewidth": 0.8,
        "xtick.color": colour("muted"),
        "ytick.color": colour("muted"),
        "xtick.major.size": 4,
        "ytick.major.size": 0,
        "xtick.minor.size": 0,
        "xtick.major.width": 0.8,
        "text.color": colour("ink"),
        "lines.linewidth": 1.8,
        "lines.solid_joinstyle": "round",
        "lines.solid_capstyle": "round",
        "path.simplify": True,
        "path.simplify_threshold": 0.2,
        "figure.facecolor": "none",
        "axes.facecolor": "none",
    }
)


@dataclass
class sheet:
    """An empty picture of a given height, on which axes are placed in pixels."""

    figure: Figure
    wide: bool
    width: float
    height: float

    def axes(self, left: float, top: float, right: float, bottom: float) -> Axes:
        """Axes between distances from the edges of the picture."""
        return self.box(left, top, self.width - right, self.height - bottom)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Axes:
        """Axes between two corners, measured from the upper left one."""
        w, h = self.width, self.height
        return self.figure.add_axes((x0 / w, 1 - y1 / h, (x1 - x0) / w, (y1 - y0) / h))

    def write(self, x: float, y: float, words: str, **style: Any) -> None:
        self.figure.text(x / self.width, 1 - y / self.height, words, **style)


def _svg(name: str, variant: str, figure: Figure, alternative: str) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    drawn = buffer.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    drawn = re.sub(r"\s*<metadata>.*?</metadata>", "", drawn, flags=re.S)
    # The rule for every element would speak of the whole page.
    drawn = re.sub(r'\s*<defs>\s*<style type="text/css">.*?</style>\s*</defs>', "", drawn, flags=re.S)
    drawn = re.sub(r"font-family: [^;\"]*(; )?", "", drawn)
    drawn = re.sub(r' transform="rotate\(-0 [^"]*"', "", drawn)
    drawn = re.sub(r"#[0-9a-f]{6}", lambda m: f"var(--{_meant[m[0]]})" if m[0] in _meant else m[0], drawn)
    # A tenth of a pixel is enough for a place, but not for what is written.
    drawn = re.sub(r"<[a-z][^>]*>", lambda tag: re.sub(r"(?<![\w#.])(-?\d+)\.(\d)\d+", r"\1.\2", tag[0]), drawn)
    # Two pictures on one page: what is referred to needs a name of its own, other names go.
    mine = f"{name}-{variant}"
    used = set(re.findall(r"(?:url\(#|href=\"#)([^)\"]+)", drawn))

    def named(match: re.Match[str]) -> str:
        if match[1].startswith("marks-"):
            return f' id="marks-{mine}-{slug(html.unescape(match[1][6:]))}"'
        return f' id="{mine}-{match[1]}"' if match[1] in used else ""

    drawn = re.sub(r' id="([^"]*)"', named, drawn)
    drawn = re.sub(r"url\(#([^)]+)\)", rf"url(#{mine}-\1)", drawn)
    drawn = re.sub(r'xlink:href="#([^"]+)"', rf'href="#{mine}-\1"', drawn)
    box = re.search(r'viewBox="([^"]+)"', drawn)
    assert box is not None
    head = (
        f'<svg class="{variant}" role="img" aria-label="{escape(alternative)}" viewBox="{box[1]}" '
        f'stroke-linejoin="round" stroke-linecap="butt">'
    )
    drawn = re.sub(r"<svg[^>]*>", lambda _: head, drawn, count=1)
    drawn = re.sub(r"\n?(?=[MLCQz] ?[-\d\n\"])", "", drawn)
    return re.sub(r">\s+<", "><", drawn).strip()


def draw(
    name: str,
    title: str,
    caption: Any,
    alternative: str,
    heights: tuple[float, float],
    paint: Callable[[sheet], None],
    key: list[tuple[str, str]] | None = None,
) -> chart:
    """Paints twice, once for a wide page and once for a narrow one."""
    name = slug(name)
    variants = []
    for variant, width, height in (("wide", WIDE, heights[0]), ("narrow", NARROW, heights[1])):
        figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        FigureCanvasSVG(figure)
        paint(sheet(figure, variant == "wide", width, height))
        variants.append(_svg(name, variant, figure, alternative))
    return chart(name, title, caption, alternative, *variants, key or [])
