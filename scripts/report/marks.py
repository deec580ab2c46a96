# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""What pictures are made of: bars, names of rows, labels at the ends of lines, axes of time, shaded regimes."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import matplotlib.dates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from .drawing import HEAD, colour, regime_shade, sheet
from .numbers import written


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


class end_label(NamedTuple):
    """What is said at the right end of a line; the words may have two lines."""

    value: float
    words: str
    shade: str
    weight: str = "bold"


def label_ends(axes: Axes, x: Any, labels: list[end_label], gap: float, away: float = 7, size: float = 12) -> None:
    """Names lines at their right ends instead of in a legend, `away` from the end and `gap` from each other."""
    height = axes.get_position().height * axes.figure.get_figheight() * 72
    low, high = axes.get_ylim()
    moved = spread([label.value for label in labels], gap * (high - low) / height, low, high)
    for label, y in zip(labels, moved):
        axes.annotate(
            label.words,
            (x, y),
            xytext=(away, 0),
            textcoords="offset points",
            va="center",
            ha="left",
            color=label.shade,
            annotation_clip=False,
            fontweight=label.weight,
            fontsize=size,
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
        year, of_year = divmod(int(month.astype(int)), 12)
        name = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()[of_year]
        with_year = index == 0 or of_year < step
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


def name_room(names: list[str], most: float, letter: float) -> float:
    """Width that names on the left of rows need, a letter being `letter` wide, at most `most`."""
    return min(most, 14 + letter * max(len(name) for name in names))


def letters_in(room: float) -> int:
    """How many letters of a name find room on the left of its row."""
    return int((room - 8) / 7.3)


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


def upright_grid(axes: Axes) -> None:
    """Lines of the grid at values, where values run to the right and rows are named."""
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")


@dataclass
class bar_panel:
    """Bars of one title; `errors` and `ticks` as bars() takes them."""

    title: str
    names: list[str]
    values: list[float]
    errors: list[float] | None = None
    ticks: list[float | None] | None = None

    @property
    def height(self) -> float:
        return 20.0 * len(self.names)


def _stacked(panels: list[bar_panel], columns: int) -> tuple[list[tuple[int, float]], float]:
    """Column and upper edge of each panel, each in the column that is shortest so far, and the height of all."""
    tops = [float(HEAD)] * columns
    places = []
    for panel in panels:
        column = min(range(columns), key=lambda c: tops[c])
        places.append((column, tops[column]))
        tops[column] += panel.height + 48
    return places, max(tops) - HEAD


def panel_heights(panels: list[bar_panel]) -> tuple[float, float]:
    """Of a picture of these panels alone, wide and narrow."""
    return _stacked(panels, 2)[1], _stacked(panels, 1)[1]


def bar_panels(page: sheet, panels: list[bar_panel], form: str, gid: str) -> None:
    """Panels of bars in two columns on a wide page, in one on a narrow one."""
    columns = 2 if page.wide else 1
    width = (page.width - 36 * (columns - 1)) / columns
    for index, (panel, (column, y)) in enumerate(zip(panels, _stacked(panels, columns)[0])):
        x = column * (width + 36)
        label = name_room(panel.names, 178.0 if page.wide else 146.0, 7.4)
        axes = page.box(x + label, y, x + width, y + panel.height)
        panel_title(axes, panel.title, -label)
        bars(
            axes,
            panel.names,
            panel.values,
            [written(value, form) for value in panel.values],
            f"{gid}-{index}",
            errors=panel.errors,
            ticks=panel.ticks,
            longest=letters_in(label),
        )
