# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures as inline SVG whose colours are the page's: matplotlib draws with stand-in colours, the page's style says
what they are in light and in dark. One unit of a picture is one pixel at its natural size."""

import html
import io
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# A cache of fonts that cannot be written would be built anew, with a warning, each time.
os.environ.setdefault("MPLCONFIGDIR", os.path.join(tempfile.gettempdir(), f"topheavy-matplotlib-{os.getuid()}"))

import matplotlib  # noqa: E402
import numpy as np  # noqa: E402
from markupsafe import escape  # noqa: E402
import matplotlib.dates  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: E402
from matplotlib.collections import PolyCollection  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

from .blocks import chart, slug  # noqa: E402

WIDE, NARROW = 960, 358
STEPS = 6  # shades of regimes
BINS = 13  # shades of a correlation, the middle one is about zero

_names = (
    ["ink", "muted", "faint", "paper", "accent", "band", "pos", "neg"]
    + [f"c{i}" for i in range(1, 7)]
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


def spread(places: list[float], gap: float, low: float, high: float) -> list[float]:
    """Moves labels apart until they are `gap` from each other, in their order, between low and high."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = [0.0] * len(places)
    for rank, index in enumerate(order):
        at_least = low if rank == 0 else moved[order[rank - 1]] + gap
        moved[index] = max(places[index], at_least)
    ceiling = high
    for index in reversed(order):
        moved[index] = min(moved[index], ceiling)
        ceiling = moved[index] - gap
    return moved


def label_ends(axes: Axes, x: float, entries: list[tuple[float, str, str]], gap: float = 14) -> None:
    """Names lines at their right ends instead of in a legend: (value, text, colour). A text may have two lines."""
    height = axes.get_position().height * axes.figure.get_figheight() * 72
    low, high = axes.get_ylim()
    unit = (high - low) / height
    moved = spread([value for value, _, _ in entries], gap * unit, low, high)
    for (_, words, shade), y in zip(entries, moved):
        axes.annotate(
            words,
            (x, y),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            ha="left",
            color=shade,
            annotation_clip=False,
            fontweight="bold",
        )


def time_axis(axes: Axes, dates: Any, wide: bool) -> None:
    """Ticks at quarters or years, as many as there is room for, the year said where it begins."""
    months = np.arange(dates[0].astype("datetime64[M]"), dates[-1].astype("datetime64[M]") + 1)
    step = next(s for s in (1, 2, 3, 6, 12, 24, 60, 120, 600) if len(months) / s <= (12 if wide else 5))
    ticks = [
        m
        for m in months
        if (m.astype(int) % 12) % min(step, 12) == 0
        and (m.astype(int) // 12) % max(step // 12, 1) == 0
        and dates[0] <= m.astype("datetime64[D]") <= dates[-1]
    ]
    words = []
    for index, month in enumerate(ticks):
        year, number = divmod(int(month.astype(int)), 12)
        name = ("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()[number]
        with_year = index == 0 or number < step
        words.append(f"{name}\n{1970 + year}" if with_year else name)
    axes.set_xticks([m.astype("datetime64[D]") for m in ticks], words)
    axes.set_xlim(dates[0], dates[-1])


def spells(values: list[Any]) -> list[tuple[int, int, Any]]:
    """Runs of equal values as (first, one past the last, value)."""
    found = []
    first = 0
    for index in range(1, len(values) + 1):
        if index == len(values) or values[index] != values[first]:
            found.append((first, index, values[first]))
            first = index
    return found


def shade_regimes(axes: Axes, dates: Any, regimes: list[Any], names: list[str]) -> None:
    """A band behind each spell of a regime above the lowest, from its first day to the next one's."""
    whole = axes.get_xaxis_transform()
    numbers = matplotlib.dates.date2num(dates)
    for index, name in enumerate(names):
        if index == 0:
            continue
        boxes = []
        for first, last, regime in spells(regimes):
            if regime == name:
                x0, x1 = numbers[first], numbers[min(last, len(numbers) - 1)]
                boxes.append([(x0, 0), (x0, 1), (x1, 1), (x1, 0)])
        if boxes:
            axes.add_collection(
                PolyCollection(
                    boxes,
                    facecolors=colour(regime_shade(index, len(names))),
                    edgecolors="none",
                    transform=whole,
                    zorder=0,
                    gid=f"marks-regime-{index}",
                ),
                autolim=False,
            )


def bars(
    axes: Axes,
    names: list[str],
    values: list[float],
    words: list[str],
    gid: str,
    errors: list[float] | None = None,
    shades: list[str] | None = None,
    ticks: list[float | None] | None = None,
    longest: int = 26,
    thick: float = 0.62,
) -> None:
    """Horizontal bars, the first on top, each with its name on the left and its value at its end."""
    y = np.arange(len(names))[::-1]
    shades = shades or [colour("pos" if value >= 0 else "neg") for value in values]
    axes.add_collection(
        PolyCollection(
            [
                [(0, place - thick / 2), (0, place + thick / 2), (value, place + thick / 2), (value, place - thick / 2)]
                for place, value in zip(y, values)
            ],
            facecolors=shades,
            edgecolors="none",
            gid=f"marks-{gid}",
        )
    )
    if errors is not None:
        axes.hlines(
            y,
            np.subtract(values, errors),
            np.add(values, errors),
            color=colour("ink"),
            linewidth=1.2,
            gid=f"marks-{gid}-errors",
        )
    if ticks is not None:
        for index, tick in enumerate(ticks):
            if tick is not None:
                axes.plot(
                    [tick, tick],
                    [y[index] - 0.4, y[index] + 0.4],
                    color=colour("ink"),
                    linewidth=2,
                    solid_capstyle="butt",
                    gid=f"marks-{gid}-tick-{index}",
                )
    reach = list(np.add(np.abs(values), errors) * np.sign(values)) if errors is not None else list(values)
    # Words stand beyond a mark on their own side of zero; one on the other side only needs its room.
    marks = [0.0 if t is None else t for t in ticks] if ticks is not None else [0.0] * len(reach)
    reach = [r if r * t < 0 else max(r, t, key=abs) for r, t in zip(reach, marks)]
    low, high = min(0.0, *reach, *marks), max(0.0, *reach, *marks)
    # Room for the words beyond the ends of the bars, in pixels.
    pixels = axes.get_position().width * axes.figure.get_figwidth() * 72
    room = 10 + 6.6 * max(len(word) for word in words)
    before, after = (room if min(values) < 0 else 2), (room if max(values) >= 0 else 2)
    unit = (high - low or 1.0) / max(pixels - before - after, 20)
    axes.set_xlim(low - before * unit, high + after * unit)
    for place, value, word, end in zip(y, values, words, reach):
        axes.annotate(
            word,
            (end, place),
            xytext=(4 if value >= 0 else -4, 0),
            textcoords="offset points",
            va="center",
            ha="left" if value >= 0 else "right",
            color=colour("muted"),
            fontsize=11,
        )
    axes.set_ylim(-0.5, len(names) - 0.5)
    name_rows(axes, y, [shortened(name, longest) for name in names])
    bare(axes)
    axes.axvline(0, color=colour("muted"), linewidth=0.8)


def name_rows(axes: Axes, places: Any, names: list[str]) -> None:
    """Names on the left of their rows. Ticks would say the same, at ten times the time."""
    for place, name in zip(places, names):
        if name:
            axes.annotate(
                name,
                (0, place),
                xycoords=("axes fraction", "data"),
                xytext=(-7, 0),
                textcoords="offset points",
                va="center",
                ha="right",
                annotation_clip=False,
            )


def bare(axes: Axes) -> None:
    """Axes without ticks, grid or frame."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(False)
    axes.spines["bottom"].set_visible(False)


def shortened(name: str, longest: int) -> str:
    return name if len(name) <= longest else name[: longest - 1].rstrip() + "…"


def panel_title(axes: Axes, words: str, left: float = 0) -> None:
    axes.annotate(
        words,
        (0, 1),
        xycoords="axes fraction",
        xytext=(left, 8),
        textcoords="offset points",
        va="bottom",
        ha="left",
        color=colour("ink"),
        fontweight="bold",
    )
